/* SPDX-License-Identifier: Apache-2.0 */
/* The engine and the sandbox's Messenger, which were written by themselves, meet. */
#include "config.h"

#include "unit/office_rig.h"

#include "sandbox/server.h"
#include "support/leaks.h"
#include "support/sandbox_run.h"

TestSuite(tickets_sandbox, .fini = no_leaks);

struct whole {
	struct office_rig o; /* its scripted server is asked nothing */
	struct run run;
};

static void
whole_start(struct whole *w)
{
	char url[200], key[200], secret[300];
	const char *const settings[] = { url, key, secret,
		OFFICE_SET("SURVEY__ACTIVE") "true", OFFICE_SET("SURVEY__ID") "1",
		OFFICE_SET("WORKTIMETABLEACTIVE") "true", OFFICE_SET("ROOMID") "1",
		NULL };

	run_start(&w->run, NULL, 15000);
	snprintf(url, sizeof(url), "BOTLINE_CHAT__MESSENGER__AUTH_URL=%s/inbenta",
	    server_url(w->run.sb->server));
	snprintf(key, sizeof(key), "BOTLINE_CHAT__MESSENGER__KEY=%s",
	    w->run.opts.office_key);
	snprintf(secret, sizeof(secret), "BOTLINE_CHAT__MESSENGER__SECRET=%s",
	    w->run.opts.office_secret);
	office_init(&w->o, NULL, 0, settings);
}

static void
whole_stop(struct whole *w)
{
	cr_expect_eq(upstream_requests(w->o.r.up), 0);
	office_fini(&w->o);
	run_stop(&w->run);
}

static void
arrange(struct whole *w, const char *body)
{
	CLEANUP(got_fini) struct got got;

	run_call(&w->run, "POST", "/sandbox/messenger", NULL, body, &got);
	cr_assert_eq(got.status / 100, 2, "%s: %d %s", body, got.status, got.body.data);
}

/* The sandbox's own view; in the arena. */
static const char *
state(struct whole *w)
{
	CLEANUP(got_fini) struct got got;

	run_call(&w->run, "GET", "/sandbox/messenger", NULL, NULL, &got);
	cr_assert_eq(got.status, 200);
	return arena_strdup(w->o.r.arena, got.body.data);
}

static const char *
phones_of(struct whole *w, const char *contact)
{
	struct agent_call call = office_call(&w->o);
	const char *phones = "";
	struct err e = { 0 };

	switch (tickets_phones(w->o.tickets, &call, contact, &phones, &e)) {
	case PERSON_FOUND:
		return phones;
	case PERSON_UNKNOWN:
		return "unknown";
	case PERSON_NO_PHONES:
		return "none";
	case PERSON_FAILED:
		break;
	}
	return arena_strdup(w->o.r.arena, e.text);
}

/* As JSON and as a form; other fields stay. */
Test(tickets_sandbox, people)
{
	static const char *const takes[] = { "{\"put_takes\":\"json\"}",
		"{\"put_takes\":\"form\"}" };
	CLEANUP(whole_stop) struct whole w;

	whole_start(&w);
	arrange(&w,
	    "{\"people\":[{\"name\":\"Ann\",\"address\":\"ann+x@mail.example\","
	    "\"extra\":[{\"id\":1,\"content\":\"VIP & co\"}]}]}");
	cr_expect_str_eq(phones_of(&w, "nobody@mail.example"), "unknown");
	cr_expect_str_eq(phones_of(&w, "Ann+x@mail.example"), "none");
	for (size_t i = 0; i < NELEMS(takes); i++) {
		const char *phones =
		    i == 0 ? "34900000000-34600111222" : "whatsapp1-whatsapp2";
		struct agent_call call = office_call(&w.o);
		struct err e = { 0 };

		arrange(&w, takes[i]);
		cr_expect_eq(tickets_keep_phones(
				 w.o.tickets, &call, "ann+x@mail.example", phones, &e),
		    PERSON_FOUND, "%s", e.text);
		cr_expect_str_eq(phones_of(&w, "ann+x@mail.example"), phones);
		cr_expect_not_null(strstr(state(&w), "VIP & co"));
	}
}

Test(tickets_sandbox, a_ticket_and_its_survey)
{
	static const struct agent_line lines[] = { { false, "hello", 1714557600 },
		{ true, "<p>Hi!</p>", 1714557601 } };
	static const struct ticket_new new = { .name = "Bob",
		.contact = "bob@mail.example",
		.inquiry = "late parcel",
		.lines = lines,
		.n_lines = NELEMS(lines) };
	CLEANUP(whole_stop) struct whole w;
	struct survey_answer answer = { .value = "x" };
	const char *number = NULL, *is;
	struct survey survey = { 0 };
	struct agent_call call;
	struct err e = { 0 };

	whole_start(&w);
	call = office_call(&w.o);
	cr_assert_eq(tickets_make(w.o.tickets, &call, &new, &number, &e), TICKET_MADE,
	    "%s", e.text);
	is = state(&w);
	cr_expect_not_null(strstr(is, number), "%s: %s", number, is);
	cr_expect_not_null(strstr(is, "late parcel"), "%s", is);
	cr_expect_not_null(strstr(is, "bob@mail.example"), "%s", is);
	cr_expect_not_null(strstr(is, "10:00:00Z"), "%s", is);

	cr_expect_eq(tickets_survey(w.o.tickets, &call, "nochat", NULL, &survey, &e),
	    TICKET_SURVEY_NONE, "%s", e.text);
	cr_assert_eq(tickets_survey(w.o.tickets, &call, "nochat",
			 strpbrk(number, "0123456789"), &survey, &e),
	    TICKET_SURVEY, "%s", e.text);
	cr_assert_gt(survey.n_items, 0);
	for (size_t i = 0; i < survey.n_items && answer.id == NULL; i++) {
		if (survey.items[i].kind == SURVEY_CHOICE)
			answer.value = survey.items[i].choices[0].value;
		if (survey.items[i].kind != SURVEY_SHOWN)
			answer.id = survey.items[i].id;
	}
	cr_assert_not_null(answer.id);
	cr_expect(tickets_hand_in(
		      w.o.tickets, &call, survey.id, survey.token, &answer, 1, &e),
	    "%s", e.text);
	cr_expect_not(tickets_hand_in(
	    w.o.tickets, &call, survey.id, "another token", &answer, 1, &e));
	cr_expect_eq(e.kind, ERR_INPUT);
}

Test(tickets_sandbox, hours)
{
	static const struct {
		const char *body;
		bool open;
	} t[] = { { "{\"hours\":\"open\"}", true },
		{ "{\"hours\":\"closed\"}", false } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(whole_stop) struct whole w;
		struct agent_call call;

		whole_start(&w);
		arrange(&w, t[i].body);
		call = office_call(&w.o);
		cr_expect_eq(
		    tickets_open_now(w.o.tickets, &call), t[i].open, "%s", t[i].body);
	}
}
