/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "base/limits.h"
#include "support/leaks.h"

TestSuite(hyperchat_call, .fini = no_leaks);

static const struct hyperchat_request plain = { .what = "hyperchat thing",
	.path = "things/" };

Test(hyperchat_call, headers)
{
	static const struct upstream_step steps[] = { { .body = "{}", .times = -1 } };
	CLEANUP(buf_fini) struct buf body = BUF_INIT(10);
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_request q = plain;

	buf_str(&body, "{}");
	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	for (int i = 0; i < 3; i++) {
		CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
		const struct upstream_request *seen;
		struct err e = { 0 };

		q.no_secret = i == 0;
		q.body = i == 2 ? &body : NULL;
		cr_assert_eq(
		    hyperchat_call_do(&c, &q, &got, &e), HYPERCHAT_GOOD, "%s", e.text);
		cr_expect(got.sent);
		seen = upstream_get(r.up, (size_t)i);
		cr_expect(upstream_has(seen, "x-hyper-appid: " RIG_APP));
		cr_expect_eq(upstream_has(seen, "x-hyper-secret: " RIG_SECRET), i != 0);
		cr_expect_eq(
		    upstream_has(seen, "content-type: application/json"), i == 2);
		cr_expect_null(strstr(seen->line, "s3cr3t"));
	}
	cr_expect_str_eq(rig_asked(&r), "GET things/, GET things/, POST things/");
}

Test(hyperchat_call, verdicts)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum hyperchat_verdict is;
		int code;
		const char *message;
		enum err_kind kind;
		const char *words;
	} t[] = {
		{ "good", { .body = "{\"a\":1}" }, HYPERCHAT_GOOD, 0, NULL, 0, "" },
		{ "no error in it", { .body = "{\"error\":null}" }, HYPERCHAT_GOOD, 0,
		    NULL, 0, "" },
		{ "an empty error", { .body = "{\"error\":\"\"}" }, HYPERCHAT_GOOD, 0,
		    NULL, 0, "" },
		{ "another empty error", { .body = "{\"error\":[]}" }, HYPERCHAT_GOOD,
		    0, NULL, 0, "" },
		{ "409",
		    { .status = 409,
			.body = "{\"error\":{\"code\":409,\"message\":\"User already "
				"exists\"}}" },
		    HYPERCHAT_REFUSED, 409, "User already exists", ERR_UPSTREAM,
		    "status 409" },
		{ "an error with 200",
		    { .body = "{\"error\":{\"code\":\"404\",\"message\":\"gone\"}}" },
		    HYPERCHAT_REFUSED, 404, "gone", ERR_UPSTREAM, "status 404" },
		{ "an error without a code", { .body = "{\"error\":{\"message\":7}}" },
		    HYPERCHAT_REFUSED, 400, "", ERR_UPSTREAM, "status 400" },
		{ "an error that is a text",
		    { .status = 422, .body = "{\"error\":\"no room\"}" },
		    HYPERCHAT_REFUSED, 422, "no room", ERR_UPSTREAM, "status 422" },
		{ "an error that is true", { .body = "{\"error\":true}" },
		    HYPERCHAT_REFUSED, 400, "", ERR_UPSTREAM, "status 400" },
		{ "an error with a mad code",
		    { .body = "{\"error\":{\"code\":-5000000000}}" }, HYPERCHAT_REFUSED,
		    400, "", ERR_UPSTREAM, "status 400" },
		{ "401", { .status = 401, .body = "{\"error\":{\"code\":401}}" },
		    HYPERCHAT_REFUSED, 401, "", ERR_DENIED, "chat.chat.secret" },
		{ "403 without words", { .status = 403, .body = "<html>" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_DENIED, "chat.chat.appId" },
		{ "404 of something else", { .status = 404, .body = "<html>" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "chat.chat.server" },
		{ "404 in JSON of something else",
		    { .status = 404, .body = "{\"message\":\"no route\"}" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "chat.chat.server" },
		{ "400 of something else", { .status = 400 }, HYPERCHAT_FAILED, 0, NULL,
		    ERR_UPSTREAM, "status 400" },
		{ "500 with its own error",
		    { .status = 500, .body = "{\"error\":{\"code\":500}}" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "status 500" },
		{ "500 that says 404",
		    { .status = 500, .body = "{\"error\":{\"code\":404}}" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "status 500" },
		{ "200 that says 503", { .body = "{\"error\":{\"code\":503}}" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "status 503" },
		{ "502", { .status = 502, .body = "<html>" }, HYPERCHAT_FAILED, 0, NULL,
		    ERR_UPSTREAM, "status 502" },
		{ "redirect", { .status = 302, .headers = "Location: /x\r\n" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "status 302" },
		{ "throttled for long",
		    { .status = 429,
			.headers = "Retry-After: 3600\r\n",
			.body = "{\"error\":{\"code\":429}}" },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "status 429" },
		{ "HTML", { .body = "<html>maintenance</html>" }, HYPERCHAT_FAILED, 0,
		    NULL, ERR_UPSTREAM, "JSON" },
		{ "half", { .body = "{\"a\":[1," }, HYPERCHAT_FAILED, 0, NULL,
		    ERR_UPSTREAM, "JSON" },
		{ "nothing", { .body = "" }, HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM,
		    "JSON" },
		{ "not UTF-8", { .body = "{\"a\":\"\xff\"}" }, HYPERCHAT_FAILED, 0,
		    NULL, ERR_UPSTREAM, "JSON" },
		{ "hang-up", { .how = UP_HANGUP, .times = -1 }, HYPERCHAT_FAILED, 0,
		    NULL, ERR_UPSTREAM, "hyperchat thing" },
		{ "reset", { .how = UP_RESET, .times = -1 }, HYPERCHAT_FAILED, 0, NULL,
		    ERR_UPSTREAM, "hyperchat thing" },
		{ "cut", { .how = UP_CUT, .body = "{\"a\":1}", .cut = 3 },
		    HYPERCHAT_FAILED, 0, NULL, ERR_UPSTREAM, "hyperchat thing" },
		{ "silence", { .how = UP_STALL }, HYPERCHAT_FAILED, 0, NULL,
		    ERR_TIMEOUT, "no answer within" },
		{ "silence in the body",
		    { .how = UP_STALL, .body = "{\"a\":\"0123456789\"}", .cut = 50 },
		    HYPERCHAT_FAILED, 0, NULL, ERR_TIMEOUT, "no answer within" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
		struct hyperchat_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		if (t[i].kind == ERR_TIMEOUT)
			r.account.timeout_ms = SHORT_MS;
		c = rig_call(&r);
		cr_assert_eq(hyperchat_call_do(&c, &plain, &got, &e), t[i].is, "%s: %s",
		    t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_not_null(
		    strstr(e.text, t[i].words), "%s: %s", t[i].name, e.text);
		if (t[i].is != HYPERCHAT_GOOD)
			cr_expect_eq(strncmp(e.text, "hyperchat thing: ", 17), 0,
			    "%s: %s", t[i].name, e.text);
		if (t[i].is != HYPERCHAT_REFUSED)
			continue;
		cr_expect_eq(got.code, t[i].code, "%s", t[i].name);
		cr_expect_str_eq(got.message, t[i].message, "%s", t[i].name);
	}
}

Test(hyperchat_call, huge)
{
	static char big[LIMIT_UPSTREAM_BYTES + 2];
	static const struct upstream_step steps[] = { { .body = big } };
	CLEANUP(rig_fini) struct rig r;
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
	struct hyperchat_call c;
	struct err e = { 0 };

	memset(big, ' ', sizeof(big) - 1);
	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert_eq(hyperchat_call_do(&c, &plain, &got, &e), HYPERCHAT_FAILED);
	cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", e.text);
}

/* A good answer that has no body of interest. */
Test(hyperchat_call, any_body)
{
	static const struct {
		struct upstream_step step;
		enum hyperchat_verdict is;
	} t[] = {
		{ { .status = 204 }, HYPERCHAT_GOOD },
		{ { .body = "OK" }, HYPERCHAT_GOOD },
		{ { .body = "{\"error\":{\"message\":\"no\"}}" }, HYPERCHAT_REFUSED },
		{ { .status = 500 }, HYPERCHAT_FAILED },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
		struct hyperchat_request q = plain;
		struct hyperchat_call c;
		struct err e = { 0 };

		q.any_body = true;
		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(
		    hyperchat_call_do(&c, &q, &got, &e), t[i].is, "%zu: %s", i, e.text);
	}
}

Test(hyperchat_call, throttled)
{
	static const struct upstream_step steps[] = {
		{ .status = 429, .headers = "Retry-After: 0\r\n", .times = 2 },
		{ .body = "{}" }
	};
	CLEANUP(rig_fini) struct rig r;
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
	struct hyperchat_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect_eq(
	    hyperchat_call_do(&c, &plain, &got, &e), HYPERCHAT_GOOD, "%s", e.text);
	cr_expect_eq(upstream_requests(r.up), 3);
}

/* What is too big is not sent. */
Test(hyperchat_call, requests_have_limits)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(3);
	CLEANUP(rig_fini) struct rig r;
	static char id[LIMIT_URL + 1];
	struct hyperchat_request q[] = { plain, plain };
	struct hyperchat_call c;

	rig_init(&r, NULL, 0);
	c = rig_call(&r);
	buf_str(&body, "four");
	memset(id, 'x', LIMIT_URL);
	q[0].body = &body;
	q[1].path = hyperchat_path(r.arena, "chats/", id, "");
	for (size_t i = 0; i < NELEMS(q); i++) {
		CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
		struct err e = { 0 };

		cr_expect_eq(hyperchat_call_do(&c, &q[i], &got, &e), HYPERCHAT_FAILED);
		cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", e.text);
		cr_expect_not(got.sent);
	}
	cr_expect_eq(upstream_requests(r.up), 0);
}

/* No secret goes out unencrypted. */
Test(hyperchat_call, plain_http_stays_here)
{
	CLEANUP(rig_fini) struct rig r;
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer got = { 0 };
	struct hyperchat_call c;
	struct err e = { 0 };

	rig_init(&r, NULL, 0);
	r.account.base = "http://hyperchat.example:80/v1/";
	c = rig_call(&r);
	cr_expect_eq(hyperchat_call_do(&c, &plain, &got, &e), HYPERCHAT_FAILED);
	cr_expect_eq(e.kind, ERR_CONFIG, "%s", e.text);
	cr_expect_not_null(strstr(e.text, "server.allow_http"), "%s", e.text);
}

Test(hyperchat_call, bodies)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(200);

	buf_chr(&b, '{');
	hyperchat_put_text(&b, "a\"b", "line\n\"x\"\\");
	hyperchat_put_int(&b, "n", -7);
	hyperchat_put_text(&b, "empty", "");
	buf_chr(&b, '}');
	cr_expect_str_eq(
	    b.data, "{\"a\\\"b\":\"line\\n\\\"x\\\"\\\\\",\"n\":-7,\"empty\":\"\"}");
}

Test(hyperchat_call, paths)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	cr_expect_str_eq(hyperchat_path(a, "chats/", "a/b?c#d e", "/messages"),
	    "chats/a%2Fb%3Fc%23d%20e/messages");
}
