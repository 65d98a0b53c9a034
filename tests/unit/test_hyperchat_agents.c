/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "hyperchat/agents.h"
#include "support/leaks.h"

TestSuite(hyperchat_agents, .fini = no_leaks);

#define SETTINGS(queue) \
	{ \
		.on = "GET /v1/settings/ ", \
		.body = \
		    "{\"settings\":{\"queue\":{\"active\":" queue "},\"lang\":{}}}" \
	}
#define AVAILABLE(json) \
	{ \
		.on = "GET /v1/agents/available?", .body = (json) \
	}
#define ONLINE(json) \
	{ \
		.on = "GET /v1/agents/online?", .body = (json) \
	}
#define FREE_ASKED "GET settings/, GET agents/available?roomIds=1&langs=en"
#define ONLINE_ASKED "GET settings/, GET agents/online?roomId=1"

static const struct hyperchat_room room = { 1, "en" };

Test(hyperchat_agents, is_one_there)
{
	static const struct {
		const char *name;
		struct upstream_step steps[2];
		bool there;
		enum err_kind kind;
		const char *asked;
	} t[] = {
		{ "one is free",
		    { SETTINGS("false"), AVAILABLE("{\"agents\":{\"1\":2}}") }, true,
		    ERR_NONE, FREE_ASKED },
		{ "a number as text",
		    { SETTINGS("\"\""), AVAILABLE("{\"agents\":{\"1\":\"1\"}}") }, true,
		    ERR_NONE, FREE_ASKED },
		{ "none is free",
		    { SETTINGS("0"), AVAILABLE("{\"agents\":{\"1\":0}}") }, false,
		    ERR_NONE, FREE_ASKED },
		{ "in another room",
		    { SETTINGS("null"), AVAILABLE("{\"agents\":{\"2\":3}}") }, false,
		    ERR_NONE, FREE_ASKED },
		{ "an empty list", { SETTINGS("[]"), AVAILABLE("{\"agents\":[]}") },
		    false, ERR_NONE, FREE_ASKED },
		{ "nonsense", { SETTINGS("{}"), AVAILABLE("{\"agents\":{\"1\":[]}}") },
		    false, ERR_NONE, FREE_ASKED },
		{ "no agents", { SETTINGS("false"), AVAILABLE("{}") }, false,
		    ERR_UPSTREAM, FREE_ASKED },
		{ "queue, online",
		    { SETTINGS("true"), ONLINE("{\"agentsOnline\":true}") }, true,
		    ERR_NONE, ONLINE_ASKED },
		{ "queue as text, online as text",
		    { SETTINGS("\"true\""), ONLINE("{\"agentsOnline\":\"true\"}") },
		    true, ERR_NONE, ONLINE_ASKED },
		{ "queue as number, online as number",
		    { SETTINGS("1"), ONLINE("{\"agentsOnline\":1}") }, true, ERR_NONE,
		    ONLINE_ASKED },
		{ "queue, nobody",
		    { SETTINGS("true"), ONLINE("{\"agentsOnline\":false}") }, false,
		    ERR_NONE, ONLINE_ASKED },
		{ "queue, not told", { SETTINGS("true"), ONLINE("{}") }, false,
		    ERR_UPSTREAM, ONLINE_ASKED },
		{ "no settings", { { .body = "{\"error\":{\"message\":\"no app\"}}" } },
		    false, ERR_UPSTREAM, "GET settings/" },
		{ "settings that are none", { { .body = "{\"settings\":[]}" } }, false,
		    ERR_UPSTREAM, "GET settings/" },
		{ "wrong app id", { { .status = 401 } }, false, ERR_DENIED,
		    "GET settings/" },
		{ "settings in HTML", { { .body = "<html>" } }, false, ERR_UPSTREAM,
		    "GET settings/" },
		{ "availability in HTML", { SETTINGS("false"), AVAILABLE("<html>") },
		    false, ERR_UPSTREAM, FREE_ASKED },
		{ "availability down",
		    { SETTINGS("false"), { .how = UP_HANGUP, .times = -1 } }, false,
		    ERR_UPSTREAM, NULL },
		{ "availability silent", { SETTINGS("false"), { .how = UP_STALL } },
		    false, ERR_TIMEOUT, FREE_ASKED },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct err e = { .kind = ERR_IO };

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		if (t[i].kind == ERR_TIMEOUT)
			r.account.timeout_ms = SHORT_MS;
		c = rig_call(&r);
		cr_expect_eq(hyperchat_agent_there(&c, &room, &e), t[i].there, "%s: %s",
		    t[i].name, e.text);
		cr_expect(
		    t[i].there || e.kind == t[i].kind, "%s: %s", t[i].name, e.text);
		if (t[i].asked != NULL)
			cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		cr_expect_not(
		    upstream_has_name(upstream_get(r.up, 0), "x-hyper-secret"),
		    "%s: the app id is enough", t[i].name);
	}
}

Test(hyperchat_agents, any_language)
{
	static const struct upstream_step steps[] = {
		{ .body = "{\"agents\":{\"7\":1}}", .times = -1 }
	};
	const struct hyperchat_room rooms[] = { { 7, "" }, { 7, NULL }, { 7, "p&q" } };
	static const char *const asked[] = { "GET agents/available?roomIds=7",
		"GET agents/available?roomIds=7",
		"GET agents/available?roomIds=7&langs=p%26q" };

	for (size_t i = 0; i < NELEMS(rooms); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct err e = { 0 };
		int64_t n = 0;

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_assert(
		    hyperchat_agents_available(&c, &rooms[i], &n, &e), "%s", e.text);
		cr_expect_eq(n, 1);
		cr_expect_str_eq(rig_asked(&r), asked[i]);
	}
}
