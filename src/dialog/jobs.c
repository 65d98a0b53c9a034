/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "dialog/jobs.h"

const struct dialog_job dialog_jobs[] = {};
const size_t n_dialog_jobs = sizeof(dialog_jobs) / sizeof(dialog_jobs[0]);
