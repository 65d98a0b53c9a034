/* SPDX-License-Identifier: Apache-2.0 */
/* Users who want no more messages: by a word, or as the network tells. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/log.h"
#include "store/stopped.h"
#include "render/html.h"
#include "support/agent_talk.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/ways_rig.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(opt_out, .init = quiet, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer sure[] = { ASKS(BOT_POLAR, "Sure?", yes_no) };
static const struct bot_answer flagged[] = {
	{ .kind = BOT_ANSWER, .html = "Hard", .related_title = "", .escalate = true }
};
static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result asks_sure = RESULT(sure);
static const struct bot_result flags = RESULT(flagged);

#define SURE "Sure?\n1) Yes\n2) No"
#define SILENCE(text) \
	{ \
		text, NULL, NULL, \
		{ \
			NULL \
		} \
	}
#define ASKED(text, heard) \
	{ \
		text, &says_hello, heard, \
		{ \
			"Hello" \
		} \
	}
#define ASK \
	{ \
		"q", &asks_sure, "q", \
		{ \
			SURE \
		} \
	}

/* twilio 7: the whole text, in any case; nobody answers. */
Test(opt_out, words_on_sms)
{
	static const struct talk t[] = {
		{ "all eight",
		    { SILENCE("STOP"), SILENCE("stopall"), SILENCE(" Unsubscribe\n"),
			SILENCE("Cancel"), SILENCE("END"), SILENCE("quit"),
			SILENCE("REVOKE"), SILENCE("OptOut") } },
		{ "not as a part",
		    { ASKED("stop it", "stop it"), ASKED("bus stop", "bus stop"),
			ASKED("STOP.", "STOP."), ASKED("stop all", "stop all"),
			ASKED("stopping", "stopping") } },
		{ "a question is forgotten",
		    { ASK, SILENCE("stop"), ASKED("1", "1") } },
		{ "YES answers it", { ASK, ASKED("YES", "option y1: Yes") } },
		{ "START is text as long as nothing was stopped",
		    { ASKED("START", "START"), ASKED("unstop", "unstop") } },
		{ "HELP is for the bot, too",
		    { ASKED("help", "help"), ASKED("INFO", "INFO") } },
		{ "with a file", { SILENCE("[media]stop") } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(opt_out, words_by_configuration)
{
	static const struct stage_file none[] = { { "conf/custom/sms.cfg",
	    "opt_out_words = [ ];" } };
	static const struct stage_file own[] = { { "conf/custom/sms.cfg",
	    "opt_out_words = [ \"ARR\xc3\x8aT\", \"x y\" ]; answer_help = false;" } };
	static const struct talk all_heard = { "none",
		{ ASKED("STOP", "STOP"), ASKED("START", "START"), ASKED("HELP", "HELP"),
		    SILENCE("[stop]STOP") } };
	static const struct talk own_heard = { "own",
		{ SILENCE("arr\xc3\xaat"), SILENCE("X  Y"), ASKED("STOP", "STOP"),
		    SILENCE("help"), SILENCE("Info"), ASKED("help me", "help me") } };
	struct stage s;

	stage_init_with(&s, none, 1);
	talk_run(&s, CONF_PRODUCTION, &all_heard);
	stage_fini(&s);
	stage_init_with(&s, own, 1);
	talk_run(&s, CONF_PRODUCTION, &own_heard);
	stage_fini(&s);
}

/* WhatsApp knows no words of its own; what the network tells holds everywhere. */
Test(opt_out, whatsapp)
{
	static const struct talk t[] = {
		{ "words are text",
		    { ASKED("STOP", "STOP"), ASKED("START", "START"),
			ASKED("HELP", "HELP") } },
		{ "but for what is told",
		    { SILENCE("[stop]adi\xc3\xb3s"), SILENCE("[start]hola"),
			SILENCE("[help]ayuda") } },
		{ "a question is forgotten by a stop alone",
		    { ASK, SILENCE("[help]1"), SILENCE("[start]1"),
			ASKED("1", "option y1: Yes"), ASK, SILENCE("[stop]1"),
			ASKED("1", "1") } },
	};
	struct stage s;

	stage_init(&s);
	s.from = "whatsapp:+34600111222";
	for (size_t i = 0; i < NELEMS(t); i++)
		talk_run(&s, CONF_PRODUCTION, &t[i]);
	stage_fini(&s);
}

Test(opt_out, told_goes_before_words)
{
	static const struct talk t[] = {
		{ "told", { SILENCE("[help]STOP"), SILENCE("[start]hello") } },
		{ "a button that reads so", { ASKED("[pick=p1]stop", NULL) } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* He leaves, as by /close; nothing is said of it. */
Test(opt_out, with_an_agent)
{
	static const struct agent_talk t[] = {
		{ .talk = { "leaves",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "1", NULL, NULL, { CONNECTING } }, SILENCE("hi"),
			  SILENCE("stop"), ASKED("hello", "hello") } },
		    .state = AGENT_STATE_TALKING,
		    .did = "there;open leaves  ;state C1;say C1 hi;leave C1 user;" },
		{ .talk = { "not-asked-any-more",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } }, SILENCE("stop"),
			  ASKED("1", "1") } },
		    .did = "there;" },
		{ .talk = { "help-is-not-for-him",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "1", NULL, NULL, { CONNECTING } },
			  SILENCE("[help]help") } },
		    .did = "there;open help-is-not-for-him  ;" },
	};

	agent_talk_run_all(NULL, 0, NULL, 0, t, NELEMS(t));
}

static bool
is_stopped(struct ways *r)
{
	struct err e = { 0 };
	bool is = false;

	cr_assert(stop_is(r->s.dialog.state, WAYS_CONV, &is, &e), "%s", e.text);
	return is;
}

Test(opt_out, kept_until_he_writes)
{
	static const struct {
		const char *say;
		int asked;
		bool stopped;
	} t[] = { { "q", 1, false }, { "STOP", 0, true }, { "stop", 0, true },
		{ "START", 0, false }, { "START", 1, false }, { "quit", 0, true },
		{ "unstop", 0, false }, { "end", 0, true }, { "hello", 1, false },
		{ "end", 0, true }, { "YES", 1, false } };
	struct ways *r = ways_new();

	r->s.bot.says = &says_hello;
	for (size_t i = 0; i < NELEMS(t); i++) {
		char sid[8];
		int before = r->s.bot.asked;
		struct caller c;

		snprintf(sid, sizeof(sid), "SM%zu", i);
		c = call(r, sid, t[i].say);
		cr_expect_eq(c.end, TURN_DONE, "%zu", i);
		cr_expect_eq(c.answers, 1, "%zu", i);
		cr_expect_str_eq(c.shown, t[i].asked ? "Hello|" : "", "%zu", i);
		cr_expect_eq(r->s.bot.asked - before, t[i].asked, "%zu", i);
		cr_expect_eq(is_stopped(r), t[i].stopped, "%zu", i);
	}
	ways_free(r);
}

/* A repeat of what came before is no new message. */
Test(opt_out, repeats)
{
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_hello;
	(void)call(r, "SM1", "q");
	(void)call(r, "SM2", "stop");
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect(is_stopped(r), "the question of before clears nothing");
	(void)call(r, "SM3", "start");
	c = call(r, "SM2", "stop");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_str_eq(c.shown, "");
	cr_expect_not(is_stopped(r), "nor does the stop of then stop anything");
	ways_free(r);
}
