/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "agent/tickets.h"
#include "agent/tickets_messenger.h"
#include "base/xalloc.h"

/* The engines there are; a new one is one more row. */
static const struct tickets_ops *const engines[] = {
	&tickets_messenger,
};

struct tickets {
	const struct tickets_ops *ops;
	void *self;
};

struct tickets *
tickets_from_ops(const struct tickets_ops *ops, void *self)
{
	struct tickets *t = xcalloc(1, sizeof(*t));

	t->ops = ops;
	t->self = self;
	return t;
}

struct tickets *
tickets_new(
    const char *name, struct store *store, const struct clock *clock, struct err *e)
{
	for (size_t i = 0; i < NELEMS(engines); i++)
		if (strcmp(engines[i]->name, name) == 0)
			return tickets_from_ops(
			    engines[i], engines[i]->open(store, clock));
	(void)err_set(e, ERR_CONFIG, 0, "%s: no such system of tickets", name);
	return NULL;
}

void
tickets_free(struct tickets *t)
{
	if (t == NULL)
		return;
	t->ops->close(t->self);
	free(t);
}

bool
tickets_enabled(struct tickets *t, const struct cfg *cfg)
{
	return t != NULL && t->ops->enabled(t->self, cfg);
}

bool
tickets_proof(struct tickets *t, const struct cfg *cfg, const char *given)
{
	return t->ops->proof(t->self, cfg, given);
}

bool
tickets_read(struct tickets *t, struct arena *arena, const char *body, size_t len,
    const struct ticket_reply **out, size_t *n, struct err *e)
{
	return t->ops->read(t->self, arena, body, len, out, n, e);
}

enum ticket_person
tickets_phones(struct tickets *t, const struct agent_call *call, const char *contact,
    const char **phones, struct err *e)
{
	return t->ops->phones(t->self, call, contact, phones, e);
}

enum ticket_person
tickets_keep_phones(struct tickets *t, const struct agent_call *call,
    const char *contact, const char *phones, struct err *e)
{
	return t->ops->keep_phones(t->self, call, contact, phones, e);
}

enum ticket_made
tickets_make(struct tickets *t, const struct agent_call *call,
    const struct ticket_new *n, const char **number, struct err *e)
{
	return t->ops->make(t->self, call, n, number, e);
}

bool
tickets_open_now(struct tickets *t, const struct agent_call *call)
{
	return t->ops->open_now(t->self, call);
}

enum ticket_survey
tickets_survey(struct tickets *t, const struct agent_call *call, const char *chat_id,
    const char *ticket, struct survey *out, struct err *e)
{
	return t->ops->survey(t->self, call, chat_id, ticket, out, e);
}

bool
tickets_hand_in(struct tickets *t, const struct agent_call *call, const char *id,
    const char *token, const struct survey_answer *answers, size_t n, struct err *e)
{
	return t->ops->hand_in(t->self, call, id, token, answers, n, e);
}
