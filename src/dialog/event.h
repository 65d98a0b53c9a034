/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_EVENT_H
#define DIALOG_EVENT_H

#include <stddef.h>

#include "agent/agent.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/queue_run.h"

struct dialog;
struct turn;

/* What agents do, on its way to the user: taken here, worked by the job "event". */

enum event_take {
	EVENT_TAKEN, /* durably in the queue: acknowledge it */
	EVENT_SEEN, /* it came before: acknowledge it */
	EVENT_NOTHING, /* of no use to us: acknowledge it */
	EVENT_FULL, /* not taken: the queue is full (*e); it may come again */
	EVENT_FAILED /* not taken: the state cannot be written (*e); it may come again */
};

/*
 * Puts an event into the queue, in the lane of its chat's conversation; where the chat is
 * not known, in a lane of its own, where its owner is asked for. No call to anybody.
 *
 * t      conf, env (whose credentials the proof was made with) and arena count
 * ev     as agent_event_read() gave it; body is what it was read from
 * proof  not AGENT_FORGED. AGENT_UNPROVEN is looked up when it is worked
 *
 * Needs d->agent and d->state. Thread-safe.
 */
enum event_take dialog_event_take(const struct dialog *d, const struct turn *t,
    const struct agent_event *ev, const char *body, size_t len, enum agent_proof proof,
    struct err *e) MUST_CHECK;

/* The work of the jobs "event" and "leave"; see struct dialog_job. */
enum job_end event_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);
enum job_end leave_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

#endif
