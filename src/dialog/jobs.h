/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_JOBS_H
#define DIALOG_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/queue_run.h"

struct dialog;
struct turn;

/*
 * What the dialogue has in the queue (store/queue.h): turns that are late, messages to send,
 * events of agents, replies to tickets. Whoever runs the queue makes a queue_kind of each row.
 */
struct dialog_job {
	const char *kind;
	/*
	 * Works one job, in a thread of the queue. t has conf, http, arena and until_ms; its env
	 * is not used, a job knows its own. The result may point into t->arena.
	 */
	enum job_end (*work)(const struct dialog *d, const struct turn *t,
	    const struct job *job, struct job_result *out);
	bool ages; /* dies, unworked, once it is older than delivery.max_age_s */
	/*
	 * Of LIMIT_QUEUE_THREADS, how many may be at it at once; 0: any number. What only
	 * sends has no such number: half of the threads are left to it (store/queue_run.h).
	 */
	size_t most;
};

extern const struct dialog_job dialog_jobs[];
extern const size_t n_dialog_jobs;

/*
 * The log's lines of this thread are about that job from here on: what it answers, its ticket.
 * For a job that is not worked.
 */
void dialog_job_log(const struct job *job);

#endif
