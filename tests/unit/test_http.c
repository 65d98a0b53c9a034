/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/upstream.h"

TestSuite(http, .fini = no_leaks);

struct client {
	struct http_shared *shared;
	struct http *http;
};

static void
client_fini(struct client *c)
{
	http_free(c->http);
	http_shared_free(c->shared);
}

static struct client
client_new(bool allow_http)
{
	struct http_shared_opts o = { .clock = &clock_system,
		.allow_http = allow_http };
	struct client c;
	struct err e;

	signal(SIGPIPE, SIG_IGN);
	c.shared = http_shared_new(&o, &e);
	cr_assert_not_null(c.shared);
	c.http = http_new(c.shared);
	return c;
}

static int64_t
in_ms(int64_t ms)
{
	return clock_mono_ms(&clock_system) + ms;
}

Test(http, answers_of_any_status)
{
	static const struct upstream_step steps[] = {
		{ .on = "GET /a",
		    .body = "hello",
		    .headers = "X-One:  two \r\nx-empty:\r\n" },
		{ .on = "POST /b", .status = 500, .body = "<html>" },
		{ .on = "POST /c", .status = 302, .headers = "Location: $URL/d\r\n" },
		{ .on = "DELETE /e", .status = 204 },
		{ .on = "PUT /f", .status = 404, .body = "{}" },
		{ .on = "POST /g" },
	};
	static const struct {
		const char *method, *path, *body;
		int status;
		const char *answer;
	} t[] = {
		{ NULL, "/a", NULL, 200, "hello" },
		{ NULL, "/b", "{}", 500, "<html>" },
		{ "POST", "/c", "{}", 302, "" },
		{ "DELETE", "/e", NULL, 204, "" },
		{ "PUT", "/f", "x=1", 404, "{}" },
		{ "POST", "/g", NULL, 200, "" },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct err e = { 0 };
		char url[100];
		struct http_req q = {
			.what = "test", .method = t[i].method, .url = url
		};

		snprintf(url, sizeof(url), "%s%s", upstream_url(u), t[i].path);
		q.body = t[i].body;
		q.body_len = t[i].body ? strlen(t[i].body) : 0;
		q.until_ms = in_ms(PATIENCE_MS);
		cr_assert(http_do(c.http, &q, &r, &e), "%s: %s", t[i].path, e.text);
		cr_expect_eq(r.status, t[i].status, "%s", t[i].path);
		cr_expect_str_eq(r.body.data, t[i].answer, "%s", t[i].path);
		cr_expect_str_eq(upstream_get(u, i)->body, t[i].body ? t[i].body : "");
	}
	cr_expect_eq(upstream_requests(u), NELEMS(t), "a redirect was not followed");
	cr_expect_eq(upstream_connections(u), 1, "all on one connection");
}

Test(http, the_id_of_the_turn_goes_upstream)
{
	static const struct {
		const char *id, *line;
	} t[] = {
		{ "5f0c", "X-Request-Id: 5f0c" },
		{ "", NULL },
		{ "job-7", "X-Request-Id: job-7" },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(NULL, 0);
	CLEANUP(client_fini) struct client c = client_new(false);

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct http_req q = { .what = "test", .url = upstream_url(u) };
		const struct upstream_request *seen;
		struct err e = { 0 };

		q.until_ms = in_ms(PATIENCE_MS);
		log_turn(t[i].id);
		cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
		seen = upstream_get(u, i);
		cr_expect_eq(upstream_has_name(seen, "x-request-id"), t[i].line != NULL,
		    "%s", seen->headers);
		cr_expect(t[i].line == NULL || upstream_has(seen, t[i].line), "%s",
		    seen->headers);
	}
	log_turn("");
}

Test(http, header_lines)
{
	static const struct upstream_step steps[] = {
		{ .headers = "X-One:  two \r\nX-Onerous: no\r\nx-empty:\r\n" },
	};
	static const struct {
		const char *name, *want;
	} t[] = {
		{ "x-one", "two" },
		{ "X-ONEROUS", "no" },
		{ "x-empty", "" },
		{ "x-on", NULL },
		{ "HTTP/1.1 200 Status", NULL },
		{ "content-length", "0" },
	};
	const struct http_header given[] = {
		{ "x-inbenta-key", "k+/=" },
		{ "Authorization", "Bearer a.b.c" },
		{ "x-bad", "one\r\ntwo: three" },
		{ "x-void", "" },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.body = "{}",
		.body_len = 2,
		.headers = given,
		.n_headers = NELEMS(given),
		.until_ms = in_ms(PATIENCE_MS) };
	const struct upstream_request *seen;

	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(100);
		bool found = http_resp_header(&r, t[i].name, &b);

		cr_expect_eq(found, t[i].want != NULL, "%s", t[i].name);
		cr_expect_str_eq(b.data, t[i].want ? t[i].want : "", "%s", t[i].name);
	}
	seen = upstream_get(u, 0);
	cr_expect(upstream_has(seen, "x-inbenta-key: k+/="));
	cr_expect(upstream_has(seen, "authorization: Bearer a.b.c"));
	cr_expect(
	    upstream_has(seen, "x-bad: one  two: three"), "no line can be smuggled");
	cr_expect(upstream_has(seen, "content-type: application/json"));
	cr_expect(upstream_has_name(seen, "x-void"));
	cr_expect(upstream_has(seen, "user-agent: " PACKAGE_NAME "/" PACKAGE_VERSION));
	cr_expect_not(upstream_has_name(seen, "expect"));
}

Test(http, interim_answers_do_not_count)
{
	static const struct upstream_step steps[] = { { .how = UP_RAW,
	    .body =
		"HTTP/1.1 103 Early Hints\r\nx-early: 1\r\n\r\n"
		"HTTP/1.1 201 Created\r\nx-late: 2\r\nContent-Length: 2\r\n\r\nok" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	CLEANUP(buf_fini) struct buf b = BUF_INIT(10);
	struct err e = { 0 };
	struct http_req q = {
		.what = "test", .url = upstream_url(u), .until_ms = in_ms(PATIENCE_MS)
	};

	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	cr_expect_eq(r.status, 201);
	cr_expect_str_eq(r.body.data, "ok");
	cr_expect_not(http_resp_header(&r, "x-early", &b));
	cr_expect(http_resp_header(&r, "x-late", &b));
}

Test(http, a_post_without_body_has_no_type)
{
	static const struct upstream_step steps[] = { { .on = "POST" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };
	struct http_req q = { .what = "test",
		.method = "POST",
		.url = upstream_url(u),
		.until_ms = in_ms(PATIENCE_MS) };

	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	cr_expect_not(upstream_has_name(upstream_get(u, 0), "content-type"));
	cr_expect(upstream_has(upstream_get(u, 0), "content-length: 0"));
}

/* Every way in which no answer comes, and what the caller is told. */
Test(http, trouble)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		size_t max;
		enum err_kind kind;
		const char *text;
	} t[] = {
		{ "silence", { .how = UP_STALL }, 0, ERR_TIMEOUT, "no answer within" },
		{ "silence in the head", { .how = UP_STALL, .body = "abc", .cut = 12 },
		    0, ERR_TIMEOUT, "no answer within" },
		{ "silence in the body",
		    { .how = UP_STALL, .body = "abcdef", .cut = 45 }, 0, ERR_TIMEOUT,
		    "no answer within" },
		{ "drop by drop",
		    { .how = UP_DRIP,
			.body = "0123456789012345678901234567890123456789" },
		    0, ERR_TIMEOUT, "no answer within" },
		{ "hang-up", { .how = UP_HANGUP }, 0, ERR_UPSTREAM, "" },
		{ "reset", { .how = UP_RESET }, 0, ERR_UPSTREAM, "" },
		{ "cut short", { .how = UP_CUT, .body = "{\"a\":1}", .cut = 3 }, 0,
		    ERR_UPSTREAM, "" },
		{ "no HTTP", { .how = UP_RAW, .body = "220 mail.example ESMTP\r\n" }, 0,
		    ERR_UPSTREAM, "" },
		{ "noise in the head",
		    { .how = UP_RAW, .body = "HTTP/1.1 abc\r\n\xff\xfe\r\n\r\n" }, 0,
		    ERR_UPSTREAM, "" },
		{ "announced too big", { .body = "0123456789" }, 9, ERR_TOO_BIG,
		    "too big" },
		{ "too big without saying so",
		    { .how = UP_RAW, .body = "HTTP/1.1 200 OK\r\n\r\n0123456789" }, 9,
		    ERR_TOO_BIG, "too big" },
	};

	CLEANUP(client_fini) struct client c = client_new(false);

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(upstream_freep)
		struct upstream *u = upstream_new(&t[i].step, 1);
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct err e = { 0 };
		struct http_req q = { .what = "odd call",
			.url = upstream_url(u),
			.timeout_ms = t[i].kind == ERR_TIMEOUT ? SHORT_MS : 0,
			.max_bytes = t[i].max,
			.until_ms = in_ms(PATIENCE_MS) };

		cr_assert_not(http_do(c.http, &q, &r, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_eq(strncmp(e.text, "odd call: 127.0.0.1:", 20), 0, "%s: %s",
		    t[i].name, e.text);
		cr_expect_not_null(
		    strstr(e.text, t[i].text), "%s: %s", t[i].name, e.text);
		cr_expect_eq(upstream_requests(u), 1, "%s: asked once", t[i].name);
		cr_expect_eq(r.status, 0, "%s: nothing handed out", t[i].name);
	}
}

Test(http, the_largest_answer_that_fits)
{
	static const struct upstream_step steps[] = { { .body = "0123456789" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.max_bytes = 10,
		.until_ms = in_ms(PATIENCE_MS) };

	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	cr_expect_str_eq(r.body.data, "0123456789");
}

Test(http, headers_have_a_limit)
{
	static char many[LIMIT_UPSTREAM_HEADERS + 200];
	struct upstream_step step = { .headers = many };
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };
	size_t n = 0;

	while (n < LIMIT_UPSTREAM_HEADERS)
		n += (size_t)snprintf(
		    many + n, sizeof(many) - n, "x-%zu: %080d\r\n", n, 0);
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(&step, 1);
	struct http_req q = {
		.what = "test", .url = upstream_url(u), .until_ms = in_ms(PATIENCE_MS)
	};

	cr_assert_not(http_do(c.http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", e.text);
}

Test(http, urls_that_are_not_called)
{
	static const struct {
		const char *url;
		bool with_allow_http; /* whether server.allow_http makes it good */
	} bad[] = {
		{ "", false },
		{ "api.inbenta.io", false },
		{ "ftp://127.0.0.1/", false },
		{ "file:///etc/passwd", false },
		{ "https://", false },
		{ "https://user:pass@127.0.0.1/", false },
		{ "https://user@127.0.0.1/", false },
		{ "https://a b/", false },
		{ "https://host:99999/", false },
		{ "http://api.inbenta.example/", true },
		{ "http://127.0.0.1.example/", true },
		{ "http://128.0.0.1/", true },
		{ "http://[::2]/", true },
		{ "http://localhost.example/", true },
	};
	static const char *const good[] = { "https://api.inbenta.io",
		"http://127.0.0.1:1/x", "http://127.255.0.3/",
		"http://localhost:8080/a?b=c", "http://[::1]:80/",
		"HTTPS://API.inbenta.io/v1" };
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(client_fini) struct client open = client_new(true);
	char longest[LIMIT_URL + 2] = "https://h/";
	struct err e;

	for (size_t i = 0; i < NELEMS(bad); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct http_req q = { .what = "test",
			.url = bad[i].url,
			.until_ms = in_ms(PATIENCE_MS) };

		cr_assert_not(http_do(c.http, &q, &r, &e), "%s", bad[i].url);
		cr_expect_eq(e.kind, ERR_CONFIG, "%s: %s", bad[i].url, e.text);
		cr_expect_null(strstr(e.text, "pass@"), "%s", e.text);
		cr_expect_eq(http_url_ok(open.http, bad[i].url, &e),
		    bad[i].with_allow_http, "%s", bad[i].url);
	}
	for (size_t i = 0; i < NELEMS(good); i++)
		cr_expect(http_url_ok(c.http, good[i], &e), "%s: %s", good[i], e.text);
	memset(longest + strlen(longest), 'a', LIMIT_URL - strlen(longest));
	cr_expect(http_url_ok(c.http, longest, &e));
	longest[LIMIT_URL] = 'a';
	cr_expect_not(http_url_ok(c.http, longest, &e));
}

Test(http, the_environment_names_no_proxy)
{
	static const struct upstream_step steps[] = { { .body = "direct" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };
	struct http_req q = {
		.what = "test", .url = upstream_url(u), .until_ms = in_ms(PATIENCE_MS)
	};

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	cr_expect_str_eq(r.body.data, "direct");
}

Test(http, one_connection_for_many_calls)
{
	static const struct upstream_step steps[] = { { .body = "{}", .times = -1 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.body = "{}",
		.body_len = 2,
		.until_ms = in_ms(PATIENCE_MS) };

	for (int i = 0; i < 50; i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct err e = { 0 };

		cr_assert(http_do(c.http, &q, &r, &e), "call %d: %s", i, e.text);
	}
	cr_expect_eq(upstream_requests(u), 50);
	cr_expect_eq(upstream_connections(u), 1);
}

/* The server closes behind each answer, before or while the next request is on its way. */
Test(http, a_closed_connection_loses_no_call)
{
	static const struct upstream_step steps[] = {
		{ .how = UP_CLOSE, .body = "{}", .times = -1 },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.body = "{}",
		.body_len = 2,
		.until_ms = in_ms(PATIENCE_MS) };

	for (int i = 0; i < 100; i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct err e = { 0 };

		cr_assert(http_do(c.http, &q, &r, &e), "call %d: %s", i, e.text);
	}
	cr_expect_eq(upstream_requests(u), 100);
}

/* The kept connection ends under the request, more often than curl itself would bear. */
Test(http, a_connection_that_dies_loses_no_call)
{
	static const enum upstream_how ends[] = { UP_HANGUP, UP_RESET };

	for (size_t k = 0; k < NELEMS(ends); k++) {
		struct upstream_step steps[40];
		CLEANUP(client_fini) struct client c = client_new(false);

		for (size_t i = 0; i < NELEMS(steps); i++)
			steps[i] = (struct upstream_step){ .how = i % 2 ? ends[k]
									: UP_ANSWER };
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 40);
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.body = "{}",
			.body_len = 2,
			.until_ms = in_ms(PATIENCE_MS) };
		for (int i = 0; i < 20; i++) {
			CLEANUP(http_resp_fini) struct http_resp r = { 0 };
			struct err e = { 0 };

			cr_assert(
			    http_do(c.http, &q, &r, &e), "call %d: %s", i, e.text);
		}
		cr_expect_eq(
		    upstream_requests(u), 39, "20 calls, 19 of them sent again");
	}
}

/* What must not arrive twice does not, also where curl would see to it that it arrives. */
Test(http, once_is_once)
{
	static const struct upstream_step steps[] = { { .how = UP_ANSWER },
		{ .how = UP_HANGUP }, { .how = UP_ANSWER } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	static const bool want[] = { true, false, true };

	for (size_t i = 0; i < NELEMS(want); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.body = "{}",
			.body_len = 2,
			.until_ms = in_ms(PATIENCE_MS),
			.once = true };
		struct err e = { 0 };

		cr_expect_eq(http_do(c.http, &q, &r, &e), want[i], "call %zu", i);
		cr_expect_eq(upstream_requests(u), i + 1);
	}
}

Test(http, the_nearer_deadline_counts)
{
	static const struct upstream_step steps[] = { { .how = UP_STALL,
	    .times = -1 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	static const struct {
		const char *name;
		int64_t until, timeout;
	} t[] = {
		{ "moment", SHORT_MS, PATIENCE_MS },
		{ "length", PATIENCE_MS, SHORT_MS },
		{ "moment alone", SHORT_MS, 0 },
		{ "moment in the past", -1, PATIENCE_MS },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct err e = { 0 };
		int64_t begin = in_ms(0);
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.until_ms = in_ms(t[i].until),
			.timeout_ms = t[i].timeout };

		cr_assert_not(http_do(c.http, &q, &r, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, ERR_TIMEOUT, "%s: %s", t[i].name, e.text);
		cr_expect_lt(in_ms(0) - begin, PATIENCE_MS / 2, "%s", t[i].name);
	}
	cr_expect_eq(upstream_requests(u), NELEMS(t) - 1, "none when no time is left");
}

Test(http, nobody_there)
{
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct upstream *u = upstream_new(NULL, 0);
	char url[64];
	struct err e = { 0 };
	struct http_req q = {
		.what = "inbenta auth", .url = url, .until_ms = in_ms(PATIENCE_MS)
	};

	snprintf(url, sizeof(url), "%s", upstream_url(u));
	upstream_free(u);
	cr_assert_not(http_do(c.http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
}

Test(http, compressed_answers)
{
	/* gzip of "hello hello hello" */
	static const char zipped[] =
	    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00\x80\x88\xf9\xe5\x11\x00\x00\x00";
	static const struct upstream_step steps[] = { { .body = zipped,
	    .body_len = sizeof(zipped) - 1,
	    .headers = "Content-Encoding: gzip\r\n",
	    .times = 2 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 }, none = { 0 };
	struct err e = { 0 };
	struct http_req q = {
		.what = "test", .url = upstream_url(u), .until_ms = in_ms(PATIENCE_MS)
	};

	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	cr_expect_str_eq(r.body.data, "hello hello hello");
	cr_expect(upstream_has_name(upstream_get(u, 0), "accept-encoding"));

	q.max_bytes = 16; /* the limit is one of the text, not of the packed bytes */
	cr_assert_not(http_do(c.http, &q, &none, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", e.text);
}

/* A long body shows its beginning in the debug log; its line must not lose it whole. */
Test(http, long_bodies_in_the_log)
{
	static const struct upstream_step steps[] = { { .body = "{}" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new(false);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	CLEANUP(buf_fini) struct buf body = BUF_INIT(16 * 1024);
	static char log[32 * 1024];
	struct http_req q = { .what = "test", .url = upstream_url(u) };
	int saved = dup(STDERR_FILENO), p[2];
	struct err e = { 0 };
	ssize_t n;
	bool ok;

	buf_str(&body, "[");
	while (body.len < 12000)
		buf_str(&body, "{\"text\":\"said\"},");
	buf_str(&body, "0]");
	q.body = body.data;
	q.body_len = body.len;
	q.until_ms = in_ms(PATIENCE_MS);
	cr_assert_eq(pipe(p), 0);
	dup2(p[1], STDERR_FILENO);
	log_setup(LOG_DEBUG, LOG_KV);
	ok = http_do(c.http, &q, &r, &e);
	log_setup(LOG_INFO, LOG_KV);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(p[1]);
	n = read(p[0], log, sizeof(log) - 1);
	close(p[0]);
	log[n > 0 ? n : 0] = '\0';
	cr_assert(ok, "%s", e.text);
	cr_expect_not_null(strstr(log,
			       "event=request call=test bytes=12003 "
			       "body=\"[{\\\"text\\\":\\\"said\\\"},"),
	    "%s", log);
}
