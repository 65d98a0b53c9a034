/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails at each of its calls in turn. A call that was refused and is made again
 * has its effect once; what was accepted stands, and was synced before it was accepted.
 */
#include "config.h"

#include "unit/fault_vfs.h"
#include "unit/queue_support.h"

TestSuite(state_faults, .init = not_for_ever, .fini = no_leaks);

/* The life of some jobs; each step is made until it succeeds. */
struct story {
	const struct tmpdir *dir;
	struct state *st;
	struct arena *a;
	struct job job, claimed;
	int refused; /* steps that were made again */
	int unsynced; /* steps that were accepted before they were on the disk */
	struct err e;
};

typedef enum queue_result story_step(struct story *s);

static enum queue_result
open_it(struct story *s)
{
	const struct state_opts o = { .path = s->dir->path, .clock = &clock_system };

	s->st = state_open(&o, &s->e);
	return s->st != NULL ? QUEUE_OK : QUEUE_FAILED;
}

static enum queue_result
add_two(struct story *s)
{
	static char big[50000];
	const struct new_job jobs[] = { { "x", "k", "1", 0, 0 },
		{ "y", "k", big, 0, 0 } };
	enum queue_result r;

	memset(big, 'b', sizeof(big) - 1);
	r = queue_add(s->st, jobs, 2, "key", &s->e);
	/* It was accepted after all: the second call finds that. */
	return r == QUEUE_SEEN && s->refused > 0 ? QUEUE_OK : r;
}

static enum queue_result
take_one(struct story *s)
{
	return queue_take(s->st, s->a, &s->job, &s->e);
}

static enum queue_result
claim_one(struct story *s)
{
	const struct new_job turn = { "x", "turn", "q", 0, 0 };

	return queue_claim(s->st, &turn, &s->claimed, &s->e);
}

static enum queue_result
save_it(struct story *s)
{
	return queue_save(s->st, &s->job, "saved", &s->e);
}

static enum queue_result
put_off(struct story *s)
{
	return queue_later(s->st, &s->job,
	    &(struct job_later){ .why = "busy", .unsure = true }, &s->e);
}

static enum queue_result
replace_claimed(struct story *s)
{
	const struct new_job follow[] = { { NULL, "k", "2", 0, 0 },
		{ NULL, "k", "3", 0, 0 } };

	return queue_done(s->st, &s->claimed, follow, 2, &s->e);
}

static enum queue_result
bury_it(struct story *s)
{
	return queue_dead(s->st, &s->job, "refused", false, &s->e);
}

static story_step *const story[] = { open_it, add_two, take_one, claim_one, save_it,
	put_off, take_one, replace_claimed, bury_it };

static void
tell(struct story *s)
{
	for (size_t i = 0; i < NELEMS(story); i++) {
		enum queue_result r;
		int tries = 0;

		while ((r = story[i](s)) == QUEUE_FAILED && tries++ < 2)
			s->refused++;
		cr_assert_eq(r, QUEUE_OK, "fault %d, step %zu: %s", fault_vfs.fail_at,
		    i, s->e.text);
		s->unsynced += fault_vfs.unsynced > 0;
	}
}

/* How it ends, whatever failed on the way. */
static void
expect_the_end(struct story *s)
{
	cr_expect_eq(behind_number(s->st, "SELECT count(*) FROM job"), 3);
	cr_expect_eq(behind_number(s->st, "SELECT count(*) FROM dead"), 1);
	cr_expect_eq(behind_number(s->st,
			 "SELECT count(*) FROM (SELECT body FROM job UNION ALL "
			 "SELECT body FROM dead) WHERE body = 'saved'"),
	    1);
	cr_expect_eq(behind_number(s->st, "SELECT jobs FROM total"), 3);
	cr_expect_eq(behind_number(s->st,
			 "SELECT count(*) FROM pragma_quick_check "
			 "WHERE quick_check <> 'ok'"),
	    0);
}

/* Tells the story with one fault; false when it was over before. */
static bool
tell_with_fault(int code, int at)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct story s = { .dir = &dir, .a = a };
	bool met;

	fault_vfs = (struct fault_vfs){ .fail_at = at, .code = code };
	tell(&s);
	met = fault_vfs.calls >= at;
	cr_expect_eq(s.unsynced, 0, "fault %d", at);
	expect_the_end(&s);
	state_close(s.st);
	fault_vfs.fail_at = 0;
	cr_assert_eq(open_it(&s), QUEUE_OK, "fault %d: %s", at, s.e.text);
	expect_the_end(&s);
	cr_expect(queue_recover(s.st, &s.e));
	state_close(s.st);
	return met;
}

static int
tell_with_each_fault(int code)
{
	int at = 1;

	fault_vfs_install();
	while (tell_with_fault(code, at))
		at += RUNNING_ON_VALGRIND ? 7 : 1;
	return at;
}

Test(state_faults, full)
{
	cr_expect_gt(tell_with_each_fault(SQLITE_FULL), 40);
}

Test(state_faults, broken)
{
	cr_expect_gt(tell_with_each_fault(SQLITE_IOERR_WRITE), 40);
}

Test(state_faults, each_change_is_synced)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct story s = { .dir = &dir, .a = a };

	fault_vfs_install();
	fault_vfs = (struct fault_vfs){ 0 };
	for (size_t i = 0; i < NELEMS(story); i++) {
		int syncs = fault_vfs.syncs;

		cr_assert_eq(story[i](&s), QUEUE_OK, "%zu: %s", i, s.e.text);
		cr_expect_eq(fault_vfs.unsynced, 0, "step %zu", i);
		cr_expect(i == 0 || fault_vfs.syncs > syncs, "step %zu", i);
	}
	cr_expect_eq(queue_take(s.st, a, &s.job, &s.e), QUEUE_OK);
	state_close(s.st);
}
