/* SPDX-License-Identifier: Apache-2.0 */
/* Contents that are called by their own name, with a variable or without. */
#include "config.h"

#include "unit/chat_rig.h"

#include "support/leaks.h"

TestSuite(direct, .fini = no_leaks);

/* It begins what it needs, and is said again to a session that replaces an expired one. */
Test(direct, the_welcome)
{
	static const struct {
		const char *session, *calls;
		struct upstream_step steps[5];
	} t[] = {
		{ NULL, "ACM", { AUTH, BEGIN("s1"), ANSWER("Welcome") } },
		{ "old", "AM", { AUTH, ANSWER("Welcome") } },
		{ "old", "AMCM", { AUTH, EXPIRED, BEGIN("s1"), ANSWER("Welcome") } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct said s = { .session = { t[i].session, RIG_NOW } };
		struct inbenta_say say = { .direct_call = INBENTA_WELCOME };
		struct inbenta_call c;

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = call_of(&r, &profile);
		cr_assert(
		    inbenta_chat_say(&c, &s.session, &say, &s.end, &s.answers, &s.e),
		    "%s", s.e.text);
		cr_expect_str_eq(s.answers.list[0].html, "Welcome");
		cr_expect_str_eq(calls(&r), t[i].calls);
		for (size_t k = 0; k < upstream_requests(r.up); k++)
			if (calls(&r)[k] == 'M')
				cr_expect_str_eq(upstream_get(r.up, k)->body,
				    "{\"directCall\":\"sys-welcome\"}");
	}
}

#define ON_VARIABLE .on = "POST /bot/v1/conversation/variables "
#define SET \
	{ \
		ON_VARIABLE, .body = "{\"success\":true}" \
	}
#define NO_SESSION \
	{ \
		ON_VARIABLE, .status = 400, \
			     .body = "{\"errors\":[{\"message\":\"Session " \
				     "expired\",\"code\":400}]}" \
	}

/*
 * The variable is set in the session in which it is then asked for, whichever of the two
 * calls finds the old one expired; without it the content is asked for all the same.
 */
Test(direct, a_direct_call_with_its_variable)
{
	static const struct {
		const char *name, *session, *calls;
		struct upstream_step steps[7];
	} t[] = {
		{ "new", NULL, "ACVM", { AUTH, BEGIN("s1"), SET, ANSWER("hi") } },
		{ "old", "old", "AVM", { AUTH, SET, ANSWER("hi") } },
		{ "found expired by the variable", "old", "AVCVM",
		    { AUTH, NO_SESSION, BEGIN("s1"), SET, ANSWER("hi") } },
		{ "found expired by the call", "old", "AVMCVM",
		    { AUTH, SET, EXPIRED, BEGIN("s1"), SET, ANSWER("hi") } },
		{ "always expired", "old", "AVCV",
		    { AUTH, NO_SESSION, BEGIN("s1"), NO_SESSION } },
		{ "not taken", "old", "AVM",
		    { AUTH, { ON_VARIABLE, .body = "{\"success\":false}" },
			ANSWER("hi") } },
		{ "500", "old", "AVM",
		    { AUTH, { ON_VARIABLE, .status = 500 }, ANSWER("hi") } },
		{ "gateway", "old", "AVM",
		    { AUTH,
			{ ON_VARIABLE, .status = 504,
			    .body = "{\"message\":\"Endpoint request timed out\"}" },
			ANSWER("hi") } },
		{ "access token refused", "old", "AVAVM",
		    { AUTH, { ON_VARIABLE, .status = 401 }, AUTH, SET, ANSWER("hi") } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct said s = { .session = { t[i].session, RIG_NOW } };
		struct inbenta_say say = { .direct_call = INBENTA_ESCALATE,
			.variable = "agents_available",
			.value = "true",
			.text = "" };
		struct inbenta_call c;
		bool ok;

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = call_of(&r, &profile);
		ok = inbenta_chat_say(&c, &s.session, &say, &s.end, &s.answers, &s.e);
		cr_expect_eq(
		    ok, strchr(t[i].calls, 'M') != NULL, "%s: %s", t[i].name, s.e.text);
		cr_expect_str_eq(calls(&r), t[i].calls, "%s: %s", t[i].name, calls(&r));
		for (size_t k = 0; k < upstream_requests(r.up); k++)
			if (calls(&r)[k] == 'M')
				cr_expect_str_eq(upstream_get(r.up, k)->body,
				    "{\"directCall\":\"escalationStart\"}");
			else if (calls(&r)[k] == 'V')
				cr_expect_str_eq(upstream_get(r.up, k)->body,
				    "{\"name\":\"agents_available\",\"value\":\"true\"}");
	}
}

/* A variable that hangs leaves the user the time for the answer. */
Test(direct, a_variable_that_hangs)
{
	static const struct upstream_step steps[] = { AUTH,
		{ ON_VARIABLE, .how = UP_STALL }, ANSWER("hi") };
	struct inbenta_say say = {
		.direct_call = "x", .variable = "v", .value = "", .text = ""
	};
	CLEANUP(rig_fini) struct rig r;
	struct said s = { .session = { "old", RIG_NOW } };
	struct inbenta_call c;

	rig_init(&r, steps, NELEMS(steps));
	c = call_of(&r, &profile);
	cr_assert(inbenta_chat_say(&c, &s.session, &say, &s.end, &s.answers, &s.e),
	    "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "AVM");
}
