/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "base/limits.h"
#include "dialog/after.h"
#include "dialog/deliver.h"
#include "dialog/event.h"
#include "dialog/jobs.h"
#include "dialog/notice.h"
#include "dialog/ticket.h"
#include "dialog/turn_job.h"

const struct dialog_job dialog_jobs[] = {
	{ "turn", turn_job, true, LIMIT_QUEUE_TURNS },
	{ "send", deliver_send, true, 0 },
	{ "confirm", confirm_work, false, 0 },
	{ "notice", notice_work, true, 0 },
	{ "event", event_work, true, LIMIT_QUEUE_EVENTS },
	{ "leave", leave_work, true, LIMIT_QUEUE_OFFICE },
	{ "ticket", ticket_work, true, LIMIT_QUEUE_OFFICE },
	{ "contact", contact_work, true, LIMIT_QUEUE_OFFICE },
	{ "survey", survey_work, true, LIMIT_QUEUE_OFFICE },
	{ "hand-in", hand_in_work, true, LIMIT_QUEUE_OFFICE },
};

const size_t n_dialog_jobs = NELEMS(dialog_jobs);
