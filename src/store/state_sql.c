/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hint.h"
#include "base/log.h"
#include "store/state_i.h"

const char *const state_sql[N_SQL] = {
#define SQL(name, text) [name] = (text),
#include "store/state_sql.def"
#undef SQL
};

bool
sql_fail_db(sqlite3 *db, const char *path, struct err *e)
{
	const char *why = sqlite3_errmsg(db);
	int os = sqlite3_system_errno(db);

	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_CONFIG, 0,
		    "%s/" STATE_DB " is damaged (%s): keep a copy, save what can be "
		    "saved by 'sqlite3 " STATE_DB " .recover', or move " STATE_DB
		    "* away to begin with nothing",
		    path, why);
	case SQLITE_FULL:
		return err_set(
		    e, ERR_IO, ENOSPC, "%s/" STATE_DB ": the disk is full", path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_TIMEOUT, 0,
		    "%s/" STATE_DB ": another program holds it", path);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		if (os != 0)
			return err_set(e, ERR_IO, os, "%s/" STATE_DB ": %s: %s", path,
			    why, strerror(os));
		break;
	default:
		break; /* what the system said last is of something else */
	}
	return err_set(e, ERR_IO, 0, "%s/" STATE_DB ": %s", path, why);
}

bool
sql_fail(const struct conn *c, struct err *e)
{
	return sql_fail_db(c->db, c->st->path, e);
}

static int
bind_one(sqlite3_stmt *q, int at, const struct sql_arg *a)
{
	switch (a->type) {
	case SQL_ARG_NULL:
		break;
	case SQL_ARG_INT:
		return sqlite3_bind_int64(q, at, a->number);
	case SQL_ARG_TEXT:
		return sqlite3_bind_text(q, at, a->data, -1, SQLITE_STATIC);
	case SQL_ARG_BLOB:
		return sqlite3_bind_blob64(
		    q, at, a->data, (sqlite3_uint64)a->number, SQLITE_STATIC);
	}
	return sqlite3_bind_null(q, at);
}

sqlite3_stmt *
sql_ask(
    struct conn *c, struct err *e, enum sql which, const struct sql_arg *args, size_t n)
{
	sqlite3_stmt *q = c->stmts[which];

	if (q == NULL &&
	    sqlite3_prepare_v3(c->db, state_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
		&q, NULL) != SQLITE_OK) {
		sql_fail(c, e);
		return NULL;
	}
	c->stmts[which] = q;
	assert(!sqlite3_stmt_busy(q));
	assert((size_t)sqlite3_bind_parameter_count(q) == n);
	for (size_t i = 0; i < n; i++)
		if (bind_one(q, (int)i + 1, &args[i]) != SQLITE_OK) {
			sql_fail(c, e);
			sql_done(&q);
			return NULL;
		}
	return q;
}

void
sql_done(sqlite3_stmt **q)
{
	if (*q == NULL)
		return;
	sqlite3_reset(*q); /* repeats the error of the last step, which was told */
	sqlite3_clear_bindings(*q);
	*q = NULL;
}

enum sql_got
sql_next(struct conn *c, sqlite3_stmt *q, struct err *e)
{
	if (q == NULL)
		return SQL_FAILED;
	switch (sqlite3_step(q)) {
	case SQLITE_ROW:
		return SQL_ROW;
	case SQLITE_DONE:
		return SQL_END;
	default:
		sql_fail(c, e);
		return SQL_FAILED;
	}
}

bool
sql_need(struct conn *c, sqlite3_stmt *q, struct err *e)
{
	enum sql_got got = sql_next(c, q, e);

	if (got == SQL_END)
		err_set(e, ERR_CONFIG, 0,
		    "%s/" STATE_DB
		    " is damaged: a row is missing; see 'sqlite3 " STATE_DB
		    " .recover'",
		    c->st->path);
	return got == SQL_ROW;
}

bool
sql_do(
    struct conn *c, struct err *e, enum sql which, const struct sql_arg *args, size_t n)
{
	CLEANUP(sql_done) sqlite3_stmt *q = sql_ask(c, e, which, args, n);

	return sql_next(c, q, e) == SQL_END;
}

struct conn *
conn_lock(struct conn *c)
{
	pthread_mutex_lock(&c->mutex);
	return c;
}

void
conn_unlockp(struct conn **c)
{
	if (*c != NULL)
		pthread_mutex_unlock(&(*c)->mutex);
	*c = NULL;
}

static void
roll_back(struct conn *c)
{
	struct err e;

	/* Some failures have rolled back already. */
	if (!sqlite3_get_autocommit(c->db) && !SQL_DO(c, &e, SQL_ROLLBACK))
		LOG(LOG_ERROR, "store", "rollback failed", LS("why", e.text),
		    LH(HINT_STATE));
}

bool
tx_begin(struct tx *t, struct state *st, struct err *e)
{
	struct conn *c = conn_lock(&st->writes);

	if (state_gate(st, e)) {
		if (state_file_same(st, e) && SQL_DO(c, e, SQL_BEGIN)) {
			*t = (struct tx){ st, c, INT64_MAX, st->owner };
			return true;
		}
		state_gate_open(st);
	}
	conn_unlockp(&c);
	return false;
}

/* What both ends of a transaction do. */
static void
leave(struct tx *t)
{
	state_gate_open(t->st);
	conn_unlockp(&t->c);
	t->st = NULL;
}

bool
tx_commit(struct tx *t, struct err *e)
{
	struct state *st = t->st;

	if (!SQL_DO(t->c, e, SQL_COMMIT)) {
		tx_fini(t);
		return false;
	}
	st->owner = t->owner;
	leave(t);
	if (t->ready_ms != INT64_MAX)
		bell_ring(st, t->ready_ms);
	return true;
}

void
tx_fini(struct tx *t)
{
	struct err e;

	if (t->st == NULL)
		return;
	roll_back(t->c);
	if (t->owner != t->st->owner && !state_owner_lock(t->st, t->owner, false, &e))
		LOG(LOG_ERROR, "store", "unlock failed", LS("why", e.text),
		    LH(HINT_STATE));
	leave(t);
}

char *
sql_column(struct arena *a, sqlite3_stmt *q, int i)
{
	const unsigned char *text = sqlite3_column_text(q, i);

	return arena_strndup(a, text != NULL ? (const char *)text : "",
	    (size_t)sqlite3_column_bytes(q, i));
}
