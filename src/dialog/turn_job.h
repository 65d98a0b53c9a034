/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_TURN_JOB_H
#define DIALOG_TURN_JOB_H

#include "dialog/dialog.h"
#include "store/queue_run.h"

/*
 * The work of a job "turn", a message of a user that is worked from the queue: it was late, or
 * stood behind one that was, and its turn did not come to an end. See struct dialog_job.
 */
enum job_end turn_job(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

#endif
