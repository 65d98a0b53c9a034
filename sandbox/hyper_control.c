/* SPDX-License-Identifier: Apache-2.0 */
/* /sandbox/hyperchat: how tests arrange HyperChat and look at it. */
#include "config.h"

#include "sandbox/blobs.h"
#include "sandbox/events.h"
#include "sandbox/hooks.h"
#include "sandbox/hyper_inner.h"
#include "sandbox/sandbox.h"

static const char *
set_agents(struct hyper *h, js *agents)
{
	const char *why = NULL;

	if (!json_object_is_type(agents, json_type_array))
		return "agents must be a list";
	for (size_t i = 0; i < json_object_array_length(agents) && why == NULL; i++)
		why = team_put(h, json_object_array_get_idx(agents, i));
	return why;
}

/* All agents but those of the list leave. */
static void
dismiss(struct hyper *h)
{
	js *stay = json_object_new_object();

	json_object_object_foreach(h->users, id, user)
	{
		if (!hyper_is_agent(user))
			json_object_object_add(stay, id, json_object_get(user));
	}
	js_putp(&h->users);
	h->users = stay;
}

static const char *
set_locked(struct hyper *h, js *body)
{
	const char *why = NULL;

	if (js_get(body, "queue") != NULL)
		h->queue = js_bool(body, "queue", h->queue);
	h->survey_in_body = js_bool(body, "survey_in_body", h->survey_in_body);
	if (js_bool(body, "replace_agents", false))
		dismiss(h);
	if (js_get(body, "agents") != NULL)
		why = set_agents(h, js_get(body, "agents"));
	flow_team(h);
	return why;
}

void
control_hyper(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *why = NULL;

	if (body == NULL)
		return;
	if (js_get(body, "hooks") != NULL)
		why = hooks_set(sb->hooks, js_get(body, "hooks"));
	if (why == NULL) {
		pthread_mutex_lock(&sb->hyper->lock);
		why = set_locked(sb->hyper, body);
		js_putp(&body); /* agents hold parts of it: within the lock */
		pthread_mutex_unlock(&sb->hyper->lock);
	}
	if (why != NULL)
		reply_error(r, 400, "%s", why);
	else
		r->status = 204;
}

void
control_hyper_state(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct hyper *h = sb->hyper;
	js *users = json_object_new_array(), *chats = json_object_new_array(), *o;
	js *hooks = hooks_state(sb->hooks, request_arg_int(q, "since", 0));

	pthread_mutex_lock(&h->lock);
	o = hyper_team_view(h);
	json_object_object_foreach(h->users, id, user)
	{
		(void)id;
		if (!hyper_is_agent(user))
			json_object_array_add(users, hyper_user_view(user));
	}
	json_object_object_foreach(h->chats, chat_id, chat)
	{
		(void)chat_id;
		json_object_array_add(chats, hyper_desk_view(h, chat, true));
	}
	json_object_object_add(o, "users", users);
	json_object_object_add(o, "chats", chats);
	json_object_object_add(o, "leaks", json_object_get(h->leaks));
	json_object_object_add(o, "media", blobs_list(sb->media));
	json_object_object_add(o, "hooks", hooks);
	reply_json(r, 200, o);
	pthread_mutex_unlock(&h->lock);
}

void
control_hyper_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	hooks_reset(sb->hooks);
	blobs_clear(sb->media);
	pthread_mutex_lock(&sb->hyper->lock);
	hyper_reset(sb->hyper);
	events_add(sb->desk, "", "reset", NULL, NULL);
	flow_team(sb->hyper);
	pthread_mutex_unlock(&sb->hyper->lock);
	r->status = 204;
}
