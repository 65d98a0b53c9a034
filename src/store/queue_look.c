/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/queue_i.h"
#include "store/queue_look.h"

/* The number in the first row and column; none is 0. */
static bool
one_number(struct conn *c, enum sql which, int64_t *out, struct err *e)
{
	CLEANUP(sql_done) sqlite3_stmt *q = sql_ask(c, e, which, NULL, 0);
	enum sql_got got = sql_next(c, q, e);

	*out = got == SQL_ROW ? sqlite3_column_int64(q, 0) : 0;
	return got != SQL_FAILED;
}

bool
queue_count(struct state *st, struct queue_counts *out, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done) sqlite3_stmt *q = SQL_ASK(held, e, SQL_TOTAL);
	struct queue_counts c;

	if (!sql_need(held, q, e))
		return false;
	c = (struct queue_counts){
		.jobs = sqlite3_column_int64(q, 0),
		.bytes = sqlite3_column_int64(q, 1),
		.dead = sqlite3_column_int64(q, 2),
		.lanes = sqlite3_column_int64(q, 3),
	};
	/* The statement stays open, so all of it is of one moment. */
	if (!one_number(held, SQL_LOOK_WORKING, &c.working, e) ||
	    !one_number(held, SQL_LOOK_OLDEST, &c.oldest_ms, e))
		return false;
	*out = c;
	return true;
}

bool
queue_dead_since(struct state *st, int64_t since_ms, int64_t *n, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(held, e, SQL_DEAD_SINCE, sql_int(since_ms));

	if (!sql_need(held, q, e))
		return false;
	*n = sqlite3_column_int64(q, 0);
	return true;
}

bool
queue_kinds(struct state *st, void (*fn)(void *arg, const char *kind, int64_t n),
    void *arg, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done) sqlite3_stmt *q = SQL_ASK(held, e, SQL_LOOK_KINDS);
	enum sql_got got;

	while ((got = sql_next(held, q, e)) == SQL_ROW)
		fn(arg, (const char *)sqlite3_column_text(q, 0),
		    sqlite3_column_int64(q, 1));
	return got == SQL_END;
}

static void
read_row(struct arena *a, sqlite3_stmt *q, struct queue_row *out)
{
	*out = (struct queue_row){
		.id = sqlite3_column_int64(q, 0),
		.lane = sql_column(a, q, 1),
		.kind = sql_column(a, q, 2),
		.why = sql_column(a, q, 3),
		.made_ms = sqlite3_column_int64(q, 4),
		.due_ms = sqlite3_column_int64(q, 5),
		.tries = sqlite3_column_int(q, 6),
		.working = sqlite3_column_int(q, 7) != 0,
		.unsure = sqlite3_column_int(q, 8) != 0,
		.size = sqlite3_column_int64(q, 9),
	};
}

bool
queue_list(struct state *st, enum queue_box box, int64_t after_id, struct arena *a,
    struct queue_row *rows, size_t max, size_t *n, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q =
	    SQL_ASK(held, e, box == QUEUE_LIVE ? SQL_LOOK_LIVE : SQL_LOOK_DEAD,
		sql_int(after_id), sql_int((int64_t)max));
	enum sql_got got = SQL_END;
	size_t found = 0;

	while (found < max && (got = sql_next(held, q, e)) == SQL_ROW)
		read_row(a, q, &rows[found++]);
	if (got == SQL_FAILED)
		return false;
	*n = found;
	return true;
}

/* Looks into one box. */
static enum queue_result
show_in(struct conn *c, enum queue_box box, int64_t id, struct arena *a,
    struct queue_row *row, const char **body, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q =
	    SQL_ASK(c, e, box == QUEUE_LIVE ? SQL_LOOK_LIVE : SQL_LOOK_DEAD,
		sql_int(id - 1), sql_int(1));
	CLEANUP(sql_done) sqlite3_stmt *b = NULL;
	enum sql_got got = sql_next(c, q, e);

	if (got == SQL_FAILED)
		return QUEUE_FAILED;
	if (got == SQL_END || sqlite3_column_int64(q, 0) != id)
		return QUEUE_NONE;
	b = SQL_ASK(c, e, box == QUEUE_LIVE ? SQL_LOOK_LIVE_BODY : SQL_LOOK_DEAD_BODY,
	    sql_int(id));
	if (!sql_need(c, b, e))
		return QUEUE_FAILED;
	read_row(a, q, row);
	*body = sql_column(a, b, 0);
	return QUEUE_OK;
}

enum queue_result
queue_show(struct state *st, int64_t id, struct arena *a, struct queue_row *row,
    enum queue_box *box, const char **body, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	enum queue_result r;

	*box = QUEUE_LIVE;
	r = show_in(held, *box, id, a, row, body, e);
	if (r != QUEUE_NONE)
		return r;
	*box = QUEUE_DEAD;
	return show_in(held, *box, id, a, row, body, e);
}

/* Writes the letter q stands on as a job. */
static enum queue_result
revive(struct tx *t, sqlite3_stmt *q, int64_t id, struct err *e)
{
	struct job_row row = {
		.id = id,
		.kind = (const char *)sqlite3_column_text(q, 1),
		.body = (const char *)sqlite3_column_text(q, 2),
		.unsure = sqlite3_column_int(q, 4) != 0,
	};
	const struct new_job again = {
		.lane = (const char *)sqlite3_column_text(q, 0),
		.kind = row.kind,
		.body = row.body,
	};
	enum queue_result r;
	int64_t root;

	r = queue_room(t, 1, (int64_t)strlen(row.body), e);
	if (r != QUEUE_OK)
		return r;
	/* Its place is a new one. */
	if (!job_ids(t, 1, &root, e))
		return QUEUE_FAILED;
	r = lane_place(t, &again, false, root, &row.place, e);
	if (r != QUEUE_OK)
		return r;
	row.made_ms = row.due_ms = clock_wall_ms(t->st->clock);
	/* Its leases go on being counted, so that an old one is never valid again. */
	return job_write(t, &row, e) &&
		SQL_DO(t->c, e, SQL_DEAD_BACK, sql_int(id),
		    sql_int(sqlite3_column_int64(q, 3))) &&
		lane_refresh(t, row.place.lane, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

static enum queue_result
retry(struct tx *t, int64_t id, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_DEAD_READ, sql_int(id));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		return revive(t, q, id, e);
	case SQL_END:
		return QUEUE_NONE;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

enum queue_result
queue_retry(struct state *st, int64_t id, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r;

	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = retry(&t, id, e);
	if (r != QUEUE_OK)
		return r;
	return SQL_DO(t.c, e, SQL_DEAD_DROP, sql_int(id)) && tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

/* Whether the job exists, and its lane; one that is being worked is QUEUE_LOST. */
static enum queue_result
droppable(struct tx *t, int64_t id, int64_t *lane, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_LOOK_OWNER, sql_int(id));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		*lane = sqlite3_column_int64(q, 1);
		return sqlite3_column_type(q, 0) == SQLITE_NULL ? QUEUE_OK : QUEUE_LOST;
	case SQL_END:
		return QUEUE_NONE;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

enum queue_result
queue_drop(struct state *st, int64_t id, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r;
	int64_t lane;

	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = droppable(&t, id, &lane, e);
	if (r == QUEUE_OK)
		return SQL_DO(t.c, e, SQL_JOB_DROP, sql_int(id)) &&
			lane_refresh(&t, lane, e) && tx_commit(&t, e)
		    ? QUEUE_OK
		    : QUEUE_FAILED;
	if (r != QUEUE_NONE)
		return r;
	if (!SQL_DO(t.c, e, SQL_DEAD_DROP, sql_int(id)))
		return QUEUE_FAILED;
	if (sqlite3_changes(t.c->db) == 0)
		return QUEUE_NONE;
	return tx_commit(&t, e) ? QUEUE_OK : QUEUE_FAILED;
}
