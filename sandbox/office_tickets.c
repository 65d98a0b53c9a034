/* SPDX-License-Identifier: Apache-2.0 */
/* Tickets: of chats, and those that a connector makes. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "sandbox/inbenta.h"
#include "sandbox/office_rest.h"

enum { LINES_MAX = 2000 };

/* A new one; lines is copied. NULL: there are too many. */
static js *
ticket_add(struct office *o, const char *chat, const char *title, const char *message,
    int64_t creator, js *lines)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	js *t;

	if (json_object_array_length(o->tickets) >= OFFICE_TICKETS)
		return NULL;
	t = json_object_new_object();
	office_set_int(t, "id", ++o->n_tickets);
	office_set(
	    t, "full_uuid", arena_printf(a, "#A-%lld", (long long)js_int(t, "id", 0)));
	office_set(t, "external_id", chat);
	office_set(t, "title", title);
	office_set(t, "message", message);
	office_set_int(t, "creator", creator);
	json_object_object_add(
	    t, "history", lines != NULL ? office_copy(lines) : json_object_new_array());
	json_object_object_add(t, "replies", json_object_new_array());
	office_set_int(t, "created", clock_wall_s(&clock_system));
	json_object_array_add(o->tickets, t);
	return t;
}

static js *
find(struct office *o, const char *chat)
{
	for (size_t i = 0; *chat != '\0' && i < json_object_array_length(o->tickets);
	     i++) {
		js *t = json_object_array_get_idx(o->tickets, i);

		if (strcmp(js_str(t, "external_id", ""), chat) == 0)
			return t;
	}
	return NULL;
}

/* What the customer said first. */
static const char *
title_of(const struct office_chat *chat)
{
	for (size_t i = 0; i < json_object_array_length(chat->lines); i++) {
		js *line = json_object_array_get_idx(chat->lines, i);

		if (strcmp(js_str(line, "user", ""), chat->name) == 0)
			return js_str(line, "message", "");
	}
	return "Chat";
}

static js *
chat_ticket(struct office *o, const struct office_chat *chat)
{
	js *person = NULL, *t;
	const char *title = title_of(chat);

	if (strchr(chat->contact, '@') != NULL) {
		person = office_person_of(o, chat->contact);
		if (person == NULL)
			person = office_person_add(o, chat->name, chat->contact, NULL);
	}
	t = ticket_add(o, chat->id, title, title,
	    person != NULL ? js_int(person, "id", 0) : 0, chat->lines);
	if (t == NULL)
		return NULL;
	office_set_int(t, "queue", chat->queue);
	office_set_int(t, "source", chat->source);
	office_show_ticket(o, t);
	return t;
}

int64_t
office_chat_ticket(struct office *o, const struct office_chat *chat)
{
	int64_t id;
	js *t;

	pthread_mutex_lock(&o->lock);
	t = find(o, chat->id);
	if (t == NULL)
		t = chat_ticket(o, chat);
	id = js_int(t, "id", 0);
	pthread_mutex_unlock(&o->lock);
	return id;
}

void
office_tickets_find(const struct office_call *c)
{
	const char *chat = request_arg(c->q, "external_id");
	js *list, *t;

	if (chat == NULL || *chat == '\0') {
		api_refuses(c->r, 400, "external_id is missing");
		return;
	}
	list = json_object_new_array();
	t = find(c->o, chat);
	if (t != NULL)
		json_object_array_add(list, json_object_get(t));
	office_answers(c->r, list);
}

/* NULL: what was said, by whom. */
static const char *
lines_misfit(js *lines)
{
	if (lines == NULL)
		return NULL;
	if (!json_object_is_type(lines, json_type_array))
		return "history.messages must be a list";
	if (json_object_array_length(lines) > LINES_MAX)
		return "history.messages is too long";
	for (size_t i = 0; i < json_object_array_length(lines); i++) {
		js *line = json_object_array_get_idx(lines, i);

		if (js_str(line, "message", "")[0] == '\0' ||
		    js_str(line, "user", "")[0] == '\0')
			return "a line of the history needs message and user";
		if (strlen(js_str(line, "message", "")) > OFFICE_TEXT_BYTES)
			return "a line of the history is too long";
	}
	return NULL;
}

static const char *
misfit(const struct office_call *c)
{
	static const char *const numbers[] = { "creator", "source", "queue" };
	static const char *const says[] = { "creator must be a number",
		"source must be a number", "queue must be a number" };

	for (size_t i = 0; i < NELEMS(numbers); i++)
		if (!json_object_is_type(js_get(c->body, numbers[i]), json_type_int))
			return says[i];
	if (js_get(c->body, "autoclassify") != NULL &&
	    !json_object_is_type(js_get(c->body, "autoclassify"), json_type_boolean))
		return "autoclassify must be true or false";
	if (js_get(c->body, "history") != NULL && js_obj(c->body, "history") == NULL)
		return "history must be an object";
	if (office_of_id(c->o->people, js_int(c->body, "creator", 0)) == NULL)
		return "creator is not known";
	return lines_misfit(js_get(c->body, "history.messages"));
}

void
office_tickets_create(const struct office_call *c)
{
	const char *title = office_need(c, "title"), *message = NULL, *why;
	js *t, *out;

	if (title != NULL)
		message = office_need(c, "message");
	if (message == NULL)
		return;
	why = misfit(c);
	if (why != NULL) {
		api_refuses(c->r, 400, "%s", why);
		return;
	}
	t = ticket_add(c->o, "", title, message, js_int(c->body, "creator", 0),
	    js_get(c->body, "history.messages"));
	if (t == NULL) {
		api_refuses(c->r, 503, "There are too many tickets");
		return;
	}
	office_set_int(t, "queue", js_int(c->body, "queue", 0));
	office_set_int(t, "source", js_int(c->body, "source", 0));
	office_show_ticket(c->o, t);
	out = json_object_new_object();
	office_set(out, "full_uuid", js_str(t, "full_uuid", ""));
	reply_json(c->r, 200, out);
}
