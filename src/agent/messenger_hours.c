/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's hours: Messenger's of the chats' room, else the configured ones. */
#include "config.h"

#include "agent/hours.h"
#include "agent/messenger_office.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "messenger/timetable.h"

static struct hours_office
office_of(const struct messenger_timetable *t, struct arena *a)
{
	struct hours_office o = { .holidays = t->holidays,
		.n_holidays = t->n_holidays,
		.has_week = t->has_week };

	for (size_t day = 0; day < NELEMS(o.days); day++) {
		const size_t n = t->days[day].n;
		struct hours_range *ranges = arena_alloc(a, (n + 1) * sizeof(*ranges));

		for (size_t i = 0; i < n; i++)
			ranges[i] = (struct hours_range){
				.from = t->days[day].hours[i].from,
				.to = t->days[day].hours[i].to,
			};
		o.days[day].ranges = ranges;
		o.days[day].n = n;
	}
	return o;
}

/* By what Messenger says; NULL where it says nothing of use. */
static struct hours *
hours_by_office(struct office *self, const struct agent_call *call)
{
	CLEANUP(js_putp) js *root = NULL;
	struct messenger_timetable t;
	struct hours_office office;
	struct office_desk d;
	struct hours *h = NULL;
	struct err e = { 0 };

	if (!office_enabled(self, call->cfg) || !office_use(&d, self, call, &e))
		return NULL;
	root = timetables_get(self->timetables, &d.account, &d.call);
	if (root == NULL)
		return NULL;
	if (messenger_timetable_read(
		&t, root, cfg_int(call->cfg, CFG_CHAT_CHAT_ROOMID), call->arena, &e)) {
		office = office_of(&t, call->arena);
		h = hours_new(call->cfg, &office, &e);
	}
	if (h == NULL)
		LOG(LOG_WARN, "agent",
		    "Messenger's service hours are of no use, the configured ones count",
		    LS("why", e.text),
		    LH("mend the timetable in Messenger; meanwhile "
		       "chat.chat.timetable counts"));
	return h;
}

bool
office_open_now(void *self, const struct agent_call *call)
{
	struct office *office = self;
	const int64_t now = clock_wall_s(office->clock);
	CLEANUP(hours_freep) struct hours *h = NULL;
	struct err e = { 0 };

	if (!cfg_bool(call->cfg, CFG_CHAT_CHAT_WORKTIMETABLEACTIVE))
		return true;
	h = hours_by_office(self, call);
	if (h == NULL)
		h = hours_new(call->cfg, NULL, &e);
	if (h == NULL) {
		LOG(LOG_ERROR, "agent",
		    "service hours cannot be told, agents are asked", LS("why", e.text),
		    LH("mend chat.chat.timetable and timezoneWorkingHours: botline "
		       "--check"));
		return true;
	}
	if (hours_open(h, now))
		return true;
	LOG(LOG_INFO, "agent", "outside of the service hours",
	    LS("open_next", hours_next(h, now, call->arena)));
	return false;
}
