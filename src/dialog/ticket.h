/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_TICKET_H
#define DIALOG_TICKET_H

#include <stddef.h>

#include "agent/tickets.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/queue_run.h"

struct dialog;
struct turn;

/*
 * An agent answers a ticket, days after the chat: his reply is taken here, found its user
 * by the job "ticket", and sent by jobs "send" of that user's conversation, whose record is
 * not changed.
 */

enum ticket_take {
	TICKET_TAKEN, /* durably in the queue: acknowledge it */
	TICKET_SEEN, /* all of it came before: acknowledge it */
	TICKET_NOTHING, /* there is no reply in it: acknowledge it */
	TICKET_FULL, /* nothing was taken: the queue is full (*e); it may come again */
	TICKET_FAILED /* nothing was taken: *e; it may come again unless that is ERR_TOO_BIG */
};

/*
 * Puts the replies of one webhook into the queue, all or none. One that came within
 * LIMIT_SEEN_S, by its key, is left out. No call to anybody. conf, env
 * and arena of t count. Needs d->state. Thread-safe.
 */
enum ticket_take dialog_ticket_take(const struct dialog *d, const struct turn *t,
    const struct ticket_reply *replies, size_t n, struct err *e) MUST_CHECK;

/* The work of the job "ticket"; see struct dialog_job. */
enum job_end ticket_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

#endif
