/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding, and where things stand. A lane's row says when its first job may be taken; whoever
 * changes a lane's jobs refreshes it in the same transaction, by one look at the first of
 * them. Nothing here depends on how many jobs or lanes there are.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "store/queue_i.h"

enum queue_result
job_texts_ok(const char *kind, const char *body, struct err *e)
{
	size_t k = strlen(kind), b = strlen(body);

	if (k == 0 || k > LIMIT_QUEUE_KIND)
		err_set(e, ERR_TOO_BIG, 0, "kind of a job of %zu bytes", k);
	else if (b > LIMIT_QUEUE_BODY)
		err_set(e, ERR_TOO_BIG, 0, "job of %zu bytes, at most %d", b,
		    LIMIT_QUEUE_BODY);
	else
		return QUEUE_OK;
	return QUEUE_FAILED;
}

bool
job_ids(struct tx *t, size_t n, int64_t *first, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_IDS, sql_int((int64_t)n));

	if (!sql_need(t->c, q, e))
		return false;
	*first = sqlite3_column_int64(q, 0) - (int64_t)n + 1;
	/* It changes something; to be sure that it is done it has to come to its end. */
	return sql_next(t->c, q, e) == SQL_END;
}

bool
job_write(struct tx *t, const struct job_row *row, struct err *e)
{
	return SQL_DO(t->c, e, SQL_JOB_ADD, sql_int(row->id), sql_int(row->place.lane),
	    sql_int(row->place.ord), sql_int(row->place.root), sql_int(row->place.sub),
	    sql_int(row->made_ms), sql_int(row->due_ms), sql_int(row->unsure),
	    sql_text(row->kind), sql_int((int64_t)strlen(row->body)),
	    sql_text(row->body));
}

enum queue_result
queue_room(struct tx *t, size_t n, int64_t bytes, struct err *e)
{
	CLEANUP(sql_done) sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_TOTAL);
	int64_t jobs;

	if (!sql_need(t->c, q, e))
		return QUEUE_FAILED;
	jobs = sqlite3_column_int64(q, 0);
	bytes += sqlite3_column_int64(q, 1);
	if (jobs + (int64_t)n <= LIMIT_QUEUE_JOBS && bytes <= LIMIT_QUEUE_BYTES)
		return QUEUE_OK;
	err_set(e, ERR_TOO_BIG, 0, "the queue is full: it holds %lld jobs",
	    (long long)jobs);
	return QUEUE_FULL;
}

/* Finds or makes it; QUEUE_FULL when it takes no more. */
static enum queue_result
find_lane(struct tx *t, const char *name, int64_t *id, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_LANE_FIND, sql_text(name));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		*id = sqlite3_column_int64(q, 0);
		if (sqlite3_column_int64(q, 1) < LIMIT_QUEUE_LANE)
			return QUEUE_OK;
		err_set(e, ERR_TOO_BIG, 0, "a conversation has %d jobs in the queue",
		    LIMIT_QUEUE_LANE);
		return QUEUE_FULL;
	case SQL_END:
		if (!SQL_DO(t->c, e, SQL_LANE_ADD, sql_text(name)))
			return QUEUE_FAILED;
		*id = sqlite3_last_insert_rowid(t->c->db);
		return QUEUE_OK;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

/* Behind the last one, even if the clock has been set back since that came. */
static bool
ord_at_end(struct tx *t, int64_t lane, int64_t *ord, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_LANE_TAIL, sql_int(lane));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		if (sqlite3_column_int64(q, 0) > *ord)
			*ord = sqlite3_column_int64(q, 0);
		return true;
	case SQL_END:
		return true;
	case SQL_FAILED:
		break;
	}
	return false;
}

/* Not before the last one of another kind. */
static bool
ord_behind_others(
    struct tx *t, int64_t lane, const char *kind, int64_t *ord, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(
	    t->c, e, SQL_LANE_OTHERS, sql_int(lane), sql_int(*ord), sql_text(kind));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		*ord = sqlite3_column_int64(q, 0);
		return true;
	case SQL_END:
		return true;
	case SQL_FAILED:
		break;
	}
	return false;
}

/*
 * Not before one that was begun: what it has done already came first. Of those that are
 * claimed this is not known: several that stand in line at the conversation are told at the
 * same moment that they are late, in any order.
 */
static bool
ord_behind_work(struct tx *t, int64_t lane, int64_t *ord, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_LANE_HEAD, sql_int(lane));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		if ((sqlite3_column_type(q, 3) != SQLITE_NULL ||
			sqlite3_column_int64(q, 5) > 0) &&
		    sqlite3_column_int64(q, 1) > *ord)
			*ord = sqlite3_column_int64(q, 1);
		return true;
	case SQL_END:
		return true;
	case SQL_FAILED:
		break;
	}
	return false;
}

enum queue_result
lane_place(struct tx *t, const struct new_job *job, bool claimed, int64_t root,
    struct place *out, struct err *e)
{
	size_t len = strlen(job->lane);
	bool ok;
	enum queue_result r;

	if (len == 0 || len > LIMIT_CONV_ID) {
		err_set(e, ERR_TOO_BIG, 0, "id of a conversation of %zu bytes", len);
		return QUEUE_FAILED;
	}
	*out = (struct place){ .root = root };
	r = find_lane(t, job->lane, &out->lane, e);
	if (r != QUEUE_OK)
		return r;
	out->ord = job->ord_ms != 0 ? job->ord_ms : clock_wall_ms(t->st->clock);
	/* Of equal ord, the one with the higher root comes later, which is this one. */
	ok = job->ord_ms != 0
	    ? ord_behind_others(t, out->lane, job->kind, &out->ord, e) &&
		(claimed || ord_behind_work(t, out->lane, &out->ord, e))
	    : ord_at_end(t, out->lane, &out->ord, e);
	return ok ? QUEUE_OK : QUEUE_FAILED;
}

bool
lane_refresh(struct tx *t, int64_t lane, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_LANE_HEAD, sql_int(lane));
	char kind[LIMIT_QUEUE_KIND + 1];
	int64_t ready_ms;

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		break;
	case SQL_END:
		return SQL_DO(t->c, e, SQL_LANE_DROP, sql_int(lane));
	case SQL_FAILED:
		return false;
	}
	ready_ms =
	    sqlite3_column_int64(q, sqlite3_column_type(q, 3) == SQLITE_NULL ? 2 : 4);
	if (ready_ms < t->ready_ms)
		t->ready_ms = ready_ms;
	snprintf(kind, sizeof(kind), "%s", (const char *)sqlite3_column_text(q, 6));
	return SQL_DO(
	    t->c, e, SQL_LANE_READY, sql_int(lane), sql_int(ready_ms), sql_text(kind));
}

/* QUEUE_SEEN, or the key is noted. */
static enum queue_result
note_key(struct tx *t, const char *key, struct err *e)
{
	const int64_t now_s = clock_wall_ms(t->st->clock) / 1000;
	CLEANUP(sql_done) sqlite3_stmt *q = NULL;
	char hex[SHA256_HEX_SIZE];

	sha256_hex(key, strlen(key), hex);
	q = SQL_ASK(
	    t->c, e, SQL_SEEN_FIND, sql_text(hex), sql_int(now_s - LIMIT_SEEN_S));
	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		return QUEUE_SEEN;
	case SQL_END:
		return SQL_DO(t->c, e, SQL_SEEN_PUT, sql_text(hex), sql_int(now_s))
		    ? QUEUE_OK
		    : QUEUE_FAILED;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

static enum queue_result
add_one(struct tx *t, const struct new_job *job, bool claimed, int64_t id,
    int64_t *lane, struct err *e)
{
	struct job_row row = { .id = id, .kind = job->kind, .body = job->body };
	enum queue_result r = lane_place(t, job, claimed, id, &row.place, e);

	if (r != QUEUE_OK)
		return r;
	row.made_ms = clock_wall_ms(t->st->clock);
	row.due_ms = job->due_ms != 0 ? job->due_ms : row.made_ms;
	*lane = row.place.lane;
	return job_write(t, &row, e) && lane_refresh(t, *lane, e) ? QUEUE_OK
								  : QUEUE_FAILED;
}

static enum queue_result
add_all(struct tx *t, const struct new_job *jobs, size_t n, struct err *e)
{
	enum queue_result r = QUEUE_OK;
	int64_t first, lane, bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += (int64_t)strlen(jobs[i].body);
	r = queue_room(t, n, bytes, e);
	if (r == QUEUE_OK && !job_ids(t, n, &first, e))
		return QUEUE_FAILED;
	for (size_t i = 0; i < n && r == QUEUE_OK; i++)
		r = add_one(t, &jobs[i], false, first + (int64_t)i, &lane, e);
	return r;
}

static enum queue_result
check_all(const struct new_job *jobs, size_t n, struct err *e)
{
	enum queue_result r = QUEUE_OK;

	if (n > LIMIT_QUEUE_BATCH) {
		err_set(e, ERR_TOO_BIG, 0, "%zu jobs at once", n);
		return QUEUE_FAILED;
	}
	for (size_t i = 0; i < n && r == QUEUE_OK; i++)
		r = job_texts_ok(jobs[i].kind, jobs[i].body, e);
	return r;
}

enum queue_result
queue_add(struct state *st, const struct new_job *jobs, size_t n, const char *seen_key,
    struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r = check_all(jobs, n, e);

	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	if (seen_key != NULL)
		r = note_key(&t, seen_key, e);
	if (r == QUEUE_OK)
		r = add_all(&t, jobs, n, e);
	if (r == QUEUE_OK && !tx_commit(&t, e))
		r = QUEUE_FAILED;
	return r;
}

/* The jobs of which the key is new, in *out; the keys are noted. */
static enum queue_result
note_keys(struct tx *t, const struct new_job *jobs, const char *const *keys, size_t n,
    struct new_job *out, size_t *n_out, bool *seen, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		enum queue_result r = note_key(t, keys[i], e);

		if (r != QUEUE_OK && r != QUEUE_SEEN)
			return QUEUE_FAILED;
		if (r == QUEUE_OK)
			out[(*n_out)++] = jobs[i];
		if (seen != NULL)
			seen[i] = r == QUEUE_SEEN;
	}
	return *n_out > 0 ? QUEUE_OK : QUEUE_SEEN;
}

enum queue_result
queue_add_each(struct state *st, const struct new_job *jobs,
    const char *const *seen_keys, size_t n, bool *seen, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	CLEANUP(freep) struct new_job *unseen = NULL;
	enum queue_result r = check_all(jobs, n, e);
	size_t n_unseen = 0;

	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	unseen = xcalloc(n + 1, sizeof(*unseen));
	r = note_keys(&t, jobs, seen_keys, n, unseen, &n_unseen, seen, e);
	if (r == QUEUE_OK)
		r = add_all(&t, unseen, n_unseen, e);
	if (r == QUEUE_OK && !tx_commit(&t, e))
		r = QUEUE_FAILED;
	return r;
}

enum queue_result
queue_claim(struct state *st, const struct new_job *job, struct job *out, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r = job_texts_ok(job->kind, job->body, e);
	int64_t id, lane;

	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = queue_room(&t, 1, (int64_t)strlen(job->body), e);
	if (r != QUEUE_OK)
		return r;
	if (!job_ids(&t, 1, &id, e))
		return QUEUE_FAILED;
	r = add_one(&t, job, true, id, &lane, e);
	if (r != QUEUE_OK)
		return r;
	if (!job_lease(&t, id, e) || !lane_refresh(&t, lane, e) || !tx_commit(&t, e))
		return QUEUE_FAILED;
	*out = (struct job){ .id = id,
		.lease = 1,
		.lane = job->lane,
		.kind = job->kind,
		.body = job->body,
		.made_ms = clock_wall_ms(st->clock),
		.tries = 1,
		.why = "" };
	return QUEUE_OK;
}

/* Whether the question has an answer. */
static enum queue_result
whether(struct conn *held, sqlite3_stmt *q, struct err *e)
{
	switch (sql_next(held, q, e)) {
	case SQL_ROW:
		return QUEUE_OK;
	case SQL_END:
		return QUEUE_NONE;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

enum queue_result
queue_lane_has(struct state *st, const char *lane, const char *kind, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q = kind == NULL
	    ? SQL_ASK(held, e, SQL_LANE_FIND, sql_text(lane))
	    : SQL_ASK(held, e, SQL_LANE_KIND, sql_text(lane), sql_text(kind));

	return whether(held, q, e);
}

enum queue_result
queue_lane_before(
    struct state *st, const char *lane, const char *kind, int64_t ord_ms, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(
	    held, e, SQL_LANE_BEFORE, sql_text(lane), sql_text(kind), sql_int(ord_ms));

	return whether(held, q, e);
}

enum queue_result
queue_has_job(struct state *st, int64_t id, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done) sqlite3_stmt *q = SQL_ASK(held, e, SQL_JOB_HAS, sql_int(id));

	return whether(held, q, e);
}
