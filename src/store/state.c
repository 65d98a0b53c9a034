/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state is one SQLite database in WAL mode with synchronous=FULL: a commit is one write
 * and one sync of its log. Each process has two connections: one for changes, which follow
 * each other, and one for questions, which do not wait for the disk while a change is synced.
 *
 * Two more things stand in the folder's lock file. Its gate byte (line.h) is held during each
 * transaction, so that processes get at the database in turn instead of by SQLite's sleeping
 * and trying again. And each process that takes jobs holds the byte of its own number, which
 * is the owner of its leases: when the byte is free the process is gone, whatever ended it.
 * Such locks belong to an open file description, so closing another one does no harm; those
 * that SQLite holds on state.db belong to the process and go with the first close() of any
 * descriptor of that file. Hence nobody here ever opens state.db himself.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "store/line.h"
#include "store/state_i.h"

static void
conn_init(struct conn *c, const struct state *st)
{
	c->st = st;
	pthread_mutex_init(&c->mutex, NULL);
}

static void
conn_fini(struct conn *c)
{
	for (size_t i = 0; i < N_SQL; i++)
		sqlite3_finalize(c->stmts[i]);
	sqlite3_close(c->db);
	pthread_mutex_destroy(&c->mutex);
}

struct state *
state_open(const struct state_opts *o, struct err *e)
{
	struct state *st = xcalloc(1, sizeof(*st));

	st->dirfd = st->lockfd = -1;
	st->clock = o->clock;
	st->watch_ms = INT64_MAX;
	conn_init(&st->writes, st);
	conn_init(&st->reads, st);
	pthread_mutex_init(&st->bell_mutex, NULL);
	clock_cond_init(&st->work);
	clock_cond_init(&st->watch);
	if (line_setup(e) && state_file_open(st, o, e))
		return st;
	err_wrap(e, "store.state_path");
	state_close(st);
	return NULL;
}

void
state_close(struct state *st)
{
	if (st == NULL)
		return;
	conn_fini(&st->reads);
	conn_fini(&st->writes);
	closep(&st->lockfd);
	closep(&st->dirfd);
	pthread_cond_destroy(&st->watch);
	pthread_cond_destroy(&st->work);
	pthread_mutex_destroy(&st->bell_mutex);
	free(st->path);
	free(st);
}

void
state_closep(struct state **st)
{
	state_close(*st);
	*st = NULL;
}

const char *
state_path(const struct state *st)
{
	return st->path;
}

void
bell_ring(struct state *st, int64_t ready_ms)
{
	pthread_mutex_lock(&st->bell_mutex);
	if (ready_ms <= clock_wall_ms(st->clock)) {
		st->rung++;
		pthread_cond_signal(&st->work); /* who takes something wakes the next */
	} else if (ready_ms < st->watch_ms) {
		st->sooner++;
		pthread_cond_signal(&st->watch);
	}
	pthread_mutex_unlock(&st->bell_mutex);
}

uint64_t
bell_rung(struct state *st)
{
	uint64_t rung;

	pthread_mutex_lock(&st->bell_mutex);
	rung = st->rung;
	pthread_mutex_unlock(&st->bell_mutex);
	return rung;
}

uint64_t
bell_sooner(struct state *st)
{
	uint64_t sooner;

	pthread_mutex_lock(&st->bell_mutex);
	sooner = st->sooner;
	pthread_mutex_unlock(&st->bell_mutex);
	return sooner;
}

/* Gives free pages back, some at a time; who has none pays nothing. */
static bool
shrink(struct state *st, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *c = conn_lock(&st->writes);
	bool ok = state_gate(st, e);

	if (!ok)
		return false;
	ok = sqlite3_exec(c->db, "PRAGMA incremental_vacuum(1024)", NULL, NULL, NULL) ==
		SQLITE_OK ||
	    sql_fail(c, e);
	state_gate_open(st);
	return ok;
}

bool
state_writable(struct state *st, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };

	return tx_begin(&t, st, e);
}

bool
state_sweep(struct state *st, size_t max_rows, struct err *e)
{
	const int64_t now_ms = clock_wall_ms(st->clock), now_s = now_ms / 1000;
	const int64_t max = (int64_t)max_rows;
	CLEANUP(tx_fini) struct tx t = { 0 };

	if (!tx_begin(&t, st, e) ||
	    !SQL_DO(
		t.c, e, SQL_SEEN_SWEEP, sql_int(now_s - LIMIT_SEEN_S), sql_int(max)) ||
	    !SQL_DO(t.c, e, SQL_SENT_SWEEP,
		sql_int(now_ms - (int64_t)LIMIT_SENT_S * 1000), sql_int(max)) ||
	    !SQL_DO(t.c, e, SQL_NEWS_SWEEP,
		sql_int(now_ms - (int64_t)LIMIT_NEWS_S * 1000), sql_int(max)) ||
	    !SQL_DO(t.c, e, SQL_PACE_SWEEP,
		sql_int((now_ms - (int64_t)LIMIT_NEWS_S * 1000) * 1000),
		sql_int(max)) ||
	    !SQL_DO(t.c, e, SQL_DEAD_SWEEP,
		sql_int(now_ms - (int64_t)LIMIT_DEAD_S * 1000), sql_int(max)) ||
	    !SQL_DO(
		t.c, e, SQL_KV_SWEEP, sql_int(now_s - LIMIT_SEEN_S), sql_int(max)) ||
	    !SQL_DO(t.c, e, SQL_CHAT_SWEEP, sql_int(now_s), sql_int(max)) ||
	    !tx_commit(&t, e))
		return false;
	return shrink(st, e);
}
