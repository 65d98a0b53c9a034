/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/inbenta_rig.h"

#include "base/js.h"
#include "base/limits.h"
#include "bot/bot_inbenta.h"
#include "conf/conf.h"
#include "inbenta/answers.h"
#include "inbenta/profile.h"
#include "render/html.h"
#include "support/bot_contract.h"
#include "support/leaks.h"

TestSuite(bot, .init = render_init, .fini = no_leaks);

/* Our own defaults with these credentials, in the default language. */
static struct conf *
load_conf(const char *url, const char *more)
{
	char url_var[200];
	char *environ_[] = { url_var, (char[]){ "BOTLINE_API__KEY=" RIG_KEY },
		(char[]){ "BOTLINE_API__SECRET=eyJ.se.cret" },
		(char[]){
		    "BOTLINE_TWILIO__CREDENTIALS__SID=AC00000000000000000000000000000000" },
		(char[]){ "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=t" },
		(char[]){ "BOTLINE_TWILIO__WEBHOOK_URL=https://bot.example/" }, NULL,
		NULL };
	struct conf_opts o = { .root = TOP_SRCDIR, .environ = environ_ };
	struct conf_report report = { 0 };
	struct conf *c;
	char more_var[200];

	snprintf(url_var, sizeof(url_var), "BOTLINE_API__URL=%s", url);
	if (more != NULL) {
		snprintf(more_var, sizeof(more_var), "%s", more);
		environ_[6] = more_var;
	}
	c = conf_load(&o, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].grade == CONF_ERROR)
			cr_log_error("%s: %s", report.findings[i].where,
			    report.findings[i].text);
	cr_assert_not_null(c);
	conf_report_fini(&report);
	return c;
}

static void
conf_putp(struct conf **c)
{
	conf_unref(*c);
}

Test(bot, the_engines)
{
	struct err e = { 0 };
	struct bot *b = bot_open("inbenta", NULL, &clock_system, &e);

	cr_assert_not_null(b);
	bot_close(b);
	bot_close(NULL);
	cr_expect_null(bot_open("eliza", NULL, &clock_system, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "eliza"));
}

#define MESSAGE "POST /bot/v1/conversation/message "
#define EVENT "POST /bot/v1/tracking/events "
#define VARIABLE "POST /bot/v1/conversation/variables "
#define HISTORY "GET /bot/v1/conversation/history "
#define STATEMENT "{\"type\":\"answer\",\"message\":\"<p>hi</p>\"}"
#define YES_NO \
	"{\"type\":\"polarQuestion\",\"message\":\"?\",\"options\":[{\"label\":\"yes\"," \
	"\"value\":\"1\"},{\"label\":\"no\",\"value\":\"2\"}]}"
#define WHICH \
	"{\"type\":\"multipleChoiceQuestion\",\"message\":\"Which?\",\"options\":[{" \
	"\"label\":\"A\",\"value\":\"10\"},{\"label\":\"B\",\"value\":11}]}"

#define SIZES \
	"{\"message\":\"Size?\",\"actionField\":{\"fieldType\":\"list\",\"listValues\":{" \
	"\"values\":[{\"label\":[\"Small\"],\"option\":\"s\"},{\"label\":\"Large\"," \
	"\"option\":42}]}}}"
#define WHEN "{\"message\":\"When?\",\"actionField\":{\"fieldType\":\"datePicker\"}}"
#define FOUND \
	"{\"type\":\"extendedContentsAnswer\",\"message\":\"Found\",\"subAnswers\":[{" \
	"\"attributes\":{\"title\":\"T\"},\"parameters\":{\"contents\":{\"url\":{\"value\":" \
	"\"https://a.example/\"},\"trackingCode\":{\"clickCode\":\"Yz\"}}}},{\"message\":" \
	"\"<p>One &amp; <i>two</i></p><p>three</p>\"}]}"
#define RATED \
	"{\"type\":\"answer\",\"message\":\"hi\",\"parameters\":{\"contents\":{" \
	"\"trackingCode\":{\"rateCode\":\"cj\"},\"related\":{\"relatedTitle\":\"See\"," \
	"\"relatedContents\":[{\"title\":\"A\"},{\"title\":\"B\"}]}}}}"
#define ESCALATES "{\"message\":\"hm\",\"flags\":[\"escalate\"]}"
#define OFFER ",\"attributes\":{\"DIRECT_CALL\":\"escalationOffer\"}}"
#define OFFERS \
	"{\"message\":\"hm\"" OFFER ",{\"type\":\"polarQuestion\",\"message\":\"?\"," \
	"\"options\":[{\"label\":\"yes\",\"value\":\"1\"}]" OFFER
#define WANTS \
	"{\"message\":\"\",\"actions\":[{\"parameters\":{\"callback\":" \
	"\"escalationStart\"}}]},{\"type\":\"multipleChoiceQuestion\",\"message\":" \
	"\"Which?\",\"options\":[{\"label\":\"A\",\"value\":\"10\"},{\"label\":\"B\"," \
	"\"value\":11,\"attributes\":{\"DIRECT_CALL\":\"escalationStart\"}}]}"
#define FORM(data) \
	"{\"message\":\"ok\",\"actions\":[{\"parameters\":{\"callback\":" \
	"\"escalateToAgent\",\"data\":" data "}}]}"
#define NAMES \
	"{\"FIRST_NAME\":\"Ann\",\"LAST_NAME\":\"Lee\",\"EMAIL_ADDRESS\":" \
	"\"ann@mail.example\",\"x\":\"late\"}"
#define TICKET_OF(data) \
	"{\"message\":\"ok\",\"actions\":[{\"parameters\":{\"callback\":" \
	"\"createTicket\",\"data\":" data "}}]}"
#define INQUIRY \
	"{\"FIRST_NAME\":\"Ann\",\"LAST_NAME\":\"Lee\",\"EMAIL_ADDRESS\":" \
	"\"ann@mail.example\",\"INQUIRY\":\"late\",\"QUEUE\":4}"
#define NOTHING "{\"message\":\"no\",\"flags\":[\"no-results\"]}"

static void
set_scene(void *sim, enum bot_scene scene)
{
	static const struct upstream_step messages[] = {
		[BOT_SCENE_ANSWER] = { .body = "{\"answers\":[" STATEMENT "]}" },
		[BOT_SCENE_POLAR] = { .body = "{\"answers\":[" YES_NO "]}" },
		[BOT_SCENE_CHOICE] = { .body = "{\"answers\":[" WHICH "]}" },
		[BOT_SCENE_SEVERAL] = { .body = "{\"answers\":[" STATEMENT "," STATEMENT
						"," YES_NO "]}" },
		[BOT_SCENE_LIST] = { .body = "{\"answers\":[" SIZES "]}" },
		[BOT_SCENE_DATE] = { .body = "{\"answers\":[" WHEN "]}" },
		[BOT_SCENE_PAGES] = { .body = "{\"answers\":[" FOUND "]}" },
		[BOT_SCENE_RATED] = { .body = "{\"answers\":[" RATED "]}" },
		[BOT_SCENE_NOTHING] = { .body = "{\"answers\":[" NOTHING "]}" },
		[BOT_SCENE_ESCALATES] = { .body = "{\"answers\":[" ESCALATES "]}" },
		[BOT_SCENE_OFFERS] = { .body = "{\"answers\":[" OFFERS "]}" },
		[BOT_SCENE_WANTS] = { .body = "{\"answers\":[" WANTS "]}" },
		[BOT_SCENE_FORM] = { .body = "{\"answers\":[" FORM(NAMES) "]}" },
		[BOT_SCENE_TICKET] = { .body =
					   "{\"answers\":[" TICKET_OF(INQUIRY) "]}" },
		[BOT_SCENE_SLOW] = { .status = 504,
		    .body = "{\"message\":\"Endpoint request timed out\"}" },
		[BOT_SCENE_DOWN] = { .how = UP_HANGUP },
		[BOT_SCENE_ERROR] = { .status = 500 },
		[BOT_SCENE_GARBAGE] = { .body = "<html>" },
		[BOT_SCENE_SILENT] = { .how = UP_STALL },
	};
	static const struct upstream_step history = {
		.body = "[{\"user\":\"guest\",\"message\":\"hello\",\"datetime\":"
			"\"2024-05-01 10:00:00\"},{\"user\":\"bot\",\"message\":\" \"},"
			"{\"user\":\"bot\",\"message\":\"<p>hi</p>\"}]"
	};
	struct upstream_step steps[] = { RIG_AUTH("access", "1200"), messages[scene],
		messages[scene], messages[scene],
		messages[scene].body != NULL ? history : messages[scene],
		{ .on = "POST /bot/v1/conversation ",
		    .body = "{\"sessionToken\":\"s\"}",
		    .times = -1 } };

	for (size_t i = 0; i < 5; i++)
		steps[i].times = -1;
	steps[1].on = MESSAGE;
	steps[2].on = EVENT;
	steps[3].on = VARIABLE;
	steps[4].on = HISTORY;
	upstream_script(sim, steps, NELEMS(steps));
}

#define APP_DATA "GET /bot/v1/app/data/twilio?name= "

static void
set_setup(void *sim, enum bot_setup_scene scene)
{
	static const struct upstream_step answers[] = {
		[BOT_SETUP_TEXTS] = { .body =
					  "{\"results\":[{\"name\":\"translations\","
					  "\"value\":{\"en\":[{\"thanks\":\"Ta\"}]}},"
					  "{\"name\":\"settings\",\"value\":{"
					  "\"only_chat_mode\":\"true\"}}]}" },
		[BOT_SETUP_NONE] = { .status = 404 },
		[BOT_SETUP_DOWN] = { .status = 500 },
	};
	struct upstream_step steps[] = { RIG_AUTH("access", "1200"), answers[scene] };

	steps[0].times = steps[1].times = -1;
	steps[1].on = APP_DATA;
	upstream_script(sim, steps, NELEMS(steps));
}

static size_t
setups(void *sim)
{
	return upstream_count(sim, APP_DATA);
}

static size_t
begun(void *sim)
{
	return upstream_count(sim, "POST /bot/v1/conversation ");
}

static size_t
messages(void *sim)
{
	return upstream_count(sim, MESSAGE);
}

static size_t
noted(void *sim)
{
	return upstream_count(sim, EVENT) + upstream_count(sim, VARIABLE);
}

static size_t
histories(void *sim)
{
	return upstream_count(sim, HISTORY);
}

static const char *
heard(void *sim)
{
	return upstream_get(sim, upstream_requests(sim) - 1)->body;
}

Test(bot, contract)
{
	CLEANUP(rig_fini) struct rig r;
	CLEANUP(conf_putp) struct conf *conf = NULL;
	struct bot_contract k;

	rig_init(&r, NULL, 0);
	conf = load_conf(upstream_url(r.up), NULL);
	k = (struct bot_contract){ .ops = &bot_inbenta,
		.store = r.store,
		.clock = &r.clock.clock,
		.http = r.http,
		.cfg = conf_cfg(conf, CONF_PRODUCTION),
		.sim = r.up,
		.set = set_scene,
		.begun = begun,
		.messages = messages,
		.heard = heard,
		.noted = noted,
		.histories = histories,
		.set_setup = set_setup,
		.setups = setups };
	bot_contract_run(&k);
	cr_expect_eq(
	    upstream_count(r.up, "POST /v1/auth"), 1, "one token for all of it");
}

/* Who the user is, and what else a form told. */
Test(bot, forms)
{
	static const struct {
		struct inbenta_field fields[5];
		size_t n;
		const char *name, *contact, *others;
	} t[] = {
		{ { { "FIRST_NAME", "Ann" }, { "LAST_NAME", "Lee" }, { "QUEUE", "4" },
		      { "EMAIL_ADDRESS", "a@b.example" }, { "INQUIRY", "late" } },
		    5, "Ann Lee", "a@b.example", "QUEUE=4;INQUIRY=late;" },
		{ { { "LAST_NAME", " Lee\n" }, { "x", " y " } }, 2, "Lee", "",
		    "x= y ;" },
		{ { { "FIRST_NAME", "\tAnn " }, { "LAST_NAME", "  " } }, 2, "Ann", "",
		    "" },
		{ { { "first_name", "ann" }, { "FIRST_NAME", "Ann" },
		      { "FIRST_NAME", "Bob" } },
		    3, "Ann", "", "first_name=ann;" },
		{ { { "EMAIL_ADDRESS", "" } }, 1, "", "", "" },
		{ { { NULL, NULL } }, 0, "", "", "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf others = BUF_INIT(1000);
		struct inbenta_form form = { t[i].fields, t[i].n };
		struct inbenta_answer answer = {
			.html = "", .related_title = "", .form = &form
		};
		struct inbenta_answers from = { .list = &answer, .n = 1 };
		struct bot_result got = { 0 };
		const struct bot_form *to;

		bot_inbenta_answers(&from, a, &got);
		to = got.answers[0].form;
		cr_assert_not_null(to);
		cr_expect_str_eq(to->name, t[i].name, "row %zu: %s", i, to->name);
		cr_expect_str_eq(to->contact, t[i].contact, "row %zu", i);
		for (size_t k = 0; k < to->n; k++)
			buf_printf(
			    &others, "%s=%s;", to->fields[k].name, to->fields[k].value);
		cr_expect_str_eq(
		    others.data, t[i].others, "row %zu: %s", i, others.data);
	}
}

/* Of a form that becomes a ticket. */
Test(bot, tickets)
{
	static const struct {
		struct inbenta_field fields[5];
		size_t n;
		const char *name, *contact, *inquiry;
		int64_t queue;
	} t[] = {
		{ { { "FIRST_NAME", "Ann" }, { "LAST_NAME", "Lee" }, { "QUEUE", "4" },
		      { "EMAIL_ADDRESS", " a@b.example " }, { "INQUIRY", " late " } },
		    5, "Ann Lee", "a@b.example", "late", 4 },
		{ { { "QUEUE", "" } }, 1, "", "", "", 0 },
		{ { { "QUEUE", "sales" } }, 1, "", "", "", 0 },
		{ { { "QUEUE", "-4" } }, 1, "", "", "", 0 },
		{ { { "QUEUE", "999999999" } }, 1, "", "", "", 999999999 },
		{ { { "QUEUE", "1234567890" } }, 1, "", "", "", 0 },
		{ { { NULL, NULL } }, 0, "", "", "", 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct inbenta_form form = { t[i].fields, t[i].n };
		struct inbenta_answer answer = {
			.html = "", .related_title = "", .ticket = &form
		};
		struct inbenta_answers from = { .list = &answer, .n = 1 };
		struct bot_result got = { 0 };
		const struct bot_ticket *to;

		bot_inbenta_answers(&from, a, &got);
		to = got.answers[0].ticket;
		cr_assert_not_null(to);
		cr_expect_null(got.answers[0].form, "row %zu", i);
		cr_expect_str_eq(to->name, t[i].name, "row %zu: %s", i, to->name);
		cr_expect_str_eq(to->contact, t[i].contact, "row %zu", i);
		cr_expect_str_eq(to->inquiry, t[i].inquiry, "row %zu", i);
		cr_expect_eq(to->queue, t[i].queue, "row %zu", i);
	}
}

static struct bot_call
call_with(struct rig *r, struct conf *conf)
{
	return (struct bot_call){ .http = r->http,
		.cfg = conf_cfg(conf, CONF_PRODUCTION),
		.env = "production",
		.arena = r->arena,
		.memory = "{\"v\":1,\"token\":\"s\",\"used\":1700000000}",
		.until_ms = rig_until(r, PATIENCE_MS) };
}

Test(bot, whether_an_agent_is_there)
{
	static const char *const variables[] = {
		[BOT_AGENT_THERE] =
		    "{\"name\":\"agents_available\",\"value\":\"true\"}",
		[BOT_AGENT_NOBODY] =
		    "{\"name\":\"agents_available\",\"value\":\"false\"}"
	};

	for (int there = BOT_AGENT_THERE; there <= BOT_AGENT_NOBODY; there++) {
		struct bot_input in = { .text = "" };
		CLEANUP(conf_putp) struct conf *conf = NULL;
		CLEANUP(rig_fini) struct rig r;
		struct bot_result out;
		struct bot_call call;
		struct bot *b;
		struct err e;

		rig_init(&r, NULL, 0);
		conf = load_conf(upstream_url(r.up), NULL);
		set_scene(r.up, BOT_SCENE_FORM);
		b = bot_from_ops(
		    &bot_inbenta, bot_inbenta.open(r.store, &r.clock.clock));
		call = call_with(&r, conf);
		in.to_agent =
		    there == BOT_AGENT_THERE ? BOT_AGENT_THERE : BOT_AGENT_NOBODY;
		cr_assert(bot_ask(b, &call, &in, &out, &e), "%s", e.text);
		cr_assert_eq(upstream_requests(r.up), 3);
		cr_expect_str_eq(upstream_get(r.up, 1)->body, variables[there]);
		cr_expect_str_eq(heard(r.up), "{\"directCall\":\"escalationStart\"}");
		cr_assert_eq(out.n, 1);
		cr_expect_not_null(out.answers[0].form, "the form may come at once");
		bot_close(b);
	}
}

/* The name of the event is the operator's; without one nothing is sent. */
Test(bot, a_user_who_declines)
{
	static const struct {
		const char *more, *body; /* NULL: not sent */
	} t[] = {
		{ NULL,
		    "{\"type\":\"CONTACT_REJECTED\",\"data\":{\"value\":\"true\"}}" },
		{ "BOTLINE_TRACKING__REJECT_EVENT=CHAT_ESCALATION_REJECTED",
		    "{\"type\":\"CHAT_ESCALATION_REJECTED\",\"data\":{\"value\":"
		    "\"true\"}}" },
		{ "BOTLINE_TRACKING__REJECT_EVENT=", NULL },
	};
	static const struct bot_note declined = { .kind = BOT_NOTE_DECLINED };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(conf_putp) struct conf *conf = NULL;
		CLEANUP(rig_fini) struct rig r;
		struct bot_call call;
		struct bot *b;
		struct err e;

		rig_init(&r, NULL, 0);
		conf = load_conf(upstream_url(r.up), t[i].more);
		set_scene(r.up, BOT_SCENE_ANSWER);
		b = bot_from_ops(
		    &bot_inbenta, bot_inbenta.open(r.store, &r.clock.clock));
		call = call_with(&r, conf);
		cr_assert(bot_note(b, &call, &declined, &e), "%s", e.text);
		cr_expect_eq(noted(r.up), t[i].body != NULL);
		if (t[i].body != NULL)
			cr_expect_str_eq(heard(r.up), t[i].body, "%s", heard(r.up));
		bot_close(b);
	}
}

/* A page without a title is named by what a phone shows first of it. */
Test(bot, titles_of_pages)
{
	static const struct {
		const char *title, *html, *url, *want; /* NULL: no page */
	} t[] = {
		{ "A &amp; B", "<p>x</p>", "", "A &amp; B" },
		{ "", "<p>One &amp; <i>two</i></p><p>three</p>", "", "One &amp; two" },
		{ "", "<!-- <p>no</p> --><br><h2>Head</h2>text", "", "Head" },
		{ "", "a &lt;b&gt; c", "", "a &lt;b&gt; c" },
		{ "", "", "https://a.example/?a=1&b=2",
		    "https://a.example/?a=1&amp;b=2" },
		{ "", "<p> </p>", "", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct inbenta_page page = { .title = t[i].title,
			.html = t[i].html,
			.url = t[i].url,
			.click = "" };
		struct inbenta_answer answer = { .kind = INBENTA_PAGES,
			.html = "",
			.related_title = "",
			.pages = &page,
			.n_pages = 1 };
		struct inbenta_answers from = { .list = &answer, .n = 1 };
		struct bot_result got = { 0 };

		bot_inbenta_answers(&from, a, &got);
		cr_assert_eq(got.n, 1);
		cr_assert_eq(got.answers[0].n_pages, t[i].want != NULL, "row %zu", i);
		cr_expect_eq(got.answers[0].kind, t[i].want ? BOT_PAGES : BOT_ANSWER);
		if (t[i].want != NULL)
			cr_expect_str_eq(got.answers[0].pages[0].title, t[i].want, "%s",
			    got.answers[0].pages[0].title);
	}
}

Test(bot, a_title_is_not_cut_inside_a_character)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf html = BUF_INIT(2 * LIMIT_LABEL);
	struct inbenta_page page = { .title = "", .url = "", .click = "" };
	struct inbenta_answer answer = { .kind = INBENTA_PAGES,
		.html = "",
		.related_title = "",
		.pages = &page,
		.n_pages = 1 };
	struct inbenta_answers from = { .list = &answer, .n = 1 };
	struct bot_result got = { 0 };

	buf_chr(&html, 'x');
	for (int i = 0; i < LIMIT_LABEL / 2; i++)
		buf_str(&html, "é");
	page.html = html.data;
	bot_inbenta_answers(&from, a, &got);
	cr_expect_eq(strlen(got.answers[0].pages[0].title), LIMIT_LABEL - 1);
}

#define BODY(side, text, options, related, skip, abandon, retries, lang) \
	"{\"answers\":{\"sideBubbleAttributes\":" side ",\"answerAttributes\":" text \
	",\"maxOptions\":" options ",\"maxRelatedContents\":" related \
	",\"skipLastCheckQuestion\":" skip \
	"},\"forms\":{\"allowUserToAbandonForm\":" abandon \
	",\"errorRetries\":" retries "},\"lang\":\"" lang "\"}"
#define TEXT "[\"ANSWER_TEXT\"]"
#define DEFAULTS BODY("[]", TEXT, "10", "2", "true", "true", "2", "en")
#define KEY(name) "BOTLINE_CONVERSATION__" name
#define ANSWERS(name) KEY("DEFAULT__ANSWERS__" name)
#define FORMS(name) KEY("DEFAULT__FORMS__" name)

/* What conversations are begun with, by default and with each key turned. */
Test(bot, the_profile)
{
	static const struct {
		const char *more, *body;
		int64_t user_type;
		const char *source;
	} t[] = {
		{ NULL, DEFAULTS, 0, "twilio" },
		{ KEY("USER_TYPE=7"), DEFAULTS, 7, "twilio" },
		{ KEY("SOURCE=sms"), DEFAULTS, 0, "sms" },
		{ KEY("SOURCE="), DEFAULTS, 0, "" },
		{ ANSWERS("ANSWERATTRIBUTES=[ \"A\\\"\", \"B\" ]"),
		    BODY("[]", "[\"A\\\"\",\"B\"]", "10", "2", "true", "true", "2",
			"en"),
		    0, "twilio" },
		{ ANSWERS("ANSWERATTRIBUTES=[ ]"),
		    BODY("[]", "[]", "10", "2", "true", "true", "2", "en"), 0,
		    "twilio" },
		{ ANSWERS("SIDEBUBBLEATTRIBUTES=[ \"SIDEBUBBLE_TEXT\" ]"),
		    BODY("[\"SIDEBUBBLE_TEXT\"]", TEXT, "10", "2", "true", "true", "2",
			"en"),
		    0, "twilio" },
		{ ANSWERS("MAXOPTIONS=3"),
		    BODY("[]", TEXT, "3", "2", "true", "true", "2", "en"), 0,
		    "twilio" },
		{ ANSWERS("MAXRELATEDCONTENTS=0"),
		    BODY("[]", TEXT, "10", "0", "true", "true", "2", "en"), 0,
		    "twilio" },
		{ ANSWERS("SKIPLASTCHECKQUESTION=false"),
		    BODY("[]", TEXT, "10", "2", "false", "true", "2", "en"), 0,
		    "twilio" },
		{ FORMS("ALLOWUSERTOABANDONFORM=false"),
		    BODY("[]", TEXT, "10", "2", "true", "false", "2", "en"), 0,
		    "twilio" },
		{ FORMS("ERRORRETRIES=3"),
		    BODY("[]", TEXT, "10", "2", "true", "true", "3", "en"), 0,
		    "twilio" },
		{ KEY("DEFAULT__LANG=es"),
		    BODY("[]", TEXT, "10", "2", "true", "true", "2", "es"), 0,
		    "twilio" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(conf_putp)
		struct conf *conf = load_conf("https://api.example/x", t[i].more);
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const struct cfg *cfg = conf_cfg(conf, CONF_PRODUCTION);
		struct inbenta_profile p = inbenta_profile_of(cfg, "development", a);
		struct inbenta_account account = inbenta_account_of(cfg);

		cr_expect_str_eq(p.body, t[i].body, "row %zu: %s", i, p.body);
		cr_expect_str_eq(p.env, "development");
		cr_expect_str_eq(p.source, t[i].source, "row %zu", i);
		cr_expect_eq(p.user_type, t[i].user_type, "row %zu", i);
		cr_expect_str_eq(account.url, "https://api.example/x");
		cr_expect_str_eq(account.key, RIG_KEY);
		cr_expect_eq(account.timeout_ms, 12000);
	}
}

/* An option whose value was damaged where it was kept is said by its label. */
Test(bot, options_that_were_damaged)
{
	static const char *const bad[] = { "", "{", "1}", "\"a", "1,\"message\":\"x\"",
		"\xff" };
	CLEANUP(rig_fini) struct rig r;
	CLEANUP(conf_putp) struct conf *conf = NULL;
	struct bot *b;

	rig_init(&r, NULL, 0);
	conf = load_conf(upstream_url(r.up), NULL);
	set_scene(r.up, BOT_SCENE_ANSWER);
	b = bot_from_ops(&bot_inbenta, bot_inbenta.open(r.store, &r.clock.clock));
	for (size_t i = 0; i < NELEMS(bad); i++) {
		struct bot_option option = { .label = "x", .value = bad[i] };
		struct bot_input in = { .text = "Card", .option = &option };
		struct bot_call call = call_with(&r, conf);
		struct bot_result out;
		struct err e;

		cr_assert(bot_ask(b, &call, &in, &out, &e), "%s", e.text);
		cr_expect_str_eq(heard(r.up), "{\"message\":\"Card\"}", "%s", bad[i]);
		cr_expect_str_eq(
		    out.memory, "{\"v\":1,\"token\":\"s\",\"used\":1700000000}");
	}
	bot_close(b);
}
