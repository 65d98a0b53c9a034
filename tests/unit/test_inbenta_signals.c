/* SPDX-License-Identifier: Apache-2.0 */
/* What in an answer says that a person should take over, and with which form. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "support/leaks.h"
#include "unit/answers_check.h"

TestSuite(signals, .fini = no_leaks);

#define M ",\"message\":\"m\""
#define FLAGS(list) ",\"flags\":" list
#define ATTRIBUTES(members) ",\"attributes\":{" members "}"
#define CALL(value) ATTRIBUTES("\"DIRECT_CALL\":" value)
#define ACTIONS(list) ",\"actions\":" list
#define BACK(name) "{\"parameters\":{\"callback\":\"" name "\"}}"
#define FORM(data) \
	"{\"parameters\":{\"callback\":\"escalateToAgent\",\"data\":" data "}}"

Test(signals, signs)
{
	static const struct answer_row t[] = {
		{ "flag", M FLAGS("[\"escalate\"]"), "answer: m\n escalates\n" },
		{ "flag among others",
		    M FLAGS("[7,null,\"no-rating\",\"escalate\",\"x\"]"),
		    "answer: m\n escalates\n" },
		{ "flags that are none", M FLAGS("[\"ESCALATE\",\"escalated\"]"),
		    "answer: m\n" },
		{ "flags an object", M FLAGS("{\"escalate\":true}"), "answer: m\n" },
		{ "the attribute alone is no flag",
		    M ATTRIBUTES("\"ESCALATE\":\"TRUE\""), "answer: m\n" },
		{ "offer", M CALL("\"escalationOffer\""),
		    "answer: m\n offers agent\n" },
		{ "offer in a list", M CALL("[\"x\",\"escalationOffer\"]"),
		    "answer: m\n offers agent\n" },
		{ "offer by redirect",
		    M ATTRIBUTES("\"DYNAMIC_REDIRECT\":\"escalationOffer\""),
		    "answer: m\n offers agent\n" },
		{ "offer of the content",
		    M ",\"parameters\":{\"contents\":{\"attributes\":{\"DIRECT_CALL\":"
		      "\"escalationOffer\"}}}",
		    "answer: m\n offers agent\n" },
		{ "wish", M ACTIONS("[" BACK("escalationStart") "]"),
		    "answer: m\n wants agent\n" },
		{ "wish as a second action",
		    M ACTIONS("[null,{},\"x\",{\"parameters\":\"\"}," BACK(
			"other") "," BACK("escalationStart") "]"),
		    "answer: m\n wants agent\n" },
		{ "wish without a text", ACTIONS("[" BACK("escalationStart") "]"),
		    "answer: \n wants agent\n" },
		{ "wish by direct call", M CALL("\"escalationStart\""),
		    "answer: m\n wants agent\n" },
		{ "wish by direct call in a list", M CALL("[\"escalationStart\"]"),
		    "answer: m\n wants agent\n" },
		{ "a redirect is no wish",
		    M ATTRIBUTES("\"DYNAMIC_REDIRECT\":\"escalationStart\""),
		    "answer: m\n" },
		{ "callback of another type",
		    M ACTIONS(
			"[{\"parameters\":{\"callback\":[\"escalationStart\"]}}]"),
		    "answer: m\n" },
		{ "actions an object",
		    M ACTIONS("{\"parameters\":{\"callback\":\"escalationStart\"}}"),
		    "answer: m\n" },
		{ "actions an empty text", M ACTIONS("\"\""), "answer: m\n" },
		{ "all at once",
		    M FLAGS("[\"no-results\",\"escalate\"]")
			ACTIONS("[" FORM("{}") "," BACK("escalationStart") "]")
			    CALL("[\"escalationOffer\"]"),
		    "answer: m\n no results\n escalates\n offers agent\n wants agent\n"
		    " form\n" },
		{ "nothing of it", M FLAGS("\"\"") ACTIONS("[]") ",\"attributes\":null",
		    "answer: m\n" },
	};

	answers_check("\"answer\"", t, NELEMS(t));
}

/* The steps of a form have the settings of the content that began it. */
Test(signals, steps_of_a_form_are_no_new_wish)
{
	static const struct answer_row t[] = {
		{ "a field",
		    M CALL("\"escalationStart\"") ",\"actionField\":{\"fieldType\":"
						  "\"default\"}",
		    "text: m\n" },
		{ "form-retry", M CALL("\"escalationStart\"") FLAGS("[\"form-retry\"]"),
		    "answer: m\n" },
		{ "form-continue",
		    M CALL("\"escalationStart\"") FLAGS("[\"form-continue\"]"),
		    "answer: m\n" },
		{ "end-form", M CALL("\"escalationStart\"") FLAGS("[\"end-form\"]"),
		    "answer: m\n" },
		{ "the form is handed out",
		    M CALL("\"escalationStart\"")
			ACTIONS("[" FORM("{\"A\":\"b\"}") "]"),
		    "answer: m\n form [A=b]\n" },
		{ "a callback is a wish all the same",
		    M FLAGS("[\"end-form\"]") ACTIONS("[" BACK("escalationStart") "]"),
		    "answer: m\n wants agent\n" },
	};

	answers_check("\"answer\"", t, NELEMS(t));
}

Test(signals, questions_have_signs_too)
{
	static const struct answer_row polar[] = {
		{ "offer",
		    M ",\"options\":[{\"label\":\"yes\",\"value\":\"1\"}]" CALL(
			"\"escalationOffer\""),
		    "polar: m\n yes = \"1\"\n offers agent\n" },
	};
	static const struct answer_row choice[] = {
		{ "options that start it",
		    M
		    ",\"options\":[{\"label\":\"A\",\"value\":1,\"attributes\":{"
		    "\"DIRECT_CALL\":\"escalationStart\"}},{\"label\":\"B\",\"value\":2,"
		    "\"attributes\":{\"DIRECT_CALL\":[\"\",\"escalationStart\"]}},"
		    "{\"label\":\"C\",\"attributes\":{\"DIRECT_CALL\":"
		    "\"escalationStart\"}},{\"label\":\"D\",\"value\":4,\"attributes\":"
		    "{\"DIRECT_CALL\":\"escalationOffer\"}},{\"label\":\"E\",\"value\":5,"
		    "\"attributes\":{\"DYNAMIC_REDIRECT\":\"escalationStart\"}}]",
		    "choice: m\n A = 1, starts agent\n B = 2, starts agent\n"
		    " C = -, as text, starts agent\n D = 4\n E = 5, as text\n" },
	};
	static const struct answer_row none[] = {
		{ "a type we do not know", M FLAGS("[\"escalate\"]"),
		    "answer: m\n escalates\n" },
	};

	answers_check("\"polarQuestion\"", polar, NELEMS(polar));
	answers_check("\"multipleChoiceQuestion\"", choice, NELEMS(choice));
	answers_check("\"hologram\"", none, NELEMS(none));
}

#define TICKET "{\"parameters\":{\"callback\":\"createTicket\",\"data\":{\"a\":1}}}"
#define OF(data) M ACTIONS("[" FORM(data) "]")

Test(signals, forms)
{
	static const struct answer_row t[] = {
		{ "texts, in their order",
		    OF("{\"FIRST_NAME\":\"Ann\",\"LAST_NAME\":\"\",\"z\":\"\xc3\xa9 \\\"\"}"),
		    "answer: m\n form [FIRST_NAME=Ann] [LAST_NAME=] [z=\xc3\xa9 \"]\n" },
		{ "numbers and truth",
		    OF("{\"a\":4,\"b\":1.50,\"c\":-0,\"d\":true,\"e\":false}"),
		    "answer: m\n form [a=4] [b=1.50] [c=0] [d=true] [e=false]\n" },
		{ "nothing", OF("{\"a\":null,\"\":\"x\",\"b\":[]}"),
		    "answer: m\n form [a=] [b=]\n" },
		{ "lists", OF("{\"a\":[\"x\",2,null,[\"y\",[true]]]}"),
		    "answer: m\n form [a=x, 2, y, true]\n" },
		{ "an object", OF("{\"a\":{\"v\":1}}"),
		    "answer: m\n form [a={\"v\":1}]\n" },
		{ "a list of names and values",
		    OF("[{\"name\":\"a\",\"value\":\"x\"},{\"name\":\"b\"},{\"value\":1},"
		       "null,7,{\"name\":3,\"value\":4}]"),
		    "answer: m\n form [a=x] [b=]\n" },
		{ "an empty list", OF("[]"), "answer: m\n form\n" },
		{ "an empty text", OF("\"\""), "answer: m\n form\n" },
		{ "null", OF("null"), "answer: m\n form\n" },
		{ "no data", M ACTIONS("[" BACK("escalateToAgent") "]"),
		    "answer: m\n form\n" },
		{ "the first of two",
		    M ACTIONS("[" BACK("createTicket") "," FORM("{\"a\":1}") "," FORM(
			"{\"a\":2}") "]"),
		    "answer: m\n form [a=1]\n ticket\n" },
		{ "a ticket's", M ACTIONS("[" TICKET "]"),
		    "answer: m\n ticket [a=1]\n" },
		{ "a ticket's is no wish for an agent",
		    M ACTIONS("[" TICKET "]") CALL("\"escalationStart\""),
		    "answer: m\n ticket [a=1]\n" },
		{ "a ticket's beside an agent's",
		    M ACTIONS("[" TICKET "," FORM("{\"b\":2}") "]"),
		    "answer: m\n form [b=2]\n ticket [a=1]\n" },
		{ "data of another callback",
		    M ACTIONS("[{\"parameters\":{\"callback\":\"createTask\",\"data\":"
			      "{\"a\":1}}}]"),
		    "answer: m\n" },
	};

	answers_check("\"answer\"", t, NELEMS(t));
}

static const struct inbenta_form *
form_of(const char *data, struct arena *a)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2000000);
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_answers got = { 0 };
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	buf_printf(&text,
	    "{\"answers\":[{\"actions\":[{\"parameters\":{\"callback\":"
	    "\"escalateToAgent\",\"data\":%s}}]}]}",
	    data);
	cr_assert(js_parse(text.data, text.len, &root, &e), "%s", e.text);
	cr_assert(inbenta_answers_read(&got, root, a, &e), "%s", e.text);
	cr_assert_not_null(got.list[0].form);
	return got.list[0].form;
}

/* What does not fit is left out, and what stands behind it has its place. */
Test(signals, limits)
{
	static char text[LIMIT_AGENT_FORM + 2];
	CLEANUP(buf_fini) struct buf json = BUF_INIT(2000000);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct inbenta_form *form;

	memset(text, 'x', sizeof(text) - 1);
	buf_printf(&json, "{\"a\":\"%s\",\"b\":\"%.*s\",\"c\":\"y\",\"d\":\"\"}", text,
	    LIMIT_AGENT_FORM - 3, text);
	form = form_of(json.data, a);
	cr_assert_eq(form->n, 2);
	cr_expect_str_eq(form->fields[0].name, "b");
	cr_expect_eq(strlen(form->fields[0].value), LIMIT_AGENT_FORM - 3);
	cr_expect_str_eq(form->fields[1].name, "c");

	buf_reset(&json);
	buf_str(&json, "{");
	for (int i = 0; i <= LIMIT_AGENT_FIELDS; i++)
		buf_printf(&json, "%s\"f%d\":%d", i ? "," : "", i, i);
	buf_str(&json, "}");
	form = form_of(json.data, a);
	cr_assert_eq(form->n, LIMIT_AGENT_FIELDS);
	cr_expect_str_eq(form->fields[LIMIT_AGENT_FIELDS - 1].name, "f49");
}
