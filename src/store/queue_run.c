/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: its threads, which are workers (queue_worker.c) and the watch. There are few workers
 * at first, and one more each time all have a job, up to a limit. The watch sees to what
 * nobody rings for: jobs that become due, jobs of other processes, leases of ours that would
 * end, leases of processes that are gone.
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/queue_run_i.h"
#include "store/state_i.h"

#ifdef SANITIZED
#define STACK_BYTES (2 * 1024 * 1024)
#else
#define STACK_BYTES (256 * 1024)
#endif

void
queue_run_sick(struct queue_run *run, const struct err *e)
{
	if (!atomic_exchange(&run->sick, true))
		LOG(LOG_ERROR, "store", "queue cannot be worked",
		    LS("kind", err_kind_name(e->kind)), LS("why", e->text),
		    LH(HINT_STATE));
}

void
queue_run_thread_ends(struct queue_run *run)
{
	pthread_mutex_lock(&run->mutex);
	run->running--;
	pthread_cond_broadcast(&run->change);
	pthread_mutex_unlock(&run->mutex);
}

/* One look; when the next is due at the latest. */
static int64_t
look_round(struct queue_run *run)
{
	int64_t now_ms, next_ms = INT64_MAX, until_ms;
	struct err e;

	if (!queue_keep(run->st, &e) || !queue_recover(run->st, &e) ||
	    !queue_next_ms(run->st, &next_ms, &e))
		queue_run_sick(run, &e);
	now_ms = clock_wall_ms(run->st->clock);
	until_ms = now_ms + LIMIT_QUEUE_POLL_MS;
	if (next_ms <= now_ms)
		bell_ring(run->st, next_ms);
	else if (next_ms < until_ms)
		until_ms = next_ms;
	return until_ms;
}

/* Until then, or until something is due sooner than was seen before the look. */
static void
await_watch(struct queue_run *run, uint64_t sooner, int64_t until_ms)
{
	struct state *st = run->st;
	int64_t left_ms = until_ms - clock_wall_ms(st->clock);
	struct timespec until;

	if (left_ms <= 0)
		return;
	/* No longer, should the date jump. */
	until =
	    clock_after(left_ms < LIMIT_QUEUE_POLL_MS ? left_ms : LIMIT_QUEUE_POLL_MS);
	pthread_mutex_lock(&st->bell_mutex);
	st->watch_ms = until_ms;
	if (!run->stop && st->sooner == sooner)
		pthread_cond_timedwait(&st->watch, &st->bell_mutex, &until);
	st->watch_ms = INT64_MAX;
	pthread_mutex_unlock(&st->bell_mutex);
}

static void *
watch_main(void *arg)
{
	struct queue_run *run = arg;

	while (!run->stop) {
		uint64_t sooner = bell_sooner(run->st);

		await_watch(run, sooner, look_round(run));
	}
	queue_run_thread_ends(run);
	return NULL;
}

static void
run_free(struct queue_run *run)
{
	for (size_t i = 0; i < run->n; i++)
		pthread_join(run->threads[i], NULL);
	pthread_cond_destroy(&run->change);
	pthread_mutex_destroy(&run->mutex);
	pthread_mutex_destroy(&run->take);
	free(run->choice);
	free(run->at_work);
	free(run);
}

static void
order_stop(struct queue_run *run)
{
	pthread_mutex_lock(&run->mutex);
	run->stop = true;
	pthread_cond_broadcast(&run->change);
	pthread_mutex_unlock(&run->mutex);
	pthread_mutex_lock(&run->st->bell_mutex);
	pthread_cond_broadcast(&run->st->work);
	pthread_cond_broadcast(&run->st->watch);
	pthread_mutex_unlock(&run->st->bell_mutex);
}

/* One more thread, with run->mutex held. Returns an errno. */
static int
add_thread_locked(struct queue_run *run)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int rc;

	/* Signals are for the threads that wait for them, never for these. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	rc = pthread_create(&run->threads[run->n], &attr,
	    run->n == 0 ? watch_main : queue_worker_main, run);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	run->n += rc == 0;
	run->running += rc == 0;
	return rc;
}

static int
start_threads(struct queue_run *run, size_t n)
{
	int rc = 0;

	pthread_mutex_lock(&run->mutex);
	while (run->n < n && rc == 0)
		rc = add_thread_locked(run);
	pthread_mutex_unlock(&run->mutex);
	return rc;
}

void
queue_run_job_begins(struct queue_run *run)
{
	int rc = 0;

	pthread_mutex_lock(&run->mutex);
	run->working++;
	if (run->working == run->n - 1 && run->n < run->most && !run->stop)
		rc = add_thread_locked(run);
	if (rc != 0)
		run->most = run->n; /* it is not tried again and again */
	pthread_mutex_unlock(&run->mutex);
	if (rc != 0)
		LOG(LOG_WARN, "store", "queue goes on with the threads it has",
		    LI("errno", rc), LH(HINT_THREADS));
}

void
queue_run_job_ends(struct queue_run *run)
{
	pthread_mutex_lock(&run->mutex);
	run->working--;
	pthread_mutex_unlock(&run->mutex);
}

struct queue_run *
queue_run_start(struct state *st, const struct queue_run_opts *o, struct err *e)
{
	const size_t workers = o->threads != 0 ? o->threads : LIMIT_QUEUE_THREADS;
	struct queue_run *run =
	    xcalloc(1, sizeof(*run) + (1 + workers) * sizeof(pthread_t));
	int rc;

	run->st = st;
	run->o = o;
	run->most = run->all = 1 + workers;
	run->at_work = xcalloc(o->n_kinds + 1, sizeof(*run->at_work));
	run->choice = xcalloc(o->n_kinds + 1, sizeof(*run->choice));
	pthread_mutex_init(&run->take, NULL);
	pthread_mutex_init(&run->mutex, NULL);
	clock_cond_init(&run->change);
	rc = start_threads(
	    run, 1 + (workers < LIMIT_QUEUE_READY ? workers : LIMIT_QUEUE_READY));
	if (rc == 0)
		return run;
	errno = rc;
	err_io(e, "thread %zu of the queue", run->n + 1);
	order_stop(run);
	run_free(run);
	return NULL;
}

bool
queue_run_stop(struct queue_run *run, int64_t wait_ms)
{
	const struct timespec until = clock_after(wait_ms);
	size_t left;
	int rc = 0;

	order_stop(run);
	pthread_mutex_lock(&run->mutex);
	while (run->running > 0 && rc == 0)
		rc = pthread_cond_timedwait(&run->change, &run->mutex, &until);
	left = run->running;
	pthread_mutex_unlock(&run->mutex);
	if (left > 0)
		return false;
	run_free(run);
	return true;
}

/* Whether nobody takes or works; how often the last one has come to rest by now. */
static bool
at_rest(struct queue_run *run, uint64_t *rests)
{
	bool rest;

	pthread_mutex_lock(&run->mutex);
	rest = run->busy == 0;
	*rests = run->rests;
	pthread_mutex_unlock(&run->mutex);
	return rest;
}

/*
 * Whether nothing is due before that moment. A job at hand may leave others behind, so the
 * answer counts when nobody was at work from before the question until after it.
 */
static bool
ask_over(
    struct queue_run *run, int64_t until_ms, bool *over, uint64_t *rests, struct err *e)
{
	bool rest = at_rest(run, rests);
	int64_t next_ms;
	uint64_t after;

	if (!queue_next_ms(run->st, &next_ms, e))
		return false;
	*over = rest && next_ms >= until_ms && at_rest(run, &after) && after == *rests;
	return true;
}

/*
 * Until all workers have come to rest once more, or for a moment: other processes may have
 * done what there was. False: until_ms has come.
 */
static bool
await_rest(struct queue_run *run, uint64_t rests, int64_t until_ms)
{
	int64_t left_ms = until_ms - clock_wall_ms(run->st->clock);
	bool last = left_ms <= LIMIT_QUEUE_POLL_MS;
	struct timespec until;
	int rc = 0;

	if (left_ms <= 0)
		return false;
	until = clock_after(last ? left_ms : LIMIT_QUEUE_POLL_MS);
	pthread_mutex_lock(&run->mutex);
	while (rc == 0 && (run->busy > 0 || run->rests == rests))
		rc = pthread_cond_timedwait(&run->change, &run->mutex, &until);
	pthread_mutex_unlock(&run->mutex);
	return rc == 0 || !last;
}

bool
queue_run_once(struct state *st, const struct queue_run_opts *o, int64_t until_ms,
    size_t *worked, struct err *e)
{
	struct queue_run *run;
	uint64_t rests = 0;
	bool ok, over = false;

	/* Before the first look, so that it finds what the dead have left. */
	if (!queue_recover(st, e))
		return false;
	run = queue_run_start(st, o, e);
	if (run == NULL)
		return false;
	do
		ok = ask_over(run, until_ms, &over, &rests, e);
	while (ok && !over && await_rest(run, rests, until_ms));
	order_stop(run);
	*worked = run->worked;
	if (ok && run->sick)
		ok = err_set(e, ERR_IO, 0, "%s: the log tells why", state_path(st));
	run_free(run);
	return ok;
}
