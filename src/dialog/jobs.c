/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "dialog/after.h"
#include "dialog/deliver.h"
#include "dialog/event.h"
#include "dialog/jobs.h"
#include "dialog/notice.h"
#include "dialog/ticket.h"
#include "dialog/turn_job.h"

const struct dialog_job dialog_jobs[] = {
	{ "turn", turn_job, true },
	{ "send", deliver_send, true },
	{ "notice", notice_work, true },
	{ "event", event_work, true },
	{ "leave", leave_work, true },
	{ "ticket", ticket_work, true },
	{ "contact", contact_work, true },
	{ "survey", survey_work, true },
	{ "hand-in", hand_in_work, true },
};

const size_t n_dialog_jobs = NELEMS(dialog_jobs);
