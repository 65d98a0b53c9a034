/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STATE_I_H
#define STORE_STATE_I_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "base/err.h"
#include "store/state.h"

struct timespec;

/* What the files behind state.h share; nobody else includes it but their tests. */

#define STATE_DB "state.db"
#define STATE_LOCK "state.lock" /* stays; see state.c */

/* Numbers in the head of the file (SQLite, "Database File Format", 1.3). */
enum { STATE_APPLICATION = 0x626f746c, STATE_VERSION = 5 };

enum sql {
#define SQL(name, text) name,
#include "store/state_sql.def"
#undef SQL
	N_SQL
};

extern const char *const state_sql[N_SQL];

/* What brings an empty database up to version 1, one of version 1 up to 2, and so on. */
extern const char *const state_steps[STATE_VERSION];

/* A connection to the database, with the statements it has prepared. */
struct conn {
	const struct state *st;
	pthread_mutex_t mutex; /* guards what follows */
	sqlite3 *db;
	sqlite3_stmt *stmts[N_SQL];
};

/* A lease that nobody works under. */
struct given_up {
	int64_t job, lease;
};

struct state {
	char *path;
	int dirfd;
	int lockfd; /* its description holds the gate, and our owner's byte */
	const struct clock *clock;

	dev_t dev; /* of the file we have open */
	ino_t ino;
	struct conn writes; /* held for one transaction, its sync included */
	struct conn reads; /* for single questions: they do not wait for the disk */
	_Atomic int64_t
	    owner; /* our name on leases; 0: none yet. Set by who holds writes */

	pthread_mutex_t
	    bell_mutex; /* guards what follows; no other is taken behind it */
	pthread_cond_t work; /* something is there to be taken */
	pthread_cond_t watch; /* something is due sooner than watch_ms */
	uint64_t rung; /* how often there was something new */
	uint64_t sooner; /* how often something was due sooner than the watch looks */
	int64_t watch_ms; /* when it looks by itself; INT64_MAX while it is looking */
	struct given_up
	    given_up[LIMIT_QUEUE_GIVEN_UP]; /* queue_keep() puts them back */
	size_t n_given_up;
};

/* The file: state_file.c. */

/* Opens folder, lock file and database, made as needed. Leaves what it opened in *st. */
bool state_file_open(
    struct state *st, const struct state_opts *o, struct err *e) MUST_CHECK;

/* Whether state.db is still the file we have open. */
bool state_file_same(const struct state *st, struct err *e) MUST_CHECK;

/* One process at a time from here on, in the order in which they came. */
bool state_gate(struct state *st, struct err *e) MUST_CHECK;
void state_gate_open(struct state *st);

/* Whether the process that has this name on its leases lives; ours must not be asked for. */
bool state_owner_lives(
    const struct state *st, int64_t owner, bool *lives, struct err *e) MUST_CHECK;
/* Takes or gives back the byte that shows it. */
bool state_owner_lock(
    struct state *st, int64_t owner, bool on, struct err *e) MUST_CHECK;

/* Statements: state_sql.c; the connection is held. */

struct sql_arg {
	enum { SQL_ARG_NULL, SQL_ARG_INT, SQL_ARG_TEXT, SQL_ARG_BLOB } type;
	int64_t number; /* of a blob: its length */
	const void *data;
};

static inline struct sql_arg
sql_int(int64_t n)
{
	return (struct sql_arg){ SQL_ARG_INT, n, NULL };
}

static inline struct sql_arg
sql_text(const char *s)
{
	return (struct sql_arg){ SQL_ARG_TEXT, 0, s };
}

static inline struct sql_arg
sql_blob(const void *data, size_t len)
{
	return (struct sql_arg){ SQL_ARG_BLOB, (int64_t)len, data };
}

enum sql_got { SQL_FAILED, SQL_END, SQL_ROW };

/*
 * A statement with its arguments, which are borrowed until sql_done(); NULL: see *e. The same
 * statement is not in use twice.
 *
 *	CLEANUP(sql_done) sqlite3_stmt *q = SQL_ASK(c, e, SQL_KV_GET, sql_text(name));
 */
sqlite3_stmt *sql_ask(struct conn *c, struct err *e, enum sql which,
    const struct sql_arg *args, size_t n) MUST_CHECK;
#define SQL_ASK(c, e, which, ...) \
	sql_ask(c, e, which, (const struct sql_arg[]){ __VA_ARGS__ }, \
	    NELEMS(((const struct sql_arg[]){ __VA_ARGS__ })))
void sql_done(sqlite3_stmt **q);

/* The next row. A NULL statement has failed already: *e is left alone. */
enum sql_got sql_next(struct conn *c, sqlite3_stmt *q, struct err *e) MUST_CHECK;

/* Where there must be a row: else the file is damaged. */
bool sql_need(struct conn *c, sqlite3_stmt *q, struct err *e) MUST_CHECK;

/* A text of the row, in the arena; NULL is "". */
char *sql_column(struct arena *a, sqlite3_stmt *q, int i) MUST_CHECK;

/* Runs one that gives no rows. */
bool sql_do(struct conn *c, struct err *e, enum sql which, const struct sql_arg *args,
    size_t n) MUST_CHECK;
#define SQL_DO(c, e, which, ...) \
	sql_do(c, e, which, (const struct sql_arg[]){ __VA_ARGS__ }, \
	    NELEMS(((const struct sql_arg[]){ __VA_ARGS__ })))

/* Fills *e from the connection's last error. False. */
bool sql_fail(const struct conn *c, struct err *e);
/* The same for a database that has no state yet. */
bool sql_fail_db(sqlite3 *db, const char *path, struct err *e);

/* Transactions: state_sql.c. */

/*
 * One change, whole or not at all, on the disk when tx_commit() says so. It holds the
 * writing connection and the gate. Left without a commit, it never was.
 *
 *	CLEANUP(tx_fini) struct tx t = { 0 };
 */
struct tx {
	struct state *st; /* NULL: not begun, or ended */
	struct conn *c; /* its writing connection */
	int64_t ready_ms; /* the earliest moment at which a lane it changed is ready */
	int64_t owner; /* the name it gives our leases; ours once it is committed */
};

bool tx_begin(struct tx *t, struct state *st, struct err *e) MUST_CHECK;
bool tx_commit(struct tx *t, struct err *e) MUST_CHECK;
void tx_fini(struct tx *t);

/* CLEANUP(conn_unlockp) struct conn *c = conn_lock(&st->reads); */
struct conn *conn_lock(struct conn *c);
void conn_unlockp(struct conn **c);

/* The bell: state.c. */

/* A lane is, or will be, ready at ready_ms: wakes who waits for it. */
void bell_ring(struct state *st, int64_t ready_ms);
/* Read before looking, so that a wait does not miss what rings during the look. */
uint64_t bell_rung(struct state *st);
uint64_t bell_sooner(struct state *st);

#endif
