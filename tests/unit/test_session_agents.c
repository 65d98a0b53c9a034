/* SPDX-License-Identifier: Apache-2.0 */
/* What a record keeps of agents and their events, and what it refuses. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "dialog/session.h"
#include "support/leaks.h"

TestSuite(session_agents, .fini = no_leaks);

#define HEAD "{\"version\":5,\"used_at\":5,\"env\":\"production\""
#define NO_PENDING ",\"pending\":{\"kind\":\"none\",\"choices\":[]}"
#define NO_CLAIMS ",\"claims\":[]"

Test(session_agents, refuses)
{
	static const struct {
		const char *name, *record;
		bool ok;
	} t[] = {
		{ "an event",
		    HEAD NO_PENDING
		    ",\"event\":{\"key\":\"k\",\"messages\":[]}" NO_CLAIMS "}",
		    true },
		{ "agents who are none",
		    HEAD NO_PENDING ",\"chat\":{\"id\":\"C\",\"joined\":[1]}" NO_CLAIMS
				    "}",
		    false },
		{ "more agents than are kept",
		    HEAD NO_PENDING
		    ",\"chat\":{\"id\":\"C\",\"joined\":[\"1\",\"2\","
		    "\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}" NO_CLAIMS "}",
		    false },
		{ "an event without its messages",
		    HEAD NO_PENDING ",\"event\":{\"key\":\"k\"}" NO_CLAIMS "}", false },
		{ "an event without its key",
		    HEAD NO_PENDING ",\"event\":{\"messages\":[]}" NO_CLAIMS "}",
		    false },
		{ "an event whose message is none",
		    HEAD NO_PENDING
		    ",\"event\":{\"key\":\"k\",\"messages\":[1]}" NO_CLAIMS "}",
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session s;
		struct err e;

		cr_expect_eq(
		    session_decode(&s, a, t[i].record, strlen(t[i].record), &e),
		    t[i].ok, "%s", t[i].name);
	}
}

Test(session_agents, what_an_event_says_has_a_limit)
{
	static char big[LIMIT_EVENT_BYTES / 2];
	const struct message m[] = { { "a", NULL, 0 }, { big, NULL, 0 },
		{ big, NULL, 0 }, { "b", NULL, 0 } };
	struct session s = { 0 };

	memset(big, 'x', sizeof(big) - 1);
	cr_expect_eq(
	    session_event(&s, "k", m, 4), 2, "in order, none left out between");
	cr_expect_str_eq(s.event.key, "k");
	cr_expect_eq(s.event.n, 2);
	cr_expect_eq(session_event(&s, "l", m, 1), 1);
	cr_expect_str_eq(s.event.key, "l");
	cr_expect_eq(s.event.n, 1);
}

Test(session_agents, agents_join_once)
{
	static const char *const ids[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
	struct chat c = { 0 };

	_Static_assert(NELEMS(ids) == LIMIT_CHAT_AGENTS, "as many as are kept");
	for (size_t i = 0; i < NELEMS(ids); i++)
		cr_expect(session_joined(&c, ids[i]));
	for (size_t i = 0; i < NELEMS(ids); i++)
		cr_expect_not(session_joined(&c, ids[i]), "%s", ids[i]);
	cr_expect(session_joined(&c, "9"));
	cr_expect_eq(c.n_joined, LIMIT_CHAT_AGENTS);
	cr_expect_not(session_joined(&c, "9"));
	cr_expect(session_joined(&c, "1"), "the first was forgotten");
}
