/* SPDX-License-Identifier: Apache-2.0 */
/* The stand-in for Inbenta and the control interface, asked over HTTP. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <curl/curl.h>

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
}

static void
teardown(void)
{
	run_stop(&run);
#ifdef HAVE_LSAN
	no_leaks();
#endif
}

TestSuite(sandbox_http, .init = setup, .fini = teardown);

#define AUTH "/inbenta/v1/auth"
#define REFRESH "/inbenta/v1/refreshToken"
#define CONVERSATION "/inbenta/chatbot/v1/conversation"
#define MESSAGE "/inbenta/chatbot/v1/conversation/message"
#define KEY "x-inbenta-key: c2FuZGJveC1rZXk=\n"
#define JSON "Content-Type: application/json\n"

/* What the body says went wrong, in any of the API's three shapes. */
static const char *
complaint(const struct got *g)
{
	js *errors = js_arr(g->json, "errors");

	if (errors != NULL)
		return js_str(json_object_array_get_idx(errors, 0), "message", "");
	return js_str(g->json, "error.message",
	    js_str(g->json, "message",
		js_str(g->json, "Message", js_str(g->json, "error", ""))));
}

static void
expect(const char *name, const char *method, const char *path, const char *headers,
    const char *body, int status, const char *says)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, method, path, headers, body, &g);
	cr_expect_eq(g.status, status, "%s: %d %s", name, g.status, g.body.data);
	if (says != NULL)
		cr_expect(strncmp(complaint(&g), says, strlen(says)) == 0, "%s: %s",
		    name, g.body.data);
}

Test(sandbox_http, auth)
{
	CLEANUP(got_fini) struct got g, again;

	expect("no key", "POST", AUTH, JSON, "{\"secret\":\"x\"}", 401, "Unauthorized");
	expect("other key", "POST", AUTH, JSON "x-inbenta-key: nope",
	    "{\"secret\":\"x\"}", 401, "Unauthorized");
	expect("wrong secret", "POST", AUTH, NULL, "{\"secret\":\"x\"}", 400,
	    "Secret token not valid");
	expect("no secret", "POST", AUTH, NULL, "{}", 400, "Secret token not valid");
	expect("a form", "POST", AUTH,
	    KEY "Content-Type: application/x-www-form-urlencoded", "secret=x", 400,
	    "Content-Type must be");
	expect("not JSON", "POST", AUTH, NULL, "{", 400, "Malformed JSON");
	expect(
	    "a list", "POST", AUTH, NULL, "[]", 400, "The body must be a JSON object");
	expect("GET", "GET", AUTH, NULL, NULL, 403, "Authorization header holds");

	run_login(&run);
	run_call(&run, "POST", REFRESH, NULL, "", &g);
	cr_expect_eq(g.status, 200);
	cr_expect_str_neq(js_str(g.json, "accessToken", ""), run.token);
	cr_expect_eq(js_int(g.json, "expires_in", 0), 1200);
	cr_expect_null(js_get(g.json, "apis"), "a refresh has none");
	run_call(&run, "POST", REFRESH, NULL, "", &again);
	cr_expect_eq(again.status, 200, "the old token is still good");
	expect(
	    "a body", "POST", REFRESH, NULL, "{}", 400, "refreshToken takes no body");
	expect("no token", "POST", REFRESH, KEY, "", 401, "Unauthorized");
	expect("not ours", "POST", REFRESH, KEY "Authorization: Bearer abc", "", 403,
	    "User is not authorized");
}

Test(sandbox_http, token_lives_as_long_as_told)
{
	CLEANUP(got_fini) struct got g;

	expect(
	    "ttl", "POST", "/sandbox/token_ttl", NULL, "{\"seconds\":100}", 204, NULL);
	run_login(&run);
	run_call(&run, "POST", REFRESH, NULL, "", &g);
	cr_expect_eq(js_int(g.json, "expires_in", 0), 100);
	expect("expire", "POST", "/sandbox/expire", NULL, "{\"what\":\"token\"}", 204,
	    NULL);
	expect("dead", "POST", REFRESH, NULL, "", 403, "User is not authorized");
	expect("dead", "POST", MESSAGE, NULL, "{\"message\":\"hi\"}", 403,
	    "User is not authorized");
	expect("wrong ttl", "POST", "/sandbox/token_ttl", NULL, "{\"seconds\":-1}", 400,
	    "seconds must be");
	expect("no ttl", "POST", "/sandbox/token_ttl", NULL, "{}", 400,
	    "seconds is missing");
	expect("what", "POST", "/sandbox/expire", NULL, "{\"what\":\"x\"}", 400,
	    "what must be");
}

Test(sandbox_http, conversation_is_strict)
{
	static const struct {
		const char *body, *says;
	} t[] = {
		{ "{\"answers\":[]}", "answers must be of type object" },
		{ "{\"answers\":{\"sideBubbleAttributes\":{}}}",
		    "answers.sideBubbleAttributes must be of type array" },
		{ "{\"answers\":{\"maxOptions\":\"3\"}}",
		    "answers.maxOptions must be" },
		{ "{\"answers\":{\"skipLastCheckQuestion\":1}}",
		    "answers.skipLastCheckQuestion must be" },
		{ "{\"forms\":{\"errorRetries\":true}}", "forms.errorRetries must be" },
		{ "{\"lang\":1}", "lang must be of type string" },
	};
	CLEANUP(buf_fini) struct buf head = BUF_INIT(4096);

	run_login(&run);
	for (size_t i = 0; i < NELEMS(t); i++)
		expect(
		    t[i].body, "POST", CONVERSATION, NULL, t[i].body, 400, t[i].says);
	expect("all is optional", "POST", CONVERSATION, NULL, "{}", 200, NULL);
	buf_printf(&head, KEY JSON "Authorization: Bearer %s\nx-inbenta-", run.token);
	buf_str(&head, "env: test");
	expect(
	    "env", "POST", CONVERSATION, head.data, "{}", 400, "x-inbenta-env is not");
	buf_truncate(&head, head.len - strlen("env: test"));
	buf_str(&head, "user-type: guest");
	expect("type", "POST", CONVERSATION, head.data, "{}", 400,
	    "x-inbenta-user-type must");
}

static void
say(const char *body, struct got *g)
{
	run_call(&run, "POST", MESSAGE, NULL, body, g);
}

/* The i-th answer of a response; a missing one fails. */
static js *
answer(const struct got *g, size_t i)
{
	js *list = js_arr(g->json, "answers");

	cr_assert(
	    list != NULL && i < json_object_array_length(list), "%s", g->body.data);
	return json_object_array_get_idx(list, i);
}

static const char *
flag(js *a)
{
	js *flags = js_arr(a, "flags");

	if (flags == NULL || json_object_array_length(flags) == 0)
		return "";
	return json_object_get_string(json_object_array_get_idx(flags, 0));
}

Test(sandbox_http, message_is_strict)
{
	CLEANUP(buf_fini) struct buf head = BUF_INIT(4096);

	run_login(&run);
	expect("nothing", "POST", MESSAGE, NULL, "{}", 400, "One of message, option");
	expect(
	    "number", "POST", MESSAGE, NULL, "{\"message\":7}", 400, "One of message");
	expect("empty", "POST", MESSAGE, NULL, "{\"message\":\"\"}", 400,
	    "The message is empty");
	expect("option", "POST", MESSAGE, NULL, "{\"option\":\"1\"}", 400,
	    "Option not valid");
	expect(
	    "option", "POST", MESSAGE, NULL, "{\"option\":[]}", 400, "One of message");
	buf_printf(&head, KEY JSON "Authorization: Bearer %s\n", run.token);
	expect("no session", "POST", MESSAGE, head.data, "{\"message\":\"hi\"}", 400,
	    "x-inbenta-session is missing");
	buf_str(&head, "x-inbenta-session: Bearer nobody");
	expect("unknown session", "POST", MESSAGE, head.data, "{\"message\":\"hi\"}",
	    400, "Session expired");
	expect("end", "POST", "/sandbox/expire", NULL, "{\"what\":\"session\"}", 204,
	    NULL);
	expect("ended", "POST", MESSAGE, NULL, "{\"message\":\"hi\"}", 400,
	    "Session expired");
}

Test(sandbox_http, talk)
{
	CLEANUP(got_fini)
	struct got hours = { 0 }, shop, roaming, far, lost, lengthy, direct;
	CLEANUP(buf_fini) struct buf text = BUF_INIT(4096);

	run_login(&run);
	say("{\"message\":\"What are your opening hours?\"}", &hours);
	cr_assert_str_eq(
	    js_str(answer(&hours, 0), "type", ""), "multipleChoiceQuestion");
	cr_expect_eq(json_object_array_length(js_arr(answer(&hours, 0), "options")), 2);
	say("{\"option\":10}", &shop);
	cr_expect_not_null(
	    strstr(js_str(answer(&shop, 0), "message", ""), "Monday to Friday"));
	expect("once", "POST", MESSAGE, NULL, "{\"option\":\"10\"}", 400,
	    "Option not valid");

	say("{\"message\":\"roaming\"}", &roaming);
	cr_assert_str_eq(js_str(answer(&roaming, 0), "type", ""), "polarQuestion");
	say("{\"option\":\"2\"}", &far);
	cr_expect_eq(json_object_array_length(js_arr(far.json, "answers")), 2);

	say("{\"message\":\"xyzzy\"}", &lost);
	cr_expect_str_eq(flag(answer(&lost, 0)), "no-results");
	buf_str(&text, "{\"message\":\"");
	for (int i = 0; i < 257; i++)
		buf_str(&text, "\xc3\xb1");
	buf_str(&text, "\"}");
	say(text.data, &lengthy);
	cr_expect_str_eq(flag(answer(&lengthy, 0)), "character-limit-exceeded");
	say("{\"directCall\":\"sys-welcome\"}", &direct);
	cr_expect_not_null(
	    strstr(js_str(answer(&direct, 0), "message", ""), "Welcome to"));
}

/* Three, when the conversation does not say. */
Test(sandbox_http, most_options_as_asked)
{
	CLEANUP(got_fini) struct got g = { 0 }, menu = { 0 };

	run_login(&run);
	run_call(&run, "POST", CONVERSATION, NULL, "{}", &g);
	free(run.session);
	run.session = xstrdup(js_str(g.json, "sessionToken", ""));
	say("{\"message\":\"menu\"}", &menu);
	cr_expect_eq(json_object_array_length(js_arr(answer(&menu, 0), "options")), 3);
	expect("beyond", "POST", MESSAGE, NULL, "{\"option\":\"13\"}", 400,
	    "Option not valid");
}

Test(sandbox_http, dictated)
{
	CLEANUP(got_fini) struct got g = { 0 }, next = { 0 }, any = { 0 };

	run_login(&run);
	expect("dictate", "POST", "/sandbox/answer", NULL,
	    "{\"when\":\"hi\",\"response\":{\"answers\":[{\"type\":\"polarQuestion\",\"message\":"
	    "\"Q?\",\"options\":[{\"label\":\"yes\",\"value\":\"z\"}]}]}}",
	    204, NULL);
	expect("dictate", "POST", "/sandbox/answer", NULL,
	    "{\"when\":\"option:z\",\"status\":201,\"response\":{\"answers\":[]}}", 204,
	    NULL);
	expect("dictate", "POST", "/sandbox/answer", NULL,
	    "{\"when\":\"*\",\"response\":[1],\"times\":-1}", 204, NULL);
	say("{\"message\":\"hi\"}", &g);
	cr_expect_str_eq(js_str(answer(&g, 0), "message", ""), "Q?");
	say("{\"option\":\"z\"}", &next);
	cr_expect_eq(next.status, 201);
	say("{\"message\":\"hi\"}", &any);
	cr_expect_str_eq(any.body.data, "[1]");
	expect("forget", "DELETE", "/sandbox/answer", NULL, NULL, 204, NULL);
	expect(
	    "normal again", "POST", MESSAGE, NULL, "{\"message\":\"hi\"}", 200, NULL);
	expect("no when", "POST", "/sandbox/answer", NULL, "{\"response\":1}", 400,
	    "when must");
	expect("no response", "POST", "/sandbox/answer", NULL, "{\"when\":\"*\"}", 400,
	    "response is missing");
}

static void
arm(const char *json)
{
	expect(json, "POST", "/sandbox/fault", NULL, json, 204, NULL);
}

Test(sandbox_http, faults)
{
	static const struct {
		const char *fault;
		int curl, status;
		const char *begins;
	} t[] = {
		{ "{\"fault\":\"close\"}", CURLE_GOT_NOTHING, 0, "" },
		{ "{\"fault\":\"cut\"}", CURLE_PARTIAL_FILE, 200, "{\"answers\":[" },
		{ "{\"fault\":\"half_json\"}", CURLE_OK, 200, "{\"answers\":[" },
		{ "{\"fault\":\"empty\"}", CURLE_OK, 200, "" },
		{ "{\"fault\":\"html\"}", CURLE_OK, 200, "<!DOCTYPE html>" },
		{ "{\"fault\":\"status\",\"status\":502}", CURLE_OK, 502,
		    "{\"errors\":" },
		{ "{\"fault\":\"throttle\",\"reset_s\":7}", CURLE_OK, 429,
		    "{\"message\":" },
		{ "{\"fault\":\"gateway_timeout\"}", CURLE_OK, 504,
		    "{\"message\":\"Endpoint" },
		{ "{\"fault\":\"slow\",\"ms\":30}", CURLE_OK, 200, "{\"answers\":[" },
	};

	run_login(&run);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		arm(t[i].fault);
		say("{\"message\":\"hello\"}", &g);
		cr_expect_eq(g.curl, t[i].curl, "%s: curl %d", t[i].fault, g.curl);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].fault, g.status);
		cr_expect(strncmp(g.body.data, t[i].begins, strlen(t[i].begins)) == 0,
		    "%s: %s", t[i].fault, g.body.data);
		if (g.status == 429)
			cr_expect_not_null(
			    strstr(g.head.data, "x-throttle-reset: 7\r\n"));
		expect("well again", "POST", MESSAGE, NULL, "{\"message\":\"hello\"}",
		    200, NULL);
	}
}

Test(sandbox_http, huge)
{
	CLEANUP(got_fini) struct got g;

	run_login(&run);
	arm("{\"call\":\"message\",\"fault\":\"huge\"}");
	say("{\"message\":\"hello\"}", &g);
	cr_expect_gt(g.body.len, 4u * 1024 * 1024);
	cr_expect_not_null(g.json, "it is JSON all the same");
}

/* A stalled call is seen in the record, and ends with the sandbox at the latest. */
static void *
ask_stalled(void *cls)
{
	say("{\"message\":\"hello\"}", cls);
	return NULL;
}

static int64_t
n_calls(void)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, "GET", "/sandbox/calls", NULL, NULL, &g);
	return js_int(g.json, "last", -1);
}

Test(sandbox_http, stall)
{
	struct got g = { 0 };
	pthread_t t;

	run_login(&run);
	arm("{\"call\":\"message\",\"fault\":\"stall\"}");
	cr_assert_eq(pthread_create(&t, NULL, ask_stalled, &g), 0);
	while (n_calls() < 3)
		;
	sandbox_stop(run.sb);
	run.sb = NULL;
	pthread_join(t, NULL);
	cr_expect_eq(g.status, 0);
	got_fini(&g);
}

/* A call that is held is answered when the faults are cleared, whenever that is. */
Test(sandbox_http, hold)
{
	struct got g = { 0 };
	pthread_t t;

	run_login(&run);
	arm("{\"call\":\"message\",\"fault\":\"hold\"}");
	cr_assert_eq(pthread_create(&t, NULL, ask_stalled, &g), 0);
	while (n_calls() < 3)
		;
	expect("let go", "DELETE", "/sandbox/fault", NULL, NULL, 204, NULL);
	pthread_join(t, NULL);
	cr_expect_eq(g.status, 200);
	cr_expect_not_null(g.json);
	got_fini(&g);
}

Test(sandbox_http, faults_refused)
{
	static const struct {
		const char *body, *says;
	} t[] = {
		{ "{\"fault\":\"x\"}", "fault must be one of stall" },
		{ "{\"fault\":\"cut\",\"call\":\"x\"}", "call must be" },
		{ "{\"fault\":\"cut\",\"times\":0}", "times must be" },
		{ "{\"fault\":\"status\",\"status\":99}", "status must be" },
		{ "{\"fault\":\"slow\",\"ms\":\"1\"}", "ms must be" },
		{ "[]", "a JSON object is needed" },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		expect(t[i].body, "POST", "/sandbox/fault", NULL, t[i].body, 400,
		    t[i].says);
	expect("clear", "DELETE", "/sandbox/fault", NULL, NULL, 204, NULL);
}

/* What a person says on the phone acts once where the connector asks again. */
Test(sandbox_http, words_of_trouble)
{
	static const struct {
		const char *said;
		int status;
	} t[] = {
		{ "!500", 500 },
		{ "!500", 500 },
		{ "!status 404", 404 },
		{ "!throttle 0", 429 },
		{ "!throttle 0", 200 },
		{ "!throttle 0", 429 },
		{ "!expire", 400 },
	};

	run_login(&run);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf body = BUF_INIT(256);

		buf_printf(&body, "{\"message\":\"%s\"}", t[i].said);
		expect(t[i].said, "POST", MESSAGE, NULL, body.data, t[i].status, NULL);
	}
	expect("gone", "POST", MESSAGE, NULL, "{\"message\":\"!expire\"}", 400,
	    "Session expired");
	free(run.token);
	free(run.session);
	run.token = run.session = NULL;
	run_login(&run);
	expect("new", "POST", MESSAGE, NULL, "{\"message\":\"!expire\"}", 200, NULL);
}

Test(sandbox_http, calls)
{
	CLEANUP(got_fini)
	struct got g = { 0 }, later = { 0 }, none = { 0 }, one = { 0 };
	js *list, *last;

	run_login(&run);
	expect("hi", "POST", MESSAGE, NULL, "{\"message\":\"hi\"}", 200, NULL);
	run_call(&run, "GET", "/sandbox/calls?since=1", NULL, NULL, &g);
	list = js_arr(g.json, "calls");
	cr_assert(
	    list != NULL && json_object_array_length(list) == 2, "%s", g.body.data);
	last = json_object_array_get_idx(list, 1);
	cr_expect_eq(js_int(last, "n", 0), 3);
	cr_expect_str_eq(js_str(last, "call", ""), "message");
	cr_expect_str_eq(js_str(last, "body.message", ""), "hi");
	cr_expect_eq(js_int(last, "status", 0), 200);
	cr_expect_not_null(strstr(js_str(last, "session", ""), run.session));
	cr_expect_str_eq(js_str(last, "headers.x-inbenta-key", ""), run.opts.api_key);
	run_call(&run, "GET", "/sandbox/calls?since=99999999999999999999", NULL, NULL,
	    &none);
	cr_expect_eq(json_object_array_length(js_arr(none.json, "calls")), 0);
	run_call(&run, "GET", "/sandbox/calls?since=1&max=1", NULL, NULL, &one);
	cr_expect_eq(json_object_array_length(js_arr(one.json, "calls")), 1);
	cr_expect_eq(js_int(one.json, "last", 0), 2, "where to go on");
	expect("clear", "DELETE", "/sandbox/calls", NULL, NULL, 204, NULL);
	run_call(&run, "GET", "/sandbox/calls", NULL, NULL, &later);
	cr_expect_eq(json_object_array_length(js_arr(later.json, "calls")), 0);
	cr_expect_eq(js_int(later.json, "last", 0), 3, "numbers go on");
}

Test(sandbox_http, paths)
{
	static const struct {
		const char *method, *path, *headers;
		int status;
	} t[] = {
		{ "GET", "/", NULL, 302 },
		{ "GET", "/phone", NULL, 302 },
		{ "GET", "/phone/", NULL, 200 },
		{ "GET", "/phone/phone.js", NULL, 200 },
		{ "GET", "/phone/none.js", NULL, 404 },
		{ "GET", "/desk", NULL, 302 },
		{ "GET", "/desk/", NULL, 200 },
		{ "GET", "/desk/desk.js", NULL, 200 },
		{ "GET", "/desk/../knowledge.cfg", NULL, 404 },
		{ "GET", "/desk/api/state", NULL, 200 },
		{ "GET", "/desk/media/M1", NULL, 404 },
		{ "GET", "/start", NULL, 302 },
		{ "GET", "/start/", NULL, 200 },
		{ "GET", "/desk/", "Host: evil.example", 403 },
		{ "GET", "/sandbox/hyperchat", "Host: evil.example", 403 },
		{ "GET", "/phone/Makefile.inc", NULL, 404 },
		{ "GET", "/phone/../knowledge.cfg", NULL, 404 },
		{ "GET", "/phone/%2e%2e/knowledge.cfg", NULL, 404 },
		{ "GET", "/phone/..%2fknowledge.cfg", NULL, 404 },
		{ "GET", "/phone/.phone.js", NULL, 404 },
		{ "GET", "/phone/api/none", NULL, 404 },
		{ "GET", "/sandbox/health", NULL, 200 },
		{ "GET", "/sandbox/none", NULL, 404 },
		{ "POST", "/sandbox/health", NULL, 405 },
		{ "GET", "/phone/api/send", NULL, 404 },
		{ "GET", "/phone/", "Host: evil.example", 403 },
		{ "GET", "/sandbox/calls", "Host: evil.example:80", 403 },
		{ "POST", "/phone/api/clear", JSON "Origin: http://evil.example", 403 },
		{ "POST", "/phone/api/clear", "Content-Type: text/plain", 415 },
		{ "POST", "/phone/api/clear", JSON "Origin: http://localhost:8080",
		    400 },
		{ "POST", "/phone/api/send", NULL, 400 },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		expect(t[i].path, t[i].method, t[i].path, t[i].headers, "", t[i].status,
		    NULL);
}

Test(sandbox_http, page_headers)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, "GET", "/phone/phone.js", NULL, NULL, &g);
	cr_expect_not_null(strstr(g.head.data, "Content-Type: text/javascript"));
	cr_expect_not_null(strstr(g.head.data, "X-Content-Type-Options: nosniff"));
	cr_expect_not_null(strstr(g.head.data,
	    "Content-Security-Policy: default-src 'none'; script-src 'self'"));
}

Test(sandbox_http, bodies_have_a_limit)
{
	CLEANUP(buf_fini) struct buf big = BUF_INIT(4 * 1024 * 1024);
	CLEANUP(got_fini) struct got chunked;

	for (int i = 0; i < 2 * 1024 * 1024; i++)
		buf_chr(&big, 'x');
	expect("announced", "POST", MESSAGE, NULL, big.data, 413, NULL);
	run_call(&run, "POST", MESSAGE, KEY JSON "Transfer-Encoding: chunked", big.data,
	    &chunked);
	cr_expect_neq(chunked.curl, CURLE_OK, "the connection is closed");
	expect("well", "GET", "/sandbox/health", NULL, NULL, 200, NULL);
}
