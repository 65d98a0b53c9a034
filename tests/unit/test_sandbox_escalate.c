/* SPDX-License-Identifier: Apache-2.0 */
/* What leads from the bot to an agent. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "sandbox/knowledge.h"
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

TestSuite(sandbox_escalate, .init = setup, .fini = teardown);

#define MESSAGE "/inbenta/chatbot/v1/conversation/message"
#define VARIABLES "/inbenta/chatbot/v1/conversation/variables"

/* What the bot answers; the i-th answer is borrowed. */
static js *
say(const char *body, size_t i, struct got *g)
{
	js *list;

	run_call(&run, "POST", MESSAGE, NULL, body, g);
	cr_assert_eq(g->status, 200, "%s: %s", body, g->body.data);
	list = js_arr(g->json, "answers");
	cr_assert_gt(json_object_array_length(list), i, "%s: %s", body, g->body.data);
	return json_object_array_get_idx(list, i);
}

static const char *
first(js *answer, const char *list, const char *member)
{
	js *o = json_object_array_get_idx(js_arr(answer, list), 0);

	return member != NULL ? js_str(o, member, "") : json_object_get_string(o);
}

static void
agents_available(const char *value)
{
	CLEANUP(got_fini) struct got g;
	CLEANUP(buf_fini) struct buf b = BUF_INIT(200);

	buf_printf(&b, "{\"name\":\"agents_available\",\"value\":\"%s\"}", value);
	run_call(&run, "POST", VARIABLES, NULL, b.data, &g);
	cr_assert_eq(g.status, 200);
}

Test(sandbox_escalate, flag)
{
	CLEANUP(got_fini) struct got g;

	cr_expect_str_eq(
	    first(say("{\"message\":\"my phone is broken\"}", 0, &g), "flags", NULL),
	    "escalate");
}

Test(sandbox_escalate, offer)
{
	CLEANUP(got_fini) struct got g, no;
	js *question = say("{\"message\":\"cancel my contract\"}", 1, &g);

	cr_expect_str_eq(js_str(question, "type", ""), "polarQuestion");
	cr_expect_str_eq(
	    js_str(question, "attributes.DIRECT_CALL", ""), "escalationOffer");
	cr_expect_str_eq(js_str(json_object_array_get_idx(js_arr(g.json, "answers"), 0),
			     "attributes.DIRECT_CALL", ""),
	    "escalationOffer");
	cr_expect_not_null(strstr(
	    js_str(say("{\"message\":\"no\"}", 0, &no), "message", ""), "in the app"));
}

Test(sandbox_escalate, callback)
{
	CLEANUP(got_fini) struct got g;

	cr_expect_str_eq(first(say("{\"message\":\"live chat\"}", 0, &g), "actions",
			     "parameters.callback"),
	    "escalationStart");
}

Test(sandbox_escalate, form)
{
	static const char *const said[] = { "Ann", "Lee", "not an address" };
	CLEANUP(got_fini) struct got g = { 0 };
	js *last;

	agents_available("true");
	say("{\"directCall\":\"escalationStart\"}", 1, &g);
	for (size_t i = 0; i < NELEMS(said); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(200);

		got_fini(&g);
		buf_printf(&b, "{\"message\":\"%s\"}", said[i]);
		last = say(b.data, 0, &g);
	}
	cr_expect_str_eq(first(last, "flags", NULL), "form-retry");
	cr_expect_str_eq(js_str(last, "actionField.dataType", ""), "EMAIL");
	got_fini(&g);
	say("{\"message\":\"ann@mail.example\"}", 0, &g);
	got_fini(&g);
	last = say("{\"message\":\"late parcel\"}", 0, &g);
	cr_expect_str_eq(first(last, "flags", NULL), "end-form");
	cr_expect_str_eq(
	    first(last, "actions", "parameters.callback"), "escalateToAgent");
	cr_expect_str_eq(first(last, "actions", "parameters.data.EMAIL_ADDRESS"),
	    "ann@mail.example");
	cr_expect_str_eq(
	    first(last, "actions", "parameters.data.INQUIRY"), "late parcel");
}

Test(sandbox_escalate, nobody_free)
{
	CLEANUP(got_fini) struct got g;

	agents_available("false");
	cr_expect_not_null(strstr(
	    js_str(say("{\"directCall\":\"escalationStart\"}", 0, &g), "message", ""),
	    "all colleagues are busy"));
}

#define BOT \
	"bot = { name = \"b\"; welcome = \"w\"; too_long = \"t\"; fallback = \"f\"; };\n"

Test(sandbox_escalate, mistakes)
{
	static const struct {
		const char *entry, *says;
	} t[] = {
		{ "answer = \"x\"; flag = \"x\";", "line 2: flag must be one of" },
		{ "answer = \"x\"; flag = \"\";", "line 2: flag must be one of" },
		{ "callback = \"x\";", "line 2: callback must be one of" },
		{ "answer = \"x\"; direct = \"x\";", "line 2: direct must be one of" },
		{ "callback = \"escalationStart\"; flag = \"escalate\";",
		    "line 2: flag needs an answer" },
		{ "answer = \"x\"; without_agents = \"y\";",
		    "line 2: there is no entry \"y\"" },
		{ "callback = \"escalationStart\";", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1000);
		struct knowledge *k;
		struct err e = { 0 };

		buf_printf(&b, BOT "entries = ( { name = \"a\"; %s } );", t[i].entry);
		k = knowledge_parse(b.data, b.len, &e);
		cr_expect_eq(
		    k == NULL, t[i].says != NULL, "%s: %s", t[i].entry, e.text);
		if (k == NULL && t[i].says != NULL)
			cr_expect(strncmp(e.text, t[i].says, strlen(t[i].says)) == 0,
			    "%s: %s", t[i].entry, e.text);
		knowledge_put(k);
	}
}
