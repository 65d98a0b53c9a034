/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "http/http.h"
#include "http/throttle.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/upstream.h"

TestSuite(throttle, .fini = no_leaks);

Test(throttle, what_the_server_says)
{
	static const int64_t now = 1790000000; /* Mon, 21 Sep 2026 14:13:20 GMT */
	static const struct {
		const char *name, *headers;
		int try_no;
		int64_t want_ms;
	} t[] = {
		{ "nothing", "", 1, 250 },
		{ "nothing, second try", "", 2, 500 },
		{ "nothing, many tries", "", 40, 8000 },
		{ "seconds", "Retry-After: 3\r\n", 1, 3000 },
		{ "a date", "retry-after: Mon, 21 Sep 2026 14:13:25 GMT\r\n", 1, 5000 },
		{ "a date in the past",
		    "retry-after: Mon, 21 Sep 2020 14:13:25 GMT\r\n", 1, 0 },
		{ "minute", "x-throttle-reset: 7\r\n", 1, 7000 },
		{ "hour", "x-quota-reset: 9\r\n", 1, 9000 },
		{ "both", "x-quota-reset: 1800\r\nx-throttle-reset: 4\r\n", 1, 4000 },
		{ "both, hour nearer", "x-quota-reset: 2\r\nx-throttle-reset: 4\r\n", 1,
		    2000 },
		{ "Retry-After first", "x-throttle-reset: 4\r\nRetry-After: 6\r\n", 1,
		    6000 },
		{ "Unix time", "x-throttle-reset: 1790000011\r\n", 1, 11000 },
		{ "Unix time, past", "x-throttle-reset: 1780000011\r\n", 1, 0 },
		{ "Unix time in ms", "x-throttle-reset: 1790000012500\r\n", 1, 12000 },
		{ "at most a day", "Retry-After: 999999\r\n", 1, 86400000 },
		{ "negative", "Retry-After: -5\r\n", 1, 250 },
		{ "a word", "Retry-After: soon\r\nx-throttle-reset: 1\r\n", 1, 1000 },
		{ "beyond 64 bit", "Retry-After: 99999999999999999999\r\n", 1, 250 },
		{ "empty", "Retry-After:\r\n", 1, 250 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(http_resp_fini)
		struct http_resp r = {
			.status = 429, .body = BUF_INIT(10), .headers = BUF_INIT(200)
		};

		buf_str(&r.headers, t[i].headers);
		cr_expect_eq(http_throttle_ms(&r, t[i].try_no, now), t[i].want_ms,
		    "%s: %lld", t[i].name,
		    (long long)http_throttle_ms(&r, t[i].try_no, now));
	}
}

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
client_new(void)
{
	struct http_shared_opts o = { .clock = &clock_system };
	struct client c;
	struct err e;

	c.shared = http_shared_new(&o, &e);
	cr_assert_not_null(c.shared);
	c.http = http_new(c.shared);
	return c;
}

/* Which answer the caller sees, and after how many requests. */
Test(throttle, tries)
{
	static const struct {
		const char *name;
		const char *headers;
		bool retry;
		int times; /* of 429 before a 200 */
		int status;
		size_t requests;
	} t[] = {
		{ "not asked for", "x-throttle-reset: 0\r\n", false, 1, 429, 1 },
		{ "once", "x-throttle-reset: 0\r\n", true, 1, 200, 2 },
		{ "twice", "x-throttle-reset: 0\r\n", true, 2, 200, 3 },
		{ "more than the limit", "x-throttle-reset: 0\r\n", true, 9, 429,
		    LIMIT_RETRIES },
		{ "no time for the wait", "x-throttle-reset: 3600\r\n", true, 1, 429,
		    1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = {
			{ .status = 429, .headers = t[i].headers, .times = t[i].times },
			{ .body = "{}" },
		};
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 2);
		CLEANUP(client_fini) struct client c = client_new();
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct err e = { 0 };
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.retry_throttled = t[i].retry,
			.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS };

		cr_assert(http_do(c.http, &q, &r, &e), "%s: %s", t[i].name, e.text);
		cr_expect_eq(r.status, t[i].status, "%s: %d", t[i].name, r.status);
		cr_expect_eq(upstream_requests(u), t[i].requests, "%s", t[i].name);
	}
}

static void *
stop_when_asked(void *arg)
{
	void **both = arg;

	upstream_wait(both[0], 1);
	http_shared_stop(both[1]);
	return NULL;
}

Test(throttle, a_stop_ends_the_wait)
{
	static const struct upstream_step steps[] = {
		{ .status = 429, .headers = "x-throttle-reset: 3600\r\n", .times = -1 },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 1);
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	void *both[] = { u, c.shared };
	struct err e = { 0 };
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.retry_throttled = true,
		.until_ms = clock_mono_ms(&clock_system) + 2 * 3600 * 1000 };
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, stop_when_asked, both), 0);
	cr_assert_not(http_do(c.http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(upstream_requests(u), 1);
	pthread_join(thread, NULL);
}
