/* SPDX-License-Identifier: Apache-2.0 */
/* A kind that hangs holds some threads; the rest is for the others. */
#include "config.h"

#include <stdatomic.h>

#include "store/queue_run.h"
#include "unit/queue_support.h"

TestSuite(queue_share, .init = not_for_ever, .fini = no_leaks);

/* Four of the eight are for kinds with a number. */
enum { THREADS = 8, HALF = 4, FEW = 2, MORE = 3, HANGING = 6, FREE = 20 };

struct shared {
	atomic_int few, more, both; /* at work now */
	atomic_int few_most, more_most, both_most; /* at once so far */
	atomic_int free; /* done */
	atomic_bool hang;
};

static void
enter_kind(atomic_int *now, atomic_int *most)
{
	int n = ++*now, seen = *most;

	while (seen < n && !atomic_compare_exchange_weak(most, &seen, n))
		;
}

/* As one whose upstream does not answer. */
static enum job_end
hang(struct shared *sh, atomic_int *now, atomic_int *most)
{
	enter_kind(now, most);
	enter_kind(&sh->both, &sh->both_most);
	while (sh->hang)
		sched_yield();
	--sh->both;
	--*now;
	return JOB_DONE;
}

static enum job_end
work_few(void *mine, struct arena *a UNUSED, const struct job *job UNUSED,
    struct job_result *out UNUSED)
{
	struct shared *sh = mine;

	return hang(sh, &sh->few, &sh->few_most);
}

static enum job_end
work_more(void *mine, struct arena *a UNUSED, const struct job *job UNUSED,
    struct job_result *out UNUSED)
{
	struct shared *sh = mine;

	return hang(sh, &sh->more, &sh->more_most);
}

static enum job_end
work_free(void *mine, struct arena *a UNUSED, const struct job *job UNUSED,
    struct job_result *out UNUSED)
{
	((struct shared *)mine)->free++;
	return JOB_DONE;
}

static const struct queue_kind kinds[] = {
	{ "few", work_few, 0, FEW },
	{ "more", work_more, 0, MORE },
	{ "free", work_free, 0, 0 },
};

static void
add_lanes(struct state *st, const char *kind, int n)
{
	struct err e = { 0 };
	char lane[20];

	for (int i = 0; i < n; i++) {
		const struct new_job job = { lane, kind, "", 0, 0 };

		snprintf(lane, sizeof(lane), "%s %d", kind, i);
		cr_assert_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_OK, "%s", e.text);
	}
}

static int64_t
jobs_left(struct state *st)
{
	struct queue_counts c;
	struct err e = { 0 };

	cr_assert(queue_count(st, &c, &e), "%s", e.text);
	return c.jobs;
}

Test(queue_share, others_go_on)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	static struct shared sh = { .hang = true };
	const struct queue_run_opts o = {
		.kinds = kinds, .n_kinds = NELEMS(kinds), .threads = THREADS, .ctx = &sh
	};
	struct queue_run *run;
	struct err e = { 0 };

	/* All of them have waited longer than what is to go on. */
	add_lanes(st, "few", HANGING);
	add_lanes(st, "more", HANGING);
	add_lanes(st, "free", FREE);
	run = queue_run_start(st, &o, &e);
	cr_assert_not_null(run, "%s", e.text);
	while (sh.both < HALF || sh.free < FREE)
		sched_yield();
	cr_expect_eq(jobs_left(st) >= 2 * HANGING, true, "none of those has ended");
	sh.hang = false;
	while (jobs_left(st) > 0)
		sched_yield();
	cr_expect(queue_run_stop(run, PATIENCE_MS));
	cr_expect_leq(sh.few_most, FEW);
	cr_expect_leq(sh.more_most, MORE);
	cr_expect_eq(sh.both_most, HALF);
}

/* One thread works everything, and so does a process that does not stay. */
Test(queue_share, few_threads)
{
	for (size_t threads = 1; threads <= 3; threads++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(state_closep)
		struct state *st = open_state(&dir, &clock_system);
		static struct shared sh;
		const struct queue_run_opts o = { .kinds = kinds,
			.n_kinds = NELEMS(kinds),
			.threads = threads,
			.ctx = &sh };
		struct err e = { 0 };
		size_t worked = 0;

		add_lanes(st, "few", HANGING);
		add_lanes(st, "more", HANGING);
		add_lanes(st, "free", FREE);
		cr_expect(queue_run_once(st, &o,
			      clock_wall_ms(&clock_system) + PATIENCE_MS, &worked, &e),
		    "%s", e.text);
		cr_expect_eq(worked, 2 * HANGING + FREE, "%zu threads", threads);
		cr_expect_leq((size_t)sh.both_most, (threads + 1) / 2);
	}
}

/* The kind of a lane is that of its first job, whatever becomes of that. */
Test(queue_share, take_of)
{
	static const char *const b[] = { "b" }, *const none[1],
				 *const all[] = { "a", "b", "c" };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(2000000000);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct new_job jobs[] = { { "x", "a", "1", 0, 0 },
		{ "x", "b", "2", 0, 0 }, { "y", "c", "3", 0, 0 } };
	const struct new_job follow = { NULL, "b", "4", 0, 0 };
	struct err e = { 0 };
	struct job job;

	cr_assert_eq(queue_add(st, jobs, NELEMS(jobs), NULL, &e), QUEUE_OK);
	cr_expect_eq(queue_take_of(st, b, 1, a, &job, &e), QUEUE_NONE, "not the first");
	cr_expect_eq(queue_take_of(st, none, 0, a, &job, &e), QUEUE_NONE);
	cr_assert_eq(queue_take_of(st, all, 3, a, &job, &e), QUEUE_OK);
	cr_expect_str_eq(job.body, "1", "waits as long as any");
	cr_expect_str_eq(job.lane, "x");
	cr_expect_eq(queue_done(st, &job, &follow, 1, &e), QUEUE_OK);
	cr_assert_eq(queue_take_of(st, b, 1, a, &job, &e), QUEUE_OK);
	cr_expect_str_eq(job.body, "4", "took its place");
	cr_expect_eq(queue_take_of(st, b, 1, a, &job, &e), QUEUE_NONE, "at work");
	done(st, &job);
	cr_assert_eq(queue_take_of(st, b, 1, a, &job, &e), QUEUE_OK);
	cr_expect_str_eq(job.body, "2", "came to be the first");
	done(st, &job);
	cr_expect_eq(queue_take_of(st, b, 1, a, &job, &e), QUEUE_NONE);
	cr_expect_str_eq(drain(st), "3 ");
}
