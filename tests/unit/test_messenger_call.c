/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/messenger_rig.h"

#include "support/leaks.h"

TestSuite(messenger_call, .fini = no_leaks);

static const struct messenger_request plain = { .what = "messenger thing",
	.path = "/v1/things" };

Test(messenger_call, headers)
{
	static const struct upstream_step steps[] = { { .body = "{}", .times = -1 } };
	CLEANUP(buf_fini) struct buf body = BUF_INIT(10);
	CLEANUP(rig_fini) struct rig r;
	struct messenger_request q = plain;
	struct messenger_call c;

	buf_str(&body, "a=1");
	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	for (int i = 0; i < 3; i++) {
		CLEANUP(messenger_answer_fini) struct messenger_answer got = { 0 };
		const struct upstream_request *seen;
		struct err e = { 0 };

		q.body = i > 0 ? &body : NULL;
		q.form = i == 2;
		cr_assert_eq(
		    messenger_call_do(&c, &q, &got, &e), MESSENGER_GOOD, "%s", e.text);
		cr_expect_eq(got.status, 200);
		seen = upstream_get(r.up, (size_t)i);
		cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
		cr_expect(upstream_has(seen, "authorization: Bearer t1"));
		cr_expect_eq(
		    upstream_has(seen, "content-type: application/json"), i == 1);
		cr_expect_eq(upstream_has(seen,
				 "content-type: application/x-www-form-urlencoded"),
		    i == 2);
	}
	cr_expect_str_eq(rig_asked(&r), "GET things, POST things, POST things");
	cr_expect_eq(r.asked, 1, "calls that belong together share a token");
}

Test(messenger_call, verdicts)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum messenger_verdict is;
		enum err_kind kind;
		const char *words;
		bool in_doubt, any_body;
	} t[] = {
		{ "good", { .body = "{\"a\":1}" }, MESSENGER_GOOD, ERR_NONE, "", false,
		    false },
		{ "a message is no error", { .body = "{\"message\":\"hello\"}" },
		    MESSENGER_GOOD, ERR_NONE, "", false, false },
		{ "no errors in it", { .body = "{\"errors\":[],\"error\":\"\"}" },
		    MESSENGER_GOOD, ERR_NONE, "", false, false },
		{ "no body where one is needed", { .status = 204, .body = "" },
		    MESSENGER_FAILED, ERR_UPSTREAM, "status 204", true, false },
		{ "no body where none is needed", { .status = 204, .body = "" },
		    MESSENGER_GOOD, ERR_NONE, "", false, true },
		{ "a page instead of Messenger", { .body = " <html></html>" },
		    MESSENGER_FAILED, ERR_UPSTREAM, "status 200", true, true },
		{ "errors with 200",
		    { .body = "{\"errors\":[{\"message\":\"no\",\"code\":9}]}" },
		    MESSENGER_REFUSED, ERR_UPSTREAM, "with an error in it", false,
		    false },
		{ "an error that is a text", { .body = "{\"error\":\"no\"}" },
		    MESSENGER_REFUSED, ERR_UPSTREAM, "with an error in it", false,
		    true },
		{ "400", { .status = 400, .body = "{\"message\":\"no\"}" },
		    MESSENGER_REFUSED, ERR_UPSTREAM, "status 400", false, false },
		{ "404 of the API", { .status = 404, .body = "{\"error\":{}}" },
		    MESSENGER_REFUSED, ERR_UPSTREAM, "status 404", false, false },
		{ "404 of something else", { .status = 404, .body = "<html>" },
		    MESSENGER_FAILED, ERR_UPSTREAM, "status 404", false, false },
		{ "a redirect", { .status = 302, .body = "" }, MESSENGER_FAILED,
		    ERR_UPSTREAM, "status 302", false, false },
		{ "500", { .status = 500, .body = "{\"error\":{\"message\":\"x\"}}" },
		    MESSENGER_FAILED, ERR_UPSTREAM, "status 500", true, false },
		{ "the gateway gives up",
		    { .status = 504,
			.body = "{\"message\":\"Endpoint request timed out\"}" },
		    MESSENGER_FAILED, ERR_TIMEOUT, "gateway time-out", true, false },
		{ "no such path at the gateway",
		    { .status = 403,
			.body = "{\"message\":\"'x' not a valid key=value pair\"}" },
		    MESSENGER_FAILED, ERR_CONFIG, "key of a Messenger instance", false,
		    false },
		{ "hung up", { .how = UP_HANGUP }, MESSENGER_FAILED, ERR_UPSTREAM, "",
		    true, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(messenger_answer_fini) struct messenger_answer got = { 0 };
		CLEANUP(rig_fini) struct rig r;
		struct messenger_request q = plain;
		struct upstream_step step = t[i].step;
		struct messenger_call c;
		struct err e = { 0 };

		step.times = -1;
		rig_init(&r, &step, 1);
		c = rig_call(&r);
		q.any_body = t[i].any_body;
		q.once = true;
		cr_expect_eq(messenger_call_do(&c, &q, &got, &e), t[i].is, "%s: %s",
		    t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_not_null(
		    strstr(e.text, t[i].words), "%s: %s", t[i].name, e.text);
		cr_expect_eq(got.in_doubt, t[i].in_doubt, "%s", t[i].name);
		cr_expect_null(strstr(e.text, RIG_KEY), "%s", t[i].name);
	}
}

/* A refused token is handed back and replaced once, for all calls that belong together. */
Test(messenger_call, a_new_token_once)
{
	static const struct upstream_step steps[] = {
		{ .status = 401, .body = "{\"message\":\"Unauthorized\"}" },
		{ .body = "{\"a\":1}" },
		{ .status = 403, .body = "" },
	};
	CLEANUP(messenger_answer_fini) struct messenger_answer got = { 0 };
	CLEANUP(rig_fini) struct rig r;
	struct messenger_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert_eq(
	    messenger_call_do(&c, &plain, &got, &e), MESSENGER_GOOD, "%s", e.text);
	cr_expect_eq(js_int(got.root, "a", 0), 1);
	cr_expect_str_eq(r.refused, "t1;");
	cr_expect(upstream_has(upstream_get(r.up, 1), "authorization: Bearer t2"));
	cr_expect_eq(messenger_call_do(&c, &plain, &got, &e), MESSENGER_FAILED);
	cr_expect_eq(e.kind, ERR_DENIED);
	cr_expect_str_eq(e.text,
	    "messenger thing: a new access token is refused too: mend "
	    "chat.messenger.key");
	cr_expect_not(got.in_doubt);
	cr_expect_eq(upstream_requests(r.up), 3);
}

Test(messenger_call, no_token)
{
	CLEANUP(messenger_answer_fini) struct messenger_answer got = { 0 };
	CLEANUP(rig_fini) struct rig r;
	struct messenger_call c;
	struct err e = { 0 };

	rig_init(&r, NULL, 0);
	(void)err_set(&r.no_access, ERR_CONFIG, 0, "empty key");
	c = rig_call(&r);
	cr_expect_eq(messenger_call_do(&c, &plain, &got, &e), MESSENGER_FAILED);
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not(got.in_doubt);
	cr_expect_eq(upstream_requests(r.up), 0);
}

Test(messenger_call, too_big_is_not_sent)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(2);
	CLEANUP(rig_fini) struct rig r;
	struct messenger_request q = plain;
	struct messenger_call c;
	char id[3000];

	rig_init(&r, NULL, 0);
	c = rig_call(&r);
	buf_str(&body, "abc");
	memset(id, 'x', sizeof(id));
	id[sizeof(id) - 1] = '\0';
	for (int i = 0; i < 2; i++) {
		CLEANUP(messenger_answer_fini) struct messenger_answer got = { 0 };
		struct err e = { 0 };

		q.body = i == 0 ? &body : NULL;
		q.path = i == 0 ? "/v1/a" : messenger_path(r.arena, "/v1/", id, "");
		cr_expect_eq(messenger_call_do(&c, &q, &got, &e), MESSENGER_FAILED);
		cr_expect_eq(e.kind, ERR_TOO_BIG);
	}
	cr_expect_eq(upstream_requests(r.up), 0);
}

Test(messenger_call, lists)
{
	static const struct {
		const char *name, *text;
		bool is_list;
		size_t n;
	} t[] = {
		{ "data", "{\"data\":[1,2]}", true, 2 },
		{ "bare", "[1]", true, 1 },
		{ "empty", "{\"data\":[]}", true, 0 },
		{ "empty text", "{\"data\":\"\"}", true, 0 },
		{ "null", "{\"data\":null}", true, 0 },
		{ "empty object", "{\"data\":{}}", true, 0 },
		{ "an object", "{\"data\":{\"a\":1}}", false, 0 },
		{ "a text", "{\"data\":\"x\"}", false, 0 },
		{ "none", "{\"a\":[]}", false, 0 },
		{ "a number", "7", false, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(js_putp) js *root = NULL;
		js *list = NULL;
		struct err e;

		cr_assert(js_parse(t[i].text, strlen(t[i].text), &root, &e));
		cr_expect_eq(
		    messenger_list(root, &list), t[i].is_list, "%s", t[i].name);
		cr_expect_eq(list != NULL ? json_object_array_length(list) : 0, t[i].n,
		    "%s", t[i].name);
	}
}
