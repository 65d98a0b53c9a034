/* SPDX-License-Identifier: Apache-2.0 */
/* Events while something fails, and what a crash leaves behind. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "store/conv.h"
#include "support/event_stage.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(event_trouble, .init = quiet, .fini = no_leaks);

#define EV(k, ...) \
	{ \
		.kind = AGENT_EV_##k, .chat_id = "C1", __VA_ARGS__ \
	}
#define CLOSED SAYS_TO_ME("Chat closed")

static const struct agent_event hi[] = { EV(TEXT, .by = "A1", .html = "hi") };

static void
begin(struct event_stage *x, const struct agent_event *events, size_t n)
{
	event_stage_init(x, NULL, 0);
	event_open_chat(x);
	x->f.events = events;
	x->f.n_events = n;
}

Test(event_trouble, who_said_it_cannot_be_asked)
{
	struct event_stage x;

	begin(&x, hi, 1);
	x.f.resolve_fails = 2;
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	cr_expect_eq(
	    x.worked, 4, "two tries that fail, one that does, and the message");
	event_stage_fini(&x);
}

/* Others wait behind it: what came first is said first. */
Test(event_trouble, order_outlives_failures)
{
	static const struct agent_event two[] = { EV(TEXT, .by = "A1", .html = "one"),
		EV(TEXT, .by = "A1", .html = "two") };
	struct event_stage x;

	begin(&x, two, 2);
	x.f.resolve_fails = 3;
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	cr_expect_eq(event_take(&x, 1), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("one") SAYS_TO_ME("two"));
	event_stage_fini(&x);
}

/* But not for ever: it is put aside, and they go on. */
Test(event_trouble, nobody_can_be_asked_for_long)
{
	static const struct agent_event two[] = { EV(TEXT, .by = "A1", .html = "one"),
		EV(TEXT, .by = "A1", .html = "two") };
	struct event_stage x;

	begin(&x, two, 2);
	x.f.resolve_fails = LIMIT_EVENT_TRIES;
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	cr_expect_eq(event_take(&x, 1), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("two"));
	cr_expect_eq(event_dead(&x), 1, "an operator can see it");
	event_stage_fini(&x);
}

Test(event_trouble, agents_are_switched_off)
{
	struct event_stage x;

	begin(&x, hi, 1);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	x.f.disabled = true;
	event_settle(&x);
	cr_expect_str_eq(x.out.did, "");
	cr_expect_eq(event_dead(&x), 1, "an operator can see it");
	event_stage_fini(&x);
}

Test(event_trouble, an_event_without_proof_is_looked_up)
{
	struct event_stage x;

	begin(&x, hi, 1);
	cr_expect_eq(event_take_as(&x, 0, AGENT_UNPROVEN), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_eq(x.f.resolved_as, AGENT_UNPROVEN);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	event_stage_fini(&x);
}

/* What was learned of a chat is there when its session is not. */
Test(event_trouble, what_is_learned_is_kept)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct event_stage x;
	struct chat_row row;
	struct err e = { 0 };

	begin(&x, hi, 1);
	x.f.learns = "who \"A1\" is";
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	event_settle(&x);
	cr_assert_eq(chats_find(x.st, "production", "C1", a, &row, &e), CHATS_OK);
	cr_expect_str_eq(row.extra,
	    "{\"v\":1,\"memory\":\"who \\\"A1\\\" is\",\"url\":\"" EVENT_URL "\"}");
	event_stage_fini(&x);
}

/* The chat can have an agent again, or not: who knows. */
Test(event_trouble, whether_nobody_is_left_cannot_be_asked)
{
	static const struct agent_event events[] = { EV(TEXT, .by = "A1", .html = "hi"),
		EV(NOBODY) };
	struct event_stage x;

	begin(&x, events, 2);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	event_settle(&x);
	x.f.state = AGENT_STATE_UNKNOWN;
	cr_expect_eq(event_take(&x, 1), EVENT_TAKEN);
	x.s.clock.now_s += 2;
	cr_expect(event_work_one(&x));
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	x.f.state = AGENT_STATE_QUEUED;
	event_settle(&x);
	cr_expect_str_eq(
	    x.out.did, SAYS_TO_ME("hi") SAYS_TO_ME("No agents available") CLOSED);
	event_stage_fini(&x);
}

/*
 * The worker dies between the commit of the record and the end of the job, and the job is
 * worked again: the phone gets all of it, once.
 */
Test(event_trouble, a_crash_before_the_end_of_the_job)
{
	static const struct {
		struct agent_event event;
		const char *did, *notes, *asked;
	} t[] = {
		{ EV(TEXT, .by = "A1", .html = "hi"), SAYS_TO_ME("hi"), "", "" },
		{ EV(JOINED, .by = "A1", .shown = "Ann"),
		    SAYS_TO_ME("Agent Ann has joined the conversation."),
		    "came C1 APP eu;", "" },
		{ EV(QUEUE, .position = 2),
		    SAYS_TO_ME("There are 2 people ahead of you."), "", "" },
		{ EV(CLOSED, .by = "A1"), CLOSED, "none came C1 APP eu;", "" },
		{ EV(OVER), CLOSED, "none came C1 APP eu;", "" },
		{ EV(NOBODY), SAYS_TO_ME("No agents available") CLOSED,
		    "none came C1 APP eu;", "leave C1 nobody;" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct job_result r;
		struct event_stage x;
		struct err e = { 0 };
		struct job job;

		begin(&x, &t[i].event, 1);
		cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
		x.s.clock.now_s += 2;
		cr_assert_eq(queue_take(x.st, a, &job, &e), QUEUE_OK, "%s", e.text);
		cr_expect_eq(event_try(&x, a, &job, &r), JOB_DONE);
		x.s.clock.now_s += LIMIT_LEASE_MS / 1000 + 1;
		event_settle(&x);
		cr_expect_eq(
		    event_end(&x, &job, JOB_DONE, &r, &e), QUEUE_LOST, "%zu", i);
		event_settle(&x);
		cr_expect_str_eq(x.out.did, t[i].did);
		cr_expect_str_eq(x.s.bot.notes, t[i].notes);
		cr_expect_str_eq(x.f.did, t[i].asked);
		event_stage_fini(&x);
	}
}

/* The user has written in between, even left: the event's words still come, once. */
Test(event_trouble, a_turn_between_the_tries)
{
	static const struct line leaves = { "/close", NULL, NULL, { NULL } };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct event_stage x;
	struct job_result r;
	struct err e = { 0 };
	struct job job;

	begin(&x, hi, 1);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	x.s.clock.now_s += 2;
	cr_assert_eq(queue_take(x.st, a, &job, &e), QUEUE_OK, "%s", e.text);
	cr_expect_eq(event_try(&x, a, &job, &r), JOB_DONE);
	event_user(&x, &leaves); /* by the queue: behind what the agent says */
	x.s.clock.now_s += LIMIT_LEASE_MS / 1000 + 1;
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi") CLOSED);
	event_stage_fini(&x);
}

/* A turn is at work: the event waits, and its wait is no try. */
Test(event_trouble, the_conversation_is_busy)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct conv *conv = NULL;
	struct event_stage x;
	struct job_result r;
	struct err e = { 0 };
	struct job job;

	begin(&x, hi, 1);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	x.s.clock.now_s += 2;
	cr_assert_eq(queue_take(x.st, a, &job, &e), QUEUE_OK, "%s", e.text);
	cr_assert_eq(conv_enter(x.s.store, EVENT_CONV,
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	cr_expect_eq(event_try(&x, a, &job, &r), JOB_LATER);
	cr_expect(r.free);
	cr_expect_eq(r.delay_ms, LIMIT_EVENT_AGAIN_MS);
	conv_leave(conv);
	cr_expect_eq(event_end(&x, &job, JOB_LATER, &r, &e), QUEUE_OK);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	event_stage_fini(&x);
}

/* An agent may say more than a message holds, or a record. */
Test(event_trouble, a_very_long_text)
{
	static char text[3 * LIMIT_PART_UNITS], huge[LIMIT_HTML];
	struct agent_event events[] = { EV(TEXT, .by = "A1", .html = text),
		EV(TEXT, .by = "A1", .html = huge) };
	struct event_stage x;
	int sent;

	memset(text, 'x', sizeof(text) - 1);
	memset(huge, 'y', sizeof(huge) - 1);
	begin(&x, events, 2);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_eq(x.out.sent, 3);
	sent = x.out.sent;
	cr_expect_eq(event_take(&x, 1), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_gt(x.out.sent - sent, 10);
	cr_expect_leq(x.out.sent - sent, LIMIT_EVENT_BYTES / LIMIT_PART_UNITS);
	cr_expect_eq(event_dead(&x), 0);
	event_stage_fini(&x);
}

/* The user leaves while the agents' side is down: the agent does not wait for him. */
Test(event_trouble, a_chat_is_left_later)
{
	static const struct line leaves = { "/close", NULL, NULL, { "Chat closed" } };
	struct event_stage x;

	begin(&x, hi, 1);
	x.f.leave_fails = true;
	event_user(&x, &leaves);
	cr_expect(event_work_one(&x));
	cr_expect_str_eq(x.f.did, "leave C1 user;leave C1 user;");
	x.f.leave_fails = false;
	event_settle(&x);
	cr_expect_str_eq(x.f.did, "leave C1 user;leave C1 user;leave C1 user;");
	cr_expect_eq(event_dead(&x), 0);
	event_stage_fini(&x);
}

/* A job that is none is put aside and stops nobody. */
Test(event_trouble, jobs_that_are_none)
{
	static const struct new_job jobs[] = {
		{ .lane = "a", .kind = "event", .body = "{}" },
		{ .lane = "b", .kind = "event", .body = "[" },
		{ .lane = "c",
		    .kind = "event",
		    .body =
			"{\"env\":\"moon\",\"key\":\"k\",\"body\":\"0\",\"ord_ms\":1}" },
		{ .lane = "d",
		    .kind = "event",
		    .body = "{\"env\":\"production\",\"key\":\"k\",\"body\":\"x\","
			    "\"ord_ms\":1}" },
		{ .lane = "e", .kind = "leave", .body = "{}" },
		{ .lane = "f",
		    .kind = "leave",
		    .body = "{\"env\":\"moon\",\"chat\":\"C1\"}" },
	};
	struct event_stage x;
	struct err e = { 0 };

	begin(&x, hi, 1);
	cr_assert_eq(queue_add(x.st, jobs, NELEMS(jobs), NULL, &e), QUEUE_OK);
	event_settle(&x);
	cr_expect_eq(event_dead(&x), NELEMS(jobs));
	cr_expect_eq(x.worked, NELEMS(jobs), "none is tried twice");
	event_stage_fini(&x);
}

/* All environments of one application may be told of a chat: it is one's alone. */
Test(event_trouble, the_chat_of_another_environment)
{
	struct agent_event other = hi[0];
	struct event_stage x;

	begin(&x, hi, 1);
	cr_expect_eq(
	    event_take_in(&x, 0, AGENT_PROVEN, CONF_PREPRODUCTION), EVENT_NOTHING);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, "");
	cr_expect_str_eq(x.f.did, "", "nobody is asked");
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	other.chat_id = "C2";
	x.f.events = &other;
	cr_expect_eq(event_take_in(&x, 0, AGENT_PROVEN, CONF_PREPRODUCTION),
	    EVENT_TAKEN, "nobody knows it: it may be theirs");
	event_stage_fini(&x);
}
