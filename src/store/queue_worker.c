/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers take and work. One that finds nothing sleeps until the bell rings (bell_ring): for
 * one of them at a time, who rings on when there was something.
 *
 * When the end of a job cannot be written, as on a full disk, its worker holds on to it and
 * tries again: others could not take it either. If the process dies over it, the job is taken
 * again as unsure.
 */
#include "config.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/queue_run_i.h"
#include "store/state_i.h"

static void
tell_well(struct queue_run *run)
{
	if (atomic_exchange(&run->sick, false))
		LOG(LOG_INFO, "store", "queue is worked again");
}

/* One that was free was no try. */
static void
count_end(enum job_end end, const struct job_result *r)
{
	if (end == JOB_DONE)
		metrics_count(M_QUEUE_TRIES, M_TRY_done, 0);
	else if (end == JOB_DEAD)
		metrics_count(M_QUEUE_TRIES, M_TRY_dead, 0);
	else if (!r->free)
		metrics_count(M_QUEUE_TRIES, r->unsure ? M_TRY_unsure : M_TRY_again, 0);
}

static void
tell_end(const struct job *job, enum job_end end, const struct job_result *r)
{
	count_end(end, r);
	if (end == JOB_DEAD)
		LOG(LOG_WARN, "store", "dead letter", LI("job", job->id),
		    LS("kind", job->kind), LI("tries", job->tries), LS("why", r->why),
		    LH(HINT_DEAD));
	else if (end == JOB_LATER && !r->free)
		LOG(LOG_INFO, "store", "job later", LI("job", job->id),
		    LS("kind", job->kind), LI("tries", job->tries),
		    LI("after_ms", r->delay_ms), LS("why", r->why));
}

/* Until stop or for ms; true: go on. */
static bool
pause_for(struct queue_run *run, int64_t ms)
{
	const struct timespec until = clock_after(ms);
	int rc = 0;

	pthread_mutex_lock(&run->mutex);
	while (!run->stop && rc == 0)
		rc = pthread_cond_timedwait(&run->change, &run->mutex, &until);
	pthread_mutex_unlock(&run->mutex);
	return !run->stop;
}

static enum job_end
call_handler(struct queue_run *run, const struct queue_kind *k, void *mine,
    struct arena *a, const struct job *job, struct job_result *r)
{
	r->unsure = job->unsure;
	if (k == NULL) {
		r->why = "nobody here works this kind of job";
		return JOB_DEAD;
	}
	if (k->max_age_ms != 0 &&
	    clock_wall_ms(run->st->clock) - job->made_ms > k->max_age_ms) {
		r->why = *job->why == '\0'
		    ? "too old"
		    : arena_printf(a, "too old; the last try: %s", job->why);
		return JOB_DEAD;
	}
	r->unsure = false;
	run->worked++;
	return k->work(mine, a, job, r);
}

static enum queue_result
write_end(struct queue_run *run, const struct job *job, enum job_end end,
    const struct job_result *r, struct err *e)
{
	const char *why = r->why != NULL ? r->why : "";

	switch (end) {
	case JOB_DONE:
		assert(r->sent_id == NULL || r->n_follow <= 1);
		if (r->sent_id != NULL)
			return queue_done_sent(run->st, job, r->sent_id,
			    r->n_follow > 0 ? r->follow : NULL, e);
		return queue_done(run->st, job, r->follow, r->n_follow, e);
	case JOB_DEAD:
		return queue_dead(run->st, job, why, r->unsure, e);
	case JOB_LATER:
		break;
	}
	return queue_later(run->st, job,
	    &(struct job_later){
		.delay_ms = r->delay_ms,
		.why = why,
		.unsure = r->unsure,
		.free = r->free,
	    },
	    e);
}

static void
work_job(struct queue_run *run, const struct queue_kind *kind, void *mine,
    struct arena *a, const struct job *job)
{
	struct job_result r = { 0 };
	enum job_end end = call_handler(run, kind, mine, a, job, &r);
	enum queue_result written;
	struct err e, big;

	if (end == JOB_LATER && r.delay_ms == 0)
		r.delay_ms = queue_backoff_ms(job->tries);
	tell_end(job, end, &r);
	while ((written = write_end(run, job, end, &r, &e)) == QUEUE_FAILED) {
		if (e.kind == ERR_TOO_BIG) {
			/* A follow-up that can never be written: it would fail for ever. */
			big = e;
			r = (struct job_result){ .why = big.text, .unsure = true };
			end = JOB_DEAD;
			tell_end(job, end, &r);
			continue;
		}
		queue_run_sick(run, &e);
		if (!pause_for(run, LIMIT_QUEUE_POLL_MS))
			return;
	}
	tell_well(run);
	if (written == QUEUE_LOST)
		LOG(LOG_WARN, "store", "job took longer than its lease",
		    LI("job", job->id), LS("kind", job->kind), LH(HINT_LEASE));
}

static void
busy(struct queue_run *run, bool on)
{
	pthread_mutex_lock(&run->mutex);
	run->busy += on ? 1 : -(size_t)1;
	if (run->busy == 0) {
		run->rests++;
		pthread_cond_broadcast(&run->change);
	}
	pthread_mutex_unlock(&run->mutex);
}

/* Takes and works one job; false when there was none. */
static bool
work_one(struct queue_run *run, void *mine, struct arena *a)
{
	const struct queue_kind *kind;
	char turn[32];
	struct job job;
	struct err e;

	switch (queue_share_take(run, a, &job, &kind, &e)) {
	case QUEUE_OK:
		break;
	case QUEUE_NONE:
		return false;
	default:
		queue_run_sick(run, &e);
		return false;
	}
	queue_run_job_begins(run);
	bell_ring(run->st, 0); /* there may be more */
	snprintf(turn, sizeof(turn), "job-%lld", (long long)job.id);
	log_turn(turn);
	work_job(run, kind, mine, a, &job);
	log_turn("");
	queue_share_ends(run, kind);
	queue_run_job_ends(run);
	arena_reset(a);
	return true;
}

/* Sleeps until the bell has been rung since then. */
static void
await_work(struct queue_run *run, uint64_t rung)
{
	struct state *st = run->st;

	pthread_mutex_lock(&st->bell_mutex);
	while (!run->stop && st->rung == rung)
		pthread_cond_wait(&st->work, &st->bell_mutex);
	pthread_mutex_unlock(&st->bell_mutex);
}

void *
queue_worker_main(void *arg)
{
	struct queue_run *run = arg;
	void *mine = run->o->begin != NULL ? run->o->begin(run->o->ctx) : run->o->ctx;
	struct arena *a = arena_new();

	while (!run->stop) {
		uint64_t rung = bell_rung(run->st);
		bool some;

		busy(run, true);
		some = work_one(run, mine, a);
		busy(run, false);
		if (!some)
			await_work(run, rung);
	}
	arena_free(a);
	if (run->o->end != NULL)
		run->o->end(mine);
	queue_run_thread_ends(run);
	return NULL;
}
