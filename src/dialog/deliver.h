/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_DELIVER_H
#define DIALOG_DELIVER_H

#include <stdbool.h>
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

/* The jobs of n messages, in order, to be added or to take the place of another. */
const struct new_job *deliver_jobs(struct arena *a, const struct deliver_to *to,
    const struct message *messages, size_t n) MUST_CHECK;

/* The work of a job "send"; see struct dialog_job. */
enum job_end deliver_send(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

/*
 * That of a job "confirm", which holds its lane behind a message until there are news of that,
 * with delivery.order "confirmed". It is worked only when none have come.
 */
enum job_end confirm_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

/* Whether each message waits for news of the one before it. */
bool deliver_is_confirmed(const struct cfg *cfg) MUST_CHECK;

/* Proven news of a message of ours. */
struct deliver_news {
	const char *id; /* of the message */
	const char *conv_id; /* as its addresses tell; NULL: they do not */
	bool settled; /* it is on its way, there, or lost */
	const char
	    *stop; /* why its user wants no more, for the operator; NULL: he does */
};

/* What is waiting for them waits no more. False: they could not be kept; see *e. */
bool deliver_hears(const struct dialog *d, const struct cfg *cfg,
    const struct deliver_news *news, struct err *e) MUST_CHECK;

#endif
