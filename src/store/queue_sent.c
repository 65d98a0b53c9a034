/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of messages that jobs have sent: for those of which nobody knows what became of them,
 * and for news of them. News may come before the id is kept, and to another process; what is
 * there first is found by what comes second, as changes follow each other.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "store/queue_i.h"

/* Older ones of the lane than would be asked for go. */
static bool
keep_id(struct tx *t, const char *lane, const char *id, int64_t wait, struct err *e)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(lane, strlen(lane), hex);
	return SQL_DO(t->c, e, SQL_SENT_PUT, sql_text(hex),
		   sql_int(clock_wall_ms(t->st->clock)), sql_text(id), sql_int(wait)) &&
	    SQL_DO(t->c, e, SQL_SENT_TRIM, sql_text(hex), sql_int(LIMIT_SENT - 1));
}

/* The job that waits for news of the message, in the place of the one that sent it. */
static bool
put_wait(struct tx *t, const struct place *at, const char *id,
    const struct new_job *wait, int64_t *number, struct err *e)
{
	struct job_row row = {
		.place = *at,
		.made_ms = clock_wall_ms(t->st->clock),
		.due_ms = wait->due_ms,
		.kind = wait->kind,
		.body = wait->body,
	};

	if (!SQL_DO(t->c, e, SQL_NEWS_DROP, sql_text(id)))
		return false;
	if (sqlite3_changes(t->c->db) > 0)
		return true;
	if (!job_ids(t, 1, &row.id, e) || !job_write(t, &row, e))
		return false;
	*number = row.id;
	return true;
}

static enum queue_result
texts_ok(const char *id, const struct new_job *wait, struct err *e)
{
	if (strlen(id) > LIMIT_SID) {
		err_set(e, ERR_TOO_BIG, 0, "id of a message of %zu bytes", strlen(id));
		return QUEUE_FAILED;
	}
	return wait != NULL ? job_texts_ok(wait->kind, wait->body, e) : QUEUE_OK;
}

enum queue_result
queue_done_sent(struct state *st, const struct job *job, const char *id,
    const struct new_job *wait, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r = texts_ok(id, wait, e);
	int64_t number = 0;
	struct place at;

	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return SQL_DO(t.c, e, SQL_JOB_DROP, sql_int(job->id)) &&
		(wait == NULL || put_wait(&t, &at, id, wait, &number, e)) &&
		(*id == '\0' || keep_id(&t, job->lane, id, number, e)) &&
		lane_refresh(&t, at.lane, e) && tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

/* Who sent it, and the job that waits for it. */
static enum sql_got
find_sent(struct tx *t, const char *id, char lane[SHA256_HEX_SIZE], int64_t *wait,
    struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_SENT_FIND, sql_text(id));
	enum sql_got got = sql_next(t->c, q, e);

	if (got == SQL_ROW) {
		snprintf(lane, SHA256_HEX_SIZE, "%s",
		    (const char *)sqlite3_column_text(q, 0));
		*wait = sqlite3_column_int64(q, 1);
	}
	return got;
}

/* Where the job that waits stands; 0: it is gone, or at its end already. */
static bool
find_wait(struct tx *t, int64_t wait, int64_t *lane, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_WAIT_FIND, sql_int(wait));
	enum sql_got got = sql_next(t->c, q, e);

	*lane = got == SQL_ROW ? sqlite3_column_int64(q, 0) : 0;
	return got != SQL_FAILED;
}

static bool
end_wait(struct tx *t, int64_t wait, struct err *e)
{
	int64_t lane;

	if (!find_wait(t, wait, &lane, e))
		return false;
	return lane == 0 ||
	    (SQL_DO(t->c, e, SQL_JOB_DROP, sql_int(wait)) && lane_refresh(t, lane, e) &&
		tx_commit(t, e));
}

/* Old ones go by and by, so that they do not pile up between sweeps. */
static bool
keep_news(struct tx *t, const char *id, struct err *e)
{
	const int64_t now_ms = clock_wall_ms(t->st->clock);

	return SQL_DO(t->c, e, SQL_NEWS_SWEEP,
		   sql_int(now_ms - (int64_t)LIMIT_NEWS_S * 1000), sql_int(2)) &&
	    SQL_DO(t->c, e, SQL_NEWS_PUT, sql_text(id), sql_int(now_ms)) &&
	    tx_commit(t, e);
}

enum queue_result
queue_news(struct state *st, const char *id, bool keep, char lane[SHA256_HEX_SIZE],
    struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	int64_t wait = 0;

	if (texts_ok(id, NULL, e) != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	switch (find_sent(&t, id, lane, &wait, e)) {
	case SQL_ROW:
		return wait == 0 || end_wait(&t, wait, e) ? QUEUE_OK : QUEUE_FAILED;
	case SQL_END:
		return !keep || keep_news(&t, id, e) ? QUEUE_NONE : QUEUE_FAILED;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

bool
queue_sent(struct state *st, const char *lane, int64_t since_ms, struct arena *a,
    const char *const **ids, size_t *n, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done) sqlite3_stmt *q = NULL;
	const char **list = arena_alloc(a, LIMIT_SENT * sizeof(*list));
	char hex[SHA256_HEX_SIZE];
	enum sql_got got;

	sha256_hex(lane, strlen(lane), hex);
	q = SQL_ASK(held, e, SQL_SENT_LIST, sql_text(hex), sql_int(since_ms),
	    sql_int(LIMIT_SENT));
	*n = 0;
	while ((got = sql_next(held, q, e)) == SQL_ROW)
		list[(*n)++] = arena_strndup(a, (const char *)sqlite3_column_text(q, 0),
		    (size_t)sqlite3_column_bytes(q, 0));
	*ids = list;
	return got == SQL_END;
}
