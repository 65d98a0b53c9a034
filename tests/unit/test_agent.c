/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "agent/agent.h"
#include "support/fake_agent.h"
#include "support/leaks.h"

TestSuite(agent, .fini = no_leaks);

/* Other agents can be put in their place; every call reaches them. */
Test(agent, from_ops)
{
	static const struct agent_event events[] = { { .kind = AGENT_EV_TEXT,
	    .chat_id = "C1" } };
	static const struct agent_field field = { "INQUIRY", "late" };
	static const struct agent_line line = { .by_bot = true, .text = "Hi!" };
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct fake_agent fake = FAKE_AGENT_INIT;
	struct agent *a = agent_from_ops(&fake_agent_ops, &fake);
	struct agent_call call = { .arena = arena };
	struct agent_user user = {
		.id = "twilio-1-2", .name = "Ann", .fields = &field, .n_fields = 1
	};
	struct agent_file file = { .fd = -1, .name = "a.png", .type = "image/png" };
	struct agent_opened opened;
	struct agent_event ev;
	const char *owner = "";
	bool over = true;
	struct err e = { 0 };

	fake.events = events;
	fake.n_events = 1;
	cr_expect_not(agent_enabled(NULL, NULL));
	cr_expect(agent_enabled(a, NULL));
	cr_expect_str_eq(agent_place(a, NULL).app, "APP");
	cr_expect_eq(agent_there(a, &call), AGENT_THERE);
	cr_expect_eq(agent_open(a, &call, &user, &line, 1, &opened, &e), AGENT_OPENED);
	cr_expect_eq(agent_say(a, &call, &opened.chat, "hi", &e), AGENT_DELIVERED);
	cr_expect_str_eq(opened.chat.memory, "1");
	fake.outcome = AGENT_NOT_TAKEN;
	cr_expect_eq(agent_send(a, &call, &opened.chat, &file, &e), AGENT_NOT_TAKEN);
	cr_expect_eq(e.kind, ERR_UPSTREAM);
	cr_expect_eq(agent_state(a, &call, &opened.chat), AGENT_STATE_TALKING);
	cr_expect(agent_leave(a, &call, &opened.chat, true, &e));
	cr_expect_eq(agent_handshake(a, NULL, NULL, NULL), AGENT_SHAKE_REFUSE);
	cr_expect_eq(agent_event_proof(a, NULL, NULL, "0", 1, NULL), AGENT_PROVEN);
	cr_expect_not(agent_event_read(a, NULL, arena, "1", 1, &ev, &e));
	cr_assert(agent_event_read(a, NULL, arena, "0", 1, &ev, &e));
	cr_expect_str_eq(ev.key, "event 0");
	cr_expect(agent_event_owner(a, &call, &ev, &owner, &opened.chat, &over, &e));
	cr_expect_null(owner);
	fake.resolve_fails = 1;
	cr_expect_not(
	    agent_event_resolve(a, &call, AGENT_PROVEN, &opened.chat, &ev, &e));
	cr_expect(agent_event_resolve(a, &call, AGENT_PROVEN, &opened.chat, &ev, &e));
	cr_expect_not(agent_fetch(a, &call, &ev, NULL, &file, &e));
	fake.file = "abc";
	cr_assert(agent_fetch(a, &call, &ev, NULL, &file, &e), "%s", e.text);
	cr_expect_eq(file.size, 3);
	close(file.fd);
	cr_expect_str_eq(fake.did,
	    "there;open twilio-1-2 Ann  +INQUIRY=late [BOT: Hi!];say C1 hi;"
	    "send C1 a.png image/png 0;state C1;leave C1 user;owner C1;fetch ;fetch ;");
	agent_free(a);
	agent_free(NULL);
}
