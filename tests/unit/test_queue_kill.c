/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several processes add and work while one after the other is killed, wherever it happens to
 * be. Every number that a process was told is safe comes out once, in the order of its lane;
 * one that it was not told of comes out once or never.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/log.h"
#include "unit/queue_support.h"

TestSuite(queue_kill, .init = not_for_ever, .fini = no_leaks);

enum { CHILDREN = 3, LANES = 2, NUMBERS = 6000 };

/* What the processes know of each other; a number belongs to the child that drew it. */
struct shared {
	atomic_int next;
	atomic_uchar safe[NUMBERS];
	atomic_int n_safe, unsure;
	atomic_int
	    ticket; /* of who is about to put a number out: the order in a lane */
};

/* Two lanes for each child, so that the numbers of a lane ascend. */
static void
names(int child, int n, char lane[20], char body[20])
{
	snprintf(lane, 20, "lane %d", child * LANES + n % LANES);
	snprintf(body, 20, "%d", n);
}

/* A number comes in, by one of the two ways. */
static bool
bring(struct state *st, struct shared *sh, int child, int n, struct err *e)
{
	char lane[20], body[20];
	const struct new_job in = { lane, "in", body, 0, 0 };
	const struct new_job out = { NULL, "out", body, 0, 0 };
	struct job job;

	names(child, n, lane, body);
	if (n % 3 != 0) {
		if (queue_add(st, &in, 1, body, e) != QUEUE_OK)
			return false;
		sh->safe[n] = 1;
		sh->n_safe++;
		return true;
	}
	if (queue_claim(st, &in, &job, e) != QUEUE_OK)
		return false;
	sh->safe[n] = 1;
	sh->n_safe++;
	return queue_done(st, &job, &out, 1, e) == QUEUE_OK;
}

/* In becomes out, out becomes a letter: that is where numbers are counted. */
static bool
work(struct state *st, struct shared *sh, struct arena *a, struct err *e)
{
	char ticket[20];
	struct job job;
	enum queue_result r = queue_take(st, a, &job, e);

	if (r == QUEUE_NONE)
		return true;
	if (r != QUEUE_OK)
		return false;
	sh->unsure += job.unsure;
	if (strcmp(job.kind, "in") == 0) {
		const struct new_job out = { NULL, "out", job.body, 0, 0 };

		r = queue_done(st, &job, &out, 1, e);
	} else if (job.id % 5 == 0 && job.tries == 1) {
		r = queue_later(st, &job, &(struct job_later){ .why = "again" }, e);
	} else {
		snprintf(ticket, sizeof(ticket), "%d", sh->ticket++);
		r = queue_dead(st, &job, ticket, false, e);
	}
	return r == QUEUE_OK;
}

/* Ends by itself only when something is wrong, which the parent finds. */
static void
child_main(const struct tmpdir *dir, struct shared *sh, int child)
{
	static struct state *st; /* these two are not lost when the child ends */
	static struct arena *a;
	const struct state_opts o = { .path = dir->path, .clock = &clock_system };
	struct err e;

	a = arena_new();
	/* A machine that is slow beyond measure may keep us waiting too long: once more. */
	while ((st = state_open(&o, &e)) == NULL)
		if (e.kind != ERR_TIMEOUT)
			_exit(1);
	for (;;) {
		int n = sh->next++;

		if (n >= NUMBERS)
			pause();
		if ((!queue_recover(st, &e) || !bring(st, sh, child, n, &e) ||
			!work(st, sh, a, &e) || !work(st, sh, a, &e) ||
			!work(st, sh, a, &e)) &&
		    e.kind != ERR_TIMEOUT)
			_exit(1);
		arena_reset(a);
	}
}

static pid_t
start(const struct tmpdir *dir, struct shared *sh, int child)
{
	pid_t pid = fork_child();

	if (pid == 0)
		child_main(dir, sh, child);
	return pid;
}

/* The same numbers in each run (xorshift, Marsaglia 2003). */
static unsigned
random_below(unsigned n)
{
	static uint32_t x = 20261120;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

static void
kill_one(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status), "a child came to an end by itself");
}

/* Works what is left, as the next start of the program would. */
static void
finish(struct state *st, struct shared *sh)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_counts c = { .jobs = 1 };
	struct err e = { 0 };

	cr_assert(queue_recover(st, &e), "%s", e.text);
	while (c.jobs > 0) {
		cr_assert(work(st, sh, a, &e), "%s", e.text);
		arena_reset(a);
		cr_assert(queue_count(st, &c, &e), "%s", e.text);
	}
}

static void
count_letters(struct state *st, struct shared *sh)
{
	static unsigned char out[NUMBERS];
	int last[CHILDREN * LANES];
	int lost = 0, doubled = 0, misordered = 0;
	sqlite3_stmt *q = NULL;

	for (size_t i = 0; i < NELEMS(last); i++)
		last[i] = -1;
	cr_assert_eq(sqlite3_prepare_v2(st->writes.db,
			 "SELECT lane, body FROM dead ORDER BY CAST(why AS INTEGER)",
			 -1, &q, NULL),
	    SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		long lane =
		    strtol((const char *)sqlite3_column_text(q, 0) + 5, NULL, 10);
		int n = sqlite3_column_int(q, 1);

		doubled += out[n]++ > 0;
		misordered += n <= last[lane];
		last[lane] = n;
	}
	sqlite3_finalize(q);
	for (int n = 0; n < NUMBERS; n++)
		lost += sh->safe[n] && out[n] == 0;
	cr_expect(lost == 0 && doubled == 0 && misordered == 0,
	    "lost %d, doubled %d, misordered %d", lost, doubled, misordered);
}

Test(queue_kill, nothing_lost_nothing_doubled)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[CHILDREN];
	struct state *st;

	cr_assert_neq(sh, MAP_FAILED);
	log_setup(LOG_ERROR, LOG_KV);
	for (int i = 0; i < CHILDREN; i++)
		pids[i] = start(&dir, sh, i);
	for (int round = 0;
	     (round < rounds(200) || sh->unsure == 0) && sh->next < NUMBERS; round++) {
		int child = (int)random_below(CHILDREN);
		int until = sh->n_safe + 1 + (int)random_below(3);

		while (sh->n_safe < until)
			sched_yield();
		for (volatile unsigned spin = random_below(400000); spin > 0; spin--)
			;
		kill_one(pids[child]);
		pids[child] = start(&dir, sh, child);
	}
	for (int i = 0; i < CHILDREN; i++)
		kill_one(pids[i]);
	cr_expect_gt(sh->unsure, 0, "some were hit in the middle of a job");
	st = open_state(&dir, &clock_system);
	finish(st, sh);
	cr_expect_eq(behind_number(st,
			 "SELECT count(*) FROM pragma_quick_check "
			 "WHERE quick_check <> 'ok'"),
	    0);
	count_letters(st, sh);
	cr_expect_geq(sh->n_safe, rounds(200), "each round brought one at least");
	state_close(st);
	munmap(sh, sizeof(*sh));
}
