/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a record has of agents: the question for one, the chat, its events, its survey. */
#include "config.h"

#include <string.h>

#include "dialog/session_i.h"

static bool
read_field(struct bot_field *f, struct arena *a, js *o, struct err *e)
{
	const char *name, *value;

	if (!js_need_str(o, "name", &name, e) || !js_need_str(o, "value", &value, e))
		return err_wrap(e, "form");
	*f = (struct bot_field){ arena_strdup(a, name), arena_strdup(a, value) };
	return true;
}

bool
session_read_form(const struct bot_form **out, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "fields", LIMIT_AGENT_FIELDS, e);
	struct bot_form *form = arena_alloc(a, sizeof(*form));
	struct bot_field *fields;
	const char *name, *contact;

	if (list == NULL || !js_need_str(o, "name", &name, e) ||
	    !js_need_str(o, "contact", &contact, e))
		return err_wrap(e, "form");
	form->name = arena_strdup(a, name);
	form->contact = arena_strdup(a, contact);
	form->n = json_object_array_length(list);
	fields = arena_alloc(a, (form->n + 1) * sizeof(*fields));
	for (size_t i = 0; i < form->n; i++)
		if (!read_field(&fields[i], a, json_object_array_get_idx(list, i), e))
			return false;
	form->fields = fields;
	*out = form;
	return true;
}

static bool
read_escalation(struct escalation *x, struct arena *a, js *o, struct err *e)
{
	const char *name = js_str(o, "escalation.type", "");

	if (js_get(o, "escalation") == NULL)
		return true;
	for (int k = ESCALATION_NONE + 1; k < ESCALATION_TYPES; k++)
		if (strcmp(name, escalation_name((enum escalation_type)k)) == 0)
			x->type = (enum escalation_type)k;
	if (x->type == ESCALATION_NONE)
		return err_set(e, ERR_INPUT, 0, "unknown type of escalation");
	return js_get(o, "escalation.form") == NULL ||
	    session_read_form(&x->form, a, js_get(o, "escalation.form"), e);
}

static bool
read_joined(struct chat *c, struct arena *a, js *o, struct err *e)
{
	js *list;

	if (js_get(o, "chat.joined") == NULL)
		return true;
	list = session_list(o, "chat.joined", LIMIT_CHAT_AGENTS, e);
	if (list == NULL)
		return false;
	c->n_joined = json_object_array_length(list);
	for (size_t i = 0; i < c->n_joined; i++) {
		js *id = json_object_array_get_idx(list, i);

		if (!json_object_is_type(id, json_type_string))
			return err_set(e, ERR_INPUT, 0, "an agent's id is none");
		c->joined[i] = arena_strdup(a, json_object_get_string(id));
	}
	return true;
}

static bool
read_chat(struct chat *c, struct arena *a, js *o, struct err *e)
{
	const char *id;

	if (js_get(o, "chat") == NULL)
		return true;
	if (!js_need_str(o, "chat.id", &id, e))
		return false;
	c->id = arena_strdup(a, id);
	c->memory = arena_strdup(a, js_str(o, "chat.memory", NULL));
	c->talking = js_bool(o, "chat.talking", false);
	c->since_s = js_int(o, "chat.since_s", 0);
	c->notice_s = js_int(o, "chat.notice_s", 0);
	c->position = js_int(o, "chat.position", 0);
	c->position_ms = js_int(o, "chat.position_ms", 0);
	c->attended = js_bool(o, "chat.attended", false);
	return read_joined(c, a, o, e);
}

static bool
read_event(
    struct last_event *ev, struct arena *a, js *o, const char *name, struct err *e)
{
	js *is = js_get(o, name), *list;
	const char *key;

	if (is == NULL)
		return true;
	list = session_list(is, "messages", LIMIT_QUEUE_BATCH, e);
	if (list == NULL || !js_need_str(is, "key", &key, e) ||
	    !session_messages(&ev->messages, &ev->n, a, list, e))
		return err_wrap(e, "%s", name);
	ev->key = arena_strdup(a, key);
	return true;
}

static bool
read_survey(struct survey_walk *w, struct arena *a, js *o, struct err *e)
{
	js *is = js_get(o, "survey");

	return is == NULL || walk_decode(w, a, is, e);
}

/* A question that is pending goes on with something. */
static bool
agents_fit(const struct session *s, struct err *e)
{
	if ((s->pending.kind == PENDING_ESCALATION) !=
	    (s->escalation.type != ESCALATION_NONE))
		return err_set(e, ERR_INPUT, 0, "an escalation without its question");
	if (s->chat.id != NULL &&
	    (s->pending.kind != PENDING_NONE || walk_runs(&s->survey)))
		return err_set(e, ERR_INPUT, 0, "a question beside a chat");
	if (walk_runs(&s->survey) && s->surveyed.key == NULL)
		return err_set(e, ERR_INPUT, 0, "a survey of no chat");
	return true;
}

bool
session_read_agents(struct session *s, struct arena *a, js *o, struct err *e)
{
	s->ended = arena_strdup(a, js_str(o, "ended", NULL));
	return read_escalation(&s->escalation, a, o, e) &&
	    read_chat(&s->chat, a, o, e) && read_event(&s->event, a, o, "event", e) &&
	    read_survey(&s->survey, a, o, e) &&
	    read_event(&s->surveyed, a, o, "surveyed", e) && agents_fit(s, e);
}
