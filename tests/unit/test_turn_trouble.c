/* SPDX-License-Identifier: Apache-2.0 */
/* Repeats, crowds, deadlines, damage: what the user hears, and what is kept. */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "store/conv.h"
#include "support/gate.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/stage.h"

static void
quiet(void)
{
	not_for_ever();
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(turn_trouble, .init = quiet, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_answer sure[] = {
	{ .kind = BOT_POLAR, .html = "Sure?", .options = yes_no, .n_options = 2 }
};
static const struct bot_answer hello[] = { { .kind = BOT_ANSWER, .html = "Hello" } };
static const struct bot_result asks_sure = { BOT_ANSWERED, sure, 1, NULL };
static const struct bot_result says_hello = { BOT_ANSWERED, hello, 1, NULL };

#define UNAVAILABLE \
	"Sorry, I can't answer right now. Please try again in a few minutes."
#define BUSY \
	"I am still working on your earlier messages. " \
	"Please send this one again in a moment."

/* One message of its own thread, with what came of it. */
struct saying {
	struct stage *s;
	const char *sid, *text;
	int64_t time_ms; /* until its reply deadline; may be negative */
	pthread_t thread;
	enum turn_end end;
	char shown[200]; /* the first message; "" for none */
	size_t n;
	struct err e;
};

static void *
say(void *arg)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct saying *w = arg;
	struct turn t = { .conf = w->s->conf, .env = CONF_PRODUCTION, .arena = a };
	struct inbound in = { .sid = w->sid,
		.conv_id = "conversation",
		.user_id = "conversation",
		.from = "+34600111222",
		.to = "+34900000000",
		.text = w->text };
	struct reply r;

	t.until_ms = clock_mono_ms(&clock_system) + w->time_ms;
	w->end = dialog_turn(&w->s->dialog, &t, &in, &r, &w->e);
	w->n = r.n;
	snprintf(w->shown, sizeof(w->shown), "%s", r.n > 0 ? r.messages[0].text : "");
	return NULL;
}

static struct saying
say_now(struct stage *s, const char *sid, const char *text, int64_t time_ms)
{
	struct saying w = { .s = s, .sid = sid, .text = text, .time_ms = time_ms };

	say(&w);
	return w;
}

Test(turn_trouble, T27_same_sid_twice)
{
	struct stage s;
	struct saying w;

	stage_init(&s);
	s.bot.says = &asks_sure;
	w = say_now(&s, "SM1", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE);
	cr_expect_str_eq(w.shown, "Sure?\n1) Yes\n2) No");

	s.bot.says = &says_hello;
	w = say_now(&s, "SM1", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_REPEAT);
	cr_expect_str_eq(w.shown, "Sure?\n1) Yes\n2) No");
	cr_expect_eq(s.bot.asked, 1, "one turn");

	w = say_now(&s, "SM2", "1", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE);
	cr_expect_str_eq(s.bot.heard, "option y1: Yes", "a repeat consumes no options");

	w = say_now(&s, "SM1", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_REPEAT, "an older one is known as well");
	cr_expect_str_eq(w.shown, "Sure?\n1) Yes\n2) No");
	stage_fini(&s);
}

Test(turn_trouble, what_counts_as_a_repeat)
{
	struct stage s;
	struct saying w;

	stage_init(&s);
	w = say_now(&s, "SM-empty", "  ", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE);
	w = say_now(&s, "SM-empty", "  ", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_REPEAT, "an empty message is recorded");
	cr_expect_eq(w.n, 0u);

	s.bot.trouble = (struct err){ ERR_UPSTREAM, 500, "answer 500" };
	w = say_now(&s, "SM-trouble", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE);
	s.bot.says = &says_hello;
	w = say_now(&s, "SM-trouble", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_REPEAT, "trouble is an answer as well");
	cr_expect_str_eq(w.shown, UNAVAILABLE);

	w = say_now(&s, "", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE);
	w = say_now(&s, "", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE, "without a sid there are no repeats");
	cr_expect_eq(s.bot.asked, 3);
	stage_fini(&s);
}

static void
start(struct saying *w, struct stage *s, const char *sid)
{
	*w = (struct saying){ .s = s, .sid = sid, .text = sid, .time_ms = PATIENCE_MS };
	cr_assert_eq(pthread_create(&w->thread, NULL, say, w), 0);
}

Test(turn_trouble, T28_two_at_once)
{
	struct gate gate = GATE_INIT;
	struct saying first, second;
	struct stage s;

	stage_init(&s);
	s.bot.says = &says_hello;
	s.bot.during = gate_pass;
	s.bot.arg = &gate;
	start(&first, &s, "SM1");
	gate_wait_inside(&gate);
	start(&second, &s, "SM2");
	gate_open(&gate);
	pthread_join(first.thread, NULL);
	pthread_join(second.thread, NULL);
	cr_expect_eq(gate.most, 1, "one at a time");
	cr_expect_eq(first.end, TURN_DONE);
	cr_expect_eq(second.end, TURN_DONE);
	cr_expect_str_eq(s.bot.heard, "SM2", "the later one was asked last");
	cr_expect_str_eq(s.bot.memory, "1", "and found what the first had left");
	stage_fini(&s);
}

/* Of three behind the one being answered, two wait and one is told so. */
Test(turn_trouble, crowd)
{
	static const char *const sids[] = { "SM1", "SM2", "SM3" };
	struct gate gate = GATE_INIT;
	struct saying first, more[LIMIT_WAITING + 1];
	size_t refused = 0;
	struct stage s;

	stage_init(&s);
	s.bot.says = &says_hello;
	s.bot.during = gate_pass;
	s.bot.arg = &gate;
	start(&first, &s, "SM0");
	gate_wait_inside(&gate);
	for (size_t i = 0; i < NELEMS(more); i++)
		start(&more[i], &s, sids[i]);
	/*
	 * Whichever comes third is refused at once; the others leave only when it is
	 * open.
	 */
	for (size_t i = 0; refused == 0; i = (i + 1) % NELEMS(more))
		if (pthread_tryjoin_np(more[i].thread, NULL) == 0)
			refused = i + 1;
	gate_open(&gate);
	pthread_join(first.thread, NULL);
	for (size_t i = 0; i < NELEMS(more); i++) {
		bool out = i + 1 == refused;

		if (!out)
			pthread_join(more[i].thread, NULL);
		cr_expect_eq(more[i].end, out ? TURN_REFUSED : TURN_DONE, "%zu", i);
		cr_expect_str_eq(more[i].shown, out ? BUSY : "Hello", "%zu", i);
	}
	cr_expect_eq(s.bot.asked, LIMIT_WAITING + 1);
	cr_expect_eq(gate.most, 1, "one at a time");
	first = say_now(&s, sids[refused - 1], "again", PATIENCE_MS);
	cr_expect_eq(first.end, TURN_DONE, "the refused one was not recorded");
	stage_fini(&s);
}

Test(turn_trouble, deadlines)
{
	static const struct {
		const char *name;
		int64_t time_ms;
		int asked;
		const char *shown;
	} t[] = {
		{ "enough", PATIENCE_MS, 1, "Hello" },
		{ "too little to ask", LIMIT_MIN_CALL_MS - 10, 0, UNAVAILABLE },
		{ "deadline past, within the grace", -100, 0, UNAVAILABLE },
	};
	struct stage s;

	stage_init(&s);
	s.bot.says = &says_hello;
	for (size_t i = 0; i < NELEMS(t); i++) {
		int asked = s.bot.asked;
		struct saying w = say_now(&s, t[i].name, "q", t[i].time_ms);

		cr_expect_eq(w.end, TURN_DONE, "%s", t[i].name);
		cr_expect_eq(s.bot.asked - asked, t[i].asked, "%s", t[i].name);
		cr_expect_str_eq(w.shown, t[i].shown, "%s", t[i].name);
	}
	stage_fini(&s);
}

Test(turn_trouble, the_bot_gets_the_deadline)
{
	struct stage s;
	int64_t before = clock_mono_ms(&clock_system);

	stage_init(&s);
	s.bot.says = &says_hello;
	cr_expect_eq(say_now(&s, "SM1", "q", 4321).end, TURN_DONE);
	cr_expect_geq(s.bot.until_ms, before + 4321);
	cr_expect_leq(s.bot.until_ms, clock_mono_ms(&clock_system) + 4321);
	stage_fini(&s);
}

Test(turn_trouble, waited_too_long)
{
	struct conv *conv;
	struct saying w;
	struct stage s;
	struct err e;

	stage_init(&s);
	s.bot.says = &says_hello;
	cr_assert_eq(conv_enter(s.store, "conversation",
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	/* Another thread, since one thread holds at most one conversation. */
	w = (struct saying){ .s = &s, .sid = "SM1", .text = "q" };
	w.time_ms = -LIMIT_LOCK_GRACE_MS + 20;
	cr_assert_eq(pthread_create(&w.thread, NULL, say, &w), 0);
	pthread_join(w.thread, NULL);
	conv_leave(conv);
	cr_expect_eq(w.end, TURN_FAILED);
	cr_expect_eq(w.e.kind, ERR_TIMEOUT, "%s", w.e.text);
	cr_expect_eq(w.n, 0u);
	cr_expect_eq(s.bot.asked, 0);
	stage_fini(&s);
}

/* From here on nothing can be written to a file. */
static void
fill_disk(void *arg)
{
	struct rlimit none = { 0, RLIM_INFINITY };

	(void)arg;
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
}

static void
free_disk(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
}

Test(turn_trouble, failed_commit)
{
	struct saying w;
	struct stage s;

	stage_init(&s);
	s.bot.says = &asks_sure;
	w = say_now(&s, "SM1", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE);
	s.bot.during = fill_disk;
	s.bot.says = &says_hello;
	w = say_now(&s, "SM2", "1", PATIENCE_MS);
	free_disk();
	cr_expect_eq(w.end, TURN_FAILED, "nothing is said that was not committed");
	cr_expect_eq(w.e.kind, ERR_IO, "%s", w.e.text);
	cr_expect_eq(w.n, 0u);

	s.bot.during = NULL;
	w = say_now(&s, "SM2", "1", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE, "the sid was not claimed");
	cr_expect_str_eq(s.bot.heard, "option y1: Yes", "the options still stand");
	cr_expect_str_eq(s.bot.memory, "1", "as before the failed turn");
	stage_fini(&s);
}

Test(turn_trouble, conversation_cannot_be_entered)
{
	struct rlimit was, none;
	struct saying w;
	struct stage s;

	stage_init(&s);
	s.bot.says = &says_hello;
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	w = say_now(&s, "SM1", "q", PATIENCE_MS);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	cr_expect_eq(w.end, TURN_FAILED);
	cr_expect_eq(w.e.kind, ERR_IO, "%s", w.e.text);
	cr_expect_eq(s.bot.asked, 0);
	w = say_now(&s, "SM1", "q", PATIENCE_MS);
	cr_expect_eq(w.end, TURN_DONE, "the next one works");
	stage_fini(&s);
}

Test(turn_trouble, damaged_record)
{
	static const char *const records[] = { "garbage", "{}", "{\"version\":99}" };
	struct stage s;

	stage_init(&s);
	s.bot.says = &asks_sure;
	for (size_t i = 0; i < NELEMS(records); i++) {
		struct conv *conv;
		struct saying w;
		struct err e;

		cr_assert_eq(
		    conv_enter(s.store, "conversation",
			clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
		    CONV_ENTERED);
		cr_assert(conv_commit(conv, records[i], strlen(records[i]), &e));
		conv_leave(conv);
		w = say_now(&s, "SM1", "q", PATIENCE_MS);
		cr_expect_eq(w.end, TURN_DONE, "%s", records[i]);
		cr_expect_str_eq(s.bot.memory, "", "%s: begun anew", records[i]);
		w = say_now(&s, "SM2", "1", PATIENCE_MS);
		cr_expect_str_eq(s.bot.heard, "option y1: Yes", "%s", records[i]);
	}
	stage_fini(&s);
}

Test(turn_trouble, every_kind_of_bot_trouble_is_answered)
{
	static const enum err_kind kinds[] = { ERR_CONFIG, ERR_DENIED, ERR_UPSTREAM,
		ERR_TIMEOUT, ERR_IO, ERR_TOO_BIG, ERR_INPUT };
	struct stage s;

	stage_init(&s);
	for (size_t i = 0; i < NELEMS(kinds); i++) {
		struct saying w;
		char sid[16];

		s.bot.trouble = (struct err){ kinds[i], 0, "trouble on purpose" };
		snprintf(sid, sizeof(sid), "SM%zu", i);
		w = say_now(&s, sid, "q", PATIENCE_MS);
		cr_expect_eq(w.end, TURN_DONE, "%s", err_kind_name(kinds[i]));
		cr_expect_str_eq(w.shown, UNAVAILABLE, "%s", err_kind_name(kinds[i]));
	}
	stage_fini(&s);
}
