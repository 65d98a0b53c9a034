/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/js.h"
#include "ctl/paint.h"
#include "ctl/status_show.h"
#include "watch/health.h"
#include "watch/numbers.h"

static const struct {
	const char *name;
	double share;
} shares[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 } };

/* All cells of a metric that is no histogram. */
static uint64_t
sum_of(const struct numbers *n, enum metric m)
{
	const struct metric_row *row = &metric_rows[m];
	uint64_t sum = 0;

	for (unsigned a = 0; a < row->a->n; a++)
		for (unsigned b = 0; b < row->b->n; b++)
			sum += numbers_get(n, m, a, b);
	return sum;
}

static const char *
head(enum severity s)
{
	return paint(s == HEALTH_READY ? PAINT_GOOD
		: s == HEALTH_DEGRADED ? PAINT_WARN
				       : PAINT_BAD);
}

static void
put_findings(struct buf *b, const struct status_look *l)
{
	const enum severity worst = health_of(l->findings, l->n_findings);

	buf_printf(b, "%-10s %s%s%s, %s\n", "botline", head(worst), health_name(worst),
	    paint(PAINT_OFF), PACKAGE_VERSION);
	if (!l->serving)
		buf_str(b,
		    "  No process serves a socket. With mod_proxy_fcgi nobody is answered:\n"
		    "  systemctl start botline. With mod_fcgid that is so while nobody "
		    "writes,\n  with CGI always.\n");
	for (size_t i = 0; i < l->n_findings; i++) {
		const struct finding *f = &l->findings[i];

		buf_printf(b, "  %s%s%s %s: %s\n", head(f->severity),
		    health_name(f->severity), paint(PAINT_OFF), f->what, f->says);
		buf_printf(b, "      %s\n", f->hint);
	}
}

/* A count that has begun anew meanwhile has no rate. */
static void
put_rate(struct buf *b, const struct status_look *l, uint64_t now, uint64_t before)
{
	if (l->before != NULL && l->passed_s > 0 && now >= before)
		buf_printf(b, " %s(%.1f a minute)%s", paint(PAINT_DIM),
		    (double)(now - before) * 60 / l->passed_s, paint(PAINT_OFF));
}

/* "answered 12, late 3": what is not 0, by the first label. */
static void
put_labels(struct buf *b, const struct numbers *n, enum metric m)
{
	const struct metric_row *row = &metric_rows[m];
	bool any = false;

	for (unsigned a = 0; a < row->a->n; a++)
		for (unsigned c = 0; c < row->b->n; c++) {
			uint64_t value = numbers_get(n, m, a, c);

			if (value == 0)
				continue;
			buf_printf(b, "%s%s", any ? ", " : ": ", row->a->values[a]);
			if (row->b->n > 1)
				buf_printf(b, " %s", row->b->values[c]);
			buf_printf(b, " %" PRIu64, value);
			any = true;
		}
}

static void
put_count(struct buf *b, const struct status_look *l, const char *name, enum metric m)
{
	uint64_t now = sum_of(l->now, m);

	buf_printf(b, "%-10s %" PRIu64, name, now);
	put_rate(b, l, now, l->before != NULL ? sum_of(l->before, m) : 0);
	put_labels(b, l->now, m);
	buf_chr(b, '\n');
}

static void
put_times(struct buf *b, const struct numbers *n, enum metric m, unsigned a)
{
	if (numbers_count(n, m, a) == 0) {
		buf_str(b, " no times yet");
		return;
	}
	for (size_t i = 0; i < NELEMS(shares); i++)
		buf_printf(b, " %s %" PRId64 " ms", shares[i].name,
		    numbers_quantile_ms(n, m, a, shares[i].share));
}

static void
put_upstreams(struct buf *b, const struct status_look *l)
{
	const struct metric_set *set = metric_rows[M_UPSTREAM_CALLS].a;

	for (unsigned i = 0; i < set->n; i++) {
		uint64_t failing = numbers_get(l->now, M_UPSTREAM_FAILING, i, 0);
		uint64_t retries = numbers_get(l->now, M_UPSTREAM_RETRIES, i, 0);
		uint64_t all = 0, before = 0;

		for (unsigned c = 0; c < M_CALL_N; c++) {
			all += numbers_get(l->now, M_UPSTREAM_CALLS, i, c);
			if (l->before != NULL)
				before +=
				    numbers_get(l->before, M_UPSTREAM_CALLS, i, c);
		}
		if (all == 0)
			continue;
		buf_printf(b, "%-10s %" PRIu64 " calls", set->values[i], all);
		put_rate(b, l, all, before);
		for (unsigned c = 0; c < M_CALL_N; c++)
			if (numbers_get(l->now, M_UPSTREAM_CALLS, i, c) > 0)
				buf_printf(b, ", %s %" PRIu64,
				    metric_rows[M_UPSTREAM_CALLS].b->values[c],
				    numbers_get(l->now, M_UPSTREAM_CALLS, i, c));
		buf_chr(b, ';');
		put_times(b, l->now, M_UPSTREAM_SECONDS, i);
		if (retries > 0)
			buf_printf(b, "; tried again %" PRIu64, retries);
		if (failing > 0)
			buf_printf(b, "; %sthe last %" PRIu64 " failed%s",
			    paint(PAINT_WARN), failing, paint(PAINT_OFF));
		buf_chr(b, '\n');
	}
}

static void
put_state(struct buf *b, const struct numbers *n)
{
	if (n->known[M_QUEUE_JOBS]) {
		buf_printf(
		    b, "%-10s %" PRIu64 " jobs", "queue", sum_of(n, M_QUEUE_JOBS));
		put_labels(b, n, M_QUEUE_JOBS);
		buf_printf(b, "; the oldest %" PRIu64 " s; %" PRIu64 " dead letters\n",
		    numbers_get(n, M_QUEUE_OLDEST_SECONDS, 0, 0),
		    numbers_get(n, M_QUEUE_DEAD, 0, 0));
		buf_printf(b, "%-10s %" PRIu64 " open\n", "chats",
		    numbers_get(n, M_CHATS_OPEN, 0, 0));
	}
	if (n->known[M_SESSIONS])
		buf_printf(b, "%-10s %" PRIu64 "\n", "sessions",
		    numbers_get(n, M_SESSIONS, 0, 0));
}

void
status_text(struct buf *b, const struct status_look *l)
{
	put_findings(b, l);
	if (l->now->known[M_TURNS]) {
		put_count(b, l, "turns", M_TURNS);
		buf_printf(b, "%-10s", "response");
		put_times(b, l->now, M_TURN_SECONDS, 0);
		buf_printf(
		    b, "; %" PRIu64 " late\n", numbers_get(l->now, M_TURNS_LATE, 0, 0));
		buf_printf(b, "%-10s", "whole turn");
		put_times(b, l->now, M_TURN_WHOLE_SECONDS, 0);
		buf_chr(b, '\n');
		put_count(b, l, "messages", M_MESSAGES);
		put_count(b, l, "segments", M_SEGMENTS);
		put_upstreams(b, l);
		put_count(b, l, "escalated", M_ESCALATIONS);
		put_count(b, l, "caches", M_CACHE_LOOKUPS);
		put_count(b, l, "reports", M_DELIVERY_REPORTS);
		put_count(b, l, "unproven", M_PROOFS_FAILED);
	} else {
		buf_str(b, "turns      none were counted here by this version\n");
	}
	put_state(b, l->now);
}

static void
json_labels(struct buf *b, const char *before, const struct numbers *n, enum metric m)
{
	const struct metric_row *row = &metric_rows[m];

	buf_str(b, before);
	for (unsigned a = 0; a < row->a->n; a++) {
		uint64_t sum = 0;

		for (unsigned c = 0; c < row->b->n; c++)
			sum += numbers_get(n, m, a, c);
		buf_printf(
		    b, "%s\"%s\":%" PRIu64, a > 0 ? "," : "", row->a->values[a], sum);
	}
	buf_chr(b, '}');
}

static void
json_times(struct buf *b, const char *before, const struct numbers *n, enum metric m,
    unsigned a)
{
	buf_printf(b, "%s{\"count\":%" PRIu64, before, numbers_count(n, m, a));
	for (size_t i = 0; i < NELEMS(shares) && numbers_count(n, m, a) > 0; i++)
		buf_printf(b, ",\"%s\":%" PRId64, shares[i].name,
		    numbers_quantile_ms(n, m, a, shares[i].share));
	buf_chr(b, '}');
}

static void
json_upstreams(struct buf *b, const struct numbers *n)
{
	const struct metric_row *calls = &metric_rows[M_UPSTREAM_CALLS];

	buf_str(b, ",\"upstreams\":{");
	for (unsigned i = 0; i < calls->a->n; i++) {
		buf_printf(
		    b, "%s\"%s\":{\"calls\":{", i > 0 ? "," : "", calls->a->values[i]);
		for (unsigned c = 0; c < calls->b->n; c++)
			buf_printf(b, "%s\"%s\":%" PRIu64, c > 0 ? "," : "",
			    calls->b->values[c],
			    numbers_get(n, M_UPSTREAM_CALLS, i, c));
		json_times(b, "},\"ms\":", n, M_UPSTREAM_SECONDS, i);
		buf_printf(b, ",\"retries\":%" PRIu64 ",\"connections\":%" PRIu64,
		    numbers_get(n, M_UPSTREAM_RETRIES, i, 0),
		    numbers_get(n, M_UPSTREAM_CONNECTIONS, i, 0));
		buf_printf(b, ",\"failing\":%" PRIu64 ",\"denied\":%" PRIu64 "}",
		    numbers_get(n, M_UPSTREAM_FAILING, i, 0),
		    numbers_get(n, M_UPSTREAM_DENIED, i, 0));
	}
	buf_chr(b, '}');
}

static void
json_caches(struct buf *b, const struct numbers *n)
{
	const struct metric_row *row = &metric_rows[M_CACHE_LOOKUPS];

	buf_str(b, ",\"caches\":{");
	for (unsigned a = 0; a < row->a->n; a++)
		buf_printf(b, "%s\"%s\":{\"hit\":%" PRIu64 ",\"miss\":%" PRIu64 "}",
		    a > 0 ? "," : "", row->a->values[a],
		    numbers_get(n, M_CACHE_LOOKUPS, a, M_LOOKUP_hit),
		    numbers_get(n, M_CACHE_LOOKUPS, a, M_LOOKUP_miss));
	buf_chr(b, '}');
}

static void
json_gauge(struct buf *b, const char *before, const struct numbers *n, enum metric m)
{
	buf_str(b, before);
	if (n->known[m])
		buf_printf(b, "%" PRIu64, numbers_get(n, m, 0, 0));
	else
		buf_str(b, "null");
}

void
status_json(struct buf *b, const struct status_look *l)
{
	const struct numbers *n = l->now;

	buf_str(b, "{\"health\":");
	health_json(b, l->findings, l->n_findings);
	while (b->len > 0 && b->data[b->len - 1] == '\n')
		b->data[--b->len] = '\0';
	buf_printf(b, ",\"serving\":%s", l->serving ? "true" : "false");
	buf_printf(b, ",\"counted\":%s", n->known[M_TURNS] ? "true" : "false");
	json_labels(b, ",\"turns\":{", n, M_TURNS);
	buf_printf(b, ",\"late\":%" PRIu64, numbers_get(n, M_TURNS_LATE, 0, 0));
	json_times(b, ",\"response_ms\":", n, M_TURN_SECONDS, 0);
	json_times(b, ",\"whole_ms\":", n, M_TURN_WHOLE_SECONDS, 0);
	json_labels(b, ",\"messages\":{", n, M_MESSAGES);
	json_labels(b, ",\"segments\":{", n, M_SEGMENTS);
	json_upstreams(b, n);
	json_labels(b, ",\"escalations\":{", n, M_ESCALATIONS);
	json_caches(b, n);
	json_labels(b, ",\"reports\":{", n, M_DELIVERY_REPORTS);
	json_labels(b, ",\"unproven\":{", n, M_PROOFS_FAILED);
	json_labels(b, ",\"queue\":{\"jobs\":{", n, M_QUEUE_JOBS);
	json_gauge(b, ",\"oldest_s\":", n, M_QUEUE_OLDEST_SECONDS);
	json_gauge(b, ",\"dead\":", n, M_QUEUE_DEAD);
	json_gauge(b, "},\"chats\":", n, M_CHATS_OPEN);
	json_gauge(b, ",\"sessions\":", n, M_SESSIONS);
	buf_str(b, "}\n");
}
