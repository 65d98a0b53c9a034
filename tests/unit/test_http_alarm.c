/* SPDX-License-Identifier: Apache-2.0 */
/* A call that is under way is interrupted for a moment, and goes on. */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <criterion/criterion.h>

#include "base/hurry.h"
#include "http/http.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/upstream.h"

TestSuite(http_alarm, .fini = no_leaks);

struct bench {
	struct http_shared *shared;
	struct http *http;
	struct upstream *up;
	int rung;
	size_t requests; /* that the server had when it rang */
	int again; /* so often it is set once more when it rings */
	bool asked; /* it is put off until the server has a request */
};

static void
bench_init(struct bench *b, const struct upstream_step *steps, size_t n)
{
	const struct http_shared_opts o = { .clock = &clock_system };
	struct err e = { 0 };

	signal(SIGPIPE, SIG_IGN);
	*b = (struct bench){ .shared = http_shared_new(&o, &e) };
	cr_assert_not_null(b->shared, "%s", e.text);
	b->http = http_new(b->shared);
	b->up = upstream_new(steps, n);
}

static void
bench_fini(struct bench *b)
{
	http_free(b->http);
	http_shared_free(b->shared);
	upstream_free(b->up);
}

static int64_t
in_ms(int64_t ms)
{
	return clock_mono_ms(&clock_system) + ms;
}

static void
on_alarm(void *arg)
{
	struct bench *b = arg;
	bool early = b->asked && upstream_requests(b->up) == 0;

	if (early || b->again > 0)
		http_alarm(b->http, in_ms(1), on_alarm, b);
	if (early)
		return;
	b->rung++;
	b->requests = upstream_requests(b->up);
	if (b->again-- <= 0)
		upstream_release(b->up);
}

static bool
call(struct bench *b, int64_t patience_ms, struct err *e)
{
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	const struct http_req q = {
		.what = "test",
		.url = upstream_url(b->up),
		.until_ms = in_ms(patience_ms),
		.retry_throttled = true,
	};

	return http_do(b->http, &q, &r, e) && r.status == 200;
}

/* The server answers only because the alarm rings in the middle of the call. */
Test(http_alarm, rings_while_the_server_thinks)
{
	static const struct upstream_step steps[] = {
		{ .body = "one", .held = true, .times = -1 },
	};
	struct err e = { 0 };
	struct bench b;
	int64_t began;

	bench_init(&b, steps, NELEMS(steps));
	b.asked = true;
	began = in_ms(0);
	http_alarm(b.http, began + 50, on_alarm, &b);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect_eq(b.rung, 1);
	cr_expect_eq(b.requests, 1u);
	cr_expect_geq(in_ms(0), began + 50);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect_eq(b.rung, 1, "once");
	cr_expect_eq(upstream_connections(b.up), 1, "on the kept connection");
	bench_fini(&b);
}

/* So often that it would not ring in time if curl looked up once a second, as by itself: it is
   for the next millisecond. */
Test(http_alarm, may_be_set_again_when_it_rings)
{
	static const struct upstream_step steps[] = { { .held = true } };
	const int times = 2 * PATIENCE_MS / 1000;
	struct err e = { 0 };
	struct bench b;

	bench_init(&b, steps, NELEMS(steps));
	b.again = times;
	http_alarm(b.http, in_ms(20), on_alarm, &b);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect_eq(b.rung, times + 1);
	bench_fini(&b);
}

/* Whatever becomes of the call. */
Test(http_alarm, that_has_passed_rings_first)
{
	static const struct upstream_step steps[] = { { .times = -1 } };
	struct err e = { 0 };
	struct bench b;

	bench_init(&b, steps, NELEMS(steps));
	http_alarm(b.http, in_ms(-1000), on_alarm, &b);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect_eq(b.rung, 1);
	cr_expect_eq(b.requests, 0u, "before the call");
	http_alarm(b.http, in_ms(-1), on_alarm, &b);
	cr_expect_not(call(&b, 0, &e), "there is no time for it");
	cr_expect_eq(b.rung, 2);
	http_alarm(b.http, in_ms(-1), on_alarm, &b);
	cr_expect(http_wait(b.http, 0));
	cr_expect_eq(b.rung, 3);
	bench_fini(&b);
}

Test(http_alarm, rings_in_waits)
{
	static const struct upstream_step steps[] = {
		{ .status = 429, .headers = "Retry-After: 1\r\n" },
		{ .status = 200 },
	};
	struct err e = { 0 };
	struct bench b;
	int64_t began;

	bench_init(&b, steps, NELEMS(steps));
	began = in_ms(0);
	http_alarm(b.http, began + 20, on_alarm, &b);
	cr_expect(http_wait(b.http, 100));
	cr_expect_eq(b.rung, 1);
	cr_expect_geq(in_ms(0), began + 100, "the wait goes on");

	b.asked = true;
	http_alarm(b.http, in_ms(300), on_alarm, &b);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect_eq(b.rung, 2);
	cr_expect_eq(b.requests, 1u, "before the second try");
	bench_fini(&b);
}

Test(http_alarm, of_no_call_stays_silent)
{
	static const struct upstream_step steps[] = { { .times = -1 } };
	struct err e = { 0 };
	struct bench b;

	bench_init(&b, steps, NELEMS(steps));
	http_alarm(b.http, in_ms(3600000), on_alarm, &b);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect(http_wait(b.http, 1));
	http_alarm(b.http, in_ms(-1), on_alarm, &b);
	http_alarm(b.http, 0, NULL, NULL);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	cr_expect_eq(b.rung, 0);
	bench_fini(&b);
}

Test(http_alarm, does_not_keep_a_stopping_process)
{
	static const struct upstream_step steps[] = { { .times = -1 } };
	struct bench b;

	bench_init(&b, steps, NELEMS(steps));
	http_alarm(b.http, in_ms(PATIENCE_MS), on_alarm, &b);
	http_shared_stop(b.shared);
	cr_expect_not(http_wait(b.http, 3 * PATIENCE_MS));
	cr_expect_eq(b.rung, 0);
	bench_fini(&b);
}

/* Says that there is a hurry once the server has been asked. */
static void *
hurry_later(void *arg)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	const struct bench *b = arg;

	while (upstream_requests(b->up) == 0)
		nanosleep(&moment, NULL);
	hurry_set(in_ms(0));
	return NULL;
}

/* The process is to stop: nobody waits for an alarm of hours. */
Test(http_alarm, rings_sooner_in_a_hurry)
{
	static const struct upstream_step steps[] = {
		{ .body = "one", .held = true, .times = -1 },
	};
	struct err e = { 0 };
	pthread_t thread;
	struct bench b;

	bench_init(&b, steps, NELEMS(steps));
	http_alarm(b.http, in_ms(3600000), on_alarm, &b);
	cr_assert_eq(pthread_create(&thread, NULL, hurry_later, &b), 0);
	cr_expect(call(&b, PATIENCE_MS, &e), "%s", e.text);
	pthread_join(thread, NULL);
	cr_expect_eq(b.rung, 1);
	http_alarm(b.http, in_ms(3600000), on_alarm, &b);
	cr_expect_eq(http_alarm_left(b.http), INT64_MAX, "asking makes it ring");
	cr_expect_eq(b.rung, 2);
	hurry_set(INT64_MAX);
	http_alarm(b.http, in_ms(3600000), on_alarm, &b);
	cr_expect(http_wait(b.http, 1));
	cr_expect_eq(b.rung, 2, "no hurry any more");
	bench_fini(&b);
}
