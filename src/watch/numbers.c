/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "store/chats.h"
#include "store/queue_look.h"
#include "store/store.h"
#include "watch/numbers.h"

static void
put(struct numbers *n, enum metric m, uint64_t value)
{
	n->cells[metric_rows[m].at] = value;
	n->known[m] = true;
}

/* What is kept in the cells, by whomever. */
static void
read_counted(const struct watch *w, struct numbers *out)
{
	static const enum metric found_out[] = { M_QUEUE_JOBS, M_QUEUE_OLDEST_SECONDS,
		M_QUEUE_DEAD, M_CHATS_OPEN, M_SESSIONS, M_WORKERS, M_WORKERS_BUSY,
		M_START_TIME_SECONDS };
	struct err e;
	bool known = true;

	if (w->self != NULL)
		metrics_read(out->cells);
	else
		known = metrics_read_file(w->store_path, out->cells, &e);
	for (size_t i = 0; i < M_N; i++)
		out->known[i] = known;
	for (size_t i = 0; i < NELEMS(found_out); i++)
		out->known[found_out[i]] = false;
}

static void
add_kind(void *arg, const char *kind, int64_t n)
{
	const struct metric_row *row = &metric_rows[M_QUEUE_JOBS];
	struct numbers *out = arg;
	unsigned label = metrics_label(row->a, kind, strlen(kind), M_JOB_other);

	out->cells[row->at + label] += (uint64_t)n;
}

static bool
read_state(const struct watch *w, struct numbers *out, struct err *e)
{
	const int64_t now_ms = clock_wall_ms(w->clock);
	struct queue_counts c;
	int64_t chats, dead, age_ms;

	if (!queue_count(w->state, &c, e) || !chats_count(w->state, &chats, e) ||
	    !queue_dead_since(
		w->state, now_ms - (int64_t)LIMIT_HEALTH_DEAD_S * 1000, &dead, e) ||
	    !queue_kinds(w->state, add_kind, out, e))
		return false;
	age_ms = c.oldest_ms == 0 || c.oldest_ms > now_ms ? 0 : now_ms - c.oldest_ms;
	out->known[M_QUEUE_JOBS] = true;
	put(out, M_QUEUE_OLDEST_SECONDS, (uint64_t)age_ms / 1000);
	put(out, M_QUEUE_DEAD, (uint64_t)c.dead);
	put(out, M_CHATS_OPEN, (uint64_t)chats);
	out->dead_new = (uint64_t)dead;
	out->dead_new_known = true;
	return true;
}

static void
read_self(const struct watch_self *self, struct numbers *out)
{
	put(out, M_START_TIME_SECONDS, (uint64_t)self->started_s);
	put(out, M_WORKERS, self->workers);
	put(out, M_WORKERS_BUSY, self->busy != NULL ? atomic_load(self->busy) : 0);
}

void
numbers_read(const struct watch *w, struct numbers *out)
{
	uint64_t sessions;
	struct err e;

	*out = (struct numbers){ 0 };
	read_counted(w, out);
	if (store_count(w->store_path, &sessions, &e))
		put(out, M_SESSIONS, sessions);
	if (w->state == NULL)
		snprintf(out->why, sizeof(out->why), "%s",
		    w->why != NULL ? w->why : "there is no state");
	else if (!read_state(w, out, &e))
		snprintf(out->why, sizeof(out->why), "%s", e.text);
	if (w->self != NULL)
		read_self(w->self, out);
}

uint64_t
numbers_get(const struct numbers *n, enum metric m, unsigned a, unsigned b)
{
	const struct metric_row *row = &metric_rows[m];

	return n->known[m] ? n->cells[row->at + a * row->b->n + b] : 0;
}

static const uint64_t *
histogram(const struct numbers *n, enum metric m, unsigned a)
{
	return &n->cells[metric_rows[m].at + (size_t)a * METRIC_HISTOGRAM_CELLS];
}

uint64_t
numbers_count(const struct numbers *n, enum metric m, unsigned a)
{
	const uint64_t *cell = histogram(n, m, a);
	uint64_t sum = 0;

	for (size_t i = 0; i < METRIC_BUCKETS; i++)
		sum += cell[i];
	return n->known[m] ? sum : 0;
}

uint64_t
numbers_sum_ms(const struct numbers *n, enum metric m, unsigned a)
{
	return n->known[m] ? histogram(n, m, a)[METRIC_SUM] : 0;
}

int64_t
numbers_quantile_ms(const struct numbers *n, enum metric m, unsigned a, double share)
{
	const uint64_t *cell = histogram(n, m, a);
	const uint64_t all = numbers_count(n, m, a);
	const double rank = share * (double)all;
	double below = 0;

	if (all == 0)
		return -1;
	for (size_t i = 0; i < NELEMS(metric_bounds_ms); i++) {
		const int64_t low = i == 0 ? 0 : metric_bounds_ms[i - 1];
		const double here = (double)cell[i];

		if (here > 0 && below + here >= rank)
			return low +
			    (int64_t)((double)(metric_bounds_ms[i] - low) *
				(rank - below) / here);
		below += here;
	}
	return metric_bounds_ms[NELEMS(metric_bounds_ms) - 1];
}
