/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversations in which all goes well: what is said, what the bot hears, what is
 * shown.
 */
#include "config.h"

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/talk.h"

static void
quiet(void)
{
	not_for_ever();
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(turn, .init = quiet, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_option two[] = { { .label = "Opci\xc3\xb3n <i>Uno</i>",
					     .value = "c1" },
	{ .label = "Opci\xc3\xb3n Dos", .value = "c2", .as_text = true } };

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "<p>Hello</p>") };
static const struct bot_answer sure[] = { ASKS(BOT_POLAR, "Sure?", yes_no) };
static const struct bot_answer which[] = { ASKS(BOT_CHOICE, "<p>Which?</p>", two) };
static const struct bot_answer many[] = { SAYS(BOT_ANSWER, "First"),
	ASKS(BOT_CHOICE, "Which?", two), SAYS(BOT_ANSWER, ""),
	ASKS(BOT_POLAR, "Sure?", yes_no) };
static const struct bot_answer silent[] = { SAYS(BOT_ANSWER, "<p></p>") };

static const struct bot_result says_hello = { BOT_ANSWERED, hello, 1, NULL };
static const struct bot_result asks_sure = { BOT_ANSWERED, sure, 1, NULL };
static const struct bot_result asks_which = { BOT_ANSWERED, which, 1, NULL };
static const struct bot_result says_much = { BOT_ANSWERED, many, 4, NULL };
static const struct bot_result says_blank = { BOT_ANSWERED, silent, 1, NULL };
static const struct bot_result says_nothing = { BOT_ANSWERED, NULL, 0, NULL };
#define WHICH_SHOWN "Which?\n1) Opci\xc3\xb3n Uno\n2) Opci\xc3\xb3n Dos"
#define SURE_SHOWN "Sure?\n1) Yes\n2) No"
#define SEGURO_SHOWN "Sure?\n1) S\xc3\xad\n2) No"
Test(turn, answers)
{
	static const struct talk t[] = {
		{ "a text and its answer",
		    { { "  hi there \r\n", &says_hello, "hi there", { "Hello" } } } },
		{ "nothing said, nothing asked", { { " \n ", NULL, NULL, { NULL } } } },
		{ "a bot without answers",
		    { { "hi", &says_nothing, "hi", { NULL } } } },
		{ "a bot with an empty answer",
		    { { "hi", &says_blank, "hi", { NULL } } } },
		{ "several answers, numbered through",
		    { { "hi", &says_much, "hi",
			  { "First", WHICH_SHOWN, "Sure?\n3) Yes\n4) No" } },
			{ "4", &says_hello, "option y2: No", { "Hello" } } } },
		{ "numbered through, label of the first list",
		    { { "hi", &says_much, "hi",
			  { "First", WHICH_SHOWN, "Sure?\n3) Yes\n4) No" } },
			{ "opcion uno", &says_hello, "option c1: Opci\xc3\xb3n Uno",
			    { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn, T5_polar_pending)
{
	static const struct talk t[] = {
		{ "T5 number",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "1", &says_hello, "option y1: S\xc3\xad", { "Hello" } } } },
		{ "T5 label",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "S\xc3\xad", &says_hello, "option y1: S\xc3\xad",
			    { "Hello" } } } },
		{ "T5 number with blanks",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ " 2 ", &says_hello, "option y2: No", { "Hello" } } } },
		{ "T5 something else goes as it is",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "maybe", &says_hello, "maybe", { "Hello" } } } },
		{ "first letter",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "s", &says_hello, "option y1: S\xc3\xad", { "Hello" } } } },
	};

	talk_run_all(CONF_PREPRODUCTION, t, NELEMS(t));
}

/* behaviour 6.3: only what says no in the user's language becomes a "no". */
Test(turn, F23_a_wrong_polar_answer_is_sent_as_typed)
{
	static const struct talk t[] = {
		{ "negation becomes the word for no",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "no, gracias", &says_hello, "No", { "Hello" } } } },
		{ "the English word is none here",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "yes", &says_hello, "yes", { "Hello" } } } },
		{ "a text that only begins like one",
		    { { "q", &asks_sure, "q", { SEGURO_SHOWN } },
			{ "nota de entrega", &says_hello, "nota de entrega",
			    { "Hello" } } } },
	};

	talk_run_all(CONF_PREPRODUCTION, t, NELEMS(t));
}

Test(turn, F67_blanks_around_count_for_nothing)
{
	static const struct talk t[] = {
		{ "behind a label",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "Opci\xc3\xb3n Uno \n", &says_hello,
			    "option c1: Opci\xc3\xb3n Uno", { "Hello" } } } },
		{ "around a number",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "\xc2\xa0 01 \t", &says_hello, "option c1: Opci\xc3\xb3n Uno",
			    { "Hello" } } } },
		{ "around a question",
		    { { "  where are you?\n\n", &says_hello, "where are you?",
			{ "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn, T6_choice_pending)
{
	static const struct talk t[] = {
		{ "T6 number",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "1", &says_hello, "option c1: Opci\xc3\xb3n Uno",
			    { "Hello" } } } },
		{ "T6 label",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "opcion uno", &says_hello, "option c1: Opci\xc3\xb3n Uno",
			    { "Hello" } } } },
		{ "T6 something else goes as it is",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "hello", &says_hello, "hello", { "Hello" } } } },
		{ "an option that is said as text",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "2)", &says_hello, "option c2 as text: Opci\xc3\xb3n Dos",
			    { "Hello" } } } },
		{ "a negation is a text like others here",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "no thanks", &says_hello, "no thanks", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn, life_of_options)
{
	static const struct talk t[] = {
		{ "one message only",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "hello", &says_hello, "hello", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "gone after a choice",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "2", &says_hello, NULL, { "Hello" } },
			{ "2", &says_hello, "2", { "Hello" } } } },
		{ "new ones replace them",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "1", &asks_sure, NULL, { SURE_SHOWN } },
			{ "1", &says_hello, "option y1: Yes", { "Hello" } } } },
		{ "an empty message leaves them",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ " ", NULL, NULL, { NULL } },
			{ "1", &says_hello, "option c1: Opci\xc3\xb3n Uno",
			    { "Hello" } } } },
		{ "a number out of range leaves them once",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			{ "1", &says_hello, "option c1: Opci\xc3\xb3n Uno",
			    { "Hello" } } } },
		{ "a second in a row is a text",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			{ "4", &says_hello, "4", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "a new list is warned of anew",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			{ "4", &asks_which, "4", { WHICH_SHOWN } },
			{ "5", NULL, NULL,
			    { "Please type a number from 1 to 2." } } } },
		{ "trouble of the bot leaves them",
		    { { "q", &asks_sure, "q", { SURE_SHOWN } },
			{ "1", &talk_fails, "option y1: Yes", { UNAVAILABLE } },
			{ "1", &says_hello, "option y1: Yes", { "Hello" } } } },
		{ "so does a slow bot",
		    { { "q", &asks_sure, "q", { SURE_SHOWN } },
			{ "1", &talk_is_slow, NULL,
			    { "Please, reformulate your question." } },
			{ "1", &says_hello, "option y1: Yes", { "Hello" } } } },
		{ "trouble keeps the warning too",
		    { { "q", &asks_which, "q", { WHICH_SHOWN } },
			{ "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			{ "4", &talk_fails, "4", { UNAVAILABLE } },
			{ "5", &says_hello, "5", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* The memory is the bot's: given back as it was left, kept when the bot fails. */
Test(turn, memory)
{
	static const struct {
		struct line line;
		const char *memory; /* given to the bot */
	} t[] = {
		{ { "a", &says_hello, "a", { "Hello" } }, "" },
		{ { "b", &says_hello, "b", { "Hello" } }, "1" },
		{ { "c", &talk_fails, "c", { UNAVAILABLE } }, "2" },
		{ { "d", &says_hello, "d", { "Hello" } }, "2" },
		{ { "e", &talk_is_slow, "e", { "Please, reformulate your question." } },
		    "3" },
		{ { "f", &says_hello, "f", { "Hello" } }, "4" },
	};
	struct stage s;

	stage_init(&s);
	s.bot.trouble = (struct err){ ERR_TIMEOUT, 0, "too late" };
	for (size_t i = 0; i < NELEMS(t); i++) {
		talk_say(&s, CONF_PRODUCTION, "memory", i, &t[i].line);
		cr_expect_str_eq(s.bot.memory, t[i].memory, "line %zu", i);
	}
	talk_say(&s, CONF_PRODUCTION, "another conversation", 0, &t[0].line);
	cr_expect_str_eq(s.bot.memory, "");
	stage_fini(&s);
}

/* A conversation keeps the environment it began in, and its language. */
Test(turn, environment)
{
	static const struct line first = { "q", &asks_sure, "q", { SEGURO_SHOWN } };
	static const struct line second = { "no", &asks_sure, "option y2: No",
		{ SEGURO_SHOWN } };
	static const struct line english = { "q", &asks_sure, "q", { SURE_SHOWN } };
	struct stage s;

	stage_init(&s);
	talk_say(&s, CONF_PREPRODUCTION, "spanish", 0, &first);
	cr_expect_str_eq(s.bot.env, "preproduction");
	talk_say(&s, CONF_PRODUCTION, "spanish", 1, &second);
	cr_expect_str_eq(s.bot.env, "preproduction");
	talk_say(&s, CONF_PRODUCTION, "english", 0, &english);
	cr_expect_str_eq(s.bot.env, "production");
	stage_fini(&s);
}

/* On WhatsApp emphasis has marks; labels have none there either. */
Test(turn, style)
{
	static const struct bot_answer bold[] = { ASKS(
	    BOT_CHOICE, "<b>Which?</b>", two) };
	static const struct bot_result asks_bold = { BOT_ANSWERED, bold, 1, NULL };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct inbound in = { .sid = "SM1",
		.conv_id = "style",
		.user_id = "style",
		.from = "whatsapp:+34600111222",
		.to = "whatsapp:+34900000000",
		.text = "q" };
	struct stage s;
	struct turn t = { .arena = a };
	struct reply r;
	struct err e;

	stage_init(&s);
	t.conf = s.conf;
	t.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
	s.bot.says = &asks_bold;
	cr_assert_eq(dialog_turn(&s.dialog, &t, &in, &r, &e), TURN_DONE);
	cr_assert_eq(r.n, 1u);
	cr_expect_str_eq(
	    r.messages[0].text, "*Which?*\n1) Opci\xc3\xb3n Uno\n2) Opci\xc3\xb3n Dos");
	stage_fini(&s);
}
