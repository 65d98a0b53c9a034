/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_JOBS_H
#define WEB_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct web;

/*
 * Works the queue (store/queue_run.h) with what the dialogue has in it (dialog/jobs.h): each
 * thread with connections of its own, each job with the configuration of when it is begun.
 * While a socket is served this goes on all the time; a CGI program and botline --run-queue
 * do it for a while. The state is web->dialog->state.
 */
struct jobs;

/* web is borrowed until the end. NULL: see *e. */
struct jobs *jobs_start(const struct web *web, struct err *e) MUST_CHECK;

/*
 * No further job is begun; waits for those at hand, ms at most. True: all is over and freed.
 * False: some still work; it may be called once more, or the process be ended by _exit().
 */
bool jobs_stop(struct jobs *j, int64_t ms) MUST_CHECK;

struct jobs_done {
	size_t tries;
	bool left; /* something is due, and was not begun for want of time */
};

/*
 * Works what is there and what becomes due within ms from now, until nothing is, and then
 * waits for the jobs at hand. threads: 0 is as many as while serving. Costs a question when
 * there is nothing. False when the queue cannot be worked: see *e.
 */
bool jobs_once(const struct web *web, size_t threads, int64_t ms, struct jobs_done *out,
    struct err *e) MUST_CHECK;

#endif
