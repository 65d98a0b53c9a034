/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "agent/tickets.h"
#include "support/fake_tickets.h"
#include "support/leaks.h"

TestSuite(tickets, .fini = no_leaks);

/* Webhooks: proven by the secret alone, the same one twice has the same keys. */
Test(tickets, fake_webhooks)
{
	static const struct ticket_reply replies[] = {
		{ .number = "501", .contact = "ann@mail.example", .html = "Hi" },
		{ .number = "501", .contact = "ann@mail.example", .html = "Hi" },
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct fake_tickets fake = FAKE_TICKETS_INIT;
	struct tickets *t = tickets_from_ops(&fake_tickets_ops, &fake);
	const struct ticket_reply *one, *again, *other;
	struct err e = { 0 };
	size_t n = 0;

	fake.replies = replies;
	fake.n_replies = NELEMS(replies);
	cr_expect(tickets_proof(t, NULL, "ticket-secret"));
	cr_expect_not(tickets_proof(t, NULL, "other"));
	cr_expect_not(tickets_proof(t, NULL, NULL));
	cr_assert(tickets_read(t, arena, "a", 1, &one, &n, &e));
	cr_expect_eq(n, NELEMS(replies));
	cr_assert(tickets_read(t, arena, "a", 1, &again, &n, &e));
	cr_assert(tickets_read(t, arena, "b", 1, &other, &n, &e));
	cr_expect_str_eq(one[0].key, again[0].key);
	cr_expect_str_neq(one[0].key, one[1].key);
	cr_expect_str_neq(one[0].key, other[0].key);
	fake.no_webhook = true;
	cr_expect_not(tickets_read(t, arena, "a", 1, &one, &n, &e));
	cr_expect_eq(e.kind, ERR_INPUT);
	tickets_free(t);
}

static void
see_people(struct fake_tickets *fake, struct tickets *t, const struct agent_call *call)
{
	const char *phones = "";
	struct err e = { 0 };

	cr_expect_eq(
	    tickets_phones(t, call, "bob@mail.example", &phones, &e), PERSON_UNKNOWN);
	cr_expect_eq(
	    tickets_phones(t, call, "ann@mail.example", &phones, &e), PERSON_NO_PHONES);
	cr_expect_eq(
	    tickets_keep_phones(t, call, "ann@mail.example", "1-2", &e), PERSON_FOUND);
	cr_expect_eq(
	    tickets_phones(t, call, "ann@mail.example", &phones, &e), PERSON_FOUND);
	cr_expect_str_eq(phones, "1-2");
	fake->person_fails = 1;
	cr_expect_eq(
	    tickets_phones(t, call, "ann@mail.example", &phones, &e), PERSON_FAILED);
	cr_expect_eq(e.kind, ERR_UPSTREAM);
	cr_expect_str_eq(fake->did,
	    "phones bob@mail.example;phones ann@mail.example;"
	    "keep ann@mail.example 1-2;phones ann@mail.example;"
	    "phones ann@mail.example;");
	fake->did[0] = '\0';
}

static void
see_the_rest(
    struct fake_tickets *fake, struct tickets *t, const struct agent_call *call)
{
	static const struct agent_line line = { .by_bot = true, .text = "Hi!" };
	static const struct survey_answer answer = { "12", "y" };
	struct ticket_new new = { .contact = "ann@mail.example",
		.inquiry = "late",
		.lines = &line,
		.n_lines = 1 };
	const char *number = "";
	struct err e = { 0 };
	struct survey s;

	cr_expect_eq(tickets_make(t, call, &new, &number, &e), TICKET_MADE);
	cr_expect_str_eq(number, "#A-501");
	cr_expect(tickets_open_now(t, call));
	cr_expect_eq(tickets_survey(t, call, "C1", NULL, &s, &e), TICKET_SURVEY);
	cr_expect_str_eq(s.id, "7");
	fake->survey_fails = -1;
	cr_expect_eq(tickets_survey(t, call, "C1", "9", &s, &e), TICKET_SURVEY_FAILED);
	cr_expect(tickets_hand_in(t, call, "7", "T", &answer, 1, &e));
	fake->hand_in_fails = 1;
	cr_expect_not(tickets_hand_in(t, call, "7", "", NULL, 0, &e));
	cr_expect_str_eq(fake->did,
	    "make - ann@mail.example 0 late [BOT: Hi!];hours;survey C1 -;survey C1 9;"
	    "hand-in 7 T 12=y;hand-in 7 -;");
}

/* Other offices can be put in their place; every call reaches them. */
Test(tickets, from_ops)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct fake_person people[] = { { .contact = "ann@mail.example" } };
	struct fake_tickets fake = FAKE_TICKETS_INIT;
	struct tickets *t = tickets_from_ops(&fake_tickets_ops, &fake);
	const struct agent_call call = { .arena = arena };

	cr_expect_not(tickets_enabled(NULL, NULL));
	cr_expect(tickets_enabled(t, NULL));
	fake.people = people;
	fake.n_people = NELEMS(people);
	fake.survey = (struct survey){ .id = "7", .token = "T", .thanks = "" };
	see_people(&fake, t, &call);
	see_the_rest(&fake, t, &call);
	tickets_free(t);
	tickets_free(NULL);
}
