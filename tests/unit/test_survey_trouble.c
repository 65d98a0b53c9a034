/* SPDX-License-Identifier: Apache-2.0 */
/* A survey in the conversation while something fails, and what a crash leaves behind. */
#include "config.h"

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/fault_vfs.h"
#include "unit/survey_rig.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(survey_trouble, .init = quiet, .fini = no_leaks);

/* A survey that asks nothing, or whose begin fails: law 8. */
Test(survey_trouble, no_survey)
{
	static const struct survey empty = {
		.id = "5", .token = "", .thanks = "", .items = items, .n_items = 1
	};
	static const struct {
		const char *name, *settings;
		enum ticket_survey is;
		int fails;
		bool no_office, empty;
		const char *did, *asked;
	} t[] = {
		{ "switched off", "survey = { active = false; id = 5; };",
		    TICKET_SURVEY, 0, false, false, AFTER_CLOSED, "" },
		{ "no number", "survey = { active = true; id = 0; };", TICKET_SURVEY, 0,
		    false, false, AFTER_CLOSED, "" },
		{ "no office: then the link", BOTH, TICKET_SURVEY, 0, true, false,
		    AFTER_CLOSED SAYS_TO_ME(AFTER_LINK), "" },
		{ "there is none", TALK, TICKET_SURVEY_NONE, 0, false, false,
		    AFTER_CLOSED, "survey C1 -;survey C1 123;" },
		{ "it asks nothing", TALK, TICKET_SURVEY, 0, false, true, AFTER_CLOSED,
		    "survey C1 -;survey C1 123;" },
		{ "it fails twice", TALK, TICKET_SURVEY, 2, false, false,
		    AFTER_CLOSED SAYS_TO_ME(FIRST),
		    "survey C1 -;survey C1 -;survey C1 -;" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct after r;

		begin(&r, t[i].settings);
		r.office.survey_is = t[i].is;
		r.office.survey_fails = t[i].fails;
		r.office.disabled = t[i].no_office;
		if (t[i].empty)
			r.office.survey = empty;
		after_come(&r, "CT");
		cr_expect_str_eq(r.x.out.did, t[i].did, "%s", t[i].name);
		cr_expect_str_eq(r.office.did, t[i].asked, "%s", t[i].name);
		cr_expect_eq(event_dead(&r.x), 0, "%s", t[i].name);
		after_fini(&r);
	}
}

Test(survey_trouble, it_cannot_be_had)
{
	struct after r;

	begin(&r, TALK);
	r.office.survey_fails = -1;
	after_come(&r, "C");
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED);
	cr_expect_eq(event_dead(&r.x), 0, "best effort");
	event_user(&r.x, &(struct line)TO_BOT);
	after_fini(&r);
}

/* Nobody works the queue for some minutes after the chat: nobody is asked any more. */
Test(survey_trouble, too_late_to_ask)
{
	static const struct {
		const char *name, *settings;
		int after_s;
		const char *did;
	} t[] = {
		{ "just in time", TALK, LIMIT_SURVEY_TRY_S - 1,
		    AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "too late", TALK, LIMIT_SURVEY_TRY_S, AFTER_CLOSED },
		{ "a link", "surveyId = \"7\";", LIMIT_SURVEY_TRY_S - 1,
		    AFTER_CLOSED SAYS_TO_ME(AFTER_LINK) },
		{ "a link too late", "surveyId = \"7\";", LIMIT_SURVEY_TRY_S,
		    AFTER_CLOSED },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct after r;

		begin(&r, t[i].settings);
		after_take(&r, 'T');
		r.x.s.clock.now_s += 2;
		cr_expect(event_work_one(&r.x), "the event");
		r.x.s.clock.now_s += t[i].after_s;
		event_settle(&r.x);
		cr_expect_str_eq(r.x.out.did, t[i].did, "%s", t[i].name);
		cr_expect_eq(event_dead(&r.x), 0, "%s", t[i].name);
		after_fini(&r);
	}
}

/* Works jobs until one of that kind is at hand, works it, and dies. False: there is none. */
static bool
die_in(struct after *r, const char *kind)
{
	for (int i = 0; i < 50; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct job_result out;
		struct err e = { 0 };
		enum job_end end;
		struct job job;

		if (queue_take(r->x.st, a, &job, &e) != QUEUE_OK) {
			r->x.s.clock.now_s++;
			continue;
		}
		end = event_try(&r->x, a, &job, &out);
		if (strcmp(job.kind, kind) == 0) {
			r->x.s.clock.now_s += LIMIT_LEASE_MS / 1000 + 1;
			return true;
		}
		cr_expect_eq(event_end(&r->x, &job, end, &out, &e), QUEUE_OK);
	}
	return false;
}

/* Whatever is worked again, the first question is read once, and answers count once. */
Test(survey_trouble, crashes)
{
	static const struct line answers[] = { IN("1", LAST), IN("x", THANKS) };
	static const char *const kinds[] = { "event", "survey", "contact", "send" };

	for (size_t i = 0; i < NELEMS(kinds); i++) {
		struct after r;

		begin(&r, TALK);
		r.x.out.lists = true;
		after_take(&r, 'C');
		cr_expect(die_in(&r, kinds[i]), "%s", kinds[i]);
		event_settle(&r.x);
		cr_expect_eq(after_times(&r, FIRST ";"),
		    1 + after_times(&r, "find +34600111222: " FIRST ";"), "%s: %s",
		    kinds[i], r.x.out.did);
		for (size_t k = 0; k < NELEMS(answers); k++)
			event_user(&r.x, &answers[k]);
		event_settle(&r.x);
		cr_expect_not_null(
		    strstr(r.office.did, "hand-in 5 TK 12=y 13=x;"), "%s", kinds[i]);
		after_fini(&r);
	}
}

/*
 * The chat ends, and its survey is asked for while the queue's disk fails at that call of the
 * try. False: it has no so many calls.
 */
static bool
begin_without(struct after *r, int at)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job_result out;
	struct err e = { 0 };
	enum job_end end;
	struct job job;
	bool met;

	r->office.disabled = true; /* no phones to be kept */
	after_come(r, "/");
	r->office.disabled = false;
	after_take(r, 'T');
	r->x.s.clock.now_s += 2;
	cr_expect(event_work_one(&r->x), "the event");
	for (;;) {
		cr_assert_eq(queue_take(r->x.st, a, &job, &e), QUEUE_OK);
		if (strcmp(job.kind, "survey") == 0)
			break;
		end = event_try(&r->x, a, &job, &out);
		cr_expect_eq(event_end(&r->x, &job, end, &out, &e), QUEUE_OK);
	}
	fault_vfs = (struct fault_vfs){ .fail_at = at, .code = SQLITE_FULL };
	end = event_try(&r->x, a, &job, &out);
	met = fault_vfs.calls >= at;
	fault_vfs.fail_at = 0;
	cr_expect_eq(end, met ? JOB_LATER : JOB_DONE, "%d", at);
	cr_expect_eq(event_end(&r->x, &job, end, &out, &e), QUEUE_OK);
	return met;
}

/*
 * The queue's disk fails at each of its calls in turn while the survey begins, be it behind
 * the commit of the record: another try says the first question, and it is said once.
 */
Test(survey_trouble, it_begins_but_cannot_be_said)
{
	static const struct line answers = IN("1", LAST);
	bool met = true;
	int n = 0;

	fault_vfs_install();
	for (int at = 1; met; at++) {
		struct after r;

		cr_assert_lt(at, 50);
		begin(&r, TALK);
		met = begin_without(&r, at);
		n += met;
		event_settle(&r.x);
		cr_expect_str_eq(r.x.out.did, SAYS_TO_ME(FIRST), "%d", at);
		event_user(&r.x, &answers);
		after_fini(&r);
	}
	cr_expect_gt(n, 2, "%d", n);
}

/* Then the user writes when it is too late for the survey: what is dropped is not said. */
Test(survey_trouble, dropped_before_it_could_be_said)
{
	static const struct line late = { "[+1800]yo", &says_hello, "yo", { "Hello" } };
	static const struct line asked = IN("1", LAST), dropped = TO_BOT;
	bool met = true;
	int n = 0;

	fault_vfs_install();
	for (int at = 1; met; at++) {
		struct after r;
		int said;

		cr_assert_lt(at, 50);
		begin(&r, TALK);
		met = begin_without(&r, at);
		if (met) {
			event_user(&r.x, &late);
			event_settle(&r.x);
			said = after_times(&r, FIRST);
			cr_expect_leq(said, 1, "%d", at);
			n += said == 0;
			event_user(&r.x, said > 0 ? &asked : &dropped);
		}
		after_fini(&r);
	}
	cr_expect_gt(n, 0, "%d", n);
}

/* An answer counts once: what may have arrived is a dead letter, and is not sent again. */
Test(survey_trouble, handing_in)
{
	static const struct line answers[] = { IN("1", LAST), IN("x", THANKS), TO_BOT };
	static const struct {
		const char *name;
		struct err trouble;
		int fails, times, dead;
		bool dies;
	} t[] = {
		{ "fails twice", { ERR_UPSTREAM, 500, "no" }, 2, 3, 0, false },
		{ "is refused", { ERR_INPUT, 400, "no" }, -1, 1, 1, false },
		{ "may have arrived", { ERR_TIMEOUT, 0, "no" }, -1, 1, 1, false },
		{ "is interrupted", { 0 }, 0, 1, 1, true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		int n = 0;
		struct after r;

		begin(&r, TALK);
		after_come(&r, "C");
		r.office.trouble = t[i].trouble;
		r.office.hand_in_fails = t[i].fails;
		for (size_t k = 0; k < NELEMS(answers); k++)
			event_user(&r.x, &answers[k]);
		if (t[i].dies)
			cr_expect(die_in(&r, "hand-in"));
		event_settle(&r.x);
		for (const char *at = r.office.did; (at = strstr(at, "hand-in")); at++)
			n++;
		cr_expect_eq(n, t[i].times, "%s: %d", t[i].name, n);
		cr_expect_eq(event_dead(&r.x), t[i].dead, "%s", t[i].name);
		after_fini(&r);
	}
}

/* The record is lost when the survey has been answered: nobody is asked again. */
Test(survey_trouble, F13_the_session_is_lost_behind_it)
{
	struct after r;

	begin(&r, TALK);
	after_come(&r, "C-T");
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED SAYS_TO_ME(FIRST));
	event_user(&r.x, &(struct line)TO_BOT);
	after_fini(&r);
}
