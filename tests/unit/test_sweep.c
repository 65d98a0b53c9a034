/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(sweep, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000, TTL = 100, ALL = 1000 };

/* Makes a file of that age; a trailing slash makes a folder. */
static void
plant(const struct tmpdir *dir, const char *name, int64_t age_s)
{
	struct timespec ts[2] = { { NOW - age_s, 0 }, { NOW - age_s, 0 } };
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	if (name[strlen(name) - 1] == '/')
		cr_assert_eq(mkdir(path, 0700), 0);
	else
		close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	cr_assert_eq(utimensat(AT_FDCWD, path, ts, 0), 0);
}

static bool
exists(const struct tmpdir *dir, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	return access(path, F_OK) == 0;
}

Test(sweep, what_goes)
{
	static const struct {
		const char *name;
		int64_t age_s;
		bool goes;
	} t[] = {
		{ "c-expired", TTL + 1, true },
		{ "c-on-its-last-second", TTL, false },
		{ "c-fresh", 0, false },
		{ "c-from-the-future", -1000, false },
		{ "c-folder/", TTL + 1, false },
		{ FILE_TMP_PREFIX "old", 3601, true },
		{ FILE_TMP_PREFIX "young", 3600, false },
		{ "cached-accesstoken-x", 1000000, false },
		{ "somebody-elses", 1000000, false },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);

	for (size_t i = 0; i < NELEMS(t); i++)
		plant(&dir, t[i].name, t[i].age_s);
	cr_expect_eq(store_sweep(s, ALL), 2u);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(exists(&dir, t[i].name), !t[i].goes, "%s", t[i].name);
	cr_expect_eq(store_sweep(s, ALL), 0u, "nothing is left to do");
}

Test(sweep, links_stay)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, -1, &hand.clock);
	char path[300], target[300];

	plant(&dir, "target", TTL + 1);
	snprintf(target, sizeof(target), "%s/target", dir.path);
	snprintf(path, sizeof(path), "%s/c-symbolic", dir.path);
	cr_assert_eq(symlink(target, path), 0);
	snprintf(path, sizeof(path), "%s/c-second-name", dir.path);
	cr_assert_eq(link(target, path), 0);
	cr_expect_eq(store_sweep(s, ALL), 0u);
	cr_expect(exists(&dir, "target"));
	cr_expect(exists(&dir, "c-symbolic"));
	cr_expect(exists(&dir, "c-second-name"));
}

/* A conversation in use stays, however old its record is. */
Test(sweep, in_use)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	struct conv *c;

	say(s, "x", "text");
	hand.now_s += TTL + 1;
	c = enter(s, "x");
	cr_expect_eq(store_sweep(s, ALL), 0u, "entered");
	commit(c, "renewed");
	conv_leave(c);
	cr_expect_eq(store_sweep(s, ALL), 0u, "renewed");
	cr_expect_str_eq(heard(s, "x"), "renewed");
	hand.now_s += TTL + 1;
	cr_expect_eq(store_sweep(s, ALL), 1u, "left alone");
	cr_expect_str_eq(heard(s, "x"), "");
}

Test(sweep, takes_up_where_it_stopped)
{
	enum { FILES = 50, STEP = 7 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	size_t gone = 0, calls = 0;
	char name[20];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "c-fresh-%d", i);
		plant(&dir, name, 0);
		snprintf(name, sizeof(name), "c-old-%d", i);
		plant(&dir, name, TTL + 1);
	}
	while (gone < FILES) {
		size_t n = store_sweep(s, STEP);

		cr_expect_leq(n, (size_t)STEP);
		gone += n;
		/* One round is 2 * FILES, "." and ".."; it never takes a second one. */
		cr_assert_leq(++calls, (size_t)(2 * FILES + 2) / STEP + 1);
	}
	cr_expect_eq(gone, (size_t)FILES);
	while (calls++ < 40)
		cr_expect_eq(store_sweep(s, STEP), 0u, "the next rounds");
}

enum { TURNS = 2000, PROCESSES = 2 };

struct shared {
	atomic_int inside, collisions, failures, turns, entering;
	atomic_size_t swept;
};

/* The file of the conversation may go between any two steps: nobody must notice. */
static void
enter_often(struct store *s, struct shared *sh)
{
	for (int i = 0; i < rounds(TURNS); i++) {
		struct conv *c = NULL;
		struct err e = { 0 };

		if (conv_enter(s, "x", FOREVER, NULL, &c, &e) != CONV_ENTERED) {
			fprintf(stderr, "# %s\n", e.text);
			sh->failures++;
			continue;
		}
		sh->collisions += atomic_fetch_add(&sh->inside, 1) != 0;
		if (i % 3 == 0 && !conv_commit(c, "text", 4, &e))
			sh->failures++;
		sh->turns++;
		sched_yield(); /* gives others a chance to be here wrongly */
		sh->inside--;
		conv_leave(c);
	}
}

static pid_t
start_process(const struct tmpdir *dir, struct shared *sh, bool sweeps)
{
	pid_t pid = fork_child();
	struct store *s;

	if (pid != 0)
		return pid;
	/* A life of -1 s: every conversation has expired when it is committed. */
	s = open_store(dir, -1, &clock_system);
	if (sweeps)
		do /* once at least: what the others have left is there even at the end */
			sh->swept += store_sweep(s, 5);
		while (sh->entering > 0);
	else
		enter_often(s, sh);
	sh->entering -= !sweeps;
	store_close(s);
	_exit(0);
}

Test(sweep, races_with_entering)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[2 * PROCESSES];

	cr_assert_neq(sh, MAP_FAILED);
	sh->entering = PROCESSES;
	for (int i = 0; i < 2 * PROCESSES; i++)
		pid[i] = start_process(&dir, sh, i % 2 == 0);
	for (int i = 0; i < 2 * PROCESSES; i++) {
		int status;

		cr_assert_eq(waitpid(pid[i], &status, 0), pid[i]);
		cr_expect_eq(status, 0);
	}
	cr_expect_eq(sh->collisions, 0, "two were in it at once");
	cr_expect_eq(sh->failures, 0);
	cr_expect_eq(sh->turns, PROCESSES * rounds(TURNS));
	cr_expect_gt(sh->swept, (size_t)0, "the sweepers had something to do");
	munmap(sh, sizeof(*sh));
}
