/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to chats: each step changes the state and tells webhooks and desk. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "sandbox/events.h"
#include "sandbox/hooks.h"
#include "sandbox/hyper_inner.h"
#include "sandbox/office.h"
#include "sandbox/sandbox.h"

static const char *
id_of(js *o)
{
	return js_str(o, "id", "");
}

/* {"chatId","userId"}; user NULL: without. */
static js *
data_of(js *chat, const char *user)
{
	js *data = json_object_new_object();

	hyper_set(data, "chatId", id_of(chat));
	if (user != NULL)
		hyper_set(data, "userId", user);
	return data;
}

/* data is taken. */
static void
hook(struct hyper *h, const char *trigger, js *chat, js *data)
{
	hooks_tell(h->sb->hooks, trigger, id_of(chat), data);
}

static void
show(struct hyper *h, js *chat, bool whole)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "chat", hyper_desk_view(h, chat, whole));
	events_add(h->sb->desk, id_of(chat), "chat", NULL, o);
}

static void
show_chat(struct hyper *h, js *chat)
{
	show(h, chat, false);
}

void
flow_team(struct hyper *h)
{
	events_add(h->sb->desk, "", "team", NULL, hyper_team_view(h));
}

/* The free agent of the room who has least to do; NULL: nobody is free. */
static js *
best(struct hyper *h, js *chat)
{
	js *found = NULL;
	int64_t least = 0;

	json_object_object_foreach(h->users, id, user)
	{
		int64_t load;

		if (!hyper_is_agent(user) || !team_is_free(h, user) ||
		    !team_serves(
			user, js_int(chat, "room", 0), js_str(chat, "lang", "")) ||
		    hyper_list_has(js_arr(chat, "refused"), id))
			continue;
		load = team_load(h, id);
		if (found == NULL || load < least) {
			found = user;
			least = load;
		}
	}
	return found;
}

bool
flow_invite(struct hyper *h, js *chat)
{
	js *agent = best(h, chat);

	if (agent == NULL)
		return false;
	hyper_set(chat, "invited", id_of(agent));
	hook(h, "invitations:new", chat, data_of(chat, id_of(agent)));
	show_chat(h, chat);
	flow_team(h);
	if (js_bool(agent, "auto", false))
		flow_accept(h, chat, agent);
	return true;
}

void
flow_accept(struct hyper *h, js *chat, js *agent)
{
	const char *id = id_of(agent);
	bool waited = js_int(chat, "inQueue", 0) == 1;

	if (!hyper_list_has(js_arr(chat, "agents"), id))
		json_object_array_add(
		    js_arr(chat, "agents"), json_object_new_string(id));
	hyper_set(chat, "status", "active");
	hyper_set_int(chat, "inQueue", 0);
	hyper_set_int(chat, "position", 0);
	hyper_set(chat, "invited", NULL);
	hook(h, "invitations:accept", chat, data_of(chat, id));
	hook(h, "chats:join", chat, data_of(chat, id));
	show_chat(h, chat);
	flow_team(h);
	flow_accepted(h, chat, agent);
	if (waited)
		flow_queue(h);
}

void
flow_refuse(struct hyper *h, js *chat, js *agent)
{
	json_object_array_add(
	    js_arr(chat, "refused"), json_object_new_string(id_of(agent)));
	hyper_set(chat, "invited", NULL);
	if (!flow_invite(h, chat))
		flow_alone(h, chat);
}

void
flow_alone(struct hyper *h, js *chat)
{
	hyper_set(chat, "invited", NULL);
	hook(h, "forever:alone", chat, data_of(chat, NULL));
	show_chat(h, chat);
	flow_team(h);
}

void
flow_online(struct hyper *h, js *agent, bool online)
{
	const char *agent_id = id_of(agent);

	json_object_object_add(agent, "online", json_object_new_boolean(online));
	if (!online) {
		json_object_object_foreach(h->chats, id, chat)
		{
			(void)id;
			if (strcmp(js_str(chat, "invited", ""), agent_id) == 0)
				flow_refuse(h, chat, agent);
		}
	}
	flow_team(h);
	flow_queue(h);
}

static bool
stands_in_line(js *chat)
{
	return hyper_is_status(chat, "waiting") && js_int(chat, "inQueue", 0) == 1;
}

/* Those who take chats by themselves; true: the line has moved. */
static bool
serve_line(struct hyper *h)
{
	json_object_object_foreach(h->chats, id, chat)
	{
		js *agent;

		(void)id;
		if (!stands_in_line(chat))
			continue;
		agent = best(h, chat);
		if (agent != NULL && js_bool(agent, "auto", false)) {
			/* Goes through flow_queue() once more. */
			flow_accept(h, chat, agent);
			return true;
		}
	}
	return false;
}

/* How many stand before this chat in its room, itself included. */
static int64_t
place_of(struct hyper *h, js *chat)
{
	int64_t n = 0;

	json_object_object_foreach(h->chats, id, other)
	{
		(void)id;
		if (stands_in_line(other) &&
		    js_int(other, "room", 0) == js_int(chat, "room", 0))
			n++;
		if (other == chat)
			break;
	}
	return n;
}

void
flow_queue(struct hyper *h)
{
	if (serve_line(h))
		return;
	json_object_object_foreach(h->chats, id, chat)
	{
		js *data, *position;
		int64_t n;

		(void)id;
		if (!stands_in_line(chat) ||
		    (n = place_of(h, chat)) == js_int(chat, "position", 0))
			continue;
		hyper_set_int(chat, "position", n);
		data = data_of(chat, js_str(chat, "creator", ""));
		position = json_object_new_object();
		hyper_set_int(position, "queuePosition", n);
		json_object_object_add(data, "data", position);
		hook(h, "queues:update", chat, data);
		show_chat(h, chat);
	}
}

js *
flow_create(struct hyper *h, js *creator, js *body)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *id = hyper_id(h, a, 'C');
	js *chat = json_object_new_object(), *history = js_arr(body, "history");

	hyper_set(chat, "id", id);
	hyper_set(chat, "creator", id_of(creator));
	hyper_set_int(chat, "source", js_int(body, "source", 0));
	hyper_set(chat, "status", "waiting");
	hyper_set_int(chat, "inQueue", h->queue);
	hyper_set_int(chat, "room", js_int(body, "room", 0));
	hyper_set(chat, "lang", js_str(body, "lang", ""));
	hyper_set(chat, "externalId", js_str(body, "externalId", ""));
	hyper_set_int(chat, "created", clock_wall_s(&clock_system));
	json_object_object_add(chat, "agents", json_object_new_array());
	json_object_object_add(chat, "refused", json_object_new_array());
	json_object_object_add(chat, "messages", json_object_new_array());
	json_object_object_add(chat, "history",
	    history != NULL ? json_object_get(history) : json_object_new_array());
	json_object_object_add(h->chats, id, chat);
	json_object_array_add(js_arr(creator, "chats"), json_object_new_string(id));
	hook(h, "chats:create", chat, data_of(chat, id_of(creator)));
	show(h, chat, true);
	flow_queue(h);
	return chat;
}

static void
leave(struct hyper *h, const char *user, const char *chat)
{
	js *list = js_arr(hyper_user(h, user), "chats");

	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++)
		if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
			chat) == 0)
			json_object_array_del_idx(list, i--, 1);
}

void
flow_close(struct hyper *h, js *chat, const char *by, const char *reason)
{
	js *data = data_of(chat, by), *extra;
	bool waited = js_int(chat, "inQueue", 0) == 1;
	int64_t late_ms = 0;
	enum ticket_when when = office_when(h->sb->office, &late_ms);

	hyper_set(chat, "status", "closed");
	hyper_set_int(chat, "inQueue", 0);
	hyper_set_int(chat, "position", 0);
	hyper_set(chat, "invited", NULL);
	hyper_set(chat, "closedBy", by);
	if (reason != NULL) {
		hyper_set(chat, "reason", reason);
		extra = json_object_new_object();
		hyper_set(extra, "reason", reason);
		json_object_object_add(data, "extraData", extra);
	}
	leave(h, js_str(chat, "creator", ""), id_of(chat));
	if (when == TICKET_FIRST)
		(void)flow_ticket(h, chat);
	hook(h, "chats:close", chat, data);
	show_chat(h, chat);
	if (when == TICKET_AT_ONCE)
		(void)flow_ticket(h, chat);
	else if (when == TICKET_LATE)
		flow_ticket_later(h, chat, late_ms);
	flow_team(h);
	if (waited)
		flow_queue(h);
}

void
flow_info(struct hyper *h, js *chat, int64_t ticket)
{
	js *data = data_of(chat, NULL), *more = json_object_new_object();

	hyper_set_int(chat, "ticketId", ticket);
	hyper_set_int(more, "ticketId", ticket);
	json_object_object_add(data, "data", more);
	hook(h, "system:info", chat, data);
	show_chat(h, chat);
}

void
flow_typing(struct hyper *h, js *chat, js *user, const char *type)
{
	js *data = data_of(chat, id_of(user)), *o = json_object_new_object();

	hyper_set(data, "type", type);
	hook(h, "users:activity", chat, data);
	hyper_set(o, "user", id_of(user));
	hyper_set(o, "type", type);
	events_add(h->sb->desk, id_of(chat), "activity", NULL, o);
}

/* The content is taken. */
static js *
say(struct hyper *h, js *chat, const char *sender, const char *type, js *content)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	js *m = json_object_new_object(), *data = json_object_new_object();
	js *o = json_object_new_object();

	hyper_set(m, "id", hyper_id(h, a, 'm'));
	hyper_set(m, "chat", id_of(chat));
	hyper_set(m, "sender", sender);
	hyper_set(m, "type", type);
	json_object_object_add(m, "message", content);
	hyper_set_int(m, "created", clock_wall_s(&clock_system));
	json_object_array_add(js_arr(chat, "messages"), m);
	json_object_object_add(data, "message", hyper_message_view(m));
	hook(h, "messages:new", chat, data);
	json_object_object_add(o, "message", json_object_get(m));
	events_add(h->sb->desk, id_of(chat), "message", NULL, o);
	return m;
}

js *
flow_say(struct hyper *h, js *chat, const char *sender, const char *text)
{
	return say(h, chat, sender, "text", json_object_new_string(text));
}

js *
flow_media(struct hyper *h, js *chat, const char *sender, js *media)
{
	return say(h, chat, sender, "media", json_object_get(media));
}
