/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of messages that jobs have sent, for those of which nobody knows what became of them. */
#include "config.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "store/queue_i.h"

/* Older ones of the lane than would be asked for go. */
static bool
keep_id(struct tx *t, const char *lane, const char *id, struct err *e)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(lane, strlen(lane), hex);
	return SQL_DO(t->c, e, SQL_SENT_PUT, sql_text(hex),
		   sql_int(clock_wall_ms(t->st->clock)), sql_text(id)) &&
	    SQL_DO(t->c, e, SQL_SENT_TRIM, sql_text(hex), sql_int(LIMIT_SENT - 1));
}

enum queue_result
queue_done_sent(struct state *st, const struct job *job, const char *id, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r;
	struct place at;

	if (strlen(id) > LIMIT_SID) {
		err_set(e, ERR_TOO_BIG, 0, "id of a message of %zu bytes", strlen(id));
		return QUEUE_FAILED;
	}
	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return SQL_DO(t.c, e, SQL_JOB_DROP, sql_int(job->id)) &&
		(*id == '\0' || keep_id(&t, job->lane, id, e)) &&
		lane_refresh(&t, at.lane, e) && tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
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
