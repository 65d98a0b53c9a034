/* SPDX-License-Identifier: Apache-2.0 */
/* Files, welcome, what is set up at the bot, commands. */
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
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(turn_more, .init = quiet, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_option two[] = { { .label = "Opening hours", .value = "w1" },
	{ .label = "My order", .value = "w2" } };
static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer sure[] = { ASKS(BOT_POLAR, "Sure?", yes_no) };
static const struct bot_answer welcome[] = { SAYS(BOT_ANSWER, "Welcome!") };
static const struct bot_answer menu[] = { ASKS(BOT_CHOICE, "Welcome!", two) };
static const struct bot_answer rated[] = { { .kind = BOT_ANSWER,
    .html = "Pay by card.",
    .related_title = "",
    .rate_code = "c1" } };
static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result asks_sure = RESULT(sure);
static const struct bot_result welcomes = RESULT(welcome);
static const struct bot_result shows_menu = RESULT(menu);
static const struct bot_result says_rated = RESULT(rated);

#define SURE "Sure?\n1) Yes\n2) No"
#define ONLY_TEXT "I can only read text. Please write your question."
#define NO_FILES "Sorry, I can't open pictures or files."

/* behaviour 3: the caption is asked, and nothing empty goes to the bot. */
Test(turn_more, F63_files)
{
	static const struct talk t[] = {
		{ "with a caption: its answer comes first",
		    { { "[media]what is this?", &says_hello, "what is this?",
			{ "Hello", NO_FILES } } } },
		{ "several files, one notice",
		    { { "[media][media][media]hi", &says_hello, "hi",
			{ "Hello", NO_FILES } } } },
		{ "without a text the bot is not asked",
		    { { "[media]", NULL, NULL, { ONLY_TEXT } } } },
		{ "blanks are no text",
		    { { "[media] \n ", NULL, NULL, { ONLY_TEXT } } } },
		{ "a question stays open",
		    { { "q", &asks_sure, "q", { SURE } },
			{ "[media]", NULL, NULL, { ONLY_TEXT } },
			{ "1", &says_hello, "option y1: Yes", { "Hello" } } } },
		{ "a caption answers it",
		    { { "q", &asks_sure, "q", { SURE } },
			{ "[media]yes", &says_hello, "option y1: Yes",
			    { "Hello", NO_FILES } } } },
		{ "so does a rating's",
		    { { "q", &says_rated, "q",
			  { "Pay by card.",
			      "Was this answer helpful?\n\n1) Yes\n2) No" } },
			{ "[media]", NULL, NULL, { ONLY_TEXT } },
			{ "1", NULL, NULL, { "Thanks!" } } } },
		{ "trouble of the bot",
		    { { "[media]hi", &talk_fails, "hi", { UNAVAILABLE, NO_FILES } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* What holds no text, whatever else is in it, touches nothing that is open. */
Test(turn_more, F14_nothing_said_consumes_nothing)
{
	static const struct talk t[] = {
		{ "choices",
		    { { "q", &asks_sure, "q", { SURE } }, { "", NULL, NULL, { NULL } },
			{ " \t\n", NULL, NULL, { NULL } },
			{ "[media]", NULL, NULL, { ONLY_TEXT } },
			{ "2", &says_hello, "option y2: No", { "Hello" } } } },
		{ "a rating and its comment",
		    { { "q", &says_rated, "q",
			  { "Pay by card.",
			      "Was this answer helpful?\n\n1) Yes\n2) No" } },
			{ "", NULL, NULL, { NULL } },
			{ "2", NULL, NULL, { "Please tell us why" } },
			{ "", NULL, NULL, { NULL } },
			{ "why", NULL, NULL, { "Thanks!" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

static const struct stage_file with_welcome[] = { { "conf/custom/conversation.cfg",
    "welcome = true;" } };

Test(turn_more, welcome)
{
	static const struct talk t[] = {
		{ "before the first question, once",
		    { { "q", &says_hello, "q", { "Welcome!", "Hello" } },
			{ "q", &says_hello, "q", { "Hello" } } } },
		{ "not before something is said",
		    { { " ", NULL, NULL, { NULL } },
			{ "[media]", NULL, NULL, { ONLY_TEXT } },
			{ "q", &says_hello, "q", { "Welcome!", "Hello" } } } },
		{ "its choices are numbered with those of the answer",
		    { { "q", &asks_sure, "q", { "Welcome!", "Sure?\n1) Yes\n2) No" } },
			{ "1", &says_hello, "option y1: Yes", { "Hello" } } } },
	};
	static const struct talk with_menu[] = {
		{ "its choices are said: the bot knows their values no more",
		    { { "q", &says_hello, "q",
			  { "Welcome!\n1) Opening hours\n2) My order", "Hello" } },
			{ "2", &says_hello, "option  as text: My order",
			    { "Hello" } } } },
		{ "and those of the answer go on",
		    { { "q", &asks_sure, "q",
			  { "Welcome!\n1) Opening hours\n2) My order",
			      "Sure?\n3) Yes\n4) No" } },
			{ "4", &says_hello, "option y2: No", { "Hello" } } } },
		{ "the question fails: the welcome's choices work",
		    { { "q", &talk_fails, "q",
			  { "Welcome!\n1) Opening hours\n2) My order", UNAVAILABLE } },
			{ "1", &says_hello, "option  as text: Opening hours",
			    { "Hello" } } } },
	};
	struct stage s;

	stage_init_with(&s, with_welcome, NELEMS(with_welcome));
	s.bot.greets = &welcomes;
	for (size_t i = 0; i < NELEMS(t); i++)
		talk_run(&s, CONF_PRODUCTION, &t[i]);
	cr_expect_eq(s.bot.greeted, (int)NELEMS(t));
	s.bot.greets = &shows_menu;
	for (size_t i = 0; i < NELEMS(with_menu); i++)
		talk_run(&s, CONF_PRODUCTION, &with_menu[i]);
	stage_fini(&s);
}

/* No rating of the welcome; one that fails is left out. */
Test(turn_more, welcome_that_fails)
{
	static const struct talk rated_welcome = { "rated",
		{ { "q", &talk_fails, "q", { "Pay by card.", UNAVAILABLE } },
		    { "q", &says_hello, "q", { "Hello" } } } };
	static const struct talk failed = { "failed",
		{ { "q", &says_hello, "q", { "Hello" } },
		    { "q", &says_hello, "q", { "Hello" } } } };
	static const struct talk slow = { "slow",
		{ { "q", &says_hello, "q", { "Hello" } } } };
	static const struct talk back = { "back",
		{ { "q", &talk_fails, "q", { UNAVAILABLE } } } };
	static const struct line at_last = { "q", &says_hello, "q",
		{ "Welcome!", "Hello" } };
	struct stage s;

	stage_init_with(&s, with_welcome, NELEMS(with_welcome));
	s.bot.greets = &says_rated;
	talk_run(&s, CONF_PRODUCTION, &rated_welcome);
	s.bot.greets = NULL;
	talk_run(&s, CONF_PRODUCTION, &failed);
	talk_run(&s, CONF_PRODUCTION, &back);
	s.bot.greets = &talk_is_slow;
	talk_run(&s, CONF_PRODUCTION, &slow);
	s.bot.greets = &welcomes;
	talk_say(&s, CONF_PRODUCTION, "back", 1, &at_last);
	stage_fini(&s);
}

static void
takes_more_than_half(void *arg)
{
	struct stage *s = arg;

	s->clock.skip_ms += PATIENCE_MS / 2 + 1000;
}

/* Else nobody would ever have an answer of a bot that needs more than half of the time. */
Test(turn_more, a_welcome_that_takes_the_time_is_not_tried_again)
{
	static const struct talk t = { "slow",
		{ { "q", &talk_fails, "q", { UNAVAILABLE } } } };
	static const struct line next = { "q", &says_hello, "q", { "Hello" } };
	struct stage s;

	stage_init_with(&s, with_welcome, NELEMS(with_welcome));
	s.bot.during = takes_more_than_half;
	s.bot.arg = &s;
	s.bot.trouble = (struct err){ ERR_TIMEOUT, 0, "no answer in time" };
	talk_run(&s, CONF_PRODUCTION, &t);
	s.bot.during = NULL;
	s.bot.greets = &welcomes;
	s.clock.skip_ms = 0;
	talk_say(&s, CONF_PRODUCTION, "slow", 1, &next);
	cr_expect_eq(s.bot.greeted, 1);
	stage_fini(&s);
}

Test(turn_more, no_welcome_unless_configured)
{
	static const struct talk t = { "off",
		{ { "q", &says_hello, "q", { "Hello" } } } };
	struct stage s;

	stage_init(&s);
	s.bot.greets = &welcomes;
	talk_run(&s, CONF_PRODUCTION, &t);
	cr_expect_eq(s.bot.greeted, 0);
	stage_fini(&s);
}

Test(turn_more, texts_of_the_bot)
{
	static const struct bot_text texts[] = { { "yes",
						     "<b>Claro</b> &amp; s\xc3\xad" },
		{ "media_not_understood", "_Solo texto_" }, { "unheard_of", "x" },
		{ "no", "" }, { "choose_an_option", "_Elige_" },
		{ "type_a_number", "_(n\xc3\xbamero)_" } };
	static const struct bot_option red = {
		.label = "Red", .value = "", .as_text = true
	};
	static const struct bot_answer list[] = { { .kind = BOT_LIST,
	    .html = "",
	    .options = &red,
	    .n_options = 1,
	    .related_title = "" } };
	static const struct bot_result asks_list = RESULT(list);
	static const struct talk t = { "texts",
		{ { "q", &asks_sure, "q", { "Sure?\n1) Claro & s\xc3\xad\n2) No" } },
		    { "[media]", NULL, NULL, { "Solo texto" } },
		    { "claro & si", &asks_list, "option y1: Claro & s\xc3\xad",
			{ "Elige (n\xc3\xbamero)\n1) Red" } } } };
	static const struct talk without = { "without",
		{ { "q", &asks_sure, "q", { "Sure?\n1) S\xc3\xad\n2) No" } } } };
	struct stage s;

	stage_init(&s);
	s.bot.setup = (struct bot_setup){ .texts = texts, .n = NELEMS(texts) };
	talk_run(&s, CONF_PREPRODUCTION, &t);
	cr_expect_str_eq(s.bot.lang, "es", "texts of the conversation's language");
	s.bot.setup = (struct bot_setup){ 0 };
	talk_run(&s, CONF_PREPRODUCTION, &without);
	stage_fini(&s);
}

static const struct stage_file with_commands[] = { { "conf/custom/commands.cfg",
    "allowed_numbers = [ \"+34600999999\", \"whatsapp:+34600111222\" ];" } };

Test(turn_more, T26_commands_go_to_the_bot)
{
	static const struct talk t[] = {
		{ "user id",
		    { { "show_user_id", &says_hello, "show_user_id", { "Hello" } } } },
		{ "session",
		    { { "clear_user_session", &says_hello, "clear_user_session",
			{ "Hello" } } } },
		{ "app data",
		    { { "clear_cached_appdata", &says_hello, "clear_cached_appdata",
			{ "Hello" } } } },
	};
	static const struct {
		const char *name, *from;
		enum conf_env env;
	} by[] = {
		{ "T26: in production", "+34600111222", CONF_PRODUCTION },
		{ "of another number", "+34600111223", CONF_PREPRODUCTION },
		{ "of a number that only begins so", "+346001112220",
		    CONF_PREPRODUCTION },
		{ "of a number that is a part", "+3460011122", CONF_DEVELOPMENT },
	};

	for (size_t i = 0; i < NELEMS(by); i++) {
		struct stage s;

		stage_init_with(&s, with_commands, NELEMS(with_commands));
		s.from = by[i].from;
		for (size_t k = 0; k < NELEMS(t); k++)
			talk_run(&s, by[i].env, &t[k]);
		cr_expect_eq(s.bot.asked, (int)NELEMS(t), "%s", by[i].name);
		cr_expect_eq(s.bot.forgot, 0, "%s", by[i].name);
		stage_fini(&s);
	}
}

Test(turn_more, nobody_may_give_commands_unless_named)
{
	static const struct talk t[] = { { "user id",
	    { { "show_user_id", &says_hello, "show_user_id", { "Hello" } } } } };

	talk_run_all(CONF_PREPRODUCTION, t, NELEMS(t));
}

#define SEGURO "Sure?\n1) S\xc3\xad\n2) No"

Test(turn_more, commands)
{
	static const struct talk t[] = {
		{ "twilio-34900000000-34600111222",
		    { { " show_user_id\n", NULL, NULL,
			{ "twilio-34900000000-34600111222" } } } },
		{ "whole texts only",
		    { { "show_user_id please", &says_hello, "show_user_id please",
			  { "Hello" } },
			{ "Show_user_id", &says_hello, "Show_user_id",
			    { "Hello" } } } },
		{ "a question stays open",
		    { { "q", &asks_sure, "q", { SEGURO } },
			{ "show_user_id", NULL, NULL, { "a question stays open" } },
			{ "clear_cached_appdata", NULL, NULL,
			    { "There was no cached app data." } },
			{ "1", &says_hello, "option y1: S\xc3\xad", { "Hello" } } } },
		{ "but for a cleared session",
		    { { "q", &asks_sure, "q", { SEGURO } },
			{ "clear_user_session", NULL, NULL,
			    { "User session cleared." } },
			{ "1", &says_hello, "1", { "Hello" } } } },
	};
	static const struct line clear = { "clear_cached_appdata", NULL, NULL,
		{ "Cached app data cleared." } };
	static const struct bot_text text = { "thanks", "Thx" };
	static const char *const from[] = { "+34600111222", "whatsapp:+34600111222",
		"whatsapp:+34600999999" };

	for (size_t i = 0; i < NELEMS(from); i++) {
		struct stage s;

		stage_init_with(&s, with_commands, NELEMS(with_commands));
		s.from = from[i];
		for (size_t k = 0; k < NELEMS(t); k++)
			talk_run(&s, CONF_PREPRODUCTION, &t[k]);
		s.bot.setup = (struct bot_setup){ .texts = &text, .n = 1 };
		talk_say(&s, CONF_PREPRODUCTION, "app data", 0, &clear);
		cr_expect_eq(s.bot.forgot, 2, "%s", from[i]);
		stage_fini(&s);
	}
}

/* All is new but what tells repeats; the bot's memory is gone. */
Test(turn_more, a_cleared_session)
{
	static const struct talk t = { "cleared",
		{ { "q", &says_hello, "q", { "Welcome!", "Hello" } },
		    { "q", &says_hello, "q", { "Hello" } },
		    { "clear_user_session", NULL, NULL, { "User session cleared." } },
		    { "q", &says_hello, "q", { "Welcome!", "Hello" } } } };
	struct stage_file files[2] = { with_commands[0], with_welcome[0] };
	struct turn turn = { .env = CONF_PREPRODUCTION };
	struct inbound again = { .conv_id = "cleared",
		.sid = "SM-2",
		.user_id = "cleared",
		.from = "+34600111222",
		.to = "+34900000000",
		.text = "clear_user_session" };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct reply r;
	struct stage s;
	struct err e;

	files[1].path = "conf/preproduction/conversation.cfg";
	stage_init_with(&s, files, NELEMS(files));
	s.bot.greets = &welcomes;
	talk_run(&s, CONF_PREPRODUCTION, &t);
	cr_expect_str_eq(s.bot.memory, "1", "only the welcome came before");
	turn.conf = s.conf;
	turn.arena = a;
	turn.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
	cr_assert_eq(dialog_turn(&s.dialog, &turn, &again, &r, &e), TURN_REPEAT);
	cr_expect_str_eq(r.messages[0].text, "User session cleared.");
	stage_fini(&s);
}

/* A rating that waits for its comment goes out when a command comes instead. */
Test(turn_more, F16_a_command_ends_the_wait_for_a_comment)
{
	static const char *const commands[] = { "show_user_id", "clear_user_session",
		"clear_cached_appdata" };

	for (size_t i = 0; i < NELEMS(commands); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		static const struct line next = { "why", &says_hello, "why",
			{ "Hello" } };
		struct stage s;

		stage_init_with(&s, with_commands, NELEMS(with_commands));
		s.bot.says = &says_rated;
		(void)talk_send(&s, a, CONF_PREPRODUCTION, "c", 0, "q");
		(void)talk_send(&s, a, CONF_PREPRODUCTION, "c", 1, "2");
		cr_expect_str_eq(s.bot.notes, "", "%s", commands[i]);
		(void)talk_send(&s, a, CONF_PREPRODUCTION, "c", 2, commands[i]);
		cr_expect_str_eq(s.bot.notes, "rate c1=2 ;", "%s", commands[i]);
		cr_expect_str_eq(s.bot.note_memory, "1", "%s", commands[i]);
		talk_say(&s, CONF_PREPRODUCTION, "c", 3, &next);
		cr_expect_str_eq(s.bot.notes, "rate c1=2 ;", "%s", commands[i]);
		stage_fini(&s);
	}
}
