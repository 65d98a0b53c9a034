/* SPDX-License-Identifier: Apache-2.0 */
/* While a chat with an agent is open: what goes where; how it ends. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
#include "store/chats.h"
#include "store/state.h"
#include "support/agent_talk.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(turn_chat, .init = quiet, .fini = no_leaks);

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer flagged[] = {
	{ .kind = BOT_ANSWER, .html = "Hard", .related_title = "", .escalate = true }
};
static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result flags = RESULT(flagged);

#define IN_QUEUE \
	"You are still in the queue. The agent will read your messages when it is " \
	"your turn. Type exit to leave the queue."
#define CLOSED "Chat closed"
#define BEGIN \
	{ "q", &flags, "q", { "Hard", WANT_AGENT } }, \
	{ \
		"1", NULL, NULL, \
		{ \
			CONNECTING \
		} \
	}

static void
run(const struct agent_talk *t, size_t n)
{
	agent_talk_run_all(NULL, 0, NULL, 0, t, n);
}

/* behaviour 9.2; while it is open the bot hears nothing */
Test(turn_chat, T16_F25_F29_texts)
{
	static const struct agent_talk t[] = {
		{ .talk = { "T16",
		      { BEGIN, { " hi\nyou ", NULL, NULL, { NULL } },
			  { "1", NULL, NULL, { NULL } },
			  { " ", NULL, NULL, { NULL } } } },
		    .state = AGENT_STATE_TALKING,
		    .did = "there;open T16  ;state C1;say C1 hi\nyou;say C1 1;" },
		{ .talk = { "F25-state-unknown",
		      { BEGIN, { "secret", NULL, NULL, { NULL } } } },
		    .did = "there;open F25-state-unknown  ;state C1;say C1 secret;" },
		{ .talk = { "F29-not-delivered",
		      { BEGIN, { "a", NULL, NULL, { NOT_TOLD_AGENT } },
			  { "b", NULL, NULL, { NOT_TOLD_AGENT } } } },
		    .state = AGENT_STATE_TALKING,
		    .outcome = AGENT_NOT_DELIVERED,
		    .did = "there;open F29-not-delivered  ;state C1;say C1 a;"
			   "say C1 b;" },
		{ .talk = { "unsure",
		      { BEGIN, { "a", NULL, NULL, { NOT_TOLD_AGENT } } } },
		    .state = AGENT_STATE_TALKING,
		    .outcome = AGENT_UNSURE,
		    .did = "there;open unsure  ;state C1;say C1 a;" },
		{ .talk = { "over-when-said",
		      { BEGIN, { "a", &says_hello, "a", { "Hello" } },
			  { "b", &says_hello, "b", { "Hello" } } } },
		    .state = AGENT_STATE_TALKING,
		    .outcome = AGENT_OVER,
		    .did = "there;open over-when-said  ;state C1;say C1 a;" },
		{ .talk = { "over-when-looked-at",
		      { BEGIN, { "a", &says_hello, "a", { "Hello" } } } },
		    .state = AGENT_STATE_OVER,
		    .notes = "none came C1 APP eu;",
		    .did = "there;open over-when-looked-at  ;state C1;" },
	};

	run(t, NELEMS(t));
}

/* behaviour 9.4 */
Test(turn_chat, T17_close_word)
{
	static const struct agent_talk t[] = {
		{ .talk = { "T17",
		      { BEGIN, { "/close", NULL, NULL, { CLOSED } },
			  { "hi", &says_hello, "hi", { "Hello" } } } },
		    .state = AGENT_STATE_TALKING,
		    .notes = "none came C1 APP eu;",
		    .did = "there;open T17  ;leave C1 user;" },
		{ .talk = { "any-case",
		      { BEGIN, { "  /CLOSE ", NULL, NULL, { CLOSED } } } },
		    .state = AGENT_STATE_TALKING,
		    .notes = "none came C1 APP eu;",
		    .did = "there;open any-case  ;leave C1 user;" },
		{ .talk = { "another-word",
		      { BEGIN, { "close", NULL, NULL, { NULL } },
			  { "/close it", NULL, NULL, { NULL } } } },
		    .state = AGENT_STATE_TALKING,
		    .did = "there;open another-word  ;state C1;say C1 close;"
			   "say C1 /close it;" },
		{ .talk = { "no-chat",
		      { { "/close", &says_hello, "/close", { "Hello" } } } },
		    .did = "" },
	};

	run(t, NELEMS(t));
}

/* behaviour 9.5 */
Test(turn_chat, T23_F20_queue)
{
	static const struct agent_talk t[] = {
		{ .talk = { "T23",
		      { BEGIN, { "Exit", NULL, NULL, { CLOSED } },
			  { "hi", &says_hello, "hi", { "Hello" } } } },
		    .state = AGENT_STATE_QUEUED,
		    .notes = "none came C1 APP eu;",
		    .did = "there;open T23  ;state C1;leave C1 user;" },
		{ .talk = { "F20",
		      { BEGIN, { "a", NULL, NULL, { IN_QUEUE } },
			  { "[+59]b", NULL, NULL, { NULL } },
			  { "[+1]c", NULL, NULL, { IN_QUEUE } } } },
		    .state = AGENT_STATE_QUEUED,
		    .did = "there;open F20  ;state C1;say C1 a;state C1;say C1 b;"
			   "state C1;say C1 c;" },
		{ .talk = { "not-in-a-queue",
		      { BEGIN, { "exit", NULL, NULL, { NULL } } } },
		    .state = AGENT_STATE_RINGING,
		    .did = "there;open not-in-a-queue  ;state C1;say C1 exit;" },
		{ .talk = { "talking",
		      { BEGIN, { "a", NULL, NULL, { NULL } },
			  { "exit", NULL, NULL, { NULL } } } },
		    .state = AGENT_STATE_TALKING,
		    .did = "there;open talking  ;state C1;say C1 a;say C1 exit;" },
		{ .talk = { "queued-and-not-delivered",
		      { BEGIN, { "a", NULL, NULL, { NOT_TOLD_AGENT } } } },
		    .state = AGENT_STATE_QUEUED,
		    .outcome = AGENT_NOT_DELIVERED,
		    .did = "there;open queued-and-not-delivered  ;state C1;say C1 a;" },
	};

	run(t, NELEMS(t));
}

/* No word to leave with is configured. */
Test(turn_chat, queue_without_a_word)
{
	static const struct stage_file files[] = {
		{ "conf/custom/chat.cfg", "chat = { exitQueueCommand = \"\"; };\n" },
	};
	static const struct agent_talk t[] = {
		{ .talk = { "no-word",
		      { BEGIN,
			  { "exit", NULL, NULL,
			      { "You are still in the queue. The agent will read your "
				"messages when it is your turn." } },
			  { " ", NULL, NULL, { NULL } } } },
		    .state = AGENT_STATE_QUEUED,
		    .did = "there;open no-word  ;state C1;say C1 exit;" },
	};

	agent_talk_run_all(files, NELEMS(files), NULL, 0, t, NELEMS(t));
}

/* behaviour 13 */
Test(turn_chat, F18_agents_alone)
{
	static const struct stage_file files[] = {
		{ "conf/custom/custom.cfg", "onlyHyperChatMode = true;\n" },
	};
	static const struct agent_talk t[] = {
		{ .talk = { "F18",
		      { { "hi", NULL, NULL, { CONNECTING } },
			  { "you", NULL, NULL, { NULL } } } },
		    .state = AGENT_STATE_TALKING,
		    .did = "open F18  ;say C1 hi;state C1;say C1 you;" },
		{ .talk = { "nobody",
		      { { "hi", NULL, NULL, { NO_AGENTS } },
			  { "hi", NULL, NULL, { NO_AGENTS } } } },
		    .opening = AGENT_NONE,
		    .did = "open nobody  ;open nobody  ;" },
		{ .talk = { "failed",
		      { { "hi", NULL, NULL,
			  { "There was an error joining the chat" } } } },
		    .opening = AGENT_OPEN_FAILED,
		    .did = "open failed  ;" },
		{ .talk = { "over-at-once",
		      { { "hi", NULL, NULL, { CONNECTING, NOT_TOLD_AGENT } } } },
		    .outcome = AGENT_OVER,
		    .did = "open over-at-once  ;say C1 hi;" },
		{ .talk = { "over-meanwhile",
		      { { "hi", NULL, NULL, { CONNECTING } },
			  { "you", NULL, NULL, { CONNECTING } } } },
		    .state = AGENT_STATE_OVER,
		    .did = "open over-meanwhile  ;say C1 hi;state C1;"
			   "open over-meanwhile  ;say C1 you;" },
		{ .talk = { "empty", { { " ", NULL, NULL, { NULL } } } }, .did = "" },
	};

	agent_talk_run_all(files, NELEMS(files), NULL, 0, t, NELEMS(t));
}

/* What is set at the bot counts more than the file, also when it says no. */
Test(turn_chat, agents_alone_by_the_bot)
{
	static const struct stage_file files[] = {
		{ "conf/custom/custom.cfg", "onlyHyperChatMode = true;\n" },
	};
	static const struct agent_talk no = {
		.talk = { "no", { { "hi", &says_hello, "hi", { "Hello" } } } },
		.did = ""
	};
	static const struct agent_talk yes = {
		.talk = { "yes", { { "hi", NULL, NULL, { CONNECTING } } } },
		.did = "open yes  ;say C1 hi;",
	};
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, files, NELEMS(files));
	s.bot.setup.only_agents = BOT_NO;
	agent_talk_run(&s, &f, &no);
	agent_stage_fini(&s);
	agent_stage(&s, &f, NULL, 0);
	s.bot.setup.only_agents = BOT_YES;
	agent_talk_run(&s, &f, &yes);
	agent_stage_fini(&s);
}

/* Agents are switched off while a chat is open: the bot is back. */
Test(turn_chat, switched_off)
{
	static const struct agent_talk t = { .talk = { "off", { BEGIN } },
		.did = "there;open off  ;" };
	static const struct line line = { "hi", &says_hello, "hi", { "Hello" } };
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, NULL, 0);
	agent_talk_run(&s, &f, &t);
	f.disabled = true;
	talk_say(&s, CONF_PRODUCTION, "off", 9, &line);
	cr_expect_str_eq(f.did, t.did);
	agent_stage_fini(&s);
}

/* Its events find the conversation from the moment there can be any. */
Test(turn_chat, chats_are_noted)
{
	static const struct line begin[] = { BEGIN };
	static const struct line close = { "/close", NULL, NULL, { CLOSED } };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(state_closep) struct state *st = NULL;
	char path[200];
	struct fake_agent f;
	struct chat_row row;
	struct stage s;
	struct err e = { 0 };

	agent_stage(&s, &f, NULL, 0);
	snprintf(path, sizeof(path), "%s/state", s.dir.path);
	st = state_open(
	    &(struct state_opts){ .path = path, .clock = &s.clock.clock }, &e);
	cr_assert_not_null(st, "%s", e.text);
	s.dialog.state = st;
	for (size_t i = 0; i < NELEMS(begin); i++)
		talk_say(&s, CONF_PRODUCTION, "noted", i, &begin[i]);
	cr_assert_eq(chats_find(st, "production", "C1", a, &row, &e), CHATS_OK);
	cr_expect_str_eq(row.conv, "noted");
	cr_expect_str_eq(row.user, "+34600111222");
	cr_expect_str_eq(row.ours, "+34900000000");
	cr_expect(!row.closed);
	talk_say(&s, CONF_PRODUCTION, "noted", 2, &close);
	cr_assert_eq(chats_find(st, "production", "C1", a, &row, &e), CHATS_OK);
	cr_expect(row.closed);
	agent_stage_fini(&s);
}

/* behaviour 14: what is a command to the bot is a text to an agent. */
Test(turn_chat, commands_are_for_the_agent)
{
	static const struct stage_file files[] = {
		{ "conf/custom/commands.cfg",
		    "allowed_numbers = [ \"+34600111222\" ];\n" },
	};
	static const struct line lines[] = { BEGIN,
		{ "clear_user_session", NULL, NULL, { NULL } },
		{ "/close", NULL, NULL, { CLOSED } },
		{ "clear_user_session", NULL, NULL, { "User session cleared." } },
		{ "hi", &says_hello, "hi", { "Hello" } } };
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, files, NELEMS(files));
	f.state = AGENT_STATE_TALKING;
	for (size_t i = 0; i < NELEMS(lines); i++)
		talk_say(&s, CONF_DEVELOPMENT, "told", i, &lines[i]);
	cr_expect_str_eq(f.did,
	    "there;open told  ;state C1;say C1 clear_user_session;leave C1 user;");
	agent_stage_fini(&s);
}

/* A message that comes twice is said to the agent once. */
Test(turn_chat, repeats)
{
	static const struct agent_talk t = { .talk = { "repeats", { BEGIN } },
		.did = "there;open repeats  ;" };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct turn turn = { .env = CONF_PRODUCTION, .arena = a };
	struct inbound in = { .conv_id = "repeats",
		.user_id = "repeats",
		.sid = "SMx",
		.to = "+34900000000",
		.text = "once" };
	struct fake_agent f;
	struct reply r;
	struct stage s;
	struct err e = { 0 };

	agent_stage(&s, &f, NULL, 0);
	agent_talk_run(&s, &f, &t);
	f.did[0] = '\0';
	turn.conf = s.conf;
	turn.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
	in.from = s.from;
	cr_expect_eq(dialog_turn(&s.dialog, &turn, &in, &r, &e), TURN_DONE);
	cr_expect_eq(dialog_turn(&s.dialog, &turn, &in, &r, &e), TURN_REPEAT);
	cr_expect_str_eq(f.did, "state C1;say C1 once;");
	agent_stage_fini(&s);
}
