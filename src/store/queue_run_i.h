/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_RUN_I_H
#define STORE_QUEUE_RUN_I_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "store/queue_run.h"

/* What the files behind queue_run.h share; nobody else includes it. */

struct queue_run {
	struct state *st;
	const struct queue_run_opts *o;
	atomic_bool stop;
	atomic_bool sick; /* the state cannot be worked; told once */
	atomic_size_t worked;

	pthread_mutex_t take; /* guards choice, and that nobody takes on old counts */
	const char **choice; /* room for the name of each kind */

	pthread_mutex_t mutex; /* guards what follows; no other is taken behind it */
	pthread_cond_t change; /* of any of it, or of stop */
	size_t running; /* threads */
	size_t busy; /* workers that take or work */
	size_t working; /* those that have a job */
	size_t *at_work; /* of each kind */
	size_t sharing; /* of all kinds that have a `most` */
	uint64_t rests; /* how often the last busy one came to rest */

	size_t n; /* of these: the watch first, then the workers */
	size_t most;
	size_t all; /* as many were wanted; does not change */
	pthread_t threads[];
};

/* The queue cannot be worked, and why; told once, until it can. */
void queue_run_sick(struct queue_run *run, const struct err *e);

/* A worker begins with a job: makes another worker when this was the last that had none. */
void queue_run_job_begins(struct queue_run *run);
void queue_run_job_ends(struct queue_run *run);

/*
 * Who may work what: queue_share.c. Takes a job of a kind that has not enough threads yet;
 * *kind is its row, NULL when it has none. QUEUE_OK is followed by queue_share_ends().
 */
enum queue_result queue_share_take(struct queue_run *run, struct arena *a,
    struct job *job, const struct queue_kind **kind, struct err *e) MUST_CHECK;
void queue_share_ends(struct queue_run *run, const struct queue_kind *kind);

/* The last word of each thread. */
void queue_run_thread_ends(struct queue_run *run);

/* What a worker does: takes and works until it is told to stop. arg is the run. */
void *queue_worker_main(void *arg);

#endif
