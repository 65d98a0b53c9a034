/* SPDX-License-Identifier: Apache-2.0 */
/* Leases of processes: ours are kept alive, those of the dead are given up. */
#include "config.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/queue_i.h"

struct leased {
	int64_t id, lane;
};

/* The first job that the question finds. */
static enum sql_got
next_leased(struct conn *c, enum sql which, const struct sql_arg *args, size_t n,
    struct leased *out, struct err *e)
{
	CLEANUP(sql_done) sqlite3_stmt *q = sql_ask(c, e, which, args, n);
	enum sql_got got = sql_next(c, q, e);

	if (got == SQL_ROW)
		*out = (struct leased){ sqlite3_column_int64(q, 0),
			sqlite3_column_int64(q, 1) };
	return got;
}

/* The next owner above *owner that is gone, 0 when there is none. */
static bool
next_gone(struct conn *c, int64_t *owner, struct err *e)
{
	for (;;) {
		CLEANUP(sql_done)
		sqlite3_stmt *q = SQL_ASK(c, e, SQL_OWNER_NEXT, sql_int(*owner));
		enum sql_got got = sql_next(c, q, e);
		bool lives = true;

		*owner = got == SQL_ROW ? sqlite3_column_int64(q, 0) : 0;
		if (got != SQL_ROW)
			return got == SQL_END;
		if (*owner != c->st->owner &&
		    !state_owner_lives(c->st, *owner, &lives, e))
			return false;
		if (!lives)
			return true;
	}
}

static bool
bury(struct tx *t, int64_t owner, struct err *e)
{
	const struct sql_arg args[] = { sql_int(owner) };
	struct leased job;
	enum sql_got got;
	int jobs = 0;

	while ((got = next_leased(t->c, SQL_OWNER_JOB, args, NELEMS(args), &job, e)) ==
	    SQL_ROW) {
		if (!SQL_DO(t->c, e, SQL_JOB_UNSURE, sql_int(job.id)) ||
		    !lane_refresh(t, job.lane, e))
			return false;
		jobs++;
	}
	if (got == SQL_FAILED || !SQL_DO(t->c, e, SQL_OWNER_DROP, sql_int(owner)))
		return false;
	if (jobs > 0)
		LOG(LOG_INFO, "store", "jobs of a process that is gone",
		    LI("jobs", jobs));
	return true;
}

static bool
any_gone(struct state *st, bool *any, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	int64_t owner = 0;

	if (!next_gone(held, &owner, e))
		return false;
	*any = owner != 0;
	return true;
}

bool
queue_recover(struct state *st, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	int64_t owner = 0;
	bool any;

	if (!any_gone(st, &any, e))
		return false;
	if (!any)
		return true;
	/* Looked at again: others may have come first. */
	if (!tx_begin(&t, st, e))
		return false;
	do {
		if (!next_gone(t.c, &owner, e) || (owner != 0 && !bury(&t, owner, e)))
			return false;
	} while (owner != 0);
	return tx_commit(&t, e);
}

struct keep {
	struct sql_arg args[3]; /* of SQL_OWNER_DUE */
	int64_t until_ms;
};

static struct keep
keep_now(const struct state *st, int64_t owner)
{
	const int64_t now_ms = clock_wall_ms(st->clock);

	return (struct keep){ { sql_int(owner), sql_int(now_ms + LIMIT_LEASE_MS / 2),
				  sql_int(now_ms - LIMIT_JOB_MS) },
		now_ms + LIMIT_LEASE_MS };
}

static bool
any_to_keep(struct state *st, bool *any, struct err *e)
{
	CLEANUP(conn_unlockp) struct conn *held = conn_lock(&st->reads);
	const int64_t owner = st->owner;
	const struct keep k = keep_now(st, owner);
	struct leased job;
	enum sql_got got = SQL_END;

	if (owner != 0)
		got = next_leased(held, SQL_OWNER_DUE, k.args, NELEMS(k.args), &job, e);
	*any = got == SQL_ROW;
	return got != SQL_FAILED;
}

void
queue_give_up(struct state *st, const struct job *job)
{
	pthread_mutex_lock(&st->bell_mutex);
	if (st->n_given_up < LIMIT_QUEUE_GIVEN_UP)
		st->given_up[st->n_given_up++] =
		    (struct given_up){ job->id, job->lease };
	pthread_mutex_unlock(&st->bell_mutex);
}

/* The latest; false: there is none. */
static bool
last_given_up(struct state *st, struct given_up *out)
{
	bool any;

	pthread_mutex_lock(&st->bell_mutex);
	any = st->n_given_up > 0;
	if (any)
		*out = st->given_up[st->n_given_up - 1];
	pthread_mutex_unlock(&st->bell_mutex);
	return any;
}

static void
forget_given_up(struct state *st, const struct given_up *g)
{
	pthread_mutex_lock(&st->bell_mutex);
	for (size_t i = 0; i < st->n_given_up; i++)
		if (st->given_up[i].job == g->job &&
		    st->given_up[i].lease == g->lease) {
			st->given_up[i] = st->given_up[--st->n_given_up];
			break;
		}
	pthread_mutex_unlock(&st->bell_mutex);
}

static bool
put_back(struct state *st, const struct given_up *g, struct err *e)
{
	const struct job job = { .id = g->job, .lease = g->lease };
	CLEANUP(tx_fini) struct tx t = { 0 };
	enum queue_result r;
	struct place at;

	if (!tx_begin(&t, st, e))
		return false;
	r = job_held(&t, &job, &at, e);
	if (r == QUEUE_LOST)
		return true; /* it has ended otherwise */
	return r == QUEUE_OK && SQL_DO(t.c, e, SQL_JOB_UNSURE, sql_int(job.id)) &&
	    lane_refresh(&t, at.lane, e) && tx_commit(&t, e);
}

static bool
put_all_back(struct state *st, struct err *e)
{
	struct given_up g;

	while (last_given_up(st, &g)) {
		if (!put_back(st, &g, e))
			return false;
		LOG(LOG_INFO, "store", "job put back at last", LI("job", g.job));
		forget_given_up(st, &g);
	}
	return true;
}

bool
queue_keep(struct state *st, struct err *e)
{
	CLEANUP(tx_fini) struct tx t = { 0 };
	struct leased job;
	enum sql_got got;
	struct keep k;
	bool any;

	if (!put_all_back(st, e) || !any_to_keep(st, &any, e))
		return false;
	if (!any)
		return true;
	if (!tx_begin(&t, st, e))
		return false;
	k = keep_now(st, t.owner);
	while ((got = next_leased(
		    t.c, SQL_OWNER_DUE, k.args, NELEMS(k.args), &job, e)) == SQL_ROW)
		if (!SQL_DO(
			t.c, e, SQL_JOB_RENEW, sql_int(job.id), sql_int(k.until_ms)) ||
		    !lane_refresh(&t, job.lane, e))
			return false;
	return got == SQL_END && tx_commit(&t, e);
}
