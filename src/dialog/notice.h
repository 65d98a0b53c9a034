/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_NOTICE_H
#define DIALOG_NOTICE_H

#include <stdbool.h>

#include "store/queue_run.h"

struct dialog;
struct job;
struct reply;
struct turn;
struct work;

/*
 * The holding notice: the label `one_moment`, said once of a message whose answer takes long.
 * It is a courtesy: said in the response to the message where that is still open, else by a
 * job "notice" in a lane of its own, beside the conversation's; where either fails, nothing
 * is said. Whatever may have been said is not said again.
 */

/*
 * After the turn has its job: whether the notice may be said in the response, which is once
 * for a message, though it came twice at a time. Trouble is logged, and nothing is said.
 */
bool notice_is_first(const struct work *w);

/* As a reply, in the language that is known by now; beside what the turn says. */
void notice_reply(const struct work *w, struct reply *out);

/*
 * After the turn has its job: puts the notice into the queue, due at t->notice_ms. Trouble is
 * logged. Once for a message.
 */
void notice_add(const struct work *w);

/* The work of a job "notice": sends it while the turn's job is there; see dialog_job. */
enum job_end notice_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

#endif
