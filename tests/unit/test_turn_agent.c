/* SPDX-License-Identifier: Apache-2.0 */
/* From the bot to an agent: what asks for one, the question, the sequences S1 to S9. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
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

TestSuite(turn_agent, .init = quiet, .fini = no_leaks);

static const struct stage_file two_tries[] = {
	{ "conf/custom/chat.cfg",
	    "triesBeforeEscalation = 2;\nnegativeRatingsBeforeEscalation = 2;\n" },
};

static const struct bot_line said[] = { { false, "q", 5 }, { true, "<p>Hm</p>", 6 } };

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_option talk_or_not[] = {
	{ .label = "Prices", .value = "1" },
	{ .label = "A person", .value = "2", .starts_agent = true },
};
static const struct bot_field fields[] = { { "ORDER", "77" }, { "WHY", "late" } };
static const struct bot_form ann = { "Ann Lee", "ann@example.com", fields, 2 };

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer nothing[] = { { .kind = BOT_ANSWER,
    .html = "Nothing",
    .related_title = "",
    .no_results = true } };
static const struct bot_answer flagged[] = {
	{ .kind = BOT_ANSWER, .html = "Hard", .related_title = "", .escalate = true }
};
static const struct bot_answer flagged_menu[] = { { .kind = BOT_CHOICE,
    .html = "Pick",
    .related_title = "",
    .options = talk_or_not,
    .n_options = NELEMS(talk_or_not),
    .escalate = true } };
static const struct bot_answer offers[] = {
	SAYS(BOT_ANSWER, "I can't."),
	{ .kind = BOT_POLAR,
	    .html = "A person?",
	    .related_title = "",
	    .options = yes_no,
	    .n_options = 2,
	    .offers_agent = true },
};
static const struct bot_answer offers_form[] = { { .kind = BOT_POLAR,
    .html = "A person?",
    .related_title = "",
    .options = yes_no,
    .n_options = 2,
    .offers_agent = true,
    .form = &ann } };
static const struct bot_answer wants[] = {
	{ .kind = BOT_ANSWER, .html = "", .related_title = "", .wants_agent = true }
};
static const struct bot_answer menu[] = { ASKS(BOT_CHOICE, "Pick", talk_or_not) };
static const struct bot_answer asks_name[] = { SAYS(BOT_ANSWER, "Your name?") };
static const struct bot_answer has_form[] = {
	{ .kind = BOT_ANSWER, .html = "Thank you", .related_title = "", .form = &ann }
};
static const struct bot_answer sorry[] = { SAYS(BOT_ANSWER, "Nobody, sorry") };
static const struct bot_answer rated[] = { { .kind = BOT_ANSWER,
    .html = "Pay by card.",
    .related_title = "",
    .rate_code = "c1" } };

static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result finds_nothing = RESULT(nothing);
static const struct bot_result flags = RESULT(flagged);
static const struct bot_result flags_menu = RESULT(flagged_menu);
static const struct bot_result offers_agent = RESULT(offers);
static const struct bot_result offers_with_form = RESULT(offers_form);
static const struct bot_result wants_agent = RESULT(wants);
static const struct bot_result shows_menu = RESULT(menu);
static const struct bot_result asks_for_name = RESULT(asks_name);
static const struct bot_result ends_form = RESULT(has_form);
static const struct bot_result says_sorry = RESULT(sorry);
static const struct bot_result says_rated = RESULT(rated);

#define HISTORY " [USER: q] [BOT: <p>Hm</p>];"
#define REJECTED "What else can I do for you?"
#define HELPFUL "Was this answer helpful?\n\n1) Yes\n2) No"
#define NOTHING \
	{ \
		"q", &finds_nothing, "q", \
		{ \
			"Nothing" \
		} \
	}
#define NOTHING_ASKED \
	{ \
		"q", &finds_nothing, "q", \
		{ \
			"Nothing", WANT_AGENT \
		} \
	}
#define FLAGGED \
	{ \
		"q", &flags, "q", \
		{ \
			"Hard", WANT_AGENT \
		} \
	}
#define OFFERED \
	{ \
		"q", &offers_agent, "q", \
		{ \
			"I can't.", WANT_AGENT \
		} \
	}

static void
run(const struct agent_talk *t, size_t n)
{
	agent_talk_run_all(two_tries, NELEMS(two_tries), said, NELEMS(said), t, n);
}

/* behaviour 8.2, 8.3 */
Test(turn_agent, T12_T13_no_results)
{
	static const struct agent_talk t[] = {
		{ .talk = { "T12-S1-F17",
		      { NOTHING, NOTHING_ASKED, { "1", NULL, NULL, { CONNECTING } } } },
		    .did = "there;open T12-S1-F17  " HISTORY },
		{ .talk = { "T13-S2",
		      { NOTHING, { "q", &finds_nothing, "q", { "Nothing", NO_AGENTS } },
			  { "q", &finds_nothing, "q", { "Nothing", NO_AGENTS } } } },
		    .nobody = true,
		    .did = "there;there;",
		    .notes = "no agents;no agents;" },
		{ .talk = { "another-answer-between",
		      { NOTHING, { "q", &says_hello, "q", { "Hello" } }, NOTHING } },
		    .did = "" },
		{ .talk = { "F19-gone-after-yes",
		      { NOTHING, NOTHING_ASKED, { "Yes", NULL, NULL, { NO_AGENTS } },
			  NOTHING, NOTHING_ASKED } },
		    .opening = AGENT_NONE,
		    .did = "there;open F19-gone-after-yes  " HISTORY "there;",
		    .notes = "no agents;" },
		{ .talk = { "error",
		      { NOTHING, NOTHING_ASKED,
			  { "y", NULL, NULL,
			      { "There was an error joining the chat" } },
			  { "q", &says_hello, "q", { "Hello" } } } },
		    .opening = AGENT_OPEN_FAILED,
		    .did = "there;open error  " HISTORY },
	};

	run(t, NELEMS(t));
}

/* behaviour 8.2, 8.5 */
Test(turn_agent, T14_F15_F36_not_wanted)
{
	static const struct agent_talk t[] = {
		{ .talk = { "T14-F15",
		      { NOTHING, NOTHING_ASKED, { "no", NULL, NULL, { REJECTED } },
			  NOTHING, NOTHING_ASKED } },
		    .did = "there;there;",
		    .notes = "declined;" },
		{ .talk = { "by-number",
		      { FLAGGED, { "2", NULL, NULL, { REJECTED } },
			  { "2", &says_hello, "2", { "Hello" } } } },
		    .did = "there;",
		    .notes = "declined;" },
		{ .talk = { "in-more-words",
		      { FLAGGED, { "no, thanks", NULL, NULL, { REJECTED } } } },
		    .did = "there;",
		    .notes = "declined;" },
		{ .talk = { "F36-forgotten",
		      { OFFERED, { "prices", &says_hello, "prices", { "Hello" } },
			  FLAGGED, { "no", NULL, NULL, { REJECTED } } } },
		    .did = "there;there;",
		    .notes = "declined;" },
		{ .talk = { "forgotten-counts-anew",
		      { NOTHING, NOTHING_ASKED, NOTHING, NOTHING_ASKED } },
		    .did = "there;there;" },
		{ .talk = { "forgotten-though-the-bot-is-down",
		      { FLAGGED, { "a", &talk_fails, "a", { UNAVAILABLE } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    .did = "there;" },
		{ .talk = { "nothing-said",
		      { FLAGGED, { " ", NULL, NULL, { NULL } },
			  { "3", NULL, NULL, { "Please type a number from 1 to 2." } },
			  { "si", &says_hello, "si", { "Hello" } } } },
		    .did = "there;" },
		{ .talk = { "S5-offer",
		      { OFFERED, { "2", &says_sorry, "No", { "Nobody, sorry" } } } },
		    .did = "there;" },
		{ .talk = { "S5-bot-down-question-stays",
		      { OFFERED, { "no", &talk_fails, "No", { UNAVAILABLE } },
			  { "2", &says_sorry, "No", { "Nobody, sorry" } } } },
		    .did = "there;" },
	};

	run(t, NELEMS(t));
}

/* behaviour 8.3, 8.4 */
Test(turn_agent, T15_F21_the_bot_leads)
{
	static const struct agent_talk t[] = {
		{ .talk = { "T15-S4",
		      { OFFERED, { "yes", NULL, "to agent: there", { "Your name?" } },
			  { "Ann Lee", &ends_form, "Ann Lee",
			      { "Thank you", CONNECTING } } } },
		    .leads = &asks_for_name,
		    .did = "there;there;open T15-S4 Ann Lee ann@example.com +ORDER=77 "
			   "+WHY=late" HISTORY },
		{ .talk = { "form-there-already",
		      { { "q", &offers_with_form, "q", { WANT_AGENT } },
			  { "1", NULL, NULL, { CONNECTING } } } },
		    .did = "there;open form-there-already Ann Lee ann@example.com "
			   "+ORDER=77 +WHY=late" HISTORY },
		{ .talk = { "offer-nobody",
		      { { "q", &offers_agent, "to agent: nobody",
			  { "I can't.", "Nobody, sorry" } } } },
		    .nobody = true,
		    .leads = &says_sorry,
		    .did = "there;",
		    .notes = "no agents;" },
		{ .talk = { "S6",
		      { { "agent", &wants_agent, "to agent: there", { "Your name?" } },
			  { "Ann", &says_hello, "Ann", { "Hello" } } } },
		    .leads = &asks_for_name,
		    .did = "there;" },
		{ .talk = { "S7",
		      { { "agent", &wants_agent, "to agent: nobody",
			  { "Nobody, sorry" } } } },
		    .nobody = true,
		    .leads = &says_sorry,
		    .did = "there;" },
		{ .talk = { "S7-bot-cannot-say-it",
		      { { "agent", &wants_agent, "to agent: nobody",
			  { NO_AGENTS } } } },
		    .nobody = true,
		    .did = "there;" },
		{ .talk = { "S8",
		      { { "q", &ends_form, "to agent: nobody",
			  { "Thank you", "Nobody, sorry" } } } },
		    .opening = AGENT_NONE,
		    .leads = &says_sorry,
		    .did =
			"open S8 Ann Lee ann@example.com +ORDER=77 +WHY=late" HISTORY,
		    .notes = "no agents;" },
		{ .talk = { "S9-F21",
		      { { "agent", &wants_agent, "to agent: there",
			  { "Thank you", CONNECTING } } } },
		    .leads = &ends_form,
		    .did = "there;open S9-F21 Ann Lee ann@example.com +ORDER=77 "
			   "+WHY=late" HISTORY },
		{ .talk = { "option",
		      { { "q", &shows_menu, "q", { "Pick\n1) Prices\n2) A person" } },
			  { "2", NULL, "to agent: there", { "Your name?" } } } },
		    .leads = &asks_for_name,
		    .did = "there;" },
		{ .talk = { "bot-down-question-stays",
		      { OFFERED, { "1", NULL, "to agent: there", { UNAVAILABLE } },
			  { "1", NULL, "to agent: there", { UNAVAILABLE } } } },
		    .did = "there;there;there;" },
	};

	run(t, NELEMS(t));
}

Test(turn_agent, S3_flag)
{
	static const struct agent_talk t[] = {
		{ .talk = { "S3-F35",
		      { FLAGGED, { "1", NULL, NULL, { CONNECTING } } } },
		    .did = "there;open S3-F35  " HISTORY },
		{ .talk = { "S3-nobody",
		      { { "q", &flags, "q", { "Hard", NO_AGENTS } } } },
		    .nobody = true,
		    .did = "there;",
		    .notes = "no agents;" },
		{ .talk = { "beside-a-menu",
		      { { "q", &flags_menu, "q",
			    { "Pick\n1) Prices\n2) A person",
				"Do you want to start a chat with a human agent?\n3) "
				"Yes\n4) No" } },
			  { "1", &says_hello, "option 1: Prices", { "Hello" } },
			  { "3", &says_hello, "3", { "Hello" } } } },
		    .did = "there;" },
	};

	run(t, NELEMS(t));
}

/* behaviour 7.2 */
Test(turn_agent, F11_bad_ratings)
{
	static const struct stage_file files[] = {
		{ "conf/custom/chat.cfg", "negativeRatingsBeforeEscalation = 1;\n" },
	};
	static const struct agent_talk t[] = {
		{ .talk = { "rating",
		      { { "q", &says_rated, "q", { "Pay by card.", HELPFUL } },
			  { "2", NULL, NULL, { "Thanks!", WANT_AGENT } },
			  { "2", NULL, NULL, { REJECTED } } } },
		    .did = "there;",
		    .notes = "rate c1=2 ;declined;" },
		{ .talk = { "rating-nobody",
		      { { "q", &says_rated, "q", { "Pay by card.", HELPFUL } },
			  { "2", NULL, NULL, { "Please tell us why" } },
			  { "x", NULL, NULL, { "Thanks!" } },
			  { "q", &says_hello, "q", { "Hello", NO_AGENTS } } } },
		    .nobody = true,
		    .did = "there;there;",
		    .notes = "rate c1=2 x;no agents;" },
		{ .talk = { "good-rating",
		      { { "q", &says_rated, "q", { "Pay by card.", HELPFUL } },
			  { "1", NULL, NULL, { "Thanks!" } } } },
		    .did = "",
		    .notes = "rate c1=1 ;" },
	};

	agent_talk_run_all(files, NELEMS(files), NULL, 0, t, NELEMS(t));
}

/* Without agents nothing of all this happens. */
Test(turn_agent, switched_off)
{
	static const struct talk t[] = {
		{ "none",
		    { NOTHING, NOTHING, NOTHING, { "q", &flags, "q", { "Hard" } },
			{ "q", &offers_agent, "q",
			    { "I can't.", "A person?\n1) Yes\n2) No" } },
			{ "1", &wants_agent, "option y1: Yes", { NULL } },
			{ "q", &ends_form, "q", { "Thank you" } } } },
	};
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, two_tries, NELEMS(two_tries));
	f.disabled = true;
	talk_run(&s, CONF_PRODUCTION, &t[0]);
	cr_expect_str_eq(f.did, "");
	cr_expect_eq(s.bot.led, 0);
	agent_stage_fini(&s);
}

/* The agent goes without the history rather than the user without an agent. */
Test(turn_agent, history_not_to_be_had)
{
	static const struct agent_talk t = {
		.talk = { "no-history",
		    { FLAGGED, { "1", NULL, NULL, { CONNECTING } } } },
		.did = "there;open no-history  ;",
	};
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, two_tries, NELEMS(two_tries));
	s.bot.history_trouble = (struct err){ ERR_UPSTREAM, 500, "trouble on purpose" };
	agent_talk_run(&s, &f, &t);
	cr_expect_eq(s.bot.histories, 1);
	agent_stage_fini(&s);
}

/* Agents are switched off, or the dialogue has none any more, while a question is open. */
Test(turn_agent, switched_off_when_wanted)
{
	static const struct line lines[] = { FLAGGED,
		{ "1", NULL, NULL, { NO_AGENTS } }, OFFERED,
		{ "1", NULL, "to agent: nobody", { "Nobody, sorry" } } };

	for (int gone = 0; gone < 2; gone++) {
		struct agent *agent;
		struct fake_agent f;
		struct stage s;

		agent_stage(&s, &f, two_tries, NELEMS(two_tries));
		agent = s.dialog.agent;
		s.bot.leads = &says_sorry;
		for (size_t i = 0; i < NELEMS(lines); i++) {
			f.disabled = i % 2 == 1 && gone == 0;
			s.dialog.agent = i % 2 == 1 && gone == 1 ? NULL : agent;
			talk_say(&s, CONF_PRODUCTION, "off", i, &lines[i]);
		}
		cr_expect_str_eq(f.did, "there;there;");
		s.dialog.agent = agent;
		agent_stage_fini(&s);
	}
}
