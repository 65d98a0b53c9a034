/* SPDX-License-Identifier: Apache-2.0 */
/* The stand-in for HyperChat, asked by REST. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

static struct run run;
static struct arena *mem;
static const char *user, *chat; /* of begin() */

static void
setup(void)
{
	not_for_ever();
	run_start(&run, NULL, PATIENCE_MS);
	mem = arena_new();
}

static void
teardown(void)
{
	arena_free(mem);
	run_stop(&run);
#ifdef HAVE_LSAN
	no_leaks();
#endif
}

TestSuite(sandbox_hyper, .init = setup, .fini = teardown);

#define V1 "/hyperchat/v1/"
#define APP "Content-Type: application/json\nx-hyper-appid: sandbox-app\n"

/* The answer's member, copied; fails unless the status is the one. */
static const char *
ask(const char *method, const char *path, const char *body, int status,
    const char *member)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, method, path, NULL, body, &g);
	cr_expect_eq(g.status, status, "%s %s %s: %d %s", method, path,
	    body != NULL ? body : "", g.status, g.body.data);
	return arena_strdup(mem, js_str(g.json, member, ""));
}

static void
act(const char *body, int status)
{
	ask("POST", "/desk/api/act", body, status, "error");
}

/* A user, and his chat. */
static void
begin(const char *external)
{
	user = ask("POST", V1 "users/",
	    arena_printf(mem, "{\"name\":\"Ann\",\"externalId\":\"%s\"}", external),
	    200, "user.id");
	chat = ask("POST", V1 "chats/",
	    arena_printf(mem,
		"{\"creator\":\"%s\",\"room\":1,\"source\":3,\"lang\":\"en\"}", user),
	    200, "chat.id");
	cr_assert(*user != '\0' && *chat != '\0');
}

static const char *
status_of(const char *id)
{
	return ask(
	    "GET", arena_printf(mem, V1 "chats/%s", id), NULL, 200, "chat.status");
}

Test(sandbox_hyper, credentials)
{
	static const struct {
		const char *name, *path, *headers;
		int status;
	} t[] = {
		{ "settings need no secret", V1 "settings/", APP, 200 },
		{ "nor do agents", V1 "agents/online?roomId=1", APP, 200 },
		{ "no appid", V1 "settings", "", 401 },
		{ "another appid", V1 "settings", "x-hyper-appid: x", 401 },
		{ "users do", V1 "users?externalId=x", APP, 403 },
		{ "another secret", V1 "users/?externalId=x", APP "x-hyper-secret: x",
		    403 },
		{ "a secret in the address", V1 "users/?externalId=x&secret=1", NULL,
		    403 },
		{ "by its value", V1 "chats/C1?k=c2FuZGJveC1oeXBlcmNoYXQ", NULL, 403 },
		{ "an appId in the address", V1 "settings/?appId=1", NULL, 403 },
		{ "all good", V1 "users?externalId=x", NULL, 200 },
		{ "nothing there", V1 "nothing", NULL, 404 },
		{ "an empty part", V1 "chats//messages", NULL, 404 },
		{ "too deep", V1 "chats/a/b/c/d", NULL, 404 },
	};
	CLEANUP(got_fini) struct got state;

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "GET", t[i].path, t[i].headers, NULL, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].name, g.status);
		if (t[i].status != 200)
			cr_expect_eq(js_int(g.json, "error.code", 0), t[i].status, "%s",
			    t[i].name);
	}
	run_call(&run, "GET", "/sandbox/hyperchat", NULL, NULL, &state);
	cr_expect_eq(json_object_array_length(js_arr(state.json, "leaks")), 3);
}

Test(sandbox_hyper, users)
{
	const char *id = ask("POST", V1 "users/",
	    "{\"name\":\"Ann\",\"externalId\":\"twilio-1\",\"contact\":\"a@b.example\","
	    "\"extraInfo\":{\"INQUIRY\":\"late\"}}",
	    200, "user.id");
	const char *path = arena_printf(mem, V1 "users/%s", id);
	static const struct {
		const char *name, *body;
		int status;
	} t[] = {
		{ "known", "{\"name\":\"B\",\"externalId\":\"twilio-1\"}", 409 },
		{ "name", "{\"name\":1}", 400 },
		{ "extraInfo", "{\"extraInfo\":[]}", 400 },
		{ "not JSON", "{", 400 },
		{ "a list", "[]", 400 },
		{ "without externalId", "{\"name\":\"B\"}", 200 },
	};
	CLEANUP(got_fini) struct got g;
	js *found;

	for (size_t i = 0; i < NELEMS(t); i++)
		ask("POST", V1 "users/", t[i].body, t[i].status, "");
	run_call(&run, "GET", V1 "users/?externalId=twilio-1", NULL, NULL, &g);
	found = json_object_array_get_idx(js_arr(g.json, "users"), 0);
	cr_expect_str_eq(js_str(found, "id", ""), id);
	cr_expect_str_eq(js_str(found, "extraInfo.INQUIRY", ""), "late");
	cr_expect_null(js_get(found, "providerId"), "no agent");
	cr_expect_str_eq(
	    ask("PUT", path, "{\"name\":\"Ann Lee\"}", 200, "user.name"), "Ann Lee");
	cr_expect_str_eq(
	    ask("GET", path, NULL, 200, "user.contact"), "a@b.example", "it stays");
	cr_expect_str_eq(
	    ask("GET", V1 "users/A1", NULL, 200, "user.providerId"), "1", "an agent");
	ask("GET", V1 "users/U999", NULL, 404, "");
	ask("PUT", V1 "users/U999", "{}", 404, "");
	ask("POST", arena_printf(mem, "%s/activity", path), "{\"type\":\"writing\"}",
	    200, "");
	ask("POST", arena_printf(mem, "%s/activity", path), "{}", 400, "");
}

Test(sandbox_hyper, chats_are_checked)
{
	static const struct {
		const char *rest, *says;
		int status;
	} t[] = {
		{ "\"room\":\"1\",\"source\":3", "room must be a number", 400 },
		{ "\"room\":1,\"source\":\"3\"", "source must be a number", 400 },
		{ "\"room\":1,\"source\":3,\"lang\":1", "lang must be a text", 400 },
		{ "\"room\":1,\"source\":3,\"history\":{}", "history must be a list",
		    400 },
		{ "\"room\":1,\"source\":3,\"history\":[{\"sender\":\"bot\","
		  "\"message\":\"x\",\"created\":1}]",
		    "a sender in history", 400 },
		{ "\"room\":1,\"source\":3,\"history\":[{\"sender\":\"assistant\","
		  "\"message\":\"\",\"created\":1}]",
		    "a message in history", 400 },
		{ "\"room\":1,\"source\":3,\"history\":[{\"sender\":\"assistant\","
		  "\"message\":\"x\",\"created\":\"1\"}]",
		    "created in history", 400 },
		{ "\"room\":1,\"source\":3", "User already has a chat", 409 },
	};

	begin("twilio-1");
	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *body =
		    arena_printf(mem, "{\"creator\":\"%s\",%s}", user, t[i].rest);
		const char *says =
		    ask("POST", V1 "chats/", body, t[i].status, "error.message");

		cr_expect(strncmp(says, t[i].says, strlen(t[i].says)) == 0, "%s: %s",
		    t[i].rest, says);
	}
	ask("POST", V1 "chats/", "{\"creator\":\"U0\",\"room\":1,\"source\":3}", 404,
	    "");
	ask("GET", V1 "chats/C0", NULL, 404, "");
	ask("GET", V1 "chats/C0/messages", NULL, 404, "");
	ask("DELETE", V1 "chats/C0", NULL, 404, "");
}

Test(sandbox_hyper, a_chat)
{
	CLEANUP(got_fini) struct got g;
	const char *path, *m;

	begin("twilio-1");
	path = arena_printf(mem, V1 "chats/%s/messages", chat);
	cr_expect_str_eq(status_of(chat), "waiting");
	ask("GET", arena_printf(mem, V1 "chats/%s/assign", chat), NULL, 200, "");
	ask("GET", arena_printf(mem, V1 "chats/%s/assign", chat), NULL, 400, "");
	act(arena_printf(mem, "{\"do\":\"say\",\"chat\":\"%s\",\"text\":\"x\"}", chat),
	    409);
	act(arena_printf(
		mem, "{\"do\":\"accept\",\"chat\":\"%s\",\"agent\":\"A1\"}", chat),
	    204);
	cr_expect_str_eq(status_of(chat), "active");
	m = arena_printf(mem,
	    "{\"chatId\":\"%s\",\"sender\":\"%s\",\"message\":\"hello\"}", chat, user);
	cr_expect_str_eq(ask("POST", path, m, 200, "message.message"), "hello");
	act(arena_printf(
		mem, "{\"do\":\"say\",\"chat\":\"%s\",\"text\":\"<p>Hi</p>\"}", chat),
	    200);
	ask("POST", path, "{\"chatId\":\"C0\",\"message\":\"x\"}", 400, "");
	ask("POST", path,
	    arena_printf(
		mem, "{\"chatId\":\"%s\",\"sender\":\"A2\",\"message\":\"x\"}", chat),
	    403, "");
	run_call(&run, "GET", path, NULL, NULL, &g);
	cr_assert_eq(json_object_array_length(js_arr(g.json, "messages")), 2);
	cr_expect_str_eq(
	    js_str(
		json_object_array_get_idx(js_arr(g.json, "messages"), 1), "sender", ""),
	    "A1");
	ask("DELETE", arena_printf(mem, V1 "chats/%s?userId=%s", chat, user), NULL, 200,
	    "");
	cr_expect_str_eq(status_of(chat), "closed");
	ask("POST", path, m, 400, "");
	ask("DELETE", arena_printf(mem, V1 "chats/%s", chat), NULL, 400, "");
}

Test(sandbox_hyper, history)
{
	CLEANUP(got_fini) struct got g;
	const char *path, *body;

	begin("twilio-1");
	path = arena_printf(mem, V1 "chats/%s/history", chat);
	body = arena_printf(mem,
	    "{\"history\":[{\"sender\":\"%s\",\"message\":\"hi\",\"created\":1},"
	    "{\"sender\":\"assistant\",\"message\":\"<p>Hi!</p>\",\"created\":2}]}",
	    user);
	ask("POST", path, body, 200, "");
	ask("POST", path, "{}", 400, "");
	run_call(&run, "GET", path, NULL, NULL, &g);
	cr_expect_eq(json_object_array_length(js_arr(g.json, "history")), 2);
}

static int64_t
available(const char *query)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, "GET", arena_printf(mem, V1 "agents/available?%s", query), NULL,
	    NULL, &g);
	return js_int(g.json, "agents.1", js_int(g.json, "agents.2", -1));
}

Test(sandbox_hyper, agents)
{
	cr_expect_eq(available("roomIds=1"), 1, "one is online at start");
	act("{\"do\":\"online\",\"agent\":\"A2\"}", 204);
	cr_expect_eq(available("roomIds=1"), 2);
	ask("POST", "/sandbox/hyperchat",
	    "{\"agents\":[{\"id\":\"A1\",\"slots\":1,\"langs\":[\"en\"]},"
	    "{\"id\":\"A2\",\"rooms\":[2],\"langs\":[\"es\"]}]}",
	    204, "");
	cr_expect_eq(available("roomIds=1"), 1);
	cr_expect_eq(available("roomIds=1&langs=es"), 0);
	cr_expect_eq(available("roomIds=2&langs=es"), 1);
	begin("twilio-1");
	ask("GET", arena_printf(mem, V1 "chats/%s/assign", chat), NULL, 200, "");
	cr_expect_eq(available("roomIds=1"), 0, "no free slot");
	begin("twilio-2");
	cr_expect_str_eq(ask("GET", arena_printf(mem, V1 "chats/%s/assign", chat), NULL,
			     400, "error.message"),
	    "No agents available");
	act("{\"do\":\"online\",\"agent\":\"A1\",\"on\":false}", 204);
	ask("POST", "/sandbox/hyperchat", "{\"agents\":[{\"id\":\"\"}]}", 400, "");
	ask("POST", "/sandbox/hyperchat",
	    arena_printf(mem, "{\"agents\":[{\"id\":\"%s\"}]}", user), 400, "");
	ask("POST", "/sandbox/hyperchat",
	    "{\"agents\":[{\"id\":\"A3\",\"rooms\":[\"1\"]}]}", 400, "");
	ask("DELETE", "/sandbox/hyperchat", NULL, 204, "");
	cr_expect_eq(available("roomIds=1"), 1, "as at start");
	ask("GET", arena_printf(mem, V1 "chats/%s", chat), NULL, 404, "");
}

Test(sandbox_hyper, queue)
{
	CLEANUP(got_fini) struct got g;
	const char *first;

	act("{\"do\":\"queue\"}", 204);
	run_call(&run, "GET", V1 "settings/", NULL, NULL, &g);
	cr_expect(js_bool(g.json, "settings.queue.active", false));
	begin("twilio-1");
	first = chat;
	begin("twilio-2");
	ask("GET", arena_printf(mem, V1 "chats/%s/assign", chat), NULL, 400, "");
	act(arena_printf(
		mem, "{\"do\":\"accept\",\"chat\":\"%s\",\"agent\":\"A1\"}", first),
	    204);
	got_fini(&g);
	run_call(&run, "GET", arena_printf(mem, V1 "chats/%s", chat), NULL, NULL, &g);
	cr_expect_eq(js_int(g.json, "chat.inQueue", 0), 1);
	ask("POST", "/sandbox/hyperchat",
	    "{\"agents\":[{\"id\":\"A2\",\"auto\":true,\"online\":true}]}", 204, "");
	cr_expect_str_eq(status_of(chat), "active", "he takes it by himself");
}

/* Calls are recorded with names and queries, and go wrong on demand. */
Test(sandbox_hyper, faults)
{
	CLEANUP(got_fini) struct got g;
	js *call;

	ask("POST", "/sandbox/fault", "{\"call\":\"hc.users\",\"fault\":\"status\"}",
	    204, "");
	cr_expect_str_eq(
	    ask("GET", V1 "users/?externalId=a", NULL, 500, "error.message"),
	    "Internal error");
	ask("POST", "/sandbox/fault", "{\"call\":\"hc\",\"fault\":\"throttle\"}", 204,
	    "");
	ask("GET", V1 "settings/", NULL, 429, "");
	ask("GET", V1 "settings/", NULL, 200, "");
	run_call(&run, "GET", "/sandbox/calls?since=0", NULL, NULL, &g);
	cr_assert_eq(json_object_array_length(js_arr(g.json, "calls")), 3);
	call = json_object_array_get_idx(js_arr(g.json, "calls"), 0);
	cr_expect_str_eq(js_str(call, "call", ""), "hc.users.find");
	cr_expect_str_eq(js_str(call, "query.externalId", ""), "a");
	cr_expect_eq(js_int(call, "status", 0), 500);
}
