/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of jobs in one lane: which gets before which, and which is there. */
#include "config.h"

#include "unit/queue_support.h"

TestSuite(queue_kinds, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };
#define NOW_MS (NOW * (int64_t)1000)

static void
add_all(struct state *st, const struct new_job *jobs)
{
	struct err e = { 0 };

	for (; jobs->lane != NULL; jobs++)
		cr_assert_eq(queue_add(st, jobs, 1, NULL, &e), QUEUE_OK, "%s", e.text);
}

Test(queue_kinds, order)
{
	static const struct {
		const char *name;
		struct new_job jobs[8];
		const char *want;
	} t[] = {
		{ "events among themselves",
		    { { "x", "event", "e3", 300, 0 }, { "x", "event", "e1", 100, 0 },
			{ "x", "event", "e2", 200, 0 } },
		    "e1 e2 e3 " },
		{ "not before a reply's parts",
		    { { "x", "send", "s1", 0, 0 }, { "x", "send", "s2", 0, 0 },
			{ "x", "event", "e1", 100, 0 } },
		    "s1 s2 e1 " },
		{ "nor between them, in order behind them",
		    { { "x", "send", "s1", 0, 0 }, { "x", "send", "s2", 0, 0 },
			{ "x", "event", "e2", 200, 0 },
			{ "x", "event", "e1", 100, 0 } },
		    "s1 s2 e2 e1 " },
		{ "behind the last of another kind",
		    { { "x", "event", "e1", 100, 0 }, { "x", "send", "s1", 150, 0 },
			{ "x", "turn", "t1", 250, 0 }, { "x", "event", "e4", 400, 0 },
			{ "x", "event", "e0", 50, 0 } },
		    "e1 s1 t1 e0 e4 " },
		{ "before those of its kind behind that",
		    { { "x", "send", "s1", 100, 0 }, { "x", "event", "e3", 300, 0 },
			{ "x", "event", "e2", 200, 0 } },
		    "s1 e2 e3 " },
		{ "at the very moment of another kind",
		    { { "x", "send", "s1", 100, 0 }, { "x", "event", "e1", 100, 0 },
			{ "x", "event", "e0", 99, 0 } },
		    "s1 e1 e0 " },
		{ "another kind before and behind its place",
		    { { "x", "send", "s1", 100, 0 }, { "x", "event", "e2", 200, 0 },
			{ "x", "send", "s3", 300, 0 }, { "x", "event", "e9", 900, 0 },
			{ "x", "event", "e1", 150, 0 } },
		    "s1 e2 s3 e1 e9 " },
		{ "of its own lane alone",
		    { { "y", "send", "s1", 500, NOW_MS - 9 },
			{ "x", "event", "e2", 200, NOW_MS - 8 },
			{ "x", "event", "e1", 100, NOW_MS - 8 } },
		    "s1 e1 e2 " },
		{ "a later moment than all",
		    { { "x", "send", "s1", 100, 0 }, { "x", "event", "e1", 200, 0 } },
		    "s1 e1 " },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		struct fake_clock clock = FAKE_CLOCK(NOW);
		CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);

		add_all(st, t[i].jobs);
		cr_expect_str_eq(drain(st), t[i].want, "%s", t[i].name);
	}
}

/* What an event has led to is not overtaken by an earlier event that comes late. */
Test(queue_kinds, follow_ups_are_not_overtaken)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static const struct new_job sends[] = { { NULL, "send", "s1", 0, 0 },
		{ NULL, "send", "s2", 0, 0 } };
	static const struct new_job first[] = { { "x", "event", "e2", 200, 0 },
		{ "x", "event", "e3", 300, 0 }, { 0 } };
	static const struct new_job late[] = { { "x", "event", "e1", 100, 0 }, { 0 } };
	struct job job;
	struct err e;

	add_all(st, first);
	job = take(st, a);
	cr_assert_str_eq(job.body, "e2");
	add_all(st, late);
	cr_assert_eq(queue_done(st, &job, sends, 2, &e), QUEUE_OK);
	cr_expect_str_eq(drain(st), "s1 s2 e1 e3 ", "it came while that was worked");
	add_all(st, first);
	job = take(st, a);
	cr_assert_eq(queue_done(st, &job, sends, 2, &e), QUEUE_OK);
	job = take(st, a);
	cr_assert_str_eq(job.body, "s1");
	add_all(st, late);
	done(st, &job);
	cr_expect_str_eq(drain(st), "s2 e1 e3 ", "it came while the parts were sent");
}

/* A late turn is claimed behind what waits; an event stays behind it. */
Test(queue_kinds, claimed_turn_is_not_overtaken)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	static const struct new_job waiting[] = { { "x", "event", "e1", 100, 0 },
		{ 0 } };
	static const struct new_job event[] = { { "x", "event", "e0", 50, 0 }, { 0 } };
	static const struct new_job turn = { "x", "turn", "t", 0, 0 };
	static const struct new_job sends = { NULL, "send", "s", 0, 0 };
	struct job job;
	struct err e;

	add_all(st, waiting);
	cr_assert_eq(queue_claim(st, &turn, &job, &e), QUEUE_OK);
	add_all(st, event);
	cr_assert_eq(queue_done(st, &job, &sends, 1, &e), QUEUE_OK);
	cr_expect_str_eq(drain(st), "e1 s e0 ");
}

Test(queue_kinds, lane_has)
{
	static const struct {
		const char *name, *lane, *kind;
		enum queue_result want;
	} t[] = {
		{ "any", "x", NULL, QUEUE_OK },
		{ "one that waits", "x", "send", QUEUE_OK },
		{ "one that is worked", "x", "turn", QUEUE_OK },
		{ "one of another lane", "x", "event", QUEUE_NONE },
		{ "one that died", "y", "send", QUEUE_NONE },
		{ "one that is not due", "y", "event", QUEUE_OK },
		{ "the beginning of a kind", "x", "sen", QUEUE_NONE },
		{ "no kind", "x", "", QUEUE_NONE },
		{ "any of no lane", "z", NULL, QUEUE_NONE },
		{ "one of no lane", "z", "send", QUEUE_NONE },
	};
	static const struct new_job jobs[] = { { "y", "send", "dies", 0, NOW_MS - 1 },
		{ "x", "send", "waits", 0, NOW_MS + 60000 },
		{ "y", "event", "waits", 0, NOW_MS + 60000 }, { 0 } };
	static const struct new_job turn = { "x", "turn", "t", 0, 0 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job job, claimed;
	struct err e = { 0 };

	add_all(st, jobs);
	job = take(st, a);
	cr_assert_str_eq(job.body, "dies");
	cr_assert_eq(queue_dead(st, &job, "", false, &e), QUEUE_OK);
	cr_assert_eq(queue_claim(st, &turn, &claimed, &e), QUEUE_OK);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(queue_lane_has(st, t[i].lane, t[i].kind, &e), t[i].want,
		    "%s", t[i].name);
	done(st, &claimed);
	cr_expect_eq(queue_lane_has(st, "x", "turn", &e), QUEUE_NONE, "done");
}
