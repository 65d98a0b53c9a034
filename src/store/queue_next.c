/* SPDX-License-Identifier: Apache-2.0 */
/* Which lane comes next: of all, or of those whose first job is of some kinds. */
#include "config.h"

#include "base/arena.h"
#include "base/clock.h"
#include "store/queue_i.h"

/* The lane of that kind, or of any, that has waited longest, if it came before *out. */
static bool
look_at(struct conn *c, const char *kind, struct arena *a, struct lane_found *out,
    struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = kind == NULL
	    ? SQL_ASK(c, e, SQL_LANE_NEXT)
	    : SQL_ASK(c, e, SQL_LANE_NEXT_OF, sql_text(kind));
	enum sql_got got = sql_next(c, q, e);

	if (got == SQL_ROW && sqlite3_column_int64(q, 0) < out->ready_ms) {
		out->ready_ms = sqlite3_column_int64(q, 0);
		out->id = sqlite3_column_int64(q, 1);
		if (a != NULL)
			out->name =
			    arena_strndup(a, (const char *)sqlite3_column_text(q, 2),
				(size_t)sqlite3_column_bytes(q, 2));
	}
	return got != SQL_FAILED;
}

bool
lane_first(struct conn *c, const struct lane_choice *of, struct arena *a,
    struct lane_found *out, struct err *e)
{
	*out = (struct lane_found){ .ready_ms = INT64_MAX };
	if (of->kinds == NULL)
		return look_at(c, NULL, a, out, e);
	for (size_t i = 0; i < of->n; i++)
		if (!look_at(c, of->kinds[i], a, out, e))
			return false;
	return true;
}

enum queue_result
lane_any_ready(struct state *st, const struct lane_choice *of, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	struct lane_found found;

	if (!lane_first(held, of, NULL, &found, e))
		return QUEUE_FAILED;
	return found.ready_ms <= clock_wall_ms(st->clock) ? QUEUE_OK : QUEUE_NONE;
}

bool
queue_next_ms(struct state *st, int64_t *next_ms, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	struct lane_found found;

	if (!lane_first(held, &(struct lane_choice){ .kinds = NULL }, NULL, &found, e))
		return false;
	*next_ms = found.ready_ms;
	return true;
}
