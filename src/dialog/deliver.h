/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_DELIVER_H
#define DIALOG_DELIVER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "store/queue_run.h"

/*
 * Messages that go to a phone by the queue, each a job "send" of its conversation's lane: so
 * they leave in order, and each leaves once. A job whose last try may have sent its message,
 * or died over it, looks among the messages sent before it does anything.
 */

/* Where they go. */
struct deliver_to {
	enum conf_env env; /* whose credentials are used */
	const char *conv_id; /* the lane */
	const char *to, *from; /* addresses as they were received: the user's, ours */
	const char *url; /* see inbound.url: hears what becomes of them; NULL: nobody */
	int64_t now_s; /* Unix time */
	const char *ticket; /* number of the one they answer, for logs; NULL: none */
};

/*
 * Puts behind an address what makes it ours for news of messages: "status=1", and of which
 * ticket they are (NULL: of none).
 */
void deliver_callback(struct buf *url, const char *ticket);

/* The jobs of n messages, in order, to be added or to take the place of another. */
const struct new_job *deliver_jobs(struct arena *a, const struct deliver_to *to,
    const struct message *messages, size_t n) MUST_CHECK;

/* The work of a job "send"; see struct dialog_job. */
enum job_end deliver_send(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

#endif
