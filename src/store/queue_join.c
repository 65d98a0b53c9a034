/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of one lane that become one. */
#include "config.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/queue_i.h"

/* Whether it may still be taken away from where it stands. */
static bool
is_like(sqlite3_stmt *q, const struct job *job)
{
	const char *kind = (const char *)sqlite3_column_text(q, 1);

	return kind != NULL && strcmp(kind, job->kind) == 0 &&
	    sqlite3_column_int(q, 4) == 0;
}

static enum queue_result
read_behind(struct tx *t, const struct job *job, size_t max, struct arena *a,
    struct job *out, size_t *n, struct err *e)
{
	CLEANUP(sql_done) sqlite3_stmt *q = NULL;
	enum queue_result r;
	enum sql_got got;
	struct place at;

	r = job_held(t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	q = SQL_ASK(t->c, e, SQL_LANE_BEHIND, sql_int(at.lane), sql_int(at.ord),
	    sql_int(at.root), sql_int(at.sub), sql_int((int64_t)max));
	*n = 0;
	while ((got = sql_next(t->c, q, e)) == SQL_ROW && *n < max && is_like(q, job))
		out[(*n)++] = (struct job){ .id = sqlite3_column_int64(q, 0),
			.lane = job->lane,
			.kind = job->kind,
			.body = sql_column(a, q, 2),
			.made_ms = sqlite3_column_int64(q, 3),
			.why = "" };
	return got != SQL_FAILED ? QUEUE_OK : QUEUE_FAILED;
}

enum queue_result
queue_behind(struct state *st, const struct job *job, size_t max, struct arena *a,
    struct job **out, size_t *n, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };

	*out = arena_alloc(a, (max + 1) * sizeof(**out));
	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	return read_behind(&t, job, max, a, *out, n, e);
}

static enum queue_result
drop_all(struct tx *t, const struct job *job, const struct job *behind, size_t n,
    struct arena *a, struct err *e)
{
	struct job *there = arena_alloc(a, (n + 1) * sizeof(*there));
	size_t found;
	enum queue_result r = read_behind(t, job, n, a, there, &found, e);

	if (r != QUEUE_OK)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (i >= found || there[i].id != behind[i].id)
			return QUEUE_LOST;
		if (!SQL_DO(t->c, e, SQL_JOB_DROP, sql_int(behind[i].id)))
			return QUEUE_FAILED;
	}
	return QUEUE_OK;
}

enum queue_result
queue_join(struct state *st, const struct job *job, const char *body,
    const struct job *behind, size_t n, struct err *e)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r = job_texts_ok(job->kind, body, e);
	struct place at;

	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r == QUEUE_OK)
		r = drop_all(&t, job, behind, n, a, e);
	if (r != QUEUE_OK)
		return r;
	return job_rewrite(&t, job, &at, body, e);
}
