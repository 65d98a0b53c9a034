/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "hyperchat/agents.h"
#include "hyperchat/shape.h"

bool
hyperchat_queue_mode(const struct hyperchat_call *c, bool *active, struct err *e)
{
	struct hyperchat_request q = {
		.what = "hyperchat settings", .path = "settings/", .no_secret = true
	};
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	if (hyperchat_call_do(c, &q, &r, e) != HYPERCHAT_GOOD)
		return false;
	if (js_obj(r.root, "settings") == NULL)
		return err_set(e, ERR_UPSTREAM, 0, "%s: no settings in it", q.what);
	*active = c->account->queue_mode;
	if (js_get(r.root, "settings.queue.active") != NULL)
		*active = hyperchat_truth(r.root, "settings.queue.active");
	return true;
}

/* "agents/available?roomIds=1&langs=en" */
static const char *
room_path(struct arena *a, const char *path, const char *room_param,
    const struct hyperchat_room *room, const char *lang_param)
{
	const char *asked =
	    arena_printf(a, "%s?%s=%lld", path, room_param, (long long)room->id);

	if (lang_param == NULL || room->lang == NULL || room->lang[0] == '\0')
		return asked;
	return hyperchat_path(
	    a, arena_printf(a, "%s&%s=", asked, lang_param), room->lang, "");
}

bool
hyperchat_agents_available(const struct hyperchat_call *c,
    const struct hyperchat_room *room, int64_t *n, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat agents",
		.path =
		    room_path(c->arena, "agents/available", "roomIds", room, "langs"),
		.no_secret = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };
	js *agents;

	if (hyperchat_call_do(c, &q, &r, e) != HYPERCHAT_GOOD)
		return false;
	/* An empty map may be written as an empty list or text. */
	agents = js_get(r.root, "agents");
	if (agents == NULL)
		return err_set(e, ERR_UPSTREAM, 0, "%s: no agents in it", q.what);
	*n = js_int_loose(
	    agents, arena_printf(c->arena, "%lld", (long long)room->id), 0);
	return true;
}

bool
hyperchat_agents_online(const struct hyperchat_call *c,
    const struct hyperchat_room *room, bool *any, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat agents",
		.path = room_path(c->arena, "agents/online", "roomId", room, NULL),
		.no_secret = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	if (hyperchat_call_do(c, &q, &r, e) != HYPERCHAT_GOOD)
		return false;
	if (js_get(r.root, "agentsOnline") == NULL)
		return err_set(e, ERR_UPSTREAM, 0, "%s: no agentsOnline in it", q.what);
	*any = hyperchat_truth(r.root, "agentsOnline");
	return true;
}

bool
hyperchat_agent_there_in(const struct hyperchat_call *c,
    const struct hyperchat_room *room, bool queue_mode, struct err *e)
{
	int64_t n = 0;
	bool any = false;

	*e = (struct err){ 0 };
	if (queue_mode)
		return hyperchat_agents_online(c, room, &any, e) && any;
	return hyperchat_agents_available(c, room, &n, e) && n > 0;
}

bool
hyperchat_agent_there(
    const struct hyperchat_call *c, const struct hyperchat_room *room, struct err *e)
{
	bool queue_mode = false;

	return hyperchat_queue_mode(c, &queue_mode, e) &&
	    hyperchat_agent_there_in(c, room, queue_mode, e);
}
