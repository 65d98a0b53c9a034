/* SPDX-License-Identifier: Apache-2.0 */
/* The agents of the stand-in for HyperChat. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "sandbox/hyper_inner.h"

enum { SLOTS = 5, SLOTS_MAX = 1000, NAME_BYTES = 200 };

int64_t
team_load(struct hyper *h, const char *agent)
{
	int64_t n = 0;

	json_object_object_foreach(h->chats, id, chat)
	{
		(void)id;
		if (!hyper_is_status(chat, "closed") &&
		    (hyper_list_has(js_arr(chat, "agents"), agent) ||
			strcmp(js_str(chat, "invited", ""), agent) == 0))
			n++;
	}
	return n;
}

bool
team_is_free(struct hyper *h, js *agent)
{
	return js_bool(agent, "online", false) &&
	    team_load(h, js_str(agent, "id", "")) < js_int(agent, "slots", SLOTS);
}

static bool
has_number(js *list, int64_t n)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (json_object_get_int64(json_object_array_get_idx(list, i)) == n)
			return true;
	return false;
}

bool
team_serves(js *agent, int64_t room, const char *lang)
{
	js *rooms = js_arr(agent, "rooms"), *langs = js_arr(agent, "langs");

	return (rooms == NULL || has_number(rooms, room)) &&
	    (langs == NULL || *lang == '\0' || hyper_list_has(langs, lang));
}

/* NULL: the list has members of this type only. */
static const char *
misfit(js *list, enum json_type type, const char *says)
{
	if (list == NULL)
		return NULL;
	if (!json_object_is_type(list, json_type_array))
		return says;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!json_object_is_type(json_object_array_get_idx(list, i), type))
			return says;
	return NULL;
}

static const char *
check(js *o)
{
	const char *id = js_str(o, "id", ""), *name = js_str(o, "name", "");
	const char *why = misfit(
	    js_get(o, "rooms"), json_type_int, "rooms must be a list of numbers");

	if (*id == '\0' || strlen(id) > NAME_BYTES || strcmp(id, "system") == 0)
		return "an agent needs an id";
	if (strlen(name) > NAME_BYTES || strlen(js_str(o, "nickname", "")) > NAME_BYTES)
		return "the name of an agent is too long";
	if (js_int(o, "slots", SLOTS) < 0 || js_int(o, "slots", SLOTS) > SLOTS_MAX)
		return "slots must be a number from 0 to 1000";
	if (js_int(o, "counts", 0) < 0 || js_int(o, "counts", 0) > SCRIPT_TEXTS ||
	    js_int(o, "counts_ms", 0) < 0 || js_int(o, "counts_ms", 0) > SCRIPT_MS_MAX)
		return "counts must be from 0 to 1000, counts_ms from 0 to 60000";
	return why != NULL ? why
			   : misfit(js_get(o, "langs"), json_type_string,
				 "langs must be a list of texts");
}

static js *
agent_new(struct hyper *h, const char *id)
{
	js *agent = json_object_new_object();

	hyper_set(agent, "id", id);
	hyper_set(agent, "name", id);
	hyper_set(agent, "nickname", "");
	hyper_set(agent, "externalId", "");
	hyper_set(agent, "contact", "");
	json_object_object_add(agent, "extraInfo", json_object_new_object());
	hyper_set(agent, "providerId", "1");
	json_object_object_add(agent, "chats", json_object_new_array());
	json_object_object_add(agent, "online", json_object_new_boolean(1));
	hyper_set_int(agent, "slots", SLOTS);
	json_object_object_add(agent, "auto", json_object_new_boolean(0));
	json_object_object_add(h->users, id, agent);
	return agent;
}

static size_t
count(struct hyper *h)
{
	size_t n = 0;

	json_object_object_foreach(h->users, id, user)
	{
		(void)id;
		n += hyper_is_agent(user);
	}
	return n;
}

const char *
team_put(struct hyper *h, js *o)
{
	static const char *const names[] = { "name", "nickname", "slots", "rooms",
		"langs", "auto", "counts", "counts_ms", "echoes" };
	const char *why = json_object_is_type(o, json_type_object)
	    ? check(o)
	    : "an agent must be an object";
	const char *id = js_str(o, "id", "");
	js *agent;

	if (why != NULL)
		return why;
	agent = hyper_user(h, id);
	if (agent != NULL && !hyper_is_agent(agent))
		return "a customer has that id";
	if (agent == NULL && count(h) >= HYPER_AGENTS)
		return "there are too many agents";
	if (agent == NULL)
		agent = agent_new(h, id);
	for (size_t i = 0; i < NELEMS(names); i++)
		if (js_get(o, names[i]) != NULL)
			json_object_object_add(
			    agent, names[i], json_object_get(js_get(o, names[i])));
	if (js_get(o, "online") != NULL)
		flow_online(h, agent, js_bool(o, "online", true));
	return NULL;
}
