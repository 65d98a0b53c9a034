/* SPDX-License-Identifier: Apache-2.0 */
/* After a chat: the link to a survey, and the phones that are kept (T21, F-12, F-13). */
#include "config.h"

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/after_rig.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(after, .init = quiet, .fini = no_leaks);

#define WITH_LINK "surveyId = \"7\";"
#define LINK SAYS_TO_ME(AFTER_LINK)
#define ANN SAYS_TO_ME("Agent Ann has joined the conversation.")

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_result says_hello = RESULT(hello);
static const struct line to_bot = { "yo", &says_hello, "yo", { "Hello" } };

/* Whichever order the events come in, the result is the same. */
Test(after, T21_F13_the_link_comes_once)
{
	static const struct {
		const char *name, *scene, *did;
	} t[] = {
		{ "close, ticket", "CT", AFTER_CLOSED LINK },
		{ "ticket, close", "TC", AFTER_CLOSED LINK },
		{ "ticket alone", "T", AFTER_CLOSED LINK },
		{ "close alone", "C", AFTER_CLOSED },
		{ "over, which is no ticket", "CO", AFTER_CLOSED },
		{ "inactive, ticket", "IT", AFTER_CLOSED LINK },
		{ "nobody, ticket", "NT",
		    SAYS_TO_ME("No agents available") AFTER_CLOSED LINK },
		{ "left elsewhere, ticket", "LT", LINK },
		{ "the user leaves, ticket", "/T", LINK },
		{ "the user leaves, ticket, close", "/TC", LINK },
		{ "two tickets", "CTU", AFTER_CLOSED LINK },
		{ "two tickets, then closed", "TUC", AFTER_CLOSED LINK },
		{ "with an agent", "JCT", ANN AFTER_CLOSED LINK },
		{ "a late text", "TX", AFTER_CLOSED LINK SAYS_TO_ME("hi") },
		{ "the session is lost: close, ticket", "-CT", AFTER_CLOSED LINK },
		{ "the session is lost: ticket, close", "-TC", AFTER_CLOSED LINK },
		{ "lost in between", "C-T", AFTER_CLOSED LINK },
		{ "lost in between, twice", "C-T-U", AFTER_CLOSED LINK },
		{ "the user leaves and is forgotten", "/-T", LINK },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct after r;

		after_init(&r, WITH_LINK);
		r.x.f.link = AFTER_LINK;
		after_open(&r);
		after_come(&r, t[i].scene);
		cr_expect_str_eq(r.x.out.did, t[i].did, "%s", t[i].name);
		cr_expect_eq(event_dead(&r.x), 0, "%s", t[i].name);
		event_user(&r.x, &to_bot);
		after_fini(&r);
	}
}

Test(after, no_link)
{
	static const struct {
		const char *name, *settings, *link, *asked;
	} t[] = {
		{ "none is set up", "surveyId = \"\";", AFTER_LINK, "" },
		{ "there is none", WITH_LINK, NULL, "link 123;" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct after r;

		after_init(&r, t[i].settings);
		r.office.disabled = true;
		r.x.f.link = t[i].link;
		after_open(&r);
		after_come(&r, "CT");
		cr_expect_str_eq(r.x.out.did, AFTER_CLOSED, "%s", t[i].name);
		cr_expect_str_eq(r.x.f.did, t[i].asked, "%s", t[i].name);
		after_fini(&r);
	}
}

/* A chat that was over before anybody here had a note of it is past: no link, no phones. */
Test(after, a_chat_that_is_past)
{
	struct after r;

	after_init(&r, WITH_LINK);
	r.x.f.link = AFTER_LINK;
	r.x.f.owner = "twilio-34900000000-34600111222";
	r.x.f.owned_is_over = true;
	after_come(&r, "T");
	cr_expect_str_eq(r.x.out.did, "");
	cr_expect_str_eq(r.x.f.did, "owner C1;");
	cr_expect_str_eq(r.office.did, "");
	after_fini(&r);
}

/* Law 8: trouble with surveys is nobody's wait, and ends. */
Test(after, the_link_cannot_be_had_at_once)
{
	struct after r;

	after_init(&r, WITH_LINK);
	r.office.disabled = true;
	r.x.f.link = AFTER_LINK;
	r.x.f.link_fails = 3;
	after_open(&r);
	after_take(&r, 'T');
	r.x.s.clock.now_s += 2;
	for (int i = 0; i < 3; i++)
		cr_expect(event_work_one(&r.x));
	cr_expect_str_eq(r.x.f.did, "link 123;", "the event, its text, one try");
	after_take(&r, 'X');
	event_settle(&r.x);
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED SAYS_TO_ME("hi") LINK,
	    "who waits behind it does not");
	cr_expect_eq(event_dead(&r.x), 0);
	after_fini(&r);
}

Test(after, the_link_cannot_be_had)
{
	struct after r;
	int64_t began_s;

	after_init(&r, WITH_LINK);
	r.x.f.link = AFTER_LINK;
	r.x.f.link_fails = -1;
	after_open(&r);
	began_s = r.x.s.clock.now_s;
	after_come(&r, "CT");
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED);
	cr_expect_geq(r.x.s.clock.now_s - began_s, LIMIT_SURVEY_TRY_S);
	cr_expect_leq(r.x.s.clock.now_s - began_s,
	    LIMIT_SURVEY_TRY_S + LIMIT_BACKOFF_MS / 1000 + 10);
	cr_expect_eq(event_dead(&r.x), 0, "best effort");
	after_fini(&r);
}

/* Takes the next job and works it, but its worker dies before it can say so. */
static void
work_and_die(struct after *r, const char *kind)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job_result out;
	struct err e = { 0 };
	struct job job;

	cr_assert_eq(queue_take(r->x.st, a, &job, &e), QUEUE_OK, "%s", e.text);
	cr_expect_str_eq(job.kind, kind);
	(void)event_try(&r->x, a, &job, &out);
	r->x.s.clock.now_s += LIMIT_LEASE_MS / 1000 + 1;
}

/* The worker dies behind each of the steps: the user reads all of it, once. */
Test(after, T21_crashes)
{
	static const char *const orders[] = { "CT", "TC", "T" };

	for (size_t i = 0; i < NELEMS(orders); i++)
		for (int at = 0; at < 2; at++) {
			struct after r;

			after_init(&r, WITH_LINK);
			r.office.disabled = true;
			r.x.f.link = AFTER_LINK;
			after_open(&r);
			if (orders[i][0] == 'C')
				after_come(&r, "C");
			after_take(&r, 'T');
			r.x.s.clock.now_s += 2;
			if (at == 1 && orders[i][0] == 'T')
				cr_expect(event_work_one(&r.x), "the event");
			if (at == 1 && orders[i][0] == 'T')
				cr_expect(event_work_one(&r.x), "its text");
			if (at == 1 && orders[i][0] == 'C')
				cr_expect(event_work_one(&r.x), "the event");
			work_and_die(&r, at == 0 ? "event" : "survey");
			event_settle(&r.x);
			if (orders[i][1] == 'C')
				after_come(&r, "C");
			cr_expect_str_eq(
			    r.x.out.did, AFTER_CLOSED LINK, "%s, %d", orders[i], at);
			after_fini(&r);
		}
}

#define ANN_S "ann@mail.example"
#define ID "twilio-34900000000-34600111222"
#define PHONES "34900000000-34600111222"

Test(after, F12_phones_are_kept)
{
	static const struct {
		const char *name, *scene;
		struct agent_contact who;
		const char *office, *asked, *kept;
	} t[] = {
		{ "closed", "C", { ID, ANN_S }, "keep " ANN_S " " PHONES ";",
		    "contact C1;", PHONES },
		{ "inactive", "I", { ID, ANN_S }, "keep " ANN_S " " PHONES ";",
		    "contact C1;", PHONES },
		{ "left elsewhere", "L", { ID, ANN_S }, "keep " ANN_S " " PHONES ";",
		    "contact C1;", PHONES },
		{ "nobody", "N", { ID, ANN_S }, "keep " ANN_S " " PHONES ";",
		    "leave C1 nobody;contact C1;", PHONES },
		{ "left", "/", { ID, ANN_S }, "keep " ANN_S " " PHONES ";",
		    "leave C1 user;contact C1;", PHONES },
		{ "once for an end", "CIO", { ID, ANN_S }, "keep " ANN_S " " PHONES ";",
		    "contact C1;", PHONES },
		{ "the session is lost", "-C", { ID, ANN_S },
		    "keep " ANN_S " " PHONES ";", "contact C1;", PHONES },
		{ "on WhatsApp", "C",
		    { "twilio-whatsapp14155238886-whatsapp34600111222", ANN_S },
		    "keep " ANN_S " whatsapp14155238886-whatsapp34600111222;",
		    "contact C1;", "whatsapp14155238886-whatsapp34600111222" },
		{ "he has told no contact", "C", { ID, "" }, "", "contact C1;", NULL },
		{ "he is lost", "C", { "", "" }, "", "contact C1;", NULL },
		{ "unknown at the office", "C", { ID, "bob@mail.example" },
		    "keep bob@mail.example " PHONES ";", "contact C1;", NULL },
		{ "known when the ticket is made, at last", "CT", { ID, ANN_S },
		    "keep " ANN_S " " PHONES ";keep " ANN_S " " PHONES ";",
		    "contact C1;contact C1;", PHONES },
		{ "while it is open: nothing", "JX", { ID, ANN_S }, "", "", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct fake_person ann = { .contact = ANN_S };
		struct after r;

		after_init(&r, "surveyId = \"\";");
		r.office.people = &ann;
		r.office.n_people = 1;
		r.x.f.contact = t[i].who;
		after_open(&r);
		after_come(&r, t[i].scene);
		cr_expect_str_eq(r.office.did, t[i].office, "%s", t[i].name);
		cr_expect_str_eq(r.x.f.did, t[i].asked, "%s", t[i].name);
		if (t[i].kept == NULL)
			cr_expect_null(ann.phones, "%s", t[i].name);
		else
			cr_expect_str_eq(ann.phones, t[i].kept, "%s", t[i].name);
		cr_expect_eq(event_dead(&r.x), 0, "%s", t[i].name);
		after_fini(&r);
	}
}

Test(after, F12_no_office)
{
	struct after r;

	after_init(&r, "surveyId = \"\";");
	r.office.disabled = true;
	after_open(&r);
	after_come(&r, "CT");
	cr_expect_str_eq(r.x.f.did, "", "nobody is asked for what nobody keeps");
	after_fini(&r);
}

/* Failures are tried again, in a lane of its own. */
Test(after, F12_trouble)
{
	struct fake_person ann = { .contact = ANN_S };
	struct after r;

	after_init(&r, "surveyId = \"\";");
	r.office.people = &ann;
	r.office.n_people = 1;
	r.office.person_fails = 2;
	r.x.f.contact = (struct agent_contact){ ID, ANN_S };
	r.x.f.contact_fails = 2;
	after_open(&r);
	after_come(&r, "C");
	cr_expect_str_eq(ann.phones, PHONES);
	cr_expect_str_eq(
	    r.x.f.did, "contact C1;contact C1;contact C1;contact C1;contact C1;");
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED);
	cr_expect_eq(event_dead(&r.x), 0);
	after_fini(&r);
}

/* A job that is none is put aside and stops nobody. */
Test(after, jobs_that_are_none)
{
	static const struct new_job jobs[] = {
		{ .lane = "a", .kind = "contact", .body = "{}" },
		{ .lane = "b", .kind = "survey", .body = "[" },
		{ .lane = "c",
		    .kind = "survey",
		    .body = "{\"env\":\"moon\",\"conv\":\"talk\",\"chat\":\"C1\"}" },
		{ .lane = "d", .kind = "hand-in", .body = "{}" },
		{ .lane = "e",
		    .kind = "hand-in",
		    .body =
			"{\"env\":\"moon\",\"id\":\"7\",\"token\":\"\",\"answers\":[]}" },
		{ .lane = "f",
		    .kind = "hand-in",
		    .body = "{\"env\":\"production\",\"id\":\"7\",\"token\":\"\","
			    "\"answers\":[{\"id\":1}]}" },
	};
	struct after r;
	struct err e = { 0 };

	after_init(&r, WITH_LINK);
	cr_assert_eq(queue_add(r.x.st, jobs, NELEMS(jobs), NULL, &e), QUEUE_OK);
	event_settle(&r.x);
	cr_expect_eq(event_dead(&r.x), NELEMS(jobs));
	cr_expect_eq(r.x.worked, NELEMS(jobs), "none is tried twice");
	after_fini(&r);
}
