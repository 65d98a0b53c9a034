/* SPDX-License-Identifier: Apache-2.0 */
/* What botlinectl status tells a person and a program. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/js.h"
#include "ctl/status_show.h"
#include "support/leaks.h"
#include "watch/health.h"
#include "watch/numbers.h"

TestSuite(status_show, .fini = no_leaks);

static void
put(struct numbers *n, enum metric m, unsigned a, unsigned b, uint64_t value)
{
	const struct metric_row *row = &metric_rows[m];

	n->cells[row->at + a * row->b->n + b] = value;
}

/* A histogram with so many in the bucket up to 100 ms. */
static void
put_times(struct numbers *n, enum metric m, unsigned a, uint64_t count)
{
	n->cells[metric_rows[m].at + (size_t)a * METRIC_HISTOGRAM_CELLS + 4] = count;
}

static void
some_numbers(struct numbers *n)
{
	*n = (struct numbers){ 0 };
	for (size_t i = 0; i < M_N; i++)
		n->known[i] = true;
	put(n, M_TURNS, M_TURN_answered, 0, 90);
	put(n, M_TURNS, M_TURN_apologised, 0, 10);
	put(n, M_TURNS_LATE, 0, 0, 3);
	put_times(n, M_TURN_SECONDS, 0, 100);
	put(n, M_MESSAGES, M_CHANNEL_sms, M_ROAD_rest, 7);
	put(n, M_UPSTREAM_CALLS, M_UPSTREAM_inbenta, M_CALL_ok, 40);
	put(n, M_UPSTREAM_CALLS, M_UPSTREAM_inbenta, M_CALL_timeout, 2);
	put_times(n, M_UPSTREAM_SECONDS, M_UPSTREAM_inbenta, 42);
	put(n, M_UPSTREAM_FAILING, M_UPSTREAM_inbenta, 0, 2);
	put(n, M_UPSTREAM_RETRIES, M_UPSTREAM_inbenta, 0, 6);
	put(n, M_CACHE_LOOKUPS, M_CACHE_token, M_LOOKUP_hit, 39);
	put(n, M_CACHE_LOOKUPS, M_CACHE_token, M_LOOKUP_miss, 1);
	put(n, M_DELIVERY_REPORTS, M_STATUS_delivered, 0, 5);
	put(n, M_PROOFS_FAILED, M_PROOF_twilio, 0, 8);
	put(n, M_QUEUE_JOBS, M_JOB_send, 0, 4);
	put(n, M_QUEUE_OLDEST_SECONDS, 0, 0, 12);
	put(n, M_QUEUE_DEAD, 0, 0, 1);
	put(n, M_CHATS_OPEN, 0, 0, 2);
	put(n, M_SESSIONS, 0, 0, 400);
}

static const struct finding old_queue = { HEALTH_DEGRADED, "queue-old", "it waits",
	"look why" };

Test(status_show, for_a_person)
{
	static const char want[] =
	    "botline    degraded, " PACKAGE_VERSION "\n"
	    "  degraded queue-old: it waits\n"
	    "      look why\n"
	    "turns      100: answered 90, apologised 10\n"
	    "response   p50 75 ms p90 95 ms p99 99 ms; 3 late\n"
	    "whole turn no times yet\n"
	    "messages   7: sms rest 7\n"
	    "segments   0\n"
	    "inbenta    42 calls, ok 40, timeout 2; p50 75 ms p90 95 ms p99 99 ms; "
	    "tried again 6; the last 2 failed\n"
	    "escalated  0\n"
	    "caches     40: token hit 39, token miss 1\n"
	    "reports    5: delivered 5\n"
	    "unproven   8: twilio 8\n"
	    "queue      4 jobs: send 4; the oldest 12 s; 1 dead letters\n"
	    "chats      2 open\n"
	    "sessions   400\n";
	CLEANUP(buf_fini) struct buf b = BUF_INIT(65536);
	struct numbers now;
	const struct status_look l = {
		.now = &now, .findings = &old_queue, .n_findings = 1, .serving = true
	};

	some_numbers(&now);
	status_text(&b, &l);
	cr_expect_str_eq(b.data, want);
}

Test(status_show, rates_since_the_last_look)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(65536);
	struct numbers before, now;
	const struct status_look l = {
		.now = &now, .before = &before, .passed_s = 2, .serving = true
	};

	some_numbers(&before);
	some_numbers(&now);
	put(&now, M_TURNS, M_TURN_answered, 0, 95);
	put(&now, M_MESSAGES, M_CHANNEL_sms, M_ROAD_rest, 1);
	status_text(&b, &l);
	cr_expect_not_null(
	    strstr(b.data, "turns      105 (150.0 a minute): "), "%s", b.data);
	cr_expect_not_null(strstr(b.data, "inbenta    42 calls (0.0 a minute), "));
	cr_expect_not_null(
	    strstr(b.data, "messages   1: "), "begun anew: there is no rate");
}

Test(status_show, what_is_not_known)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(65536);
	const struct numbers now = { 0 };
	const struct status_look l = { .now = &now };

	status_text(&b, &l);
	cr_expect_str_eq(b.data,
	    "botline    ready, " PACKAGE_VERSION "\n"
	    "  No process serves a socket. With mod_proxy_fcgi nobody is answered:\n"
	    "  systemctl start botline. With mod_fcgid that is so while nobody writes,\n"
	    "  with CGI always.\n"
	    "turns      none were counted here by this version\n");
	buf_reset(&b);
	status_json(&b, &l);
	cr_expect_not_null(strstr(b.data, "\"serving\":false"));
	cr_expect_not_null(strstr(b.data, "\"counted\":false"));
	cr_expect_not_null(strstr(b.data, "\"sessions\":null}\n"));
}

Test(status_show, for_a_program)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(65536);
	CLEANUP(js_putp) js *o = NULL;
	struct numbers now;
	const struct status_look l = {
		.now = &now, .findings = &old_queue, .n_findings = 1, .serving = true
	};
	struct err e = { 0 };

	some_numbers(&now);
	status_json(&b, &l);
	cr_assert(js_parse(b.data, b.len - 1, &o, &e), "%s: %s", e.text, b.data);
	cr_expect_str_eq(js_str(o, "health.status", ""), "degraded");
	cr_expect(js_bool(o, "counted", false));
	cr_expect(js_bool(o, "serving", false));
	cr_expect_eq(js_int(o, "turns.answered", 0), 90);
	cr_expect_eq(js_int(o, "late", 0), 3);
	cr_expect_eq(js_int(o, "response_ms.p90", 0), 95);
	cr_expect_eq(js_int(o, "whole_ms.count", -1), 0);
	cr_expect_null(js_get(o, "whole_ms.p50"), "no times yet");
	cr_expect_eq(js_int(o, "messages.sms", 0), 7);
	cr_expect_eq(js_int(o, "upstreams.inbenta.calls.timeout", 0), 2);
	cr_expect_eq(js_int(o, "upstreams.inbenta.failing", 0), 2);
	cr_expect_eq(js_int(o, "queue.jobs.send", 0), 4);
	cr_expect_eq(js_int(o, "queue.oldest_s", 0), 12);
	cr_expect_eq(js_int(o, "queue.dead", 0), 1);
	cr_expect_eq(js_int(o, "chats", 0), 2);
	cr_expect_eq(js_int(o, "sessions", 0), 400);
}
