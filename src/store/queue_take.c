/* SPDX-License-Identifier: Apache-2.0 */
/* Working a job: from its lease to one of its ends. */
#include "config.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/queue_i.h"

/* Each means that the clock was set back between two changes of a lane. */
enum { TAKE_TRIES = 16 };

/*
 * The name of this process on its leases. The byte that shows that it lives is locked before
 * anybody can read of it, and free again if it is not committed (tx_fini).
 */
static bool
own(struct tx *t, struct err *e)
{
	int64_t owner;

	if (t->owner != 0)
		return true;
	if (!SQL_DO(t->c, e, SQL_OWNER_ADD))
		return false;
	owner = sqlite3_last_insert_rowid(t->c->db);
	if (!state_owner_lock(t->st, owner, true, e))
		return false;
	t->owner = owner;
	return true;
}

bool
job_lease(struct tx *t, int64_t id, struct err *e)
{
	const int64_t now_ms = clock_wall_ms(t->st->clock);

	return own(t, e) &&
	    SQL_DO(t->c, e, SQL_JOB_TAKE, sql_int(id), sql_int(t->owner),
		sql_int(now_ms + LIMIT_LEASE_MS), sql_int(now_ms));
}

enum queue_result
job_held(struct tx *t, const struct job *job, struct place *out, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_JOB_HELD, sql_int(job->id),
	    sql_int(t->owner), sql_int(job->lease));

	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		*out = (struct place){ sqlite3_column_int64(q, 0),
			sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2),
			sqlite3_column_int64(q, 3) };
		return QUEUE_OK;
	case SQL_END:
		return QUEUE_LOST;
	case SQL_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

struct head {
	int64_t id, ready_ms;
	bool abandoned; /* it is still leased, to one who has overstayed */
};

static bool
read_head(struct tx *t, int64_t lane, struct head *out, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_LANE_HEAD, sql_int(lane));

	*out = (struct head){ .ready_ms = INT64_MAX };
	switch (sql_next(t->c, q, e)) {
	case SQL_ROW:
		out->id = sqlite3_column_int64(q, 0);
		out->abandoned = sqlite3_column_type(q, 3) != SQLITE_NULL;
		out->ready_ms = sqlite3_column_int64(q, out->abandoned ? 4 : 2);
		return true;
	case SQL_END:
		return true;
	case SQL_FAILED:
		break;
	}
	return false;
}

static bool
read_job(struct tx *t, struct arena *a, struct job *out, struct err *e)
{
	CLEANUP(sql_done)
	sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_JOB_READ, sql_int(out->id));

	if (!sql_need(t->c, q, e))
		return false;
	out->kind = sql_column(a, q, 0);
	out->body = sql_column(a, q, 1);
	out->made_ms = sqlite3_column_int64(q, 2);
	out->tries = sqlite3_column_int(q, 3);
	out->lease = sqlite3_column_int64(q, 4);
	out->unsure = out->unsure || sqlite3_column_int(q, 5) != 0;
	out->why = sql_column(a, q, 6);
	return true;
}

/* Tries the lane that comes first. QUEUE_LOST: it was not ready after all; again. */
static enum queue_result
take_first(struct tx *t, const struct lane_choice *of, struct arena *a, struct job *out,
    struct err *e)
{
	const int64_t now_ms = clock_wall_ms(t->st->clock);
	struct lane_found found;
	struct head head;

	*out = (struct job){ 0 };
	if (!lane_first(t->c, of, a, &found, e))
		return QUEUE_FAILED;
	if (found.ready_ms > now_ms)
		return QUEUE_NONE;
	out->lane = found.name;
	if (!read_head(t, found.id, &head, e))
		return QUEUE_FAILED;
	if (head.ready_ms > now_ms)
		return lane_refresh(t, found.id, e) ? QUEUE_LOST : QUEUE_FAILED;
	out->id = head.id;
	out->unsure = head.abandoned;
	return job_lease(t, head.id, e) && read_job(t, a, out, e) &&
		lane_refresh(t, found.id, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

static enum queue_result
take(struct state *st, const struct lane_choice *of, struct arena *a, struct job *out,
    struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r = lane_any_ready(st, of, e);

	if (r != QUEUE_OK)
		return r;
	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = QUEUE_LOST;
	for (int i = 0; i < TAKE_TRIES && r == QUEUE_LOST; i++)
		r = take_first(&t, of, a, out, e);
	if (r == QUEUE_LOST)
		r = QUEUE_NONE;
	if (r != QUEUE_FAILED && !tx_commit(&t, e))
		r = QUEUE_FAILED;
	return r;
}

enum queue_result
queue_take(struct state *st, struct arena *a, struct job *out, struct err *e)
{
	return take(st, &(struct lane_choice){ .kinds = NULL }, a, out, e);
}

enum queue_result
queue_take_of(struct state *st, const char *const *kinds, size_t n_kinds,
    struct arena *a, struct job *out, struct err *e)
{
	return take(st, &(struct lane_choice){ kinds, n_kinds }, a, out, e);
}

enum queue_result
queue_renew(struct state *st, const struct job *job, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	struct place at;
	enum queue_result r;

	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return SQL_DO(t.c, e, SQL_JOB_RENEW, sql_int(job->id),
		   sql_int(clock_wall_ms(st->clock) + LIMIT_LEASE_MS)) &&
		lane_refresh(&t, at.lane, e) && tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

enum queue_result
job_rewrite(struct tx *t, const struct job *job, const struct place *at,
    const char *body, struct err *e)
{
	return SQL_DO(t->c, e, SQL_JOB_SAVE, sql_int(job->id), sql_text(body),
		   sql_int((int64_t)strlen(body)),
		   sql_int(clock_wall_ms(t->st->clock) + LIMIT_LEASE_MS)) &&
		lane_refresh(t, at->lane, e) && tx_commit(t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

enum queue_result
queue_save(struct state *st, const struct job *job, const char *body, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	struct place at;
	enum queue_result r = job_texts_ok(job->kind, body, e);

	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return job_rewrite(&t, job, &at, body, e);
}

/*
 * In the place of the job that is gone. It was the first of its lane, so everything before it
 * is free; or one that was claimed, and nothing else has its root.
 */
static bool
put_follow_ups(struct tx *t, const struct place *at, const struct new_job *follow,
    size_t n, struct err *e)
{
	const int64_t now_ms = clock_wall_ms(t->st->clock);
	int64_t first = 0;

	if (n > 0 && !job_ids(t, n, &first, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct job_row row = {
			.id = first + (int64_t)i,
			.place = *at,
			.made_ms = now_ms,
			.due_ms = follow[i].due_ms != 0 ? follow[i].due_ms : now_ms,
			.kind = follow[i].kind,
			.body = follow[i].body,
		};

		row.place.sub -= (int64_t)(n - 1 - i);
		if (!job_write(t, &row, e))
			return false;
	}
	return true;
}

enum queue_result
queue_done(struct state *st, const struct job *job, const struct new_job *follow,
    size_t n, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r = QUEUE_OK;
	struct place at;

	if (n > LIMIT_QUEUE_BATCH) {
		err_set(e, ERR_TOO_BIG, 0, "%zu jobs at once", n);
		return QUEUE_FAILED;
	}
	for (size_t i = 0; i < n && r == QUEUE_OK; i++) {
		assert(
		    follow[i].lane == NULL || strcmp(follow[i].lane, job->lane) == 0);
		r = job_texts_ok(follow[i].kind, follow[i].body, e);
	}
	if (r != QUEUE_OK || !tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return SQL_DO(t.c, e, SQL_JOB_DROP, sql_int(job->id)) &&
		put_follow_ups(&t, &at, follow, n, e) && lane_refresh(&t, at.lane, e) &&
		tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

/* A reason that fits, whole characters of it. */
static const char *
fitting(const char *why, char out[LIMIT_QUEUE_WHY + 1])
{
	size_t len = strlen(why);

	if (len > LIMIT_QUEUE_WHY)
		for (len = LIMIT_QUEUE_WHY; len > 0 && (why[len] & 0xc0) == 0x80; len--)
			;
	memcpy(out, why, len);
	out[len] = '\0';
	return out;
}

enum queue_result
queue_later(struct state *st, const struct job *job, const struct job_later *later,
    struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	int64_t delay_ms =
	    later->delay_ms < LIMIT_BACKOFF_MS ? later->delay_ms : LIMIT_BACKOFF_MS;
	char why[LIMIT_QUEUE_WHY + 1];
	struct place at;
	enum queue_result r;

	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return SQL_DO(t.c, e, SQL_JOB_LATER, sql_int(job->id),
		   sql_int(clock_wall_ms(st->clock) + delay_ms),
		   sql_text(fitting(later->why, why)), sql_int(later->unsure),
		   sql_int(later->free)) &&
		lane_refresh(&t, at.lane, e) && tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

/* The dead letters are bounded, too. */
static bool
make_room_for_dead(struct tx *t, struct err *e)
{
	CLEANUP(sql_done) sqlite3_stmt *q = SQL_ASK(t->c, e, SQL_TOTAL);
	CLEANUP(sql_done) sqlite3_stmt *oldest = NULL;
	int64_t id;

	if (!sql_need(t->c, q, e))
		return false;
	if (sqlite3_column_int64(q, 2) < LIMIT_DEAD)
		return true;
	oldest = SQL_ASK(t->c, e, SQL_DEAD_OLDEST);
	if (!sql_need(t->c, oldest, e))
		return false;
	id = sqlite3_column_int64(oldest, 0);
	LOG(LOG_WARN, "store", "too many dead letters, the oldest is forgotten",
	    LI("job", id), LI("most", LIMIT_DEAD),
	    LH("botlinectl queue list, then queue retry or queue drop: nobody looks "
	       "after them"));
	return SQL_DO(t->c, e, SQL_DEAD_DROP, sql_int(id));
}

enum queue_result
queue_dead(struct state *st, const struct job *job, const char *why, bool unsure,
    struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	char fit[LIMIT_QUEUE_WHY + 1];
	struct place at;
	enum queue_result r;

	if (!tx_begin(&t, st, e))
		return QUEUE_FAILED;
	r = job_held(&t, job, &at, e);
	if (r != QUEUE_OK)
		return r;
	return make_room_for_dead(&t, e) &&
		SQL_DO(t.c, e, SQL_DEAD_ADD, sql_int(job->id),
		    sql_int(clock_wall_ms(st->clock)), sql_int(unsure),
		    sql_text(fitting(why, fit))) &&
		SQL_DO(t.c, e, SQL_JOB_DROP, sql_int(job->id)) &&
		lane_refresh(&t, at.lane, e) && tx_commit(&t, e)
	    ? QUEUE_OK
	    : QUEUE_FAILED;
}

int64_t
queue_backoff_ms(int tries)
{
	int64_t ms = LIMIT_BACKOFF_FIRST_MS;
	uint32_t chance;

	for (int i = 1; i < tries && ms < LIMIT_BACKOFF_MS; i++)
		ms *= 2;
	if (ms > LIMIT_BACKOFF_MS)
		ms = LIMIT_BACKOFF_MS;
	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) != sizeof(chance))
		return ms;
	return ms / 2 + chance % (uint32_t)(ms / 2 + 1);
}
