/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's surveys: its own words for what messenger/survey.h has read. */
#include "config.h"

#include "agent/messenger_office.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "messenger/surveys.h"
#include "messenger/tickets.h"

static const enum survey_kind kinds[] = {
	[MESSENGER_SHOWN] = SURVEY_SHOWN,
	[MESSENGER_CHOICE] = SURVEY_CHOICE,
	[MESSENGER_NUMBER] = SURVEY_NUMBER,
	[MESSENGER_TEXT] = SURVEY_TEXT,
	[MESSENGER_UNKNOWN] = SURVEY_UNKNOWN,
};

static struct survey_item
item_of(const struct messenger_item *is, struct arena *a)
{
	struct survey_choice *choices =
	    arena_alloc(a, (is->n_choices + 1) * sizeof(*choices));

	for (size_t i = 0; i < is->n_choices; i++)
		choices[i] = (struct survey_choice){ .label = is->choices[i].label,
			.value = is->choices[i].value };
	return (struct survey_item){
		.id = is->id,
		.html = is->html,
		.choices = choices,
		.n_choices = is->n_choices,
		.min = is->min,
		.max = is->max,
		.page = is->page,
		.kind = kinds[is->kind],
	};
}

static struct survey
survey_of(const struct messenger_survey *is, struct arena *a)
{
	struct survey_item *items = arena_alloc(a, (is->n_items + 1) * sizeof(*items));
	struct survey_jump *jumps = arena_alloc(a, (is->n_jumps + 1) * sizeof(*jumps));

	for (size_t i = 0; i < is->n_items; i++)
		items[i] = item_of(&is->items[i], a);
	for (size_t i = 0; i < is->n_jumps; i++)
		jumps[i] = (struct survey_jump){ .value = is->jumps[i].value,
			.page = is->jumps[i].page };
	return (struct survey){ .id = is->id,
		.token = is->token,
		.thanks = is->thanks,
		.items = items,
		.n_items = is->n_items,
		.jumps = jumps,
		.n_jumps = is->n_jumps };
}

static enum ticket_survey
start(struct office_desk *d, const char *id, const char *ticket, struct survey *out,
    struct err *e)
{
	struct messenger_survey got;

	switch (messenger_survey_start(&d->call, id, ticket, &got, e)) {
	case MESSENGER_STARTED:
		*out = survey_of(&got, d->call.arena);
		return TICKET_SURVEY;
	case MESSENGER_NO_SURVEY:
		LOG(LOG_WARN, "agent",
		    "survey not begun: is chat.chat.survey.id one of Messenger's?",
		    LS("survey", id), LS("ticket", ticket), LS("why", e->text),
		    LH("set chat.chat.survey.id to the number of a survey in "
		       "Messenger"));
		return TICKET_SURVEY_NONE;
	case MESSENGER_NOT_STARTED:
		break;
	}
	return TICKET_SURVEY_FAILED;
}

enum ticket_survey
office_survey(void *self, const struct agent_call *call, const char *chat_id,
    const char *ticket, struct survey *out, struct err *e)
{
	const int64_t id = cfg_int(call->cfg, CFG_CHAT_CHAT_SURVEY_ID);
	struct office_desk d;

	if (!cfg_bool(call->cfg, CFG_CHAT_CHAT_SURVEY_ACTIVE) || id <= 0)
		return TICKET_SURVEY_NONE;
	if (!office_use(&d, self, call, e) ||
	    (ticket == NULL && !messenger_ticket_of_chat(&d.call, chat_id, &ticket, e)))
		return TICKET_SURVEY_FAILED;
	if (ticket == NULL)
		return TICKET_SURVEY_NONE;
	return start(
	    &d, arena_printf(call->arena, "%lld", (long long)id), ticket, out, e);
}

bool
office_hand_in(void *self, const struct agent_call *call, const char *id,
    const char *token, const struct survey_answer *answers, size_t n, struct err *e)
{
	struct messenger_field *fields =
	    arena_alloc(call->arena, (n + 1) * sizeof(*fields));
	struct office_desk d;

	for (size_t i = 0; i < n; i++)
		fields[i] = (struct messenger_field){ .id = answers[i].id,
			.value = answers[i].value };
	return office_use(&d, self, call, e) &&
	    messenger_survey_submit(&d.call, id, token, fields, n, e);
}
