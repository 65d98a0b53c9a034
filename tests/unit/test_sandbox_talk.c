/* SPDX-License-Identifier: Apache-2.0 */
/* The demo's shop, asked over HTTP: what its answers look like on the wire. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/xalloc.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

static struct run run;

static void
setup(void)
{
	not_for_ever();
	run_start(&run, NULL, PATIENCE_MS);
	run_login(&run);
}

static void
teardown(void)
{
	run_stop(&run);
#ifdef HAVE_LSAN
	no_leaks();
#endif
}

TestSuite(sandbox_talk, .init = setup, .fini = teardown);

#define CONVERSATION "/inbenta/chatbot/v1/conversation"
#define MESSAGE "/inbenta/chatbot/v1/conversation/message"

/* A new conversation with these settings. */
static void
begin(const char *settings)
{
	CLEANUP(got_fini) struct got g = { 0 };

	run_call(&run, "POST", CONVERSATION, NULL, settings, &g);
	free(run.session);
	run.session = xstrdup(js_str(g.json, "sessionToken", ""));
}

/* Says a member and value; the answers, borrowed from *g. */
static js *
say(const char *member, const char *value, struct got *g)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(4096);
	js *answers;

	buf_printf(&body, "{\"%s\":\"%s\"}", member, value);
	run_call(&run, "POST", MESSAGE, NULL, body.data, g);
	answers = js_arr(g->json, "answers");
	cr_assert_not_null(answers, "%s: %s", value, g->body.data);
	return answers;
}

static js *
at(js *list, size_t i)
{
	cr_assert(list != NULL && i < json_object_array_length(list));
	return json_object_array_get_idx(list, i);
}

static js *
last(js *list)
{
	return at(list, json_object_array_length(list) - 1);
}

static const char *
flag(js *answer)
{
	js *flags = js_arr(answer, "flags");

	return flags != NULL && json_object_array_length(flags) > 0
	    ? json_object_get_string(json_object_array_get_idx(flags, 0))
	    : "";
}

Test(sandbox_talk, rating_and_related)
{
	CLEANUP(got_fini) struct got g = { 0 }, none = { 0 }, title = { 0 };
	js *o, *related;

	begin("{\"answers\":{\"maxRelatedContents\":1}}");
	o = at(say("message", "returns", &g), 0);
	cr_expect_str_eq(js_str(o, "type", ""), "answer");
	cr_expect_str_eq(js_str(o, "options", "x"), "");
	cr_expect_str_eq(js_str(o, "parameters.contents.title", ""), "Returns");
	cr_expect_str_eq(js_str(o, "attributes.inbMainTitle", ""), "Returns");
	cr_expect_gt(
	    strlen(js_str(o, "parameters.contents.trackingCode.rateCode", "")), 0u);
	cr_expect_str_eq(json_object_get_string(at(js_arr(o, "messageList"), 0)),
	    js_str(o, "message", ""));
	cr_expect_str_eq(js_str(o, "parameters.contents.related.relatedTitle", ""),
	    "You may also want to know");
	related = js_arr(o, "parameters.contents.related.relatedContents");
	cr_assert_eq(json_object_array_length(related), 1u, "no more than asked for");
	cr_expect_gt(js_int(at(related, 0), "id", 0), 0);
	o = at(say("message", js_str(at(related, 0), "title", ""), &title), 0);
	cr_expect_str_eq(
	    js_str(o, "attributes.inbMainTitle", ""), "When do I get my money back?");

	begin("{\"answers\":{\"maxRelatedContents\":0}}");
	o = at(say("message", "returns", &none), 0);
	cr_expect_null(js_get(o, "parameters.contents.related"));
}

Test(sandbox_talk, side_and_plain)
{
	CLEANUP(got_fini) struct got g = { 0 }, side = { 0 }, plain = { 0 };
	js *o;

	say("message", "where is my order", &g);
	o = at(say("option", "10", &side), 0);
	cr_expect_not_null(strstr(js_str(o, "attributes.SIDEBUBBLE_TEXT", ""), "Tip:"));
	o = at(say("message", "hello", &plain), 0);
	cr_expect_str_eq(js_str(o, "attributes.SIDEBUBBLE_TEXT", "x"), "");
	cr_expect_null(js_get(o, "parameters.contents.trackingCode"));
}

Test(sandbox_talk, pictures_are_here)
{
	CLEANUP(got_fini) struct got g = { 0 }, none = { 0 }, state = { 0 };
	js *answers = say("message", "acme hub", &g), *o;
	const char *src;

	cr_assert_eq(json_object_array_length(answers), 2u);
	o = at(answers, 0);
	cr_expect_null(js_get(o, "parameters.contents.trackingCode"),
	    "the rating belongs to the last answer");
	cr_expect_not_null(
	    js_get(at(answers, 1), "parameters.contents.trackingCode.rateCode"));
	src = strstr(js_str(o, "message", ""), "<img src=\"http://127.0.0.1:");
	cr_assert_not_null(src, "%s", js_str(o, "message", ""));
	cr_expect_null(strstr(g.body.data, "{base}"));

	run.opts.base_url = "https://demo.example:8443";
	run_call(&run, "GET", "/phone/api/state", NULL, NULL, &state);
	cr_expect_str_eq(js_str(state.json, "base", ""), run.opts.base_url);
	o = at(say("message", "acme hub", &none), 0);
	cr_expect_not_null(strstr(js_str(o, "message", ""),
	    "<img src=\"https://demo.example:8443/phone/acme-hub.png\""));
}

/* The files that the shipped answers and the phone page name. */
Test(sandbox_talk, files_are_served)
{
	static const struct {
		const char *path, *type, *begins;
	} t[] = {
		{ "/phone/acme-one.png", "image/png", "\x89PNG" },
		{ "/phone/acme-hub.png", "image/png", "\x89PNG" },
		{ "/phone/sample-parcel.png", "image/png", "\x89PNG" },
		{ "/phone/sample-receipt.png", "image/png", "\x89PNG" },
		{ "/phone/sample-screen.png", "image/png", "\x89PNG" },
		{ "/phone/acme-hub-setup.pdf", "application/pdf", "%PDF-1.4" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g = { 0 };

		run_call(&run, "GET", t[i].path, NULL, NULL, &g);
		cr_expect_eq(g.status, 200, "%s", t[i].path);
		cr_expect_not_null(strstr(g.head.data, t[i].type), "%s", t[i].path);
		cr_expect(strncmp(g.body.data, t[i].begins, strlen(t[i].begins)) == 0 &&
			g.body.len < 30 * 1024,
		    "%s: %zu bytes", t[i].path, g.body.len);
	}
}

Test(sandbox_talk, pages)
{
	CLEANUP(got_fini) struct got g = { 0 }, bare = { 0 };
	js *o = at(say("message", "warranty", &g), 0), *page;

	cr_expect_str_eq(js_str(o, "type", ""), "extendedContentsAnswer");
	cr_expect_not_null(strstr(js_str(o, "message", ""), "on our site"));
	cr_assert_eq(json_object_array_length(js_arr(o, "subAnswers")), 2u);
	page = at(js_arr(o, "subAnswers"), 0);
	cr_expect_str_eq(js_str(page, "type", ""), "answer");
	cr_expect_str_eq(js_str(page, "attributes.title", ""), "Warranty");
	cr_expect_str_eq(js_str(page, "parameters.contents.url.value", ""),
	    "https://acme.example/warranty");
	cr_expect_gt(
	    strlen(js_str(page, "parameters.contents.trackingCode.clickCode", "")), 0u);
	cr_expect_str_eq(js_str(page, "source.type", ""), "external_search");
	cr_expect_null(js_get(page, "options"));

	o = at(say("message", "slow internet", &bare), 0);
	cr_assert_eq(json_object_array_length(js_arr(o, "subAnswers")), 3u);
	page = at(js_arr(o, "subAnswers"), 2);
	cr_expect_null(js_get(page, "parameters.contents.url"));
	cr_expect_gt(
	    strlen(js_str(page, "parameters.contents.trackingCode.clickCode", "")), 0u);
}

/* Says a text and looks at the last answer. */
static void
step(const char *member, const char *said, const char *want_flag, const char *field,
    const char *text)
{
	CLEANUP(got_fini) struct got g = { 0 };
	js *o = last(say(member, said, &g));

	cr_expect_str_eq(flag(o), want_flag, "%s: %s", said, g.body.data);
	cr_expect_str_eq(js_str(o, "actionField.variableName", ""), field, "%s: %s",
	    said, g.body.data);
	cr_expect_not_null(strstr(js_str(o, "message", ""), text), "%s: %s", said,
	    js_str(o, "message", ""));
}

Test(sandbox_talk, form_shapes)
{
	CLEANUP(got_fini) struct got g = { 0 }, date = { 0 }, text = { 0 };
	js *answers = say("message", "appointment", &g), *o, *value;

	cr_assert_eq(json_object_array_length(answers), 2u, "%s", g.body.data);
	o = at(answers, 1);
	cr_expect_str_eq(flag(o), "form-continue");
	cr_expect_str_eq(js_str(o, "actionField.fieldType", ""), "list");
	cr_expect_str_eq(js_str(o, "actionField.actionFieldId", ""), "f1");
	cr_expect_str_eq(js_str(o, "actionField.dataType", ""), "STRING");
	cr_expect(js_bool(o, "actionField.disableInput", false));
	cr_expect_str_eq(
	    js_str(o, "actionField.listValues.displayType", ""), "buttons");
	value = at(js_arr(o, "actionField.listValues.values"), 1);
	cr_expect_str_eq(
	    json_object_get_string(at(js_arr(value, "label"), 0)), "A repair");
	cr_expect_str_eq(js_str(value, "option", ""), "repair");

	o = last(say("message", "repair", &date));
	cr_expect_str_eq(js_str(o, "actionField.fieldType", ""), "datePicker");
	cr_expect_str_eq(js_str(o, "actionField.dataType", ""), "DATE");
	cr_expect_null(js_get(o, "actionField.listValues"));
	o = last(say("message", "12/31/2026", &text));
	cr_expect_str_eq(js_str(o, "actionField.fieldType", ""), "default");
}

Test(sandbox_talk, form_is_filled_in)
{
	step("message", "appointment", "form-continue", "TOPIC", "What is it about?");
	step("message", "REPAIR!", "form-continue", "DAY", "On which day?");
	step("message", "2026-02-28", "form-continue", "NOTE", "know beforehand?");
	step("message", "a <b> & c costs $5", "end-form", "",
	    "<strong>A repair</strong>, 2026-02-28.</p><p>We noted: "
	    "<em>a &lt;b&gt; &amp; c costs $5</em>");
	step("message", "hello", "", "", "Hello!");
}

Test(sandbox_talk, form_asks_again)
{
	begin("{\"forms\":{\"errorRetries\":2}}");
	step("message", "appointment", "form-continue", "TOPIC", "What is it about?");
	step("message", "A repair", "form-retry", "TOPIC", "Please choose one");
	step("message", "repair", "form-continue", "DAY", "On which day?");
	step("message", "tomorrow", "form-retry", "DAY", "not a date");
	step("message", "02/30/2026", "", "", "Shall we leave");
	step("option", "2", "form-continue", "DAY", "On which day?");
	step("message", "13/13/2026", "form-retry", "DAY", "not a date");
	step("message", "12/31", "", "", "Shall we leave");
	step("message", "1-2-2026x", "", "", "Shall we leave");
	step("message", "31.12.2026 ", "form-continue", "NOTE", "beforehand");
}

Test(sandbox_talk, form_is_left)
{
	begin("{\"forms\":{\"errorRetries\":1}}");
	step("message", "appointment", "form-continue", "TOPIC", "What is it about?");
	step("message", "x", "", "", "Shall we leave");
	step("option", "1", "end-form", "", "All right.");
	step("message", "repair", "", "", "on our site");

	step("message", "appointment", "form-continue", "TOPIC", "What is it about?");
	step("message", "x", "", "", "Shall we leave");
	step("message", "repair", "form-continue", "DAY", "On which day?");
	step("directCall", "sys-welcome", "", "", "Welcome");
	step("message", "12/31/2026", "no-results", "", "Sorry");
}

Test(sandbox_talk, form_cannot_be_left)
{
	begin("{\"forms\":{\"errorRetries\":1,\"allowUserToAbandonForm\":false}}");
	step("message", "appointment", "form-continue", "TOPIC", "What is it about?");
	for (int i = 0; i < 5; i++)
		step("message", "x", "form-retry", "TOPIC", "Please choose one");
}

/* What is no answer to the field does not end it. */
Test(sandbox_talk, form_stays)
{
	CLEANUP(got_fini) struct got g = { 0 };
	CLEANUP(buf_fini) struct buf long_text = BUF_INIT(512);

	step("message", "appointment", "form-continue", "TOPIC", "What is it about?");
	run_call(&run, "POST", MESSAGE, NULL, "{\"option\":\"1\"}", &g);
	cr_expect_eq(g.status, 400);
	for (int i = 0; i < 300; i++)
		buf_chr(&long_text, 'x');
	step(
	    "message", long_text.data, "character-limit-exceeded", "", "a lot at once");
	step("message", "!slow 0", "", "", "Sorry that it took");
	step("message", "help", "form-continue", "DAY", "On which day?");
}
