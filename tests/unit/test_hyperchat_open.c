/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "base/limits.h"
#include "hyperchat/open.h"
#include "support/leaks.h"

TestSuite(hyperchat_open, .fini = no_leaks);

#define QUEUE(active) \
	{ \
		.on = "GET /v1/settings/", \
		.body = "{\"settings\":{\"queue\":{\"active\":" active "}}}" \
	}
#define USER(chats) \
	{ \
		.on = "POST /v1/users/", \
		.body = "{\"user\":{\"id\":\"U1\",\"chats\":[" chats "]}}" \
	}
#define USER_AGAIN(chats) \
	{ \
		.on = "GET /v1/users/U1 ", \
		.body = "{\"user\":{\"id\":\"U1\",\"chats\":[" chats "]}}" \
	}
#define CHAT(id, status) \
	{ \
		.on = "GET /v1/chats/" id " ", \
		.body = "{\"chat\":{\"id\":\"" id "\",\"status\":\"" status "\"}}" \
	}
#define FREE(n) \
	{ \
		.on = "GET /v1/agents/available", .body = "{\"agents\":{\"1\":" n "}}" \
	}
#define ONLINE \
	{ \
		.on = "GET /v1/agents/online", .body = "{\"agentsOnline\":true}" \
	}
#define ON_CREATE .on = "POST /v1/chats/ "
#define CREATED \
	{ \
		ON_CREATE, .body = "{\"chat\":{\"id\":\"C5\",\"status\":\"waiting\"}}" \
	}
#define ON_ASSIGN .on = "GET /v1/chats/C5/assign"
#define ASSIGNED \
	{ \
		ON_ASSIGN, .body = "{}" \
	}
#define GONE(id) \
	{ \
		.on = "GET /v1/chats/" id " ", .status = 404, \
		.body = "{\"error\":{\"code\":404}}" \
	}
#define HAS_ONE \
	{ \
		ON_CREATE, \
		    .status = 400, \
		    .body = "{\"error\":{\"message\":\"User already has a chat\"}}" \
	}
#define BEFORE "GET settings/, POST users/, "
#define NO_QUEUE BEFORE "GET agents/available?roomIds=1&langs=en, "

static const struct hyperchat_profile profile = { .external_id = "twilio-1-2",
	.name = "Ann" };
static const struct hyperchat_line lines[] = { { .text = "hello", .said_at = 1 } };
static const struct hyperchat_wish wish = { .user = &profile,
	.room = 1,
	.source = 3,
	.lang = "en",
	.lines = lines,
	.n_lines = NELEMS(lines) };

Test(hyperchat_open, sequences)
{
	static const struct {
		const char *name;
		struct upstream_step steps[8];
		enum hyperchat_opening how;
		const char *chat; /* NULL: none */
		const char *asked;
	} t[] = {
		{ "agents are free",
		    { QUEUE("false"), USER(""), FREE("1"), CREATED, ASSIGNED },
		    HYPERCHAT_OPENED, "C5",
		    NO_QUEUE "POST chats/, GET chats/C5/assign" },
		{ "in the queue", { QUEUE("true"), USER(""), ONLINE, CREATED },
		    HYPERCHAT_OPENED, "C5",
		    BEFORE "GET agents/online?roomId=1, POST chats/" },
		{ "closed and lost chats",
		    { QUEUE("false"), USER("\"C1\",\"C2\""), CHAT("C1", "closed"),
			GONE("C2"), FREE("1"), CREATED, ASSIGNED },
		    HYPERCHAT_OPENED, "C5",
		    BEFORE "GET chats/C1, GET chats/C2, "
			   "GET agents/available?roomIds=1&langs=en, POST chats/, "
			   "GET chats/C5/assign" },
		{ "the second chat is open",
		    { QUEUE("false"), USER("\"C1\",\"C2\",\"C3\""),
			CHAT("C1", "closed"), CHAT("C2", "active") },
		    HYPERCHAT_REUSED, "C2", BEFORE "GET chats/C1, GET chats/C2" },
		{ "one waits already",
		    { QUEUE("true"), USER("\"C1\""), CHAT("C1", "waiting") },
		    HYPERCHAT_REUSED, "C1", BEFORE "GET chats/C1" },
		{ "nobody", { QUEUE("false"), USER(""), FREE("0") }, HYPERCHAT_NO_AGENT,
		    NULL, BEFORE "GET agents/available?roomIds=1&langs=en" },
		{ "cannot be asked",
		    { QUEUE("false"), USER(""),
			{ .on = "GET /v1/agents", .status = 500 } },
		    HYPERCHAT_NO_AGENT, NULL,
		    BEFORE "GET agents/available?roomIds=1&langs=en" },
		{ "they know of a chat that was not listed",
		    { QUEUE("false"), USER(""), FREE("1"), HAS_ONE,
			USER_AGAIN("\"C3\",\"C4\""), CHAT("C3", "closed"),
			CHAT("C4", "waiting") },
		    HYPERCHAT_REUSED, "C4",
		    NO_QUEUE "POST chats/, GET users/U1, GET chats/C3, GET chats/C4" },
		{ "no answer, but a chat",
		    { QUEUE("false"), USER(""), FREE("1"),
			{ ON_CREATE, .how = UP_HANGUP }, USER_AGAIN("\"C5\""),
			CHAT("C5", "waiting"), ASSIGNED },
		    HYPERCHAT_OPENED, "C5",
		    NO_QUEUE "POST chats/, GET users/U1, GET chats/C5, "
			     "GET chats/C5/assign" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_opened o;
		struct err e = { 0 };

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = rig_call(&r);
		cr_assert(
		    hyperchat_open(&c, &wish, &o, &e), "%s: %s", t[i].name, e.text);
		cr_expect_eq(o.how, t[i].how, "%s", t[i].name);
		cr_expect_str_eq(o.user.id, "U1");
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		cr_expect_eq(o.chat.id == NULL, t[i].chat == NULL, "%s", t[i].name);
		if (o.chat.id != NULL)
			cr_expect_str_eq(o.chat.id, t[i].chat, "%s", t[i].name);
	}
}

Test(hyperchat_open, what_is_told)
{
	static const struct upstream_step steps[] = { QUEUE("true"), USER(""), ONLINE,
		CREATED };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_opened o;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert(hyperchat_open(&c, &wish, &o, &e), "%s", e.text);
	cr_expect(o.queue_mode);
	cr_expect_str_eq(upstream_get(r.up, 1)->body,
	    "{\"name\":\"Ann\",\"externalId\":\"twilio-1-2\"}");
	cr_expect_str_eq(upstream_get(r.up, 3)->body,
	    "{\"creator\":\"U1\",\"room\":1,\"source\":3,\"lang\":\"en\",\"history\":"
	    "[{\"sender\":\"U1\",\"message\":\"hello\",\"created\":1}]}");
}

/* behaviour 8.5: who cannot be asked for is not there; nothing is made in his absence */
Test(hyperchat_open, settings_cannot_be_had)
{
	static const struct upstream_step t[] = { { .status = 503 },
		{ .body = "<html>" },
		{ .status = 401, .body = "{\"error\":{\"code\":401}}" },
		{ .how = UP_HANGUP } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_opened o;
		struct err e = { 0 };

		rig_init(&r, &t[i], 1);
		c = rig_call(&r);
		cr_assert(hyperchat_open(&c, &wish, &o, &e), "%zu: %s", i, e.text);
		cr_expect_eq(o.how, HYPERCHAT_NO_AGENT, "%zu", i);
		cr_expect_null(o.chat.id);
		cr_expect_eq(upstream_count(r.up, "POST"), 0, "%zu", i);
	}
}

Test(hyperchat_open, failures)
{
	static const struct {
		const char *name;
		struct upstream_step steps[8];
		enum err_kind kind;
		const char *asked;
	} t[] = {
		{ "no user", { QUEUE("true"), { .status = 500 } }, ERR_UPSTREAM,
		    "GET settings/, POST users/" },
		{ "a listed chat cannot be asked for",
		    { QUEUE("true"), USER("\"C1\""), { .status = 500 } }, ERR_UPSTREAM,
		    BEFORE "GET chats/C1" },
		{ "not created",
		    { QUEUE("false"), USER(""), FREE("1"),
			{ ON_CREATE, .status = 400,
			    .body = "{\"error\":{\"message\":\"bad room\"}}" } },
		    ERR_UPSTREAM, NO_QUEUE "POST chats/" },
		{ "no answer, no chat",
		    { QUEUE("false"), USER(""), FREE("1"), { ON_CREATE, .status = 502 },
			USER_AGAIN("") },
		    ERR_UPSTREAM, NO_QUEUE "POST chats/, GET users/U1" },
		{ "wrong secret",
		    { QUEUE("false"), USER(""), FREE("1"),
			{ ON_CREATE, .status = 401,
			    .body = "{\"error\":{\"code\":401}}" } },
		    ERR_DENIED, NO_QUEUE "POST chats/" },
		{ "not assigned: closed again",
		    { QUEUE("false"), USER(""), FREE("1"), CREATED,
			{ ON_ASSIGN,
			    .body =
				"{\"error\":{\"message\":\"Assignation failed\"}}" },
			{ .on = "DELETE /v1/chats/C5 ", .status = 204 } },
		    ERR_UPSTREAM,
		    NO_QUEUE "POST chats/, GET chats/C5/assign, DELETE chats/C5" },
		{ "not assigned, not closed",
		    { QUEUE("false"), USER(""), FREE("1"), CREATED,
			{ ON_ASSIGN, .status = 500 },
			{ .on = "DELETE", .status = 500 } },
		    ERR_UPSTREAM,
		    NO_QUEUE "POST chats/, GET chats/C5/assign, DELETE chats/C5" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_opened o = { .queue_mode = true };
		struct err e = { 0 };

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = rig_call(&r);
		cr_assert_not(hyperchat_open(&c, &wish, &o, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		cr_expect_null(o.user.id, "%s: nothing handed out", t[i].name);
	}
}

/* The chat is closed again even when the time of the turn has run out over it. */
Test(hyperchat_open, closing_has_time_of_its_own)
{
	static const struct upstream_step steps[] = { QUEUE("false"), USER(""),
		FREE("1"), CREATED, { ON_ASSIGN, .how = UP_STALL },
		{ .on = "DELETE /v1/chats/C5 ", .status = 204 } };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_opened o;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call_in(&r, 3 * SHORT_MS);
	cr_assert_not(hyperchat_open(&c, &wish, &o, &e));
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(upstream_count(r.up, "DELETE"), 1);
}

/* A chat that was made by a call which timed out is found in the time kept back. */
Test(hyperchat_open, a_time_out_leaves_time_to_look)
{
	static const struct upstream_step steps[] = { QUEUE("true"), USER(""), ONLINE,
		{ ON_CREATE, .how = UP_STALL }, USER_AGAIN("\"C5\""),
		CHAT("C5", "waiting") };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_opened o;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call_in(&r, 3 * SHORT_MS);
	cr_assert(hyperchat_open(&c, &wish, &o, &e), "%s", e.text);
	cr_expect_eq(o.how, HYPERCHAT_OPENED);
	cr_expect_str_eq(o.chat.id, "C5");
}

/* An earlier try did not live to tell, or the answer to this one is not known. */
Test(hyperchat_open, in_doubt)
{
	static const struct {
		const char *name;
		struct upstream_step steps[8];
		bool again, fails;
		enum hyperchat_opening how;
		const char *asked;
	} t[] = {
		{ "neither answer nor word",
		    .steps = { QUEUE("false"), USER(""), FREE("1"),
			{ ON_CREATE, .status = 502 }, { .status = 502 } },
		    .how = HYPERCHAT_MAYBE,
		    .asked = NO_QUEUE "POST chats/, GET users/U1" },
		{ "again: it was not made",
		    .steps = { QUEUE("false"), USER(""), FREE("1"), CREATED, ASSIGNED },
		    .again = true, .how = HYPERCHAT_OPENED,
		    .asked = NO_QUEUE "POST chats/, GET chats/C5/assign" },
		{ "again: it was not assigned",
		    .steps = { QUEUE("false"), USER("\"C5\""), CHAT("C5", "waiting"),
			ASSIGNED },
		    .again = true, .how = HYPERCHAT_REUSED,
		    .asked = BEFORE "GET chats/C5, GET chats/C5/assign" },
		{ "again: it was assigned, and rings",
		    .steps = { QUEUE("false"), USER("\"C5\""), CHAT("C5", "waiting"),
			{ ON_ASSIGN, .status = 400,
			    .body = "{\"error\":{\"code\":400}}" },
			FREE("1") },
		    .again = true, .how = HYPERCHAT_REUSED,
		    .asked = BEFORE "GET chats/C5, GET chats/C5/assign, "
				    "GET agents/available?roomIds=1&langs=en" },
		{ "again: nobody is there to take it",
		    .steps = { QUEUE("false"), USER("\"C5\""), CHAT("C5", "waiting"),
			{ ON_ASSIGN, .status = 400,
			    .body = "{\"error\":{\"code\":400}}" },
			FREE("0"), { .on = "DELETE /v1/chats/C5 ", .status = 204 } },
		    .again = true, .fails = true,
		    .asked = BEFORE "GET chats/C5, GET chats/C5/assign, "
				    "GET agents/available?roomIds=1&langs=en, "
				    "DELETE chats/C5" },
		{ "again: an agent is in it",
		    .steps = { QUEUE("false"), USER("\"C5\""), CHAT("C5", "active") },
		    .again = true, .how = HYPERCHAT_REUSED,
		    .asked = BEFORE "GET chats/C5" },
		{ "again: it is in the queue",
		    .steps = { QUEUE("true"), USER("\"C5\""), CHAT("C5", "waiting") },
		    .again = true, .how = HYPERCHAT_REUSED,
		    .asked = BEFORE "GET chats/C5" },
		{ "again: settings cannot be had", .steps = { { .status = 503 } },
		    .again = true, .how = HYPERCHAT_MAYBE, .asked = "GET settings/" },
		{ "again: the user cannot be had",
		    .steps = { QUEUE("true"), { .status = 500 } }, .again = true,
		    .how = HYPERCHAT_MAYBE, .asked = "GET settings/, POST users/" },
		{ "again: his chat cannot be had",
		    .steps = { QUEUE("true"), USER("\"C5\""), { .status = 500 } },
		    .again = true, .how = HYPERCHAT_MAYBE,
		    .asked = BEFORE "GET chats/C5" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_wish again = wish;
		struct hyperchat_opened o = { 0 };
		struct hyperchat_call c;
		struct err e = { 0 };

		again.again = t[i].again;
		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = rig_call(&r);
		cr_expect_eq(hyperchat_open(&c, &again, &o, &e), !t[i].fails, "%s: %s",
		    t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		if (t[i].fails)
			continue;
		cr_expect_eq(o.how, t[i].how, "%s", t[i].name);
		if (t[i].how == HYPERCHAT_MAYBE)
			cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", t[i].name);
		else
			cr_expect_str_eq(o.chat.id, "C5", "%s", t[i].name);
	}
}
