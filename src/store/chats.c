/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/chats.h"
#include "store/state_i.h"

bool
chats_put(struct state *st, const struct chat_row *row, struct err *e)
{
	const char *const texts[] = { row->env, row->id, row->conv, row->user,
		row->ours };
	CLEANUP(tx_fini) struct tx t = { 0 };

	for (size_t i = 0; i < NELEMS(texts); i++)
		if (strlen(texts[i]) > LIMIT_CHAT_FIELD)
			return err_set(e, ERR_TOO_BIG, 0, "%zu bytes about a chat",
			    strlen(texts[i]));
	if (strlen(row->extra) > LIMIT_CHAT_EXTRA)
		return err_set(
		    e, ERR_TOO_BIG, 0, "%zu bytes beside a chat", strlen(row->extra));
	return tx_begin(&t, st, e) &&
	    SQL_DO(t.c, e, SQL_CHAT_PUT, sql_text(row->env), sql_text(row->id),
		sql_text(row->conv), sql_text(row->user), sql_text(row->ours),
		sql_text(row->extra),
		sql_int(clock_wall_s(st->clock) + LIMIT_CHAT_OPEN_S)) &&
	    tx_commit(&t, e);
}

/* The row that a statement finds; its id stands in the sixth column, when there is one. */
static enum chats_result
read_row(struct conn *held, sqlite3_stmt *q, struct arena *a, struct chat_row *out,
    struct err *e)
{
	switch (sql_next(held, q, e)) {
	case SQL_ROW:
		out->conv = sql_column(a, q, 0);
		out->user = sql_column(a, q, 1);
		out->ours = sql_column(a, q, 2);
		out->extra = sql_column(a, q, 3);
		out->closed = sqlite3_column_int(q, 4) != 0;
		if (sqlite3_column_count(q) > 5)
			out->id = sql_column(a, q, 5);
		return CHATS_OK;
	case SQL_END:
		return CHATS_NONE;
	case SQL_FAILED:
		break;
	}
	return CHATS_FAILED;
}

enum chats_result
chats_find(struct state *st, const char *env, const char *id, struct arena *a,
    struct chat_row *out, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(held, e, SQL_CHAT_FIND, sql_text(env), sql_text(id),
	    sql_int(clock_wall_s(st->clock)));
	struct chat_row row = { .env = arena_strdup(a, env),
		.id = arena_strdup(a, id) };
	enum chats_result r = read_row(held, q, a, &row, e);

	if (r == CHATS_OK)
		*out = row;
	return r;
}

enum chats_result
chats_open_of(struct state *st, const char *env, const char *conv, struct arena *a,
    struct chat_row *out, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(held, e, SQL_CHAT_OPEN, sql_text(env), sql_text(conv),
	    sql_int(clock_wall_s(st->clock)));
	struct chat_row row = { .env = arena_strdup(a, env) };
	enum chats_result r = read_row(held, q, a, &row, e);

	if (r == CHATS_OK)
		*out = row;
	return r;
}

/* Whether there is one, in the transaction that closes it. */
static enum chats_result
there(struct tx *t, const char *env, const char *id, int64_t now_s, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(
	    t->c, e, SQL_CHAT_FIND, sql_text(env), sql_text(id), sql_int(now_s));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		return CHATS_OK;
	case SQL_END:
		return CHATS_NONE;
	case SQL_FAILED:
		break;
	}
	return CHATS_FAILED;
}

enum chats_result
chats_close(struct state *st, const char *env, const char *id, struct err *e)
{
	const int64_t now_s = clock_wall_s(st->clock);
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum chats_result r;

	if (!tx_begin(&t, st, e))
		return CHATS_FAILED;
	r = there(&t, env, id, now_s, e);
	if (r != CHATS_OK)
		return r;
	return SQL_DO(t.c, e, SQL_CHAT_CLOSE, sql_text(env), sql_text(id),
		   sql_int(now_s), sql_int(now_s + LIMIT_CHAT_CLOSED_S)) &&
		tx_commit(&t, e)
	    ? CHATS_OK
	    : CHATS_FAILED;
}

bool
chats_count(struct state *st, int64_t *n, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q =
	    SQL_ASK(held, e, SQL_CHATS_COUNT, sql_int(clock_wall_s(st->clock)));

	if (!sql_need(held, q, e))
		return false;
	*n = sqlite3_column_int64(q, 0);
	return true;
}
