/* SPDX-License-Identifier: Apache-2.0 */
/* Ratings: when they are asked, what answers them, which event goes out and when. */
#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "dialog/session.h"
#include "render/html.h"
#include "store/conv.h"
#include "store/due.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/talk.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(turn_rating, .init = quiet, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer rated[] = { { .kind = BOT_ANSWER,
    .html = "Pay by card.",
    .related_title = "",
    .rate_code = "c1" } };
static const struct bot_answer several[] = {
	{ .kind = BOT_ANSWER, .html = "One", .related_title = "", .rate_code = "c1" },
	{ .kind = BOT_ANSWER, .html = "Two", .related_title = "", .rate_code = "c2" },
	SAYS(BOT_ANSWER, "Three"),
};
static const struct bot_answer and_asks[] = {
	{ .kind = BOT_ANSWER, .html = "One", .related_title = "", .rate_code = "c1" },
	ASKS(BOT_POLAR, "Sure?", yes_no),
};
static const struct bot_answer and_date[] = {
	{ .kind = BOT_ANSWER, .html = "One", .related_title = "", .rate_code = "c1" },
	SAYS(BOT_DATE, "When?"),
};

static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result says_rated = RESULT(rated);
static const struct bot_result says_several = RESULT(several);
static const struct bot_result asks_too = RESULT(and_asks);
static const struct bot_result asks_date = RESULT(and_date);

#define HELPFUL "Was this answer helpful?\n\n1) Yes\n2) No"
#define WHY "Please tell us why"
#define THANKS "Thanks!"
#define UNRATED "No problem, you don't have to rate the answer."

#define RATED \
	{ \
		"q", &says_rated, "q", \
		{ \
			"Pay by card.", HELPFUL \
		} \
	}

/* A conversation and the events the bot has noted at its end. */
struct rated_talk {
	struct talk talk;
	const char *notes;
};

static void
run_rated(struct stage *s, const struct rated_talk *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s->bot.notes[0] = '\0';
		talk_run(s, CONF_PRODUCTION, &t[i].talk);
		cr_expect_str_eq(s->bot.notes, t[i].notes, "%s", t[i].talk.name);
	}
}

static size_t
due(struct stage *s)
{
	struct turn t = { .conf = s->conf, .env = CONF_DEVELOPMENT };

	t.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
	return dialog_due(&s->dialog, &t, 10);
}

/* behaviour 7.2 */
Test(turn_rating, T10_rating_and_comment)
{
	static const struct rated_talk t[] = {
		{ { "T10: no, and why",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { "bad text", NULL, NULL, { THANKS } },
			  { "hi", &says_hello, "hi", { "Hello" } } } },
		    "rate c1=2 bad text;" },
		{ { "yes: thanks at once",
		      { RATED, { "1", NULL, NULL, { THANKS } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    "rate c1=1 ;" },
		{ { "by label", { RATED, { " YES! ", NULL, NULL, { THANKS } } } },
		    "rate c1=1 ;" },
		{ { "by its first letter", { RATED, { "y", NULL, NULL, { THANKS } } } },
		    "rate c1=1 ;" },
		{ { "by a button",
		      { RATED, { "[pick=2]Tap", NULL, NULL, { WHY } },
			  { "x", NULL, NULL, { THANKS } } } },
		    "rate c1=2 x;" },
		{ { "a number is a comment too",
		      { RATED, { "no", NULL, NULL, { WHY } },
			  { "2", NULL, NULL, { THANKS } } } },
		    "rate c1=2 2;" },
		{ { "several lines, quotes",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { "a\n\"b\"", NULL, NULL, { THANKS } } } },
		    "rate c1=2 a\n\"b\";" },
		{ { "an empty message is no comment",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { " ", NULL, NULL, { NULL } },
			  { "late", NULL, NULL, { THANKS } } } },
		    "rate c1=2 late;" },
		{ { "a picture is none either",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { "[media]", NULL, NULL,
			      { "I can only read text. Please write your question." } },
			  { "late", NULL, NULL, { THANKS } } } },
		    "rate c1=2 late;" },
	};
	struct stage s;

	stage_init(&s);
	run_rated(&s, t, NELEMS(t));
	cr_expect_eq(due(&s), 0u, "no marks are left");
	stage_fini(&s);
}

Test(turn_rating, T11_something_else)
{
	static const struct rated_talk t[] = {
		{ { "T11",
		      { RATED, { "hello", &says_hello, "hello", { UNRATED, "Hello" } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    "" },
		{ { "the next answer may be rated again",
		      { RATED,
			  { "hello", &says_rated, "hello",
			      { UNRATED, "Pay by card.", HELPFUL } },
			  { "1", NULL, NULL, { THANKS } } } },
		    "rate c1=1 ;" },
		{ { "out of range, once",
		      { RATED,
			  { "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			  { "1", NULL, NULL, { THANKS } } } },
		    "rate c1=1 ;" },
		{ { "out of range, twice",
		      { RATED,
			  { "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			  { "3", &says_hello, "3", { UNRATED, "Hello" } } } },
		    "" },
		{ { "the bot fails: the question is gone all the same",
		      { RATED,
			  { "hello", &talk_fails, "hello", { UNRATED, UNAVAILABLE } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    "" },
	};
	struct stage s;

	stage_init(&s);
	run_rated(&s, t, NELEMS(t));
	stage_fini(&s);
}

/* behaviour 7.1 */
Test(turn_rating, when_it_is_asked)
{
	static const struct rated_talk t[] = {
		{ { "of the last answer that may be rated",
		      { { "q", &says_several, "q", { "One", "Two", "Three", HELPFUL } },
			  { "1", NULL, NULL, { THANKS } } } },
		    "rate c2=1 ;" },
		{ { "not beside another question",
		      { { "q", &asks_too, "q", { "One", "Sure?\n1) Yes\n2) No" } },
			  { "1", &says_hello, "option y1: Yes", { "Hello" } } } },
		    "" },
		{ { "not beside a form's",
		      { { "q", &asks_date, "q",
			    { "One", "When? (date format: mm/dd/YYYY)" } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    "" },
		{ { "not for an answer without a code",
		      { { "q", &says_hello, "q", { "Hello" } } } },
		    "" },
		{ { "behind the notice of a file",
		      { { "[media]q", &says_rated, "q",
			  { "Pay by card.", "Sorry, I can't open pictures or files.",
			      HELPFUL } } } },
		    "" },
	};
	struct stage s;

	stage_init(&s);
	run_rated(&s, t, NELEMS(t));
	stage_fini(&s);
}

Test(turn_rating, as_configured)
{
	static const struct stage_file off[] = { { "conf/custom/conversation.cfg",
	    "content_ratings = { enabled = false; };" } };
	static const struct stage_file three[] = {
		{ "conf/custom/conversation.cfg",
		    "content_ratings = { ratings = ("
		    "{ id = 7; label = \"good\"; comment = true; isNegative = false; },"
		    "{ id = 5; label = \"fair\"; comment = false; isNegative = false; },"
		    "{ id = 3; label = \"bad\"; comment = false; isNegative = true; } );"
		    " };" },
	};
	static const struct bot_text texts[] = {
		{ "good", "<b>Good</b> &amp; fast" },
		{ "fair", "Fair" },
		{ "bad", "Bad" },
		{ "rate_content_intro", "_How was it?_" },
		{ "rating_positive", "Glad!" },
		{ "rating_negative", "Oh no." },
		{ "thanks", "Thx" },
		{ "ask_rating_comment", "Why?" },
	};
	static const struct talk unasked = { "off",
		{ { "q", &says_rated, "q", { "Pay by card." } } } };
#define HOW "How was it?\n\n1) Good & fast\n2) Fair\n3) Bad"
	static const struct rated_talk t[] = {
		{ { "with a comment: thanks",
		      { { "q", &says_rated, "q", { "Pay by card.", HOW } },
			  { "good & fast", NULL, NULL, { "Why?" } },
			  { "nice", NULL, NULL, { "Thx" } } } },
		    "rate c1=7 nice;" },
		{ { "without one, a good rating",
		      { { "q", &says_rated, "q", { "Pay by card.", HOW } },
			  { "2", NULL, NULL, { "Glad!" } } } },
		    "rate c1=5 ;" },
		{ { "without one, a bad rating",
		      { { "q", &says_rated, "q", { "Pay by card.", HOW } },
			  { "bad", NULL, NULL, { "Oh no." } } } },
		    "rate c1=3 ;" },
	};
	struct stage s;

	stage_init_with(&s, off, NELEMS(off));
	talk_run(&s, CONF_PRODUCTION, &unasked);
	stage_fini(&s);
	stage_init_with(&s, three, NELEMS(three));
	s.bot.setup = (struct bot_setup){ .texts = texts, .n = NELEMS(texts) };
	run_rated(&s, t, NELEMS(t));
	stage_fini(&s);
}

/* What the escalation will ask for: bad ratings in a row. */
Test(turn_rating, F11_bad_ratings_are_counted)
{
	static const struct {
		const char *rating;
		int64_t count;
	} t[] = { { "2", 1 }, { "no", 2 }, { "hello", 2 }, { "1", 0 }, { "2", 1 } };
	struct stage s;
	size_t n = 0;

	stage_init(&s);
	s.bot.says = &says_rated;
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(conv_leavep) struct conv *conv = NULL;
		CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
		struct session session = { 0 };
		struct err e;

		(void)talk_send(&s, a, CONF_PRODUCTION, "count", n++, "q");
		(void)talk_send(&s, a, CONF_PRODUCTION, "count", n++, t[i].rating);
		(void)talk_send(
		    &s, a, CONF_PRODUCTION, "count", n++, "a comment or not");
		cr_assert_eq(
		    conv_enter(s.store, "count",
			clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
		    CONV_ENTERED);
		cr_assert(conv_load(conv, &record, &e));
		cr_assert(session_decode(&session, a, record.data, record.len, &e));
		cr_expect_eq(session.negative_count, t[i].count, "\"%s\" as rating %zu",
		    t[i].rating, i);
	}
	stage_fini(&s);
}

/* A comment that does not come: the event goes without it, once. */
Test(turn_rating, F16_one_rate_event)
{
	static const struct rated_talk t[] = {
		{ { "with its comment",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { "why", NULL, NULL, { THANKS } },
			  { "[+700]hi", &says_hello, "hi", { "Hello" } } } },
		    "rate c1=2 why;" },
		{ { "a comment in the last moment",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { "[+599]why", NULL, NULL, { THANKS } } } },
		    "rate c1=2 why;" },
		{ { "too late for a comment: the text is a question",
		      { RATED, { "2", NULL, NULL, { WHY } },
			  { "[+600]why", &says_hello, "why", { "Hello" } },
			  { "hi", &says_hello, "hi", { "Hello" } } } },
		    "rate c1=2 ;" },
		{ { "rated once more",
		      { RATED, { "1", NULL, NULL, { THANKS } }, RATED,
			  { "2", NULL, NULL, { WHY } },
			  { "x", NULL, NULL, { THANKS } } } },
		    "rate c1=1 ;rate c1=2 x;" },
	};
	struct stage s;

	stage_init(&s);
	run_rated(&s, t, NELEMS(t));
	cr_expect_eq(due(&s), 0u);
	stage_fini(&s);
}

static const struct talk waits = { "waits", { RATED, { "2", NULL, NULL, { WHY } } } };

Test(turn_rating, F16_nobody_writes_any_more)
{
	static const struct line later = { "why", &says_hello, "why", { "Hello" } };
	struct stage s;

	stage_init(&s);
	talk_run(&s, CONF_PRODUCTION, &waits);
	s.clock.now_s += 599;
	cr_expect_eq(due(&s), 0u, "not yet");
	s.clock.now_s += 1;
	cr_expect_eq(due(&s), 1u);
	cr_expect_str_eq(s.bot.notes, "rate c1=2 ;");
	cr_expect_str_eq(s.bot.note_memory, "1", "in the conversation it belongs to");
	cr_expect_str_eq(s.bot.env, "production", "and its environment");
	s.clock.now_s += 3600;
	cr_expect_eq(due(&s), 0u, "the mark is gone");
	talk_say(&s, CONF_PRODUCTION, "waits", 5, &later);
	cr_expect_str_eq(s.bot.notes, "rate c1=2 ;", "once");
	stage_fini(&s);
}

/* The conversation is busy when its time comes: another time. */
Test(turn_rating, a_busy_conversation_waits)
{
	struct conv *conv;
	struct stage s;
	struct err e;
	pid_t pid;
	int status;

	stage_init(&s);
	talk_run(&s, CONF_PRODUCTION, &waits);
	s.clock.now_s += 600;
	cr_assert_eq(conv_enter(s.store, "waits",
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	/* Another process, since a thread holds at most one conversation. */
	pid = fork();
	cr_assert_neq(pid, -1);
	if (pid == 0)
		_exit(due(&s) == 1 && s.bot.noted == 0 ? 0 : 1);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0, "looked at, and left");
	conv_leave(conv);
	cr_expect_eq(due(&s), 0u, "put off");
	s.clock.now_s += LIMIT_DUE_RETRY_S;
	cr_expect_eq(due(&s), 1u);
	cr_expect_str_eq(s.bot.notes, "rate c1=2 ;");
	stage_fini(&s);
}

/* The user is thanked all the same; the bot hears of it when it is back. */
Test(turn_rating, F30_a_rating_that_fails_harms_nothing)
{
	static const struct talk t = { "down",
		{ RATED, { "2", NULL, NULL, { WHY } },
		    { "why", NULL, NULL, { THANKS } },
		    { "hi", &says_hello, "hi", { "Hello" } } } };
	struct stage s;

	stage_init(&s);
	s.bot.note_trouble = (struct err){ ERR_UPSTREAM, 503, "answer 503" };
	talk_run(&s, CONF_PRODUCTION, &t);
	cr_expect_eq(s.bot.noted, 1);
	s.clock.now_s += LIMIT_RATING_RETRY_S - 1;
	cr_expect_eq(due(&s), 0u, "not before its time");
	s.clock.now_s += 1;
	cr_expect_eq(due(&s), 1u);
	cr_expect_eq(s.bot.noted, 2);
	s.bot.note_trouble.kind = ERR_NONE;
	s.clock.now_s += LIMIT_RATING_RETRY_S;
	cr_expect_eq(due(&s), 1u);
	cr_expect_str_eq(s.bot.notes, "rate c1=2 why;", "with its comment");
	s.clock.now_s += 3600;
	cr_expect_eq(due(&s), 0u);
	stage_fini(&s);
}

Test(turn_rating, tries_have_an_end)
{
	struct stage s;

	stage_init(&s);
	s.bot.note_trouble = (struct err){ ERR_UPSTREAM, 503, "answer 503" };
	talk_run(&s, CONF_PRODUCTION, &waits);
	for (int i = 0; i < 2 * LIMIT_RATING_TRIES; i++) {
		s.clock.now_s += LIMIT_RATING_HOLD_S;
		due(&s);
	}
	cr_expect_eq(s.bot.noted, LIMIT_RATING_TRIES);
	s.clock.now_s += LIMIT_RATING_HOLD_S;
	cr_expect_eq(due(&s), 0u, "no mark is left");
	stage_fini(&s);
}

/* Nobody knows whether it arrived: then not again, since twice is worse than never. */
Test(turn_rating, F16_no_answer_in_time_is_not_tried_again)
{
	static const struct talk t = { "slow",
		{ RATED, { "1", NULL, NULL, { THANKS } } } };
	struct stage s;

	stage_init(&s);
	s.bot.note_trouble = (struct err){ ERR_TIMEOUT, 0, "no answer" };
	talk_run(&s, CONF_PRODUCTION, &t);
	s.bot.note_trouble.kind = ERR_NONE;
	s.clock.now_s += 3600;
	due(&s);
	cr_expect_eq(s.bot.noted, 1);
	stage_fini(&s);
}

/* A call that is cut short would leave it in doubt, and a doubtful one is not sent again. */
Test(turn_rating, a_turn_that_is_nearly_over_leaves_its_rating_to_others)
{
	static const struct talk t = { "late", { RATED } };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct turn turn = { .env = CONF_PRODUCTION, .arena = a };
	struct inbound in = { .sid = "SM-late",
		.conv_id = "late",
		.user_id = "late",
		.to = "+34900000000",
		.text = "1" };
	struct reply r;
	struct stage s;
	struct err e;

	stage_init(&s);
	talk_run(&s, CONF_PRODUCTION, &t);
	turn.conf = s.conf;
	turn.until_ms = clock_mono_ms(&clock_system) + LIMIT_NOTE_LEAST_MS / 2;
	in.from = s.from;
	cr_assert_eq(
	    dialog_turn(&s.dialog, &turn, &in, &r, &e), TURN_DONE, "%s", e.text);
	cr_expect_str_eq(r.messages[0].text, THANKS);
	cr_expect_eq(s.bot.noted, 0, "no time to tell it");
	turn.until_ms = clock_mono_ms(&clock_system) + LIMIT_NOTE_LEAST_MS / 2;
	cr_expect_eq(dialog_due(&s.dialog, &turn, 10), 0u, "nor is it begun here");
	cr_expect_eq(due(&s), 1u, "but at once where there is time");
	cr_expect_str_eq(s.bot.notes, "rate c1=1 ;");
	s.clock.now_s += 3600;
	cr_expect_eq(due(&s), 0u);
	stage_fini(&s);
}

/* A second rating while the first could not be sent: both, each once. */
Test(turn_rating, two_ratings)
{
	static const struct talk first = { "two",
		{ RATED, { "1", NULL, NULL, { THANKS } } } };
	static const struct line ask = RATED;
	static const struct line rate = { "1", NULL, NULL, { THANKS } };
	struct stage s;

	stage_init(&s);
	s.bot.note_trouble = (struct err){ ERR_UPSTREAM, 503, "answer 503" };
	talk_run(&s, CONF_PRODUCTION, &first);
	s.bot.note_trouble.kind = ERR_NONE;
	talk_say(&s, CONF_PRODUCTION, "two", 2, &ask);
	cr_expect_str_eq(s.bot.notes, "");
	talk_say(&s, CONF_PRODUCTION, "two", 3, &rate);
	cr_expect_str_eq(s.bot.notes, "rate c1=1 ;rate c1=1 ;");
	s.clock.now_s += 3600;
	due(&s);
	cr_expect_eq(s.bot.noted, 3);
	stage_fini(&s);
}

static void
die(void *arg)
{
	(void)arg;
	_exit(0);
}

/*
 * The process dies while the event is under way: it is not sent again, and whoever finds
 * that says so.
 */
Test(turn_rating, F16_a_crash_sends_nothing_twice)
{
	static const struct line comment = { "why", NULL, NULL, { THANKS } };
	static const struct line next = { "hi", &says_hello, "hi", { "Hello" } };
	struct stage s;
	pid_t pid;

	stage_init(&s);
	talk_run(&s, CONF_PRODUCTION, &waits);
	pid = fork();
	cr_assert_neq(pid, -1);
	if (pid == 0) {
		s.bot.during_note = die;
		talk_say(&s, CONF_PRODUCTION, "waits", 2, &comment);
		_exit(1);
	}
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	s.clock.now_s += LIMIT_DUE_RETRY_S;
	cr_expect_eq(due(&s), 1u, "there is a mark to find it by");
	cr_expect_eq(s.bot.noted, 0);
	s.clock.now_s += 3600;
	cr_expect_eq(due(&s), 0u);
	talk_say(&s, CONF_PRODUCTION, "waits", 3, &next);
	cr_expect_eq(s.bot.noted, 0);
	stage_fini(&s);
}
