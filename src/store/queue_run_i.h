/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_RUN_I_H
#define STORE_QUEUE_RUN_I_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/queue_run.h"

/* What the files behind queue_run.h share; nobody else includes it. */

struct queue_run {
	struct state *st;
	const struct queue_run_opts *o;
	atomic_bool stop;
	atomic_bool sick; /* the state cannot be worked; told once */
	atomic_size_t worked;

	pthread_mutex_t mutex; /* guards what follows; no other is taken behind it */
	pthread_cond_t change; /* of any of it, or of stop */
	size_t running; /* threads */
	size_t busy; /* workers that take or work */
	size_t working; /* those that have a job */
	uint64_t rests; /* how often the last busy one came to rest */

	size_t n; /* of these: the watch first, then the workers */
	size_t most;
	pthread_t threads[];
};

/* The queue cannot be worked, and why; told once, until it can. */
void queue_run_sick(struct queue_run *run, const struct err *e);

/* A worker begins with a job: makes another worker when this was the last that had none. */
void queue_run_job_begins(struct queue_run *run);
void queue_run_job_ends(struct queue_run *run);

/* The last word of each thread. */
void queue_run_thread_ends(struct queue_run *run);

/* What a worker does: takes and works until it is told to stop. arg is the run. */
void *queue_worker_main(void *arg);

#endif
