/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_RUN_H
#define STORE_QUEUE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "store/queue.h"

/*
 * Threads that work the queue (queue.h): LIMIT_QUEUE_READY at first, and one more each time
 * all have a job. They wake at once for what this process adds and for what becomes due, and
 * within LIMIT_QUEUE_POLL_MS for what other processes add. The leases of this process are
 * kept alive, those of processes that are gone are given up.
 */

/* What a handler says of a job. */
enum job_end { JOB_DONE, JOB_LATER, JOB_DEAD };

struct job_result {
	const struct new_job
	    *follow; /* JOB_DONE: what takes its place; see queue_done() */
	size_t n_follow;
	const char
	    *sent_id; /* JOB_DONE: see queue_done_sent(), follow[0] may wait; or NULL */
	int64_t delay_ms; /* JOB_LATER: 0 is queue_backoff_ms() */
	bool free; /* JOB_LATER: see struct job_later */
	bool unsure; /* JOB_LATER, JOB_DEAD: what was done outside is not known */
	const char
	    *why; /* JOB_LATER, JOB_DEAD: for log and operator; see struct job_later */
};

/*
 * Works one job. Called in several threads at once, never twice at once for one lane. `mine`
 * is what begin() gave this thread. The arena is emptied after the job; the result may point
 * into it. *out comes zeroed. It blocks for its upstreams at most LIMIT_JOB_MS.
 */
typedef enum job_end job_handler(
    void *mine, struct arena *a, const struct job *job, struct job_result *out);

struct queue_kind {
	const char *kind;
	job_handler *work;
	int64_t
	    max_age_ms; /* an older job dies without being worked; 0: it may be any age */
	/*
	 * Threads that may be at it at once, so that a side that hangs does not hold all of
	 * them. All kinds that have such a number have half of the threads together, rounded
	 * up. 0: as many as there are.
	 */
	size_t most;
};

struct queue_run_opts {
	const struct queue_kind *kinds; /* a job of no kind that is named here dies */
	size_t n_kinds;
	size_t threads; /* at most; 0: LIMIT_QUEUE_THREADS */
	/* What each thread has for itself, made in it and freed in it; both or none. */
	void *(*begin)(void *ctx);
	void (*end)(void *mine);
	void *ctx;
};

/* All opts outlive the run. NULL: see *e. */
struct queue_run;
struct queue_run *queue_run_start(
    struct state *st, const struct queue_run_opts *o, struct err *e) MUST_CHECK;

/*
 * No further job is begun. Those at hand are waited for, wait_ms at most. True: all threads
 * have ended, and the run is freed. False: some still work; the run and the state must be
 * left alone, and the process be ended by _exit(): their jobs fall to others.
 */
bool queue_run_stop(struct queue_run *run, int64_t wait_ms) MUST_CHECK;

/*
 * For a process that does not stay: works what is there and what becomes due, until nothing
 * is due before until_ms (Unix time), or that moment has come and the jobs at hand are done.
 * *worked is how many tries were made. False when the queue cannot be worked: see *e.
 */
bool queue_run_once(struct state *st, const struct queue_run_opts *o, int64_t until_ms,
    size_t *worked, struct err *e) MUST_CHECK;

#endif
