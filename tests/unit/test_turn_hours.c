/* SPDX-License-Identifier: Apache-2.0 */
/* Out of hours: wherever an agent would be asked for, that is said, and none is. */
#include "config.h"

#include "base/log.h"
#include "render/html.h"
#include "support/agent_talk.h"
#include "support/fake_tickets.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(turn_hours, .init = quiet, .fini = no_leaks);

static const struct stage_file limits[] = {
	{ "conf/custom/chat.cfg",
	    "triesBeforeEscalation = 2;\nnegativeRatingsBeforeEscalation = 1;\n" },
};
static const struct stage_file agents_alone[] = {
	{ "conf/custom/custom.cfg", "onlyHyperChatMode = true;\n" },
};

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_option talk_or_not[] = {
	{ .label = "Prices", .value = "1" },
	{ .label = "A person", .value = "2", .starts_agent = true },
};
static const struct bot_form ann = { "Ann Lee", "ann@example.com", NULL, 0 };
static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer nothing[] = { { .kind = BOT_ANSWER,
    .html = "Nothing",
    .related_title = "",
    .no_results = true } };
static const struct bot_answer flagged[] = {
	{ .kind = BOT_ANSWER, .html = "Hard", .related_title = "", .escalate = true }
};
static const struct bot_answer offers[] = {
	SAYS(BOT_ANSWER, "I can't."),
	{ .kind = BOT_POLAR,
	    .html = "A person?",
	    .related_title = "",
	    .options = yes_no,
	    .n_options = 2,
	    .offers_agent = true },
};
static const struct bot_answer wants[] = {
	{ .kind = BOT_ANSWER, .html = "", .related_title = "", .wants_agent = true }
};
static const struct bot_answer menu[] = { ASKS(BOT_CHOICE, "Pick", talk_or_not) };
static const struct bot_answer has_form[] = {
	{ .kind = BOT_ANSWER, .html = "Thank you", .related_title = "", .form = &ann }
};
static const struct bot_answer rated[] = { { .kind = BOT_ANSWER,
    .html = "Pay by card.",
    .related_title = "",
    .rate_code = "c1" } };

static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result finds_nothing = RESULT(nothing);
static const struct bot_result flags = RESULT(flagged);
static const struct bot_result offers_agent = RESULT(offers);
static const struct bot_result wants_agent = RESULT(wants);
static const struct bot_result shows_menu = RESULT(menu);
static const struct bot_result ends_form = RESULT(has_form);
static const struct bot_result says_rated = RESULT(rated);

#define CLOSED "Our agents are not available at this hour. Please try again later."
#define WHY "Please tell us why"

/* A conversation of which some lines are said when nobody works. */
struct hours_talk {
	struct talk talk;
	bool closed[TALK_LINES];
	const char *did; /* see fake_agent.did */
	const char *notes; /* see fake_bot.notes; NULL: nothing */
	int hours; /* so often it was asked */
};

static void
run_all(const struct stage_file *files, const struct hours_talk *t, size_t n)
{
	struct fake_tickets office = FAKE_TICKETS_INIT;
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, files, 1);
	f.state = AGENT_STATE_TALKING;
	s.dialog.tickets = tickets_from_ops(&fake_tickets_ops, &office);
	for (size_t i = 0; i < n; i++) {
		office.calls = 0;
		f.did[0] = s.bot.notes[0] = '\0';
		for (size_t k = 0; t[i].talk.lines[k].say != NULL; k++) {
			office.closed = t[i].closed[k];
			talk_say(&s, CONF_PRODUCTION, t[i].talk.name, k,
			    &t[i].talk.lines[k]);
		}
		cr_expect_str_eq(f.did, t[i].did, "%s", t[i].talk.name);
		cr_expect_str_eq(s.bot.notes, t[i].notes != NULL ? t[i].notes : "",
		    "%s", t[i].talk.name);
		cr_expect_eq(office.calls, t[i].hours, "%s", t[i].talk.name);
	}
	tickets_free(s.dialog.tickets);
	agent_stage_fini(&s);
}

/* behaviour 8.2, 11, T24 */
Test(turn_hours, closed)
{
	static const struct hours_talk t[] = {
		{ { "T24-flag",
		      { { "q", &flags, "q", { "Hard", CLOSED } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    { true }, "", NULL, 1 },
		{ { "no-results-then-open",
		      { { "q", &finds_nothing, "q", { "Nothing" } },
			  { "q", &finds_nothing, "q", { "Nothing", CLOSED } },
			  { "q", &finds_nothing, "q", { "Nothing", CLOSED } },
			  { "q", &finds_nothing, "q", { "Nothing", WANT_AGENT } } } },
		    { true, true, true }, "there;", NULL, 3 },
		{ { "offer", { { "q", &offers_agent, "q", { "I can't.", CLOSED } } } },
		    { true }, "", NULL, 1 },
		{ { "wish", { { "agent", &wants_agent, "agent", { CLOSED } } } },
		    { true }, "", NULL, 1 },
		{ { "form", { { "q", &ends_form, "q", { "Thank you", CLOSED } } } },
		    { true }, "", NULL, 1 },
		{ { "option",
		      { { "q", &shows_menu, "q", { "Pick\n1) Prices\n2) A person" } },
			  { "2", NULL, NULL, { CLOSED } } } },
		    { false, true }, "", NULL, 1 },
		{ { "closed-before-the-yes",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "1", NULL, NULL, { CLOSED } },
			  { "1", &says_hello, "1", { "Hello" } } } },
		    { false, true }, "there;", NULL, 2 },
		{ { "closed-before-the-yes-to-an-offer",
		      { { "q", &offers_agent, "q", { "I can't.", WANT_AGENT } },
			  { "1", NULL, NULL, { CLOSED } } } },
		    { false, true }, "there;", NULL, 2 },
		{ { "no-needs-no-hours",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "2", NULL, NULL, { "What else can I do for you?" } } } },
		    { false, true }, "there;", "declined;", 1 },
		{ { "rating",
		      { { "q", &says_rated, "q",
			    { "Pay by card.",
				"Was this answer helpful?\n\n1) Yes\n2) No" } },
			  { "2", NULL, NULL, { CLOSED, WHY } },
			  { "bad", NULL, NULL, { "Thanks!" } } } },
		    { false, true, true }, "", "rate c1=2 bad;", 1 },
		{ { "an-open-chat-goes-on",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "1", NULL, NULL, { CONNECTING } },
			  { "hello", NULL, NULL, { NULL } } } },
		    { false, false, true },
		    "there;open an-open-chat-goes-on  ;state C1;say C1 hello;", NULL,
		    2 },
	};

	run_all(limits, t, NELEMS(t));
}

/* behaviour 13 */
Test(turn_hours, agents_alone)
{
	static const struct hours_talk t[] = {
		{ { "closed",
		      { { "q", NULL, NULL, { CLOSED } },
			  { "q", NULL, NULL, { CLOSED } } } },
		    { true, true }, "", NULL, 2 },
		{ { "opens",
		      { { "q", NULL, NULL, { CLOSED } },
			  { "q", NULL, NULL, { CONNECTING } } } },
		    { true }, "open opens  ;say C1 q;", NULL, 2 },
		{ { "nothing-said", { { " ", NULL, NULL, { NULL } } } }, { true }, "",
		    NULL, 0 },
	};

	run_all(agents_alone, t, NELEMS(t));
}

/* Without agents there are no hours, and without an office it is never closed. */
Test(turn_hours, nobody_to_ask)
{
	struct fake_tickets office = FAKE_TICKETS_INIT;
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, limits, 1);
	talk_say(&s, CONF_PRODUCTION, "no-office", 0,
	    &(struct line){ "q", &flags, "q", { "Hard", WANT_AGENT } });
	office.closed = true;
	f.disabled = true;
	s.dialog.tickets = tickets_from_ops(&fake_tickets_ops, &office);
	talk_say(&s, CONF_PRODUCTION, "no-agents", 0,
	    &(struct line){ "q", &flags, "q", { "Hard" } });
	cr_expect_eq(office.calls, 0);
	tickets_free(s.dialog.tickets);
	agent_stage_fini(&s);
}
