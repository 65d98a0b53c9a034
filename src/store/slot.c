/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One number for each sender: the moment at which the next message would be due if all left
 * evenly. A message may be as much ahead of that as it needs to leave together with others.
 */
#include "config.h"

#include <assert.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/slot.h"
#include "store/state_i.h"

#define US_PER_S ((int64_t)1000000)
#define US_PER_MS ((int64_t)1000)

/* 0 when the sender is not known, or what is known is of no use. */
static bool
read_next(
    struct tx *t, const char *sender, int64_t now_us, int64_t *next_us, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_PACE_FIND, sql_text(sender));
	enum sql_got got = sql_next(t->c, q, e);

	*next_us = got == SQL_ROW ? sqlite3_column_int64(q, 0) : 0;
	if (*next_us > now_us + LIMIT_PACE_S * US_PER_S)
		*next_us = 0;
	return got != SQL_FAILED;
}

bool
slot_take(struct state *st, const char *sender, int64_t rate_per_s, int64_t *slot_ms,
    struct err *e)
{
	const int64_t now_us = clock_wall_ms(st->clock) * US_PER_MS;
	const int64_t each_us = US_PER_S / rate_per_s;
	int64_t ahead_us = LIMIT_PACE_AHEAD_MS * US_PER_MS - each_us, next_us, at_us;
	CLEANUP(tx_fini) struct tx t = { 0 };

	assert(rate_per_s > 0);
	if (ahead_us < 0)
		ahead_us = 0;
	if (!tx_begin(&t, st, e) || !read_next(&t, sender, now_us, &next_us, e))
		return false;
	if (next_us < now_us)
		next_us = now_us;
	at_us = next_us - ahead_us > now_us ? next_us - ahead_us : now_us;
	if (!SQL_DO(
		t.c, e, SQL_PACE_PUT, sql_text(sender), sql_int(next_us + each_us)) ||
	    !tx_commit(&t, e))
		return false;
	*slot_ms = (at_us + US_PER_MS - 1) / US_PER_MS;
	return true;
}

bool
slot_push(struct state *st, const char *sender, int64_t until_ms, struct err *e)
{
	const int64_t now_us = clock_wall_ms(st->clock) * US_PER_MS;
	const int64_t until_us = (until_ms + LIMIT_PACE_AHEAD_MS) * US_PER_MS;
	CLEANUP(tx_fini) struct tx t = { 0 };
	int64_t next_us;

	if (!tx_begin(&t, st, e) || !read_next(&t, sender, now_us, &next_us, e))
		return false;
	if (next_us >= until_us)
		return true;
	return SQL_DO(t.c, e, SQL_PACE_PUT, sql_text(sender), sql_int(until_us)) &&
	    tx_commit(&t, e);
}
