/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/hooks.h"
#include "sandbox/hyper_inner.h"
#include "sandbox/sandbox.h"

struct hyper *
hyper_new(struct sandbox *sb)
{
	struct hyper *h = xcalloc(1, sizeof(*h));

	h->sb = sb;
	pthread_mutex_init(&h->lock, NULL);
	hyper_reset(h);
	return h;
}

void
hyper_free(struct hyper *h)
{
	if (h == NULL)
		return;
	js_putp(&h->users);
	js_putp(&h->chats);
	js_putp(&h->leaks);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

void
hyper_reset(struct hyper *h)
{
	/* Whom a newcomer finds at the desk. */
	static const char team[] =
	    "[{\"id\":\"A1\",\"name\":\"Marta Soler\",\"nickname\":\"Marta\"},"
	    "{\"id\":\"A2\",\"name\":\"Jon Etxeberria\",\"nickname\":\"\","
	    "\"online\":false}]";
	CLEANUP(js_putp) js *list = json_tokener_parse(team);

	js_putp(&h->users);
	js_putp(&h->chats);
	js_putp(&h->leaks);
	h->users = json_object_new_object();
	h->chats = json_object_new_object();
	h->leaks = json_object_new_array();
	h->queue = false;
	h->survey_in_body = false;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (team_put(h, json_object_array_get_idx(list, i)) != NULL)
			abort(); /* our own table */
}

void
hyper_changed(struct hyper *h)
{
	pthread_mutex_lock(&h->lock);
	flow_team(h);
	pthread_mutex_unlock(&h->lock);
}

void
hyper_set(js *o, const char *name, const char *text)
{
	json_object_object_add(
	    o, name, text != NULL ? json_object_new_string(text) : NULL);
}

void
hyper_set_int(js *o, const char *name, int64_t n)
{
	json_object_object_add(o, name, json_object_new_int64(n));
}

const char *
hyper_id(struct hyper *h, struct arena *a, char kind)
{
	char hex[9];

	random_hex(hex, 4);
	return arena_printf(a, "%c%lld-%s", kind, (long long)++h->n_ids, hex);
}

static js *
of_id(js *all, const char *id)
{
	js *o = NULL;

	return json_object_object_get_ex(all, id, &o) ? o : NULL;
}

js *
hyper_user(struct hyper *h, const char *id)
{
	return of_id(h->users, id);
}

js *
hyper_chat(struct hyper *h, const char *id)
{
	return of_id(h->chats, id);
}

bool
hyper_is_agent(js *user)
{
	return js_str(user, "providerId", "")[0] != '\0';
}

bool
hyper_is_status(js *chat, const char *status)
{
	return strcmp(js_str(chat, "status", ""), status) == 0;
}

bool
hyper_list_has(js *list, const char *text)
{
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++)
		if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
			text) == 0)
			return true;
	return false;
}

/* The members of these names: "a b c". */
static js *
some(js *o, const char *const *names, size_t n)
{
	js *out = json_object_new_object(), *v;

	for (size_t i = 0; i < n; i++)
		if (json_object_object_get_ex(o, names[i], &v))
			json_object_object_add(out, names[i], json_object_get(v));
	return out;
}

js *
hyper_user_view(js *user)
{
	static const char *const names[] = { "id", "name", "nickname", "externalId",
		"contact", "extraInfo", "providerId", "chats" };

	return some(user, names, NELEMS(names));
}

js *
hyper_chat_view(js *chat)
{
	static const char *const names[] = { "id", "creator", "source", "status",
		"inQueue", "room", "lang", "externalId" };

	return some(chat, names, NELEMS(names));
}

js *
hyper_message_view(js *message)
{
	static const char *const names[] = { "id", "chat", "sender", "type",
		"message" };

	return some(message, names, NELEMS(names));
}

js *
hyper_desk_view(struct hyper *h, js *chat, bool whole)
{
	static const char *const names[] = { "id", "creator", "source", "status",
		"inQueue", "room", "lang", "externalId", "agents", "invited",
		"position", "created", "closedBy", "reason", "ticketId", "history",
		"messages" };
	js *o = some(chat, names, NELEMS(names) - (whole ? 0 : 2));
	js *user = hyper_user(h, js_str(chat, "creator", ""));

	if (user != NULL)
		json_object_object_add(o, "user", hyper_user_view(user));
	return o;
}

js *
hyper_team_view(struct hyper *h)
{
	static const char *const names[] = { "id", "name", "nickname", "online",
		"slots", "rooms", "langs", "auto" };
	js *o = json_object_new_object(), *list = json_object_new_array();

	json_object_object_foreach(h->users, id, user)
	{
		js *agent;

		if (!hyper_is_agent(user))
			continue;
		agent = some(user, names, NELEMS(names));
		hyper_set_int(agent, "load", team_load(h, id));
		json_object_array_add(list, agent);
	}
	json_object_object_add(o, "agents", list);
	json_object_object_add(o, "queue", json_object_new_boolean(h->queue));
	json_object_object_add(
	    o, "signed", json_object_new_boolean(hooks_are_signed(h->sb->hooks)));
	return o;
}
