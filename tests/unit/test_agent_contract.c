/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/agent_rig.h"

#include "agent/agent_hyperchat.h"
#include "support/agent_contract.h"
#include "support/leaks.h"

TestSuite(agent_contract, .fini = no_leaks);

#define CUSTOMER(chats) \
	"{\"user\":{\"id\":\"U1\",\"externalId\":\"twilio-34900-34600\",\"chats\":[" chats \
	"]}}"
#define AGENT \
	"{\"user\":{\"id\":\"A1\",\"providerId\":7,\"name\":\"Robert\"," \
	"\"nickname\":\"Bob\"}}"
#define CHAT(status, queue) \
	"{\"chat\":{\"id\":\"C5\",\"creator\":\"U1\",\"source\":3,\"status\":\"" status \
	"\",\"inQueue\":" queue "}}"
#define SETTINGS(queue) "{\"settings\":{\"queue\":{\"active\":" queue "}}}"
#define NO(code, words) "{\"error\":{\"code\":" #code ",\"message\":\"" words "\"}}"

enum { CALLS = 16 };

/* What each call is answered with when all is well. */
static const struct upstream_step well[CALLS] = {
	{ .on = "GET /v1/settings/ ", .body = SETTINGS("false") },
	{ .on = "GET /v1/agents/available", .body = "{\"agents\":{\"1\":1}}" },
	{ .on = "GET /v1/agents/online", .body = "{\"agentsOnline\":true}" },
	{ .on = "POST /v1/users/ ", .body = CUSTOMER("") },
	{ .on = "GET /v1/users/U1 ", .body = CUSTOMER("\"C5\"") },
	{ .on = "GET /v1/users/A1 ", .body = AGENT },
	{ .on = "POST /v1/chats/ ", .body = CHAT("waiting", "0") },
	{ .on = "GET /v1/chats/C5 ", .body = CHAT("waiting", "1") },
	{ .on = "GET /v1/chats/C5/assign ", .body = "{}" },
	{ .on = "GET /v1/chats/C5/messages ", .body = "[]" },
	{ .on = "POST /v1/chats/C5/messages ",
	    .body = "{\"message\":{\"id\":\"m1\"}}" },
	{ .on = "POST /v1/media/ ", .body = "{\"media\":{\"id\":\"M1\"}}" },
	{ .on = "DELETE /v1/chats/C5", .body = "{}" },
	{ .on = "GET /v1/media/M7 ",
	    .headers = "Content-Type: image/png\r\n",
	    .body = "picture" },
};

/* In place of the answer to the calls that begin like this. */
static void
change(struct upstream_step *steps, const char *on, struct upstream_step to)
{
	for (size_t i = 0; i < CALLS; i++)
		if (steps[i].on != NULL && strncmp(steps[i].on, on, strlen(on)) == 0) {
			to.on = steps[i].on;
			to.times = -1;
			steps[i] = to;
		}
}

static void
set_scene(void *sim, enum agent_scene scene)
{
	static const struct upstream_step
	    queue = { .body = SETTINGS("true") },
	    nobody = { .body = "{\"agents\":{\"1\":0}}" },
	    active = { .body = CHAT("active", "0") },
	    closed = { .body = CHAT("closed", "0") },
	    has_chat = { .body = CUSTOMER("\"C5\"") },
	    over = { .status = 400, .body = NO(400, "Chat is closed") },
	    gone = { .status = 404, .body = NO(404, "Chat not found") },
	    waiting = { .body = CHAT("waiting", "0") },
	    list = { .body = "{\"messages\":[{\"id\":\"m1\",\"sender\":\"U1\","
			     "\"message\":\"" AGENT_CONTRACT_HEARD
			     "\",\"created\":4102444800},{\"id\":\"m2\","
			     "\"sender\":\"U1\",\"type\":\"media\",\"created\":"
			     "4102444800,\"message\":{\"name\":\"p-1.png\"}}]}" },
	    picky = { .status = 403, .body = NO(403, "File type is not allowed") };
	static const struct upstream_step all[N_AGENT_SCENES] = {
		[AGENT_SCENE_DOWN] = { .how = UP_HANGUP },
		[AGENT_SCENE_ERROR] = { .status = 500 },
		[AGENT_SCENE_GARBAGE] = { .body = "<html>" },
		[AGENT_SCENE_SILENT] = { .how = UP_STALL },
	};
	struct upstream_step steps[CALLS];

	memcpy(steps, well, sizeof(steps));
	for (size_t i = 0; i < CALLS; i++)
		steps[i].times = -1;
	if (scene == AGENT_SCENE_QUEUE)
		change(steps, "GET /v1/settings", queue);
	if (scene == AGENT_SCENE_BUSY)
		change(steps, "GET /v1/agents/available", nobody);
	if (scene == AGENT_SCENE_EXISTING) {
		change(steps, "POST /v1/users", has_chat);
		change(steps, "GET /v1/chats/C5 ", active);
	}
	if (scene == AGENT_SCENE_OVER) {
		change(steps, "GET /v1/chats/C5 ", closed);
		change(steps, "POST /v1/chats/C5/messages", over);
		change(steps, "POST /v1/media", over);
		change(steps, "DELETE", gone);
	}
	if (scene == AGENT_SCENE_PICKY)
		change(steps, "POST /v1/media", picky);
	if (scene == AGENT_SCENE_HEARD)
		change(steps, "GET /v1/chats/C5/messages", list);
	if (scene == AGENT_SCENE_HALF) {
		change(steps, "POST /v1/users", has_chat);
		change(steps, "GET /v1/chats/C5 ", waiting);
	}
	if (scene >= AGENT_SCENE_DOWN)
		for (size_t i = 0; i < CALLS; i++)
			if (steps[i].on != NULL)
				change(steps, steps[i].on, all[scene]);
	upstream_script(sim, steps, CALLS - 2);
}

static size_t
calls(void *sim)
{
	return upstream_requests(sim);
}

static bool
heard(void *sim, const char *text)
{
	size_t n = upstream_requests(sim);

	for (size_t i = 0; i < n; i++) {
		const struct upstream_request *q = upstream_get(sim, i);

		if (memmem(q->body, q->body_len, text, strlen(text)) != NULL)
			return true;
	}
	return false;
}

#define EVENT(trigger, data) \
	"{\"trigger\":\"" trigger "\",\"appId\":\"" RIG_APP \
	"\",\"created_at\":1714557700,\"data\":" data "}"
#define SAID(id, sender, type, message) \
	EVENT("messages:new", \
	    "{\"message\":{\"id\":\"" id "\",\"chat\":\"C5\",\"sender\":\"" sender \
	    "\",\"type\":\"" type "\",\"message\":" message "}}")

static const char *
event(enum agent_event_kind kind)
{
	static const char *const bodies[] = {
		[AGENT_EV_NOTHING] = SAID("m8", "U1", "text", "\"mine\""),
		[AGENT_EV_TEXT] = SAID("m9", "A1", "text", "\"<p>Good morning</p>\""),
		[AGENT_EV_MEDIA] = SAID("m10", "A1", "media",
		    "{\"url\":\"/media/M7\",\"type\":\"image/png\",\"name\":\"l.png\"}"),
		[AGENT_EV_JOINED] = EVENT(
		    "invitations:accept", "{\"chatId\":\"C5\",\"userId\":\"A1\"}"),
		[AGENT_EV_QUEUE] = EVENT("queues:update",
		    "{\"chatId\":\"C5\",\"data\":{\"queuePosition\":2}}"),
		[AGENT_EV_CLOSED] =
		    EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"A1\"}"),
		[AGENT_EV_INACTIVE] = EVENT("chats:close",
		    "{\"chatId\":\"C5\",\"userId\":\"system\",\"extraData\":{"
		    "\"reason\":\"inactivity\"}}"),
		[AGENT_EV_LEFT] =
		    EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"U1\"}"),
		[AGENT_EV_NOBODY] = EVENT("forever:alone", "{\"chatId\":\"C5\"}"),
		[AGENT_EV_OVER] =
		    EVENT("system:info", "{\"chatId\":\"C5\",\"data\":{}}"),
		[AGENT_EV_TICKET] = EVENT(
		    "system:info", "{\"chatId\":\"C5\",\"data\":{\"ticketId\":123}}"),
	};

	return bodies[kind];
}

Test(agent_contract, hyperchat)
{
	CLEANUP(env_conf_putp) struct conf *off = env_conf((char *[]){ NULL });
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_contract k;

	desk_init(&d, NULL, 0, NULL, NULL);
	k = (struct agent_contract){ .ops = &agent_hyperchat,
		.clock = &d.r.clock.clock,
		.http = d.r.http,
		.cfg = d.cfg,
		.off = conf_cfg(off, CONF_PRODUCTION),
		.sim = d.r.up,
		.set = set_scene,
		.calls = calls,
		.heard = heard,
		.event = event,
		.file = "picture",
		.shown = "Bob" };
	agent_contract_run(&k);
}
