/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/agent_rig.h"

#include "agent/hyperchat_memory.h"
#include "base/file.h"
#include "base/limits.h"
#include "support/leaks.h"
#include "support/log_capture.h"

TestSuite(agent_hyperchat, .fini = no_leaks);

#define USER "{\"user\":{\"id\":\"U1\",\"chats\":[]}}"
#define CHAT(status) \
	"{\"chat\":{\"id\":\"C5\",\"creator\":\"U1\",\"status\":\"" status "\"}}"
#define QUEUE(value) "{\"settings\":{\"queue\":{" value "}}}"
#define KNOWN "{\"v\":1,\"user\":\"U1\",\"queue\":false}"
#define ON_POST .on = "POST /v1/chats/C5/messages "
#define ON_MESSAGES .on = "GET /v1/chats/C5/messages "
#define ON_UPLOAD .on = "POST /v1/media/ "

Test(agent_hyperchat, engines)
{
	struct err e = { 0 };

	cr_expect_null(agent_new("smoke signals", &clock_system, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "smoke signals"));
}

/* Switched on without all of its credentials is off. */
Test(agent_hyperchat, enabled)
{
	static const struct {
		const char *more, *app, *region;
		bool want;
	} t[] = {
		{ NULL, RIG_APP, "us", true },
		{ SET("REGIONSERVER") "eu", RIG_APP, "eu", true },
		{ SET("ENABLED") "false", RIG_APP, "us", false },
		{ SET("APPID"), "", "us", false },
		{ SET("SECRET"), RIG_APP, "us", false },
		{ SET("SERVER"), RIG_APP, "us", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_place place;

		desk_init(&d, NULL, 0, t[i].more, NULL);
		place = agent_place(d.agent, d.cfg);
		cr_expect_eq(agent_enabled(d.agent, d.cfg), t[i].want, "row %zu", i);
		cr_expect_str_eq(place.app, t[i].app, "row %zu", i);
		cr_expect_str_eq(place.region, t[i].region, "row %zu", i);
	}
}

static const struct upstream_step opening[] = {
	{ .on = "GET /v1/settings/", .body = QUEUE("\"active\":false") },
	{ .on = "POST /v1/users/", .body = USER },
	{ .on = "GET /v1/agents/", .body = "{\"agents\":{\"7\":1}}" },
	{ .on = "POST /v1/chats/", .body = CHAT("waiting") },
	{ .on = "GET /v1/chats/C5/assign", .body = "{}" },
};

/* A guest is named by the configuration, or by his phone. */
Test(agent_hyperchat, guests)
{
	static const struct {
		const char *name, *contact, *guest, *guest_contact, *body;
	} t[] = {
		{ "Ann", "a@b.example", SET("GUESTNAME") "Guest",
		    SET("GUESTCONTACT") "none@b.example",
		    "{\"name\":\"Ann\",\"externalId\":\"twilio-1-2\",\"contact\":\""
		    "a@b.example\"" },
		{ "", "", SET("GUESTNAME") "Guest",
		    SET("GUESTCONTACT") "none@b.example",
		    "{\"name\":\"Guest\",\"externalId\":\"twilio-1-2\",\"contact\":\""
		    "none@b.example\"" },
		{ NULL, NULL, NULL, NULL,
		    "{\"name\":\"+34600\",\"externalId\":\"twilio-1-2\"" },
		{ "", "a@b.example", NULL, NULL,
		    "{\"name\":\"+34600\",\"externalId\":\"twilio-1-2\",\"contact\":\""
		    "a@b.example\"" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_user user = { .id = "twilio-1-2",
			.name = t[i].name,
			.contact = t[i].contact,
			.phone = "+34600" };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_opened o;
		struct agent_call call;
		struct err e = { 0 };
		const char *body;

		desk_init(&d, opening, NELEMS(opening), t[i].guest, t[i].guest_contact);
		call = desk_call(&d);
		cr_expect_eq(agent_open(d.agent, &call, &user, NULL, 0, &o, &e),
		    AGENT_NONE, "no agent in room 1");
		body = upstream_get(d.r.up, 1)->body;
		cr_expect_eq(strncmp(body, t[i].body, strlen(t[i].body)), 0,
		    "row %zu: %s", i, body);
	}
}

/* Room, source and language are the settings'; the lines go along, each with a moment. */
Test(agent_hyperchat, what_a_chat_begins_with)
{
	static const struct agent_line lines[] = {
		{ .text = "hello" },
		{ .text = "hello?", .said_at = 1714557000 },
		{ .by_bot = true, .text = "<p>Hi!</p>" },
		{ .text = " \n" },
	};
	static const struct agent_user user = { .id = "twilio-1-2", .phone = "+34600" };
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_opened o = { 0 };
	struct agent_call call;
	struct err e = { 0 };

	desk_init(&d, opening, NELEMS(opening), SET("ROOMID") "7", SET("SOURCE") "12");
	call = desk_call(&d);
	cr_assert_eq(agent_open(d.agent, &call, &user, lines, NELEMS(lines), &o, &e),
	    AGENT_OPENED, "%s", e.text);
	cr_expect_str_eq(rig_asked(&d.r),
	    "GET settings/, POST users/, GET agents/available?roomIds=7&langs=en, "
	    "POST chats/, GET chats/C5/assign");
	cr_expect_str_eq(upstream_get(d.r.up, 3)->body,
	    "{\"creator\":\"U1\",\"room\":7,\"source\":12,\"lang\":\"en\",\"history\":["
	    "{\"sender\":\"U1\",\"message\":\"hello\",\"created\":1714557000},"
	    "{\"sender\":\"U1\",\"message\":\"hello?\",\"created\":1714557000},"
	    "{\"sender\":\"assistant\",\"message\":\"<p>Hi!</p>\",\"created\":"
	    "1714557000}]}");
	cr_expect_str_eq(o.chat.id, "C5");
	cr_expect_str_eq(o.chat.memory, KNOWN);
}

/* HyperChat's word on the queue counts; without one the configuration's. */
Test(agent_hyperchat, queue_mode)
{
	static const struct {
		const char *settings, *more;
		bool queue;
	} t[] = {
		{ QUEUE("\"active\":true"), NULL, true },
		{ QUEUE("\"active\":false"), SET("QUEUE__ACTIVE") "true", false },
		{ QUEUE(""), SET("QUEUE__ACTIVE") "true", true },
		{ QUEUE(""), NULL, false },
		{ "{\"settings\":{}}", SET("QUEUE__ACTIVE") "true", true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = {
			{ .on = "GET /v1/settings/", .body = t[i].settings },
			{ .on = "GET /v1/agents/online",
			    .body = "{\"agentsOnline\":true}" },
			{ .on = "GET /v1/agents/available", .body = "{\"agents\":[]}" }
		};
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_call call;

		desk_init(&d, steps, NELEMS(steps), t[i].more, NULL);
		call = desk_call(&d);
		cr_expect_eq(agent_there(d.agent, &call),
		    t[i].queue ? AGENT_THERE : AGENT_NOBODY, "row %zu", i);
	}
}

/* Only what did not arrive for sure, and may another time, is tried again. */
Test(agent_hyperchat, tries)
{
	static const struct {
		const char *name;
		struct upstream_step steps[3];
		enum agent_outcome want;
		size_t posts;
		const char *memory; /* NULL: as it was */
	} t[] = {
		{ "taken", { { ON_POST, .body = "{\"message\":{\"id\":\"m7\"}}" } },
		    AGENT_DELIVERED, 1,
		    "{\"v\":1,\"user\":\"U1\",\"last\":\"m7\",\"queue\":false}" },
		{ "taken without an id", { { ON_POST, .body = "{}" } }, AGENT_DELIVERED,
		    1, KNOWN },
		{ "taken at the third try",
		    { { ON_POST, .status = 500, .times = 2 },
			{ ON_MESSAGES, .body = "[]", .times = -1 },
			{ ON_POST, .body = "{\"message\":{\"id\":\"m7\"}}" } },
		    AGENT_DELIVERED, 3,
		    "{\"v\":1,\"user\":\"U1\",\"last\":\"m7\",\"queue\":false}" },
		{ "it had arrived",
		    { { ON_POST, .how = UP_HANGUP, .times = -1 },
			{ ON_MESSAGES,
			    .body = "[{\"id\":\"m8\",\"sender\":\"U1\",\"message\":"
				    "\"hi\",\"created\":1714557600}]" } },
		    AGENT_DELIVERED, 1,
		    "{\"v\":1,\"user\":\"U1\",\"last\":\"m8\",\"queue\":false}" },
		{ "never",
		    { { ON_POST, .how = UP_HANGUP, .times = -1 },
			{ ON_MESSAGES, .body = "[]", .times = -1 } },
		    AGENT_NOT_DELIVERED, LIMIT_AGENT_TRIES, NULL },
		{ "nobody can tell", { { ON_POST, .how = UP_HANGUP, .times = -1 } },
		    AGENT_UNSURE, 1, NULL },
		{ "no time for a second try",
		    { { ON_POST, .status = 500, .times = -1 },
			{ ON_MESSAGES, .body = "[]",
			    .passes_ms = PATIENCE_MS - LIMIT_AGENT_PAUSE_MS } },
		    AGENT_NOT_DELIVERED, 1, NULL },
		{ "our credentials",
		    { { ON_POST, .status = 401, .body = "{\"error\":{\"code\":401}}",
			.times = -1 } },
		    AGENT_NOT_DELIVERED, 1, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_chat chat = { "C5", KNOWN };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_call call;
		struct err e = { 0 };

		desk_init(&d, t[i].steps, NELEMS(t[i].steps), NULL, NULL);
		call = desk_call(&d);
		cr_expect_eq(agent_say(d.agent, &call, &chat, "hi", &e), t[i].want,
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(upstream_count(d.r.up, "POST /v1/chats/C5/messages "),
		    t[i].posts, "%s", t[i].name);
		cr_expect_str_eq(
		    chat.memory, t[i].memory ? t[i].memory : KNOWN, "%s", t[i].name);
	}
}

/* A secret that is refused is the operator's to mend; a server that is down is not. */
Test(agent_hyperchat, how_loud)
{
	static const struct {
		int status;
		const char *level;
	} t[] = { { 401, " error agent " }, { 503, " warn agent " } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step step = { .on = "GET /v1/",
			.status = t[i].status,
			.body = "{}",
			.times = -1 };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_call call;
		struct log_capture log;
		char *said;

		desk_init(&d, &step, 1, NULL, NULL);
		call = desk_call(&d);
		log = log_capture_begin();
		cr_expect_eq(agent_there(d.agent, &call), AGENT_NOBODY);
		said = log_capture_end(&log);
		cr_expect_not_null(
		    strstr(said, t[i].level), "%d: %s", t[i].status, said);
		free(said);
	}
}

/* A file goes out whole with each try. */
Test(agent_hyperchat, files_are_tried_again)
{
	static const struct upstream_step steps[] = { { ON_UPLOAD, .status = 503 },
		{ ON_MESSAGES, .body = "[]" },
		{ ON_UPLOAD, .body = "{\"media\":{\"id\":\"M1\"}}" } };
	struct agent_chat chat = { "C5", KNOWN };
	struct agent_file file = {
		.fd = -1, .size = 7, .name = "a.pdf", .type = "application/pdf"
	};
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_call call;
	struct err e = { 0 };

	cr_assert(file_unnamed(NULL, &file.fd, &e), "%s", e.text);
	cr_assert(file_write_all(file.fd, "content", 7, &e));
	desk_init(&d, steps, NELEMS(steps), NULL, NULL);
	call = desk_call(&d);
	cr_expect_eq(agent_send(d.agent, &call, &chat, &file, &e), AGENT_DELIVERED,
	    "%s", e.text);
	close(file.fd);
	cr_assert_eq(upstream_requests(d.r.up), 3);
	for (size_t i = 0; i < 3; i += 2)
		cr_expect_not_null(
		    strstr(upstream_get(d.r.up, i)->body, "\r\n\r\ncontent\r\n"));
}

/* Nobody listens: each try is sure to have failed. */
Test(agent_hyperchat, a_dead_port)
{
	struct agent_chat chat = { "C5", KNOWN };
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_call call;
	struct err e = { 0 };

	desk_init(&d, NULL, 0, NULL, NULL);
	upstream_free(d.r.up);
	d.r.up = NULL;
	call = desk_call(&d);
	cr_expect_eq(agent_say(d.agent, &call, &chat, "hi", &e), AGENT_NOT_DELIVERED);
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
}

/* A chat that HyperChat does not know, without a memory of who spoke in it. */
Test(agent_hyperchat, a_chat_that_is_gone)
{
	static const struct upstream_step steps[] = {
		{ .status = 404, .body = "{\"error\":{\"code\":404}}", .times = -1 }
	};
	struct agent_chat chat = { "C5", NULL };
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_call call;
	struct err e = { 0 };

	desk_init(&d, steps, NELEMS(steps), NULL, NULL);
	call = desk_call(&d);
	cr_expect_eq(agent_say(d.agent, &call, &chat, "hi", &e), AGENT_OVER);
	cr_expect_eq(agent_state(d.agent, &call, &chat), AGENT_STATE_OVER);
	cr_expect(agent_leave(d.agent, &call, &chat, true, &e), "%s", e.text);
	cr_expect_null(chat.memory);
}

/* Settings that make no account: nothing is called, and the log says which. */
Test(agent_hyperchat, settings_that_are_wrong)
{
	static const struct agent_user user = { .id = "twilio-1-2", .phone = "+34600" };
	struct agent_chat chat = { "C5", KNOWN };
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_opened o;
	struct agent_event ev = { .kind = AGENT_EV_TEXT, .chat_id = "C5", .by = "A1" };
	struct agent_call call;
	struct agent_file file;
	const char *id = NULL;
	bool over;
	struct err e = { 0 };

	desk_init(&d, NULL, 0, SET("APPID") "a b", NULL);
	call = desk_call(&d);
	cr_expect_eq(agent_there(d.agent, &call), AGENT_NOBODY);
	cr_expect_eq(
	    agent_open(d.agent, &call, &user, NULL, 0, &o, &e), AGENT_OPEN_FAILED);
	cr_expect_not_null(strstr(e.text, "chat.chat.appId"), "%s", e.text);
	cr_expect_eq(agent_say(d.agent, &call, &chat, "hi", &e), AGENT_NOT_DELIVERED);
	chat.memory = NULL;
	cr_expect_eq(agent_state(d.agent, &call, &chat), AGENT_STATE_UNKNOWN);
	cr_expect_not(agent_leave(d.agent, &call, &chat, false, &e));
	cr_expect_not(agent_event_owner(d.agent, &call, &ev, &id, &chat, &over, &e));
	cr_expect_not(
	    agent_event_resolve(d.agent, &call, AGENT_PROVEN, &chat, &ev, &e));
	cr_expect_not(agent_fetch(d.agent, &call, &ev, NULL, &file, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_eq(upstream_requests(d.r.up), 0);
}

Test(agent_hyperchat, memory)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ NULL, "{\"v\":1,\"queue\":true}" },
		{ "x", "{\"v\":1,\"queue\":true}" },
		{ "{\"v\":2,\"user\":\"U1\"}", "{\"v\":1,\"queue\":true}" },
		{ KNOWN, KNOWN },
		{ "{\"v\":1,\"user\":\"\",\"last\":7,\"queue\":\"no\",\"agents\":{}}",
		    "{\"v\":1,\"queue\":true}" },
		{ "{\"v\":1,\"user\":\"a b\",\"last\":\"..\"}",
		    "{\"v\":1,\"queue\":true}" },
		{ "{\"v\":1,\"user\":\"U\\\"1\",\"last\":\"m\",\"queue\":false,"
		  "\"agents\":[\"A1\",7,\"\",null,\"A2\"]}",
		    "{\"v\":1,\"user\":\"U\\\"1\",\"last\":\"m\",\"queue\":false,"
		    "\"agents\":[\"A1\",\"A2\"]}" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hc_memory m = hc_memory_read(t[i].in, a);

		cr_expect_str_eq(hc_memory_write(&m, a), t[i].out, "row %zu: %s", i,
		    hc_memory_write(&m, a));
	}
}

/* The longest ids fit; of many agents the newest are known. */
Test(agent_hyperchat, a_full_memory)
{
	char longest[LIMIT_HYPERCHAT_ID + 1];
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct hc_memory m = { .queue = true }, again;

	memset(longest, '"', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	m.user = m.last = longest;
	for (int i = 0; i < HC_AGENTS + 2; i++)
		hc_memory_add_agent(&m, arena_printf(a, "%c%s", 'a' + i, longest + 1));
	hc_memory_add_agent(&m, m.agents[0]);
	cr_expect_eq(m.n_agents, HC_AGENTS);
	again = hc_memory_read(hc_memory_write(&m, a), a);
	cr_expect_leq(strlen(hc_memory_write(&m, a)), AGENT_MEMORY_MAX);
	cr_expect_str_eq(again.user, longest);
	cr_expect_str_eq(again.last, longest);
	cr_assert_eq(again.n_agents, HC_AGENTS);
	cr_expect_eq(again.agents[0][0], 'c');
	cr_expect(hc_memory_is_agent(&again, m.agents[HC_AGENTS - 1]));
	cr_expect_not(hc_memory_is_agent(&again, "A1"));
}
