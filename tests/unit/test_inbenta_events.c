/* SPDX-License-Identifier: Apache-2.0 */
/* Events and variables: calls of which the dialogue needs no answer. */
#include "config.h"

#include "unit/inbenta_rig.h"

#include "base/limits.h"
#include "inbenta/events.h"
#include "inbenta/variables.h"
#include "support/leaks.h"

TestSuite(events, .fini = no_leaks);

#define AUTH RIG_AUTH("access", "1200")
#define ON_EVENT .on = "POST /bot/v1/tracking/events "
#define ON_VARIABLE .on = "POST /bot/v1/conversation/variables "

/* What is called in these tests, with texts that have to be escaped. */
static bool
rate(const struct inbenta_call *c, struct err *e)
{
	return inbenta_event_rate(c, "s1", "c\"j", -2, "said \"no\"\n", e);
}

static bool
click(const struct inbenta_call *c, struct err *e)
{
	return inbenta_event_click(c, "s1", "YzE", e);
}

static bool
attended(const struct inbenta_call *c, struct err *e)
{
	static const struct inbenta_chat_event event = { .type = INBENTA_CHAT_ATTENDED,
		.chat = "C\"1",
		.app = "APP",
		.region = "eu" };

	return inbenta_event_chat(c, "s1", &event, e);
}

static bool
unattended(const struct inbenta_call *c, struct err *e)
{
	static const struct inbenta_chat_event event = {
		.type = INBENTA_CHAT_UNATTENDED, .chat = "C1", .app = "", .region = ""
	};

	return inbenta_event_chat(c, "s1", &event, e);
}

static bool
no_agents(const struct inbenta_call *c, struct err *e)
{
	return inbenta_event_mark(c, "s1", INBENTA_CHAT_NO_AGENTS, e);
}

static bool
declined(const struct inbenta_call *c, struct err *e)
{
	return inbenta_event_mark(c, "s1", "CONTACT_\"", e);
}

static bool
variable(const struct inbenta_call *c, struct err *e)
{
	return inbenta_variable_set(c, "s1", "agents_available", "a \"b\"", e);
}

static const struct what {
	const char *name, *on;
	bool (*run)(const struct inbenta_call *c, struct err *e);
	const char *body;
	bool once;
} whats[] = {
	{ "rate", "POST /bot/v1/tracking/events ", rate,
	    "{\"type\":\"rate\",\"data\":{\"code\":\"c\\\"j\",\"value\":-2,\"comment\":"
	    "\"said \\\"no\\\"\\n\"}}",
	    true },
	{ "click", "POST /bot/v1/tracking/events ", click,
	    "{\"type\":\"click\",\"data\":{\"code\":\"YzE\"}}", true },
	{ "attended", "POST /bot/v1/tracking/events ", attended,
	    "{\"type\":\"CHAT_ATTENDED\",\"data\":{\"value\":{\"chatId\":\"C\\\"1\","
	    "\"appId\":\"APP\",\"region\":\"eu\"}}}",
	    true },
	{ "unattended", "POST /bot/v1/tracking/events ", unattended,
	    "{\"type\":\"CHAT_UNATTENDED\",\"data\":{\"value\":{\"chatId\":\"C1\","
	    "\"appId\":\"\",\"region\":\"us\"}}}",
	    true },
	{ "no agents", "POST /bot/v1/tracking/events ", no_agents,
	    "{\"type\":\"CHAT_NO_AGENTS\",\"data\":{\"value\":\"true\"}}", true },
	{ "declined", "POST /bot/v1/tracking/events ", declined,
	    "{\"type\":\"CONTACT_\\\"\",\"data\":{\"value\":\"true\"}}", true },
	{ "variable", "POST /bot/v1/conversation/variables ", variable,
	    "{\"name\":\"agents_available\",\"value\":\"a \\\"b\\\"\"}", false },
};

Test(events, what_is_sent)
{
	for (size_t i = 0; i < NELEMS(whats); i++) {
		struct upstream_step steps[] = { AUTH,
			{ .on = whats[i].on, .body = "{\"success\":true}" } };
		CLEANUP(rig_fini) struct rig r;
		const struct upstream_request *seen;
		struct inbenta_call c;
		struct err e = { 0 };

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_assert(whats[i].run(&c, &e), "%s: %s", whats[i].name, e.text);
		seen = upstream_get(r.up, 1);
		cr_expect_str_eq(seen->body, whats[i].body, "%s", seen->body);
		cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
		cr_expect(upstream_has(seen, "authorization: Bearer access"));
		cr_expect(upstream_has(seen, "x-inbenta-session: Bearer s1"));
		cr_expect(upstream_has(seen, "content-type: application/json"));
	}
}

/* How answers end, and how often each was asked for it. */
Test(events, how_they_end)
{
	static const struct {
		const char *name;
		struct upstream_step step, next;
		enum err_kind kind; /* ERR_NONE: it worked */
		const char *words;
		size_t calls;
	} t[] = {
		{ "a body that is no JSON", { .body = "<html>" }, { 0 }, ERR_NONE, "",
		    1 },
		{ "no body", { .status = 204 }, { 0 }, ERR_NONE, "", 1 },
		{ "token refused", { .status = 401 }, { .body = "{}" }, ERR_NONE, "",
		    2 },
		{ "throttled", { .status = 429, .headers = "Retry-After: 0\r\n" },
		    { .body = "{}" }, ERR_NONE, "", 2 },
		{ "refused twice", { .status = 403, .times = -1 }, { 0 }, ERR_DENIED,
		    "mend api.key", 2 },
		{ "expired",
		    { .status = 400,
			.body =
			    "{\"errors\":[{\"message\":\"Session expired\",\"code\":"
			    "400}]}" },
		    { .body = "{}" }, ERR_UPSTREAM, "session expired", 1 },
		{ "gateway",
		    { .status = 504,
			.body = "{\"message\":\"Endpoint request timed out\"}" },
		    { .body = "{}" }, ERR_TIMEOUT, "gateway", 1 },
		{ "500", { .status = 500 }, { .body = "{}" }, ERR_UPSTREAM,
		    "status 500", 1 },
		{ "400", { .status = 400, .body = "{\"errors\":[{\"code\":7}]}" },
		    { .body = "{}" }, ERR_UPSTREAM, "code 7", 1 },
	};

	for (size_t k = 0; k < NELEMS(whats); k++)
		for (size_t i = 0; i < NELEMS(t); i++) {
			struct upstream_step steps[] = { t[i].step, t[i].next, AUTH };
			CLEANUP(rig_fini) struct rig r;
			struct inbenta_call c;
			struct err e = { 0 };

			steps[0].on = steps[1].on = whats[k].on;
			steps[2].times = -1;
			rig_init(&r, steps, NELEMS(steps));
			c = rig_call(&r);
			cr_expect_eq(whats[k].run(&c, &e), t[i].kind == ERR_NONE,
			    "%s, %s: %s", whats[k].name, t[i].name, e.text);
			cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
			cr_expect_not_null(strstr(e.text, t[i].words), "%s", e.text);
			cr_expect_null(strstr(e.text, "said"), "%s", e.text);
			cr_expect_eq(upstream_count(r.up, whats[k].on), t[i].calls,
			    "%s, %s: %zu", whats[k].name, t[i].name,
			    upstream_count(r.up, whats[k].on));
		}
}

/* A server that hangs up may have counted the event: it does not get it again. */
Test(events, nothing_is_counted_twice)
{
	static const enum upstream_how ends[] = { UP_HANGUP, UP_RESET };

	for (size_t k = 0; k < NELEMS(whats); k++)
		for (size_t i = 0; i < NELEMS(ends); i++) {
			struct upstream_step steps[] = { AUTH,
				{ .on = whats[k].on, .body = "{}" },
				{ .on = whats[k].on, .how = ends[i] },
				{ .on = whats[k].on, .body = "{}", .times = -1 } };
			CLEANUP(rig_fini) struct rig r;
			struct inbenta_call c;
			struct err e = { 0 };

			rig_init(&r, steps, NELEMS(steps));
			c = rig_call(&r);
			cr_assert(whats[k].run(&c, &e), "%s", e.text);
			cr_expect_eq(whats[k].run(&c, &e), !whats[k].once,
			    "%s on a connection in use", whats[k].name);
			cr_expect_eq(upstream_count(r.up, whats[k].on),
			    whats[k].once ? 2 : 3, "%s", whats[k].name);
			if (whats[k].once)
				cr_expect_eq(
				    e.kind, ERR_TIMEOUT, "nobody knows: %s", e.text);
		}
}

/* A gateway that has lost its server knows no more than we whether the event was counted. */
Test(events, a_gateway_without_an_answer_leaves_it_open)
{
	static const int statuses[] = { 502, 504 };

	for (size_t i = 0; i < NELEMS(statuses); i++) {
		struct upstream_step steps[] = { AUTH,
			{ ON_EVENT, .status = statuses[i], .body = "<html>" } };
		CLEANUP(rig_fini) struct rig r;
		struct inbenta_call c;
		struct err e = { 0 };

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_expect_not(rate(&c, &e), "status %d", statuses[i]);
		cr_expect_eq(e.kind, ERR_TIMEOUT, "status %d: %s", statuses[i], e.text);
	}
}

/* Of an event that never went out it is known that it was not counted. */
Test(events, what_did_not_go_out_may_be_told_again)
{
	static const struct {
		const char *name;
		struct upstream_step auth;
		int64_t ms;
	} t[] = {
		{ "no access token, in time", { .how = UP_STALL }, SHORT_MS },
		{ "the authorisation hangs up", { .how = UP_HANGUP }, PATIENCE_MS },
		{ "no time at all", { .how = UP_STALL }, 0 },
		{ "a gateway in front of the authorisation", { .status = 502 },
		    PATIENCE_MS },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { t[i].auth };
		CLEANUP(rig_fini) struct rig r;
		struct inbenta_call c;
		struct err e = { 0 };

		steps[0].times = -1;
		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		c.until_ms = clock_mono_ms(c.clock) + t[i].ms;
		cr_expect_not(rate(&c, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, ERR_UPSTREAM, "%s: %s", t[i].name, e.text);
	}
}

Test(events, a_variable_that_is_not_taken)
{
	static const struct upstream_step steps[] = { AUTH,
		{ ON_VARIABLE, .body = "{\"success\":false}" } };
	CLEANUP(rig_fini) struct rig r;
	struct inbenta_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect_not(variable(&c, &e));
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
}

Test(events, sizes)
{
	static const struct upstream_step steps[] = { AUTH,
		{ ON_EVENT, .body = "{}", .times = -1 } };
	static char code[LIMIT_TRACK_CODE + 1], text[LIMIT_USER_TEXT + 1],
	    longer[8 * (LIMIT_USER_TEXT + LIMIT_TRACK_CODE)];
	CLEANUP(rig_fini) struct rig r;
	struct inbenta_call c;
	struct err e = { 0 };

	memset(code, '\x01', sizeof(code) - 1); /* the longest escape there is */
	memset(text, '\x01', sizeof(text) - 1);
	memset(longer, 'x', sizeof(longer) - 1);
	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect(
	    inbenta_event_rate(&c, "s1", code, INT64_MIN, text, &e), "%s", e.text);
	cr_expect_not(inbenta_event_rate(&c, "s1", longer, 1, "", &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_not(inbenta_event_click(&c, "s1", longer, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_not(inbenta_event_mark(&c, "s1", longer, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_not(inbenta_variable_set(&c, "s1", "x", longer, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_eq(upstream_count(r.up, "POST /bot/v1/tracking/events "), 1);
}
