/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/kv.h"
#include "store/state_i.h"

/* The name may say whose value it is, so errors do not repeat it. */
static bool
fits(const char *name, size_t len, struct err *e)
{
	if (*name == '\0' || strlen(name) > LIMIT_KV_NAME || len > LIMIT_KV_VALUE)
		return err_set(e, ERR_TOO_BIG, 0,
		    "a value to keep: name of %zu bytes, value of %zu", strlen(name),
		    len);
	return true;
}

enum kv_result
kv_get(struct state *st, const char *name, struct buf *out, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(held, e, SQL_KV_GET, sql_text(name));

	assert(out->max >= LIMIT_KV_VALUE);
	switch (sql_next(held, q, e)) {
	case SQL_ROW:
		buf_reset(out);
		buf_add(
		    out, sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
		return KV_OK;
	case SQL_END:
		return KV_NONE;
	case SQL_FAILED:
		break;
	}
	return KV_FAILED;
}

/* SQLite takes a blob without an address for NULL. */
static struct sql_arg
value_arg(const void *value, size_t len)
{
	return sql_blob(len > 0 ? value : "", len);
}

static enum kv_result
put(struct state *st, enum sql which, const char *name, const void *value, size_t len,
    struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };

	if (!fits(name, len, e) || !tx_begin(&t, st, e) ||
	    !SQL_DO(t.c, e, which, sql_text(name), sql_int(clock_wall_s(st->clock)),
		value_arg(value, len)))
		return KV_FAILED;
	if (sqlite3_changes(t.c->db) == 0)
		return KV_THERE;
	return tx_commit(&t, e) ? KV_OK : KV_FAILED;
}

bool
kv_put(struct state *st, const char *name, const void *value, size_t len, struct err *e)
{
	return put(st, SQL_KV_PUT, name, value, len, e) == KV_OK;
}

enum kv_result
kv_put_new(
    struct state *st, const char *name, const void *value, size_t len, struct err *e)
{
	return put(st, SQL_KV_PUT_NEW, name, value, len, e);
}

enum kv_result
kv_swap(struct state *st, const char *name, const void *was, size_t was_len,
    const void *value, size_t len, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };

	if (!fits(name, len, e) || !tx_begin(&t, st, e) ||
	    !SQL_DO(t.c, e, SQL_KV_SWAP, sql_text(name),
		sql_int(clock_wall_s(st->clock)), value_arg(value, len),
		value_arg(was, was_len)))
		return KV_FAILED;
	if (sqlite3_changes(t.c->db) == 0)
		return KV_NONE;
	return tx_commit(&t, e) ? KV_OK : KV_FAILED;
}

enum kv_result
kv_drop(struct state *st, const char *name, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };

	if (!tx_begin(&t, st, e) || !SQL_DO(t.c, e, SQL_KV_DROP, sql_text(name)))
		return KV_FAILED;
	if (sqlite3_changes(t.c->db) == 0)
		return KV_NONE;
	return tx_commit(&t, e) ? KV_OK : KV_FAILED;
}
