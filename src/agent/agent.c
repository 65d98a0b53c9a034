/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/agent_hyperchat.h"
#include "base/xalloc.h"

/* The engines there are; a new one is one more row. */
static const struct agent_ops *const engines[] = {
	&agent_hyperchat,
};

struct agent {
	const struct agent_ops *ops;
	void *self;
};

struct agent *
agent_from_ops(const struct agent_ops *ops, void *self)
{
	struct agent *a = xcalloc(1, sizeof(*a));

	a->ops = ops;
	a->self = self;
	return a;
}

struct agent *
agent_new(const char *name, const struct clock *clock, struct err *e)
{
	for (size_t i = 0; i < NELEMS(engines); i++)
		if (strcmp(engines[i]->name, name) == 0)
			return agent_from_ops(engines[i], engines[i]->open(clock));
	(void)err_set(e, ERR_CONFIG, 0, "%s: no such system of live agents", name);
	return NULL;
}

void
agent_free(struct agent *a)
{
	if (a == NULL)
		return;
	a->ops->close(a->self);
	free(a);
}

bool
agent_enabled(struct agent *a, const struct cfg *cfg)
{
	return a != NULL && a->ops->enabled(a->self, cfg);
}

struct agent_place
agent_place(struct agent *a, const struct cfg *cfg)
{
	return a->ops->place(a->self, cfg);
}

enum agent_there
agent_there(struct agent *a, const struct agent_call *call)
{
	return a->ops->there(a->self, call);
}

enum agent_opening
agent_open(struct agent *a, const struct agent_call *call,
    const struct agent_user *user, const struct agent_line *lines, size_t n,
    struct agent_opened *out, struct err *e)
{
	return a->ops->begin(a->self, call, user, lines, n, out, e);
}

enum agent_outcome
agent_say(struct agent *a, const struct agent_call *call, struct agent_chat *chat,
    const char *text, struct err *e)
{
	return a->ops->say(a->self, call, chat, text, e);
}

enum agent_outcome
agent_send(struct agent *a, const struct agent_call *call, struct agent_chat *chat,
    const struct agent_file *file, struct err *e)
{
	return a->ops->send(a->self, call, chat, file, e);
}

enum agent_outcome
agent_look(struct agent *a, const struct agent_call *call, struct agent_chat *chat,
    const struct agent_said *said, struct err *e)
{
	return a->ops->look(a->self, call, chat, said, e);
}

enum agent_state
agent_state(
    struct agent *a, const struct agent_call *call, const struct agent_chat *chat)
{
	return a->ops->state(a->self, call, chat);
}

bool
agent_leave(struct agent *a, const struct agent_call *call,
    const struct agent_chat *chat, bool by_user, struct err *e)
{
	return a->ops->leave(a->self, call, chat, by_user, e);
}

enum agent_handshake
agent_handshake(struct agent *a, const struct cfg *cfg, const struct agent_secrets *s,
    const char *given)
{
	return a->ops->handshake(a->self, cfg, s, given);
}

enum agent_proof
agent_event_proof(struct agent *a, const struct cfg *cfg, const struct agent_secrets *s,
    const char *body, size_t len, const char *given)
{
	return a->ops->proof(a->self, cfg, s, body, len, given);
}

bool
agent_event_read(struct agent *a, const struct cfg *cfg, struct arena *arena,
    const char *body, size_t len, struct agent_event *out, struct err *e)
{
	return a->ops->read(a->self, cfg, arena, body, len, out, e);
}

bool
agent_event_is_users(struct agent *a, struct arena *arena,
    const struct agent_chat *chat, const struct agent_event *ev)
{
	return a->ops->is_users(a->self, arena, chat, ev);
}

bool
agent_event_owner(struct agent *a, const struct agent_call *call,
    const struct agent_event *ev, const char **id, struct agent_chat *chat, bool *over,
    struct err *e)
{
	return a->ops->owner(a->self, call, ev, id, chat, over, e);
}

bool
agent_event_resolve(struct agent *a, const struct agent_call *call,
    enum agent_proof proof, struct agent_chat *chat, struct agent_event *ev,
    struct err *e)
{
	return a->ops->resolve(a->self, call, proof, chat, ev, e);
}

bool
agent_fetch(struct agent *a, const struct agent_call *call,
    const struct agent_event *ev, const char *dir, struct agent_file *out,
    struct err *e)
{
	return a->ops->fetch(a->self, call, ev, dir, out, e);
}

bool
agent_survey(struct agent *a, const struct agent_call *call, const char *ticket,
    const char **url, struct err *e)
{
	return a->ops->survey(a->self, call, ticket, url, e);
}

bool
agent_contact(struct agent *a, const struct agent_call *call,
    const struct agent_chat *chat, struct agent_contact *out, struct err *e)
{
	return a->ops->contact(a->self, call, chat, out, e);
}
