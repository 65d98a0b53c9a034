/* SPDX-License-Identifier: Apache-2.0 */
/* Settings, agents and users, as HyperChat tells them. */
#include "config.h"

#include <string.h>

#include "sandbox/hyper_rest.h"

enum { FIELD_BYTES = 1024 };

void
hyper_settings_get(const struct hyper_call *c)
{
	js *settings = json_object_new_object(), *queue = json_object_new_object();

	json_object_object_add(queue, "active", json_object_new_boolean(c->h->queue));
	json_object_object_add(settings, "queue", queue);
	json_object_object_add(settings, "lang", json_object_new_object());
	hyper_answers(c->r, "settings", settings);
}

static int64_t
count(const struct hyper_call *c, int64_t room, const char *lang, bool free_only)
{
	int64_t n = 0;

	json_object_object_foreach(c->h->users, id, user)
	{
		(void)id;
		if (hyper_is_agent(user) && js_bool(user, "online", false) &&
		    team_serves(user, room, lang) &&
		    (!free_only || team_is_free(c->h, user)))
			n++;
	}
	return n;
}

void
hyper_agents_available(const struct hyper_call *c)
{
	int64_t room = request_arg_int(c->q, "roomIds", 1);
	const char *lang = request_arg(c->q, "langs");
	js *agents = json_object_new_object();

	hyper_set_int(agents, arena_printf(c->q->arena, "%lld", (long long)room),
	    count(c, room, lang != NULL ? lang : "", true));
	hyper_answers(c->r, "agents", agents);
}

void
hyper_agents_online(const struct hyper_call *c)
{
	int64_t room = request_arg_int(c->q, "roomId", 1);

	hyper_answers(c->r, "agentsOnline",
	    json_object_new_boolean(count(c, room, "", false) > 0));
}

/* The members that a caller gives are of their type, and not too long. */
static bool
fits(const struct hyper_call *c)
{
	static const char *const names[] = { "name", "externalId", "contact" };

	for (size_t i = 0; i < NELEMS(names); i++) {
		js *v = js_get(c->body, names[i]);

		if (v == NULL)
			continue;
		if (!json_object_is_type(v, json_type_string) ||
		    json_object_get_string_len(v) > FIELD_BYTES) {
			hyper_refuses(c->r, 400, "%s is not valid", names[i]);
			return false;
		}
	}
	if (js_get(c->body, "extraInfo") == NULL ||
	    json_object_is_type(js_get(c->body, "extraInfo"), json_type_object))
		return true;
	hyper_refuses(c->r, 400, "extraInfo is not valid");
	return false;
}

static js *
find(struct hyper *h, const char *external)
{
	json_object_object_foreach(h->users, id, user)
	{
		(void)id;
		if (strcmp(js_str(user, "externalId", ""), external) == 0)
			return user;
	}
	return NULL;
}

/* What is given, nothing else. */
static void
update(const struct hyper_call *c, js *user)
{
	static const char *const names[] = { "name", "contact", "extraInfo" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (js_get(c->body, names[i]) != NULL)
			json_object_object_add(
			    user, names[i], json_object_get(js_get(c->body, names[i])));
}

void
hyper_users_create(const struct hyper_call *c)
{
	const char *external = js_str(c->body, "externalId", ""), *id;
	js *user, *o, *session;

	if (!fits(c))
		return;
	if (*external != '\0' && find(c->h, external) != NULL) {
		hyper_refuses(c->r, 409, "User already exists");
		return;
	}
	if (json_object_object_length(c->h->users) >= HYPER_USERS) {
		hyper_refuses(c->r, 503, "There are too many users");
		return;
	}
	id = hyper_id(c->h, c->q->arena, 'U');
	user = json_object_new_object();
	hyper_set(user, "id", id);
	hyper_set(user, "name", "");
	hyper_set(user, "nickname", "");
	hyper_set(user, "externalId", external);
	hyper_set(user, "contact", "");
	json_object_object_add(user, "extraInfo", json_object_new_object());
	hyper_set(user, "providerId", NULL);
	json_object_object_add(user, "chats", json_object_new_array());
	update(c, user);
	json_object_object_add(c->h->users, id, user);

	o = json_object_new_object();
	session = json_object_new_object();
	hyper_set(session, "token", hyper_id(c->h, c->q->arena, 'T'));
	json_object_object_add(o, "user", hyper_user_view(user));
	json_object_object_add(o, "session", session);
	reply_json(c->r, 200, o);
}

void
hyper_users_find(const struct hyper_call *c)
{
	const char *external = request_arg(c->q, "externalId");
	js *list = json_object_new_array(), *user;

	user = external != NULL && *external != '\0' ? find(c->h, external) : NULL;
	if (user != NULL)
		json_object_array_add(list, hyper_user_view(user));
	hyper_answers(c->r, "users", list);
}

/* The user of the path; NULL, and answered, when there is none. */
static js *
user_of(const struct hyper_call *c)
{
	js *user = hyper_user(c->h, c->id);

	if (user == NULL)
		hyper_refuses(c->r, 404, "User not found");
	return user;
}

void
hyper_users_get(const struct hyper_call *c)
{
	js *user = user_of(c);

	if (user != NULL)
		hyper_answers(c->r, "user", hyper_user_view(user));
}

void
hyper_users_put(const struct hyper_call *c)
{
	js *user = user_of(c);

	if (user == NULL || !fits(c))
		return;
	update(c, user);
	hyper_answers(c->r, "user", hyper_user_view(user));
}

void
hyper_users_activity(const struct hyper_call *c)
{
	js *user = user_of(c), *chats = js_arr(user, "chats");
	const char *type = js_str(c->body, "type", "");

	if (user == NULL)
		return;
	if (*type == '\0') {
		hyper_refuses(c->r, 400, "type is not valid");
		return;
	}
	for (size_t i = 0; i < json_object_array_length(chats); i++) {
		js *chat = hyper_chat(
		    c->h, json_object_get_string(json_object_array_get_idx(chats, i)));

		if (chat != NULL)
			flow_typing(c->h, chat, user, type);
	}
	reply_json(c->r, 200, json_object_new_object());
}
