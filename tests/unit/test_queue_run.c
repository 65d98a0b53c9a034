/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "store/queue_run.h"
#include "support/patience.h"
#include "unit/queue_support.h"

TestSuite(queue_run, .init = not_for_ever, .fini = no_leaks);

enum { LANES = 10, JOBS = 20 };

struct shared {
	struct state *st;
	atomic_int next[LANES]; /* the number each lane comes to next */
	atomic_int busy[LANES], wrong, threads, runs;
	atomic_bool hold; /* handlers do not end */
	atomic_int held;
};

/* Kinds whose handlers tell what came to be. Each thread has the shared data as its own. */
static void *
thread_begins(void *ctx)
{
	((struct shared *)ctx)->threads++;
	return ctx;
}

static void
thread_ends(void *mine)
{
	((struct shared *)mine)->threads--;
}

/* Body "LANE NUMBER": nobody else is at that lane, and the number is the next. */
static enum job_end
work_count(void *mine, struct arena *a UNUSED, const struct job *job,
    struct job_result *out UNUSED)
{
	struct shared *sh = mine;
	char *end;
	long lane = strtol(job->body, &end, 10), n = strtol(end, NULL, 10);

	if (sh->busy[lane]++ != 0 || sh->next[lane]++ != n)
		sh->wrong++;
	sh->busy[lane]--;
	return JOB_DONE;
}

static enum job_end
work_hold(void *mine, struct arena *a UNUSED, const struct job *job UNUSED,
    struct job_result *out UNUSED)
{
	struct shared *sh = mine;

	sh->held++;
	while (sh->hold)
		sched_yield();
	return JOB_DONE;
}

/* Twice later, then done. */
static enum job_end
work_later(
    void *mine, struct arena *a UNUSED, const struct job *job, struct job_result *out)
{
	((struct shared *)mine)->runs++;
	if (job->tries == 3)
		return strcmp(job->why, "not yet") == 0 && job->unsure ? JOB_DONE
								       : JOB_DEAD;
	out->delay_ms = 1;
	out->unsure = true;
	out->why = "not yet";
	return JOB_LATER;
}

static enum job_end
work_dead(void *mine UNUSED, struct arena *a, const struct job *job UNUSED,
    struct job_result *out)
{
	out->why = arena_printf(a, "refused: %d", 21610);
	out->unsure = true;
	return JOB_DEAD;
}

static enum job_end
work_split(void *mine UNUSED, struct arena *a, const struct job *job UNUSED,
    struct job_result *out)
{
	struct new_job *follow = arena_alloc(a, 2 * sizeof(*follow));

	follow[0] = (struct new_job){ NULL, "count", "0 0", 0, 0 };
	follow[1] = (struct new_job){ NULL, "count", "0 1", 0, 0 };
	out->follow = follow;
	out->n_follow = 2;
	return JOB_DONE;
}

static enum job_end
work_send(
    void *mine UNUSED, struct arena *a, const struct job *job, struct job_result *out)
{
	out->sent_id = arena_printf(a, "SM%s", job->body);
	return JOB_DONE;
}

static enum job_end
work_burst(void *mine UNUSED, struct arena *a, const struct job *job UNUSED,
    struct job_result *out)
{
	struct new_job *follow = arena_alloc(a, sizeof(*follow));
	char *body = arena_alloc(a, LIMIT_QUEUE_BODY + 2);

	memset(body, 'b', LIMIT_QUEUE_BODY + 1);
	*follow = (struct new_job){ NULL, "count", body, 0, 0 };
	out->follow = follow;
	out->n_follow = 1;
	return JOB_DONE;
}

static const struct queue_kind kinds[] = {
	{ "count", work_count, 0, 0 },
	{ "hold", work_hold, 0, 0 },
	{ "later", work_later, 0, 0 },
	{ "dead", work_dead, 0, 0 },
	{ "send", work_send, 0, 0 },
	{ "split", work_split, 0, 0 },
	{ "burst", work_burst, 0, 0 },
	{ "young", work_count, 1000, 0 },
};

static struct queue_run_opts
opts(struct shared *sh, size_t threads)
{
	return (struct queue_run_opts){ .kinds = kinds,
		.n_kinds = NELEMS(kinds),
		.threads = threads,
		.begin = thread_begins,
		.end = thread_ends,
		.ctx = sh };
}

static struct queue_run *
start(struct state *st, const struct queue_run_opts *o)
{
	struct err e = { 0 };
	struct queue_run *run = queue_run_start(st, o, &e);

	cr_assert_not_null(run, "%s", e.text);
	return run;
}

static void
add_kind(struct state *st, const char *lane, const char *kind, const char *body,
    int64_t due_ms)
{
	const struct new_job job = { lane, kind, body, 0, due_ms };
	struct err e = { 0 };

	cr_assert_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_OK, "%s", e.text);
}

/* Until no job is left; the test's alarm ends a wait for ever. */
static void
await_empty(struct state *st)
{
	struct queue_counts c = { .jobs = 1 };
	struct err e = { 0 };

	while (c.jobs > 0) {
		cr_assert(queue_count(st, &c, &e), "%s", e.text);
		sched_yield();
	}
}

static void
count_up(struct state *st, int lane, int n)
{
	char name[20], body[40];

	snprintf(name, sizeof(name), "lane %d", lane);
	snprintf(body, sizeof(body), "%d %d", lane, n);
	add_kind(st, name, "count", body, 0);
}

Test(queue_run, each_once_in_order)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 0);
	struct queue_run *run;

	for (int lane = 0; lane < LANES; lane++)
		count_up(st, lane, 0);
	run = start(st, &o);
	for (int n = 1; n < JOBS; n++)
		for (int lane = 0; lane < LANES; lane++)
			count_up(st, lane, n);
	await_empty(st);
	cr_expect(queue_run_stop(run, PATIENCE_MS));
	cr_expect_eq(sh.wrong, 0);
	for (int lane = 0; lane < LANES; lane++)
		cr_expect_eq(sh.next[lane], JOBS);
	cr_expect_eq(sh.threads, 0, "each thread that began has ended");
}

Test(queue_run, ends)
{
	static const struct {
		const char *kind,
		    *dead; /* dead: the reason of its letter; NULL: none */
		bool unsure;
	} t[] = {
		{ "later", NULL, false },
		{ "dead", "refused: 21610", true },
		{ "split", NULL, false },
		{ "send", NULL, false },
		{ "burst", "job of 524289 bytes, at most 524288", true },
		{ "strange", "nobody here works this kind of job", false },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 2);
	struct queue_run *run = start(st, &o);
	const char *const *ids = NULL;
	struct err e = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct queue_row rows[2];

		add_kind(st, "x", t[i].kind, "{}", 0);
		await_empty(st);
		cr_assert(queue_list(st, QUEUE_DEAD, 0, a, rows, 2, &n, &e));
		cr_expect_eq(n, t[i].dead != NULL, "%s", t[i].kind);
		if (n == 0)
			continue;
		cr_expect_str_eq(rows[0].why, t[i].dead, "%s", t[i].kind);
		cr_expect_eq(rows[0].unsure, t[i].unsure, "%s", t[i].kind);
		cr_expect_eq(queue_drop(st, rows[0].id, &e), QUEUE_OK);
	}
	cr_expect(queue_run_stop(run, PATIENCE_MS));
	cr_expect_eq(sh.runs, 3, "tries of `later`");
	cr_expect_eq(sh.next[0], 2, "follow-ups of `split`");
	cr_expect_eq(sh.wrong, 0);
	cr_assert(queue_sent(st, "x", 0, a, &ids, &n, &e), "%s", e.text);
	cr_assert_eq(n, 1, "what `send` sent");
	cr_expect_str_eq(ids[0], "SM{}");
}

Test(queue_run, too_old)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(2000000000);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 1);
	struct queue_row row;
	struct job job;
	struct err e = { 0 };
	size_t n = 0, worked = 0;

	add_kind(st, "x", "young", "0 0", 0);
	clock.now_s++;
	add_kind(st, "x", "young", "0 1", 0);
	cr_expect(queue_run_once(st, &o, INT64_MAX, &worked, &e), "%s", e.text);
	cr_expect_eq(worked, 2);
	cr_expect_eq(sh.next[0], 2);
	add_kind(st, "x", "young", "0 2", 0);
	job = take(st, a);
	cr_expect_eq(
	    queue_later(st, &job, &(struct job_later){ .why = "busy" }, &e), QUEUE_OK);
	clock.now_s += 2;
	cr_expect(queue_run_once(st, &o, INT64_MAX, &worked, &e), "%s", e.text);
	cr_expect_eq(worked, 0);
	cr_expect_eq(sh.next[0], 2, "it is not worked any more");
	cr_assert(queue_list(st, QUEUE_DEAD, 0, a, &row, 1, &n, &e));
	cr_assert_eq(n, 1);
	cr_expect_str_eq(row.why, "too old; the last try: busy");
}

Test(queue_run, wakes)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(state_closep) struct state *other = open_state(&dir, &clock_system);
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 2);
	struct queue_run *run = start(st, &o);
	int64_t due_ms;

	count_up(other, 0, 0);
	await_empty(st); /* for what another process adds */
	due_ms = clock_wall_ms(&clock_system) + 50;
	add_kind(st, "x", "count", "1 0", due_ms);
	await_empty(st); /* for what becomes due */
	cr_expect_geq(clock_wall_ms(&clock_system), due_ms);
	cr_expect(queue_run_stop(run, PATIENCE_MS));
	cr_expect_eq(sh.wrong, 0);
}

/* A process died in the middle of a job. */
Test(queue_run, takes_over)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	struct state *other = open_state(&dir, &clock_system);
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 2);
	struct queue_run *run = start(st, &o);
	struct err e = { 0 };
	struct job job;
	const struct new_job turn = { "x", "count", "0 0", 0, 0 };

	cr_assert_eq(queue_claim(other, &turn, &job, &e), QUEUE_OK);
	state_close(other);
	await_empty(st);
	cr_expect(queue_run_stop(run, PATIENCE_MS));
	cr_expect_eq(sh.next[0], 1);
}

/* Adds jobs that hold, each in a lane of its own, and waits until all are at work. */
static void
hold_so_many(struct state *st, struct shared *sh, int n)
{
	char lane[20];

	for (int i = 0; i < n; i++) {
		snprintf(lane, sizeof(lane), "held %d", i);
		add_kind(st, lane, "hold", "", 0);
	}
	while (sh->held < n)
		sched_yield();
}

Test(queue_run, as_many_threads_as_it_takes)
{
	static const struct {
		int jobs; /* at once */
		int threads; /* that are there then: one to spare, up to what was allowed */
	} t[] = { { 1, 4 }, { 3, 4 }, { 4, 5 }, { 11, 12 }, { 12, 12 } };
	const size_t allowed = 12;

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(state_closep)
		struct state *st = open_state(&dir, &clock_system);
		static struct shared sh;
		const struct queue_run_opts o = opts(&sh, allowed);
		struct queue_run *run;

		sh.hold = true;
		sh.held = 0;
		run = start(st, &o);
		hold_so_many(st, &sh, t[i].jobs);
		while (sh.threads < t[i].threads)
			sched_yield();
		cr_expect_eq(sh.threads, t[i].threads, "%d jobs", t[i].jobs);
		sh.hold = false;
		await_empty(st);
		cr_expect(queue_run_stop(run, PATIENCE_MS));
		cr_expect_eq(sh.threads, 0, "each thread that began has ended");
	}
}

Test(queue_run, stop)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	static struct shared sh = { .hold = true };
	const struct queue_run_opts o = opts(&sh, 1);
	struct queue_run *run = start(st, &o);
	struct queue_counts c = { 0 };
	struct err e = { 0 };

	add_kind(st, "x", "hold", "", 0);
	while (sh.held == 0)
		sched_yield();
	add_kind(st, "y", "hold", "", 0);
	cr_expect_not(queue_run_stop(run, 1), "one is at work");
	sh.hold = false;
	cr_expect(queue_run_stop(run, PATIENCE_MS), "asked again");
	cr_assert(queue_count(st, &c, &e));
	cr_expect_eq(c.jobs, 1, "the second one was not begun");
	cr_expect_eq(c.working, 0, "the first one was ended");
}

Test(queue_run, once)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 3);
	int64_t now_ms = clock_wall_ms(&clock_system);
	struct queue_counts c = { 0 };
	struct err e = { 0 };
	size_t worked = 9;

	cr_expect(queue_run_once(st, &o, now_ms, &worked, &e), "%s", e.text);
	cr_expect_eq(worked, 0, "there is nothing");
	for (int lane = 0; lane < LANES; lane++)
		for (int n = 0; n < 3; n++)
			count_up(st, lane, n);
	add_kind(st, "x", "later", "", 0);
	add_kind(st, "y", "count", "0 3", now_ms + 3600000);
	cr_expect(
	    queue_run_once(st, &o, clock_wall_ms(&clock_system) + 60000, &worked, &e),
	    "%s", e.text);
	cr_expect_eq(worked, LANES * 3 + 3);
	cr_assert(queue_count(st, &c, &e));
	cr_expect_eq(c.jobs, 1, "what is due later stays");
	cr_expect_eq(sh.wrong, 0);
}

struct elsewhere {
	struct state *st;
	struct job job;
	struct shared *sh;
};

/* Another process is done with its job, once this one has begun with what it can. */
static void *
end_elsewhere(void *arg)
{
	struct elsewhere *x = arg;
	struct err e = { 0 };

	while (x->sh->next[0] == 0)
		sched_yield();
	return queue_done(x->st, &x->job, NULL, 0, &e) == QUEUE_OK ? x : NULL;
}

/* What others work is waited for, and no longer than they take. */
Test(queue_run, once_beside_others)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(state_closep) struct state *other = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static struct shared sh;
	const struct queue_run_opts o = opts(&sh, 1);
	struct elsewhere x = { .st = other, .sh = &sh };
	struct err e = { 0 };
	size_t worked = 0;
	void *done = NULL;
	int64_t until_ms;
	pthread_t thread;

	add_kind(other, "x", "theirs", "", 0);
	x.job = take(other, a);
	count_up(st, 0, 0);
	until_ms = clock_wall_ms(&clock_system) + 30000;
	cr_assert_eq(pthread_create(&thread, NULL, end_elsewhere, &x), 0);
	cr_expect(queue_run_once(st, &o, until_ms, &worked, &e), "%s", e.text);
	cr_expect_lt(clock_wall_ms(&clock_system), until_ms);
	cr_assert_eq(pthread_join(thread, &done), 0);
	cr_expect_not_null(done, "the job was theirs to the end");
	cr_expect_eq(worked, 1);
}

static void
with_lock(struct state *st, const char *text)
{
	CLEANUP(conn_unlockp) struct conn *held UNUSED = conn_lock(&st->writes);

	behind(st, text);
}

static int64_t
number_with_lock(struct state *st, const char *text)
{
	CLEANUP(conn_unlockp) struct conn *held UNUSED = conn_lock(&st->writes);

	return behind_number(st, text);
}

/* The end of a job cannot be written for a while: it is worked once all the same. */
Test(queue_run, end_is_held)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	static struct shared sh = { .hold = true };
	const struct queue_run_opts o = opts(&sh, 2);
	struct queue_run *run = start(st, &o);

	add_kind(st, "x", "hold", "", 0);
	while (sh.held == 0)
		sched_yield();
	with_lock(st,
	    "CREATE TEMP TRIGGER stuck BEFORE DELETE ON job "
	    "BEGIN UPDATE seen SET at_s = 1; SELECT raise(ABORT, 'no disk'); END");
	sh.hold = false;
	count_up(st, 0, 0);
	while (sh.next[0] == 0)
		sched_yield();
	cr_expect_eq(
	    number_with_lock(st, "SELECT count(*) FROM job"), 2, "both are held");
	with_lock(st, "DROP TRIGGER stuck");
	await_empty(st);
	cr_expect(queue_run_stop(run, PATIENCE_MS));
	cr_expect_eq(sh.held, 1);
	cr_expect_eq(sh.wrong, 0);
}
