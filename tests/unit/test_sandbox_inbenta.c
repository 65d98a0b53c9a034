/* SPDX-License-Identifier: Apache-2.0 */
/* Tracking, variables, history and app data of the stand-in for Inbenta, over HTTP. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sandbox/inbenta_appdata.h"
#include "sandbox/sessions.h"
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

TestSuite(sandbox_inbenta, .init = setup, .fini = teardown);

#define EVENTS "/inbenta/chatbot/v1/tracking/events"
#define VARIABLES "/inbenta/chatbot/v1/conversation/variables"
#define SEVERAL "/inbenta/chatbot/v1/conversation/variables/multiple"
#define HISTORY "/inbenta/chatbot/v1/conversation/history"
#define MESSAGE "/inbenta/chatbot/v1/conversation/message"
#define APPDATA "/inbenta/chatbot/v1/app/data/"
#define KEY "x-inbenta-key: c2FuZGJveC1rZXk=\n"
#define JSON "Content-Type: application/json\n"

static void
expect(const char *method, const char *path, const char *body, int status,
    const char *says)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, method, path, NULL, body, &g);
	cr_expect_eq(
	    g.status, status, "%s %s: %d %s", path, body, g.status, g.body.data);
	if (says != NULL)
		cr_expect_not_null(
		    strstr(g.body.data, says), "%s: %s", body, g.body.data);
}

Test(sandbox_inbenta, events)
{
	static const struct {
		const char *body;
		int status;
		const char *says;
	} t[] = {
		{ "{\"type\":\"rate\",\"data\":{\"code\":\"cjE\",\"value\":2,"
		  "\"comment\":\"\"}}",
		    200, "true" },
		{ "{\"type\":\"rate\",\"data\":{\"code\":\"cjE\",\"value\":1}}", 200,
		    "true" },
		{ "{\"type\":\"rate\",\"data\":{\"value\":1}}", 400, "data.code" },
		{ "{\"type\":\"rate\",\"data\":{\"code\":\"\",\"value\":1}}", 400,
		    "data.code" },
		{ "{\"type\":\"rate\",\"data\":{\"code\":7,\"value\":1}}", 400,
		    "data.code" },
		{ "{\"type\":\"rate\",\"data\":{\"code\":\"c\",\"value\":\"1\"}}", 400,
		    "data.value must be a number" },
		{ "{\"type\":\"rate\",\"data\":{\"code\":\"c\"}}", 400, "data.value" },
		{ "{\"type\":\"rate\",\"data\":{\"code\":\"c\",\"value\":1,"
		  "\"comment\":[]}}",
		    400, "data.comment" },
		{ "{\"type\":\"click\",\"data\":{\"code\":\"YzI\"}}", 200, "true" },
		{ "{\"type\":\"click\",\"data\":{}}", 400, "data.code" },
		{ "{\"type\":\"click\"}", 400, "data an object" },
		{ "{\"data\":{}}", 400, "type must be a text" },
		{ "{\"type\":\"CHAT_NO_AGENTS\",\"data\":{\"value\":\"true\"}}", 200,
		    "true" },
		{ "{\"type\":\"CONTACT_REJECTED\",\"data\":{\"value\":true}}", 400,
		    "data.value must be a text" },
		{ "{\"type\":\"CHAT_ATTENDED\",\"data\":{\"value\":{\"chatId\":\"C1\","
		  "\"appId\":\"A\",\"region\":\"us\"}}}",
		    200, "true" },
		{ "{\"type\":\"CHAT_ATTENDED\",\"data\":{\"value\":\"C1\"}}", 400,
		    "chatId, appId and region" },
		{ "[]", 400, "JSON object" },
		{ "{", 400, "Malformed JSON" },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		expect("POST", EVENTS, t[i].body, t[i].status, t[i].says);
}

Test(sandbox_inbenta, variables)
{
	static const struct {
		const char *path, *body, *says;
	} wrong[] = {
		{ VARIABLES, "{\"value\":\"true\"}", "name must be a text" },
		{ VARIABLES, "{\"name\":\"\",\"value\":\"true\"}",
		    "name must be a text" },
		{ VARIABLES, "{\"name\":\"x\",\"value\":true}",
		    "value must be a text" },
		{ VARIABLES, "{\"name\":\"x\"}", "value must be a text" },
		{ SEVERAL, "{}", "variables must be a list or an object" },
		{ SEVERAL, "{\"variables\":[{\"name\":\"a\",\"value\":\"1\"},{}]}",
		    "name must be a text" },
		{ SEVERAL, "{\"variables\":{\"a\":1}}", "value must be a text" },
	};
	CLEANUP(got_fini) struct got none = { 0 }, all = { 0 };

	for (size_t i = 0; i < NELEMS(wrong); i++)
		expect("POST", wrong[i].path, wrong[i].body, 400, wrong[i].says);
	run_call(&run, "GET", VARIABLES, NULL, NULL, &none);
	cr_expect_str_eq(none.body.data, "{}", "a refused list stores nothing");

	expect("POST", VARIABLES, "{\"name\":\"agents_AVAILABLE\",\"value\":\"true\"}",
	    200, "{\"success\":true}");
	expect("POST", VARIABLES, "{\"name\":\"agents_available\",\"value\":\"false\"}",
	    200, NULL);
	expect("POST", SEVERAL, "{\"variables\":[{\"name\":\"A\",\"value\":\"1\"}]}",
	    200, NULL);
	expect("POST", SEVERAL, "{\"variables\":{\"B\":\"2\"}}", 200, NULL);
	run_call(&run, "GET", VARIABLES, NULL, NULL, &all);
	cr_expect_str_eq(all.body.data,
	    "{\"agents_available\":{\"value\":\"false\"},\"a\":{\"value\":\"1\"},"
	    "\"b\":{\"value\":\"2\"}}");
}

Test(sandbox_inbenta, variables_have_a_limit)
{
	char body[64];

	for (int i = 0; i < VARIABLES_MAX; i++) {
		snprintf(body, sizeof(body), "{\"name\":\"v%d\",\"value\":\"x\"}", i);
		expect("POST", VARIABLES, body, 200, NULL);
	}
	expect("POST", VARIABLES, "{\"name\":\"w\",\"value\":\"x\"}", 400,
	    "More than 200 variables");
	expect("POST", VARIABLES, "{\"name\":\"v7\",\"value\":\"y\"}", 200, NULL);
}

static void
expect_said(js *history, size_t i, const char *user, const char *message)
{
	js *one;

	cr_assert(history != NULL && i < json_object_array_length(history));
	one = json_object_array_get_idx(history, i);
	cr_expect_str_eq(js_str(one, "user", ""), user, "%zu", i);
	cr_expect(strncmp(js_str(one, "message", ""), message, strlen(message)) == 0,
	    "%zu: %s", i, js_str(one, "message", ""));
	cr_expect_eq(strlen(js_str(one, "datetime", "")), 19u);
}

Test(sandbox_inbenta, history)
{
	CLEANUP(got_fini) struct got none = { 0 }, g = { 0 };

	run_call(&run, "GET", HISTORY, NULL, NULL, &none);
	cr_expect_str_eq(none.body.data, "[]");
	expect("POST", MESSAGE, "{\"directCall\":\"sys-welcome\"}", 200, NULL);
	expect("POST", MESSAGE, "{\"message\":\"opening hours\"}", 200, NULL);
	expect("POST", MESSAGE, "{\"option\":\"10\"}", 200, NULL);
	expect("POST", MESSAGE, "{\"option\":\"99\"}", 400, NULL);
	expect("POST", "/sandbox/answer",
	    "{\"when\":\"x\",\"response\":{\"answers\":[{\"messageList\":[\"a\",\"b\"],"
	    "\"options\":[{\"label\":\"Red\",\"value\":7}]}]}}",
	    204, NULL);
	expect("POST", MESSAGE, "{\"message\":\"x\"}", 200, NULL);
	expect("POST", MESSAGE, "{\"option\":7}", 200, NULL);
	run_call(&run, "GET", HISTORY, NULL, NULL, &g);
	cr_assert_eq(json_object_array_length(g.json), 9u, "%s", g.body.data);
	expect_said(g.json, 0, "bot", "<p>Welcome");
	expect_said(g.json, 1, "guest", "opening hours");
	expect_said(g.json, 2, "bot", "<p>Our shops");
	expect_said(g.json, 3, "guest", "Shop");
	expect_said(g.json, 4, "bot", "<p>Our <strong>shops");
	expect_said(g.json, 5, "guest", "x");
	expect_said(g.json, 6, "bot", "a\nb");
	expect_said(g.json, 7, "guest", "Red");
	expect_said(g.json, 8, "bot", "<p>Sorry");
}

Test(sandbox_inbenta, history_keeps_the_last)
{
	CLEANUP(got_fini) struct got g = { 0 };

	for (int i = 0; i < HISTORY_KEPT; i++)
		expect("POST", MESSAGE, "{\"message\":\"hello\"}", 200, NULL);
	run_call(&run, "GET", HISTORY, NULL, NULL, &g);
	cr_expect_eq(json_object_array_length(g.json), (size_t)HISTORY_KEPT);
}

Test(sandbox_inbenta, app_data)
{
	CLEANUP(got_fini) struct got g = { 0 };

	expect("GET", APPDATA "twilio?name=", NULL, 404, "\"code\":404");
	expect("POST", "/sandbox/appdata", "{\"group\":\"a/b\",\"results\":[]}", 400,
	    "group must be");
	expect("POST", "/sandbox/appdata", "{\"group\":\"twilio\"}", 400,
	    "results must be a list");
	expect("POST", "/sandbox/appdata",
	    "{\"group\":\"twilio\",\"results\":[{\"name\":\"translations\",\"value\":1},"
	    "{\"name\":\"settings\",\"value\":2}]}",
	    204, NULL);
	expect("GET", APPDATA "twilio?name=", NULL, 200,
	    "{\"results\":[{\"name\":\"translations\",\"value\":1},{\"name\":\"settings\"");
	expect("GET", APPDATA "twilio?name=settings", NULL, 200,
	    "{\"results\":[{\"name\":\"settings\",\"value\":2}]}");
	expect("GET", APPDATA "other", NULL, 404, NULL);
	expect("POST", "/sandbox/appdata", "{\"group\":\"twilio\",\"results\":[]}", 204,
	    NULL);
	expect("GET", APPDATA "twilio", NULL, 200, "{\"results\":[]}");
	expect("DELETE", "/sandbox/appdata", NULL, 204, NULL);
	expect("GET", APPDATA "twilio", NULL, 404, NULL);
	run_call(&run, "GET", APPDATA "twilio", KEY, NULL, &g);
	cr_expect_eq(g.status, 401, "without a token");
	for (int i = 0; i <= APPDATA_GROUPS; i++) {
		char body[64];

		snprintf(body, sizeof(body), "{\"group\":\"g%d\",\"results\":[]}", i);
		expect("POST", "/sandbox/appdata", body, i < APPDATA_GROUPS ? 204 : 409,
		    NULL);
	}
}

/* What each call checks before anything else, under which name it is recorded and fails. */
Test(sandbox_inbenta, gates)
{
	static const struct {
		const char *method, *path, *body, *call;
		bool session;
	} t[] = {
		{ "POST", EVENTS, "{\"type\":\"click\",\"data\":{\"code\":\"c\"}}",
		    "events", true },
		{ "POST", VARIABLES, "{\"name\":\"a\",\"value\":\"b\"}", "variables",
		    true },
		{ "POST", SEVERAL, "{\"variables\":[]}", "variables", true },
		{ "GET", VARIABLES, NULL, "variables", true },
		{ "GET", HISTORY, NULL, "history", true },
		{ "GET", APPDATA "twilio", NULL, "appdata", false },
	};
	char token[4096], nobody[4200], fault[128];

	expect("POST", "/sandbox/appdata", "{\"group\":\"twilio\",\"results\":[]}", 204,
	    NULL);
	snprintf(
	    token, sizeof(token), KEY JSON "Authorization: Bearer %s\n", run.token);
	snprintf(nobody, sizeof(nobody), "%sx-inbenta-session: Bearer nobody", token);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini)
		struct got key = { 0 }, bare = { 0 }, dead = { 0 }, calls = { 0 };
		js *last;

		run_call(&run, t[i].method, t[i].path, JSON, t[i].body, &key);
		cr_expect_eq(key.status, 401, "%s", t[i].path);
		run_call(&run, t[i].method, t[i].path, token, t[i].body, &bare);
		cr_expect_eq(bare.status, t[i].session ? 400 : 200, "%s", t[i].path);
		run_call(&run, t[i].method, t[i].path, nobody, t[i].body, &dead);
		cr_expect_eq(dead.status, t[i].session ? 400 : 200, "%s", t[i].path);
		if (t[i].session)
			cr_expect_not_null(strstr(dead.body.data, "Session expired"));
		expect(t[i].method, t[i].path, t[i].body, 200, NULL);

		snprintf(fault, sizeof(fault),
		    "{\"call\":\"%s\",\"fault\":\"status\",\"status\":503}", t[i].call);
		expect("POST", "/sandbox/fault", fault, 204, NULL);
		expect(t[i].method, t[i].path, t[i].body, 503, NULL);
		run_call(&run, "GET", "/sandbox/calls", NULL, NULL, &calls);
		last = js_arr(calls.json, "calls");
		last =
		    json_object_array_get_idx(last, json_object_array_length(last) - 1);
		cr_expect_str_eq(js_str(last, "call", ""), t[i].call, "%s", t[i].path);
		cr_expect_eq(js_int(last, "status", 0), 503);
	}
}
