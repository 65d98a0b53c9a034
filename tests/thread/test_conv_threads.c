/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two processes of eight threads each work on three conversations at once. Every turn adds
 * one to the number in the record: in the end none is missing, and never were two turns in
 * one conversation. A plain program with TAP output, so that ThreadSanitizer can run it.
 */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/conv.h"
#include "store/store.h"
#include "support/tmpdir.h"

enum { PROCESSES = 2, THREADS = 8, TURNS = 150, IDS = 3 };

static const char *const ids[IDS] = { "one", "two", "three" };

/* In memory that both processes share. */
struct shared {
	atomic_int inside[IDS];
	atomic_int turns[IDS];
	atomic_int collisions, failures, busy, late;
};

struct worker {
	struct store *store;
	struct shared *shared;
	int number;
	pthread_t thread;
};

/* Adds one to the number in the record. */
static bool
count_up(struct conv *c, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	uint32_t n = 0;

	if (!conv_load(c, &b, e))
		return false;
	if (b.len == sizeof(n))
		memcpy(&n, b.data, sizeof(n));
	n++;
	return conv_commit(c, &n, sizeof(n), e);
}

static bool
take_turn(struct worker *w, int id, int64_t wait_ms)
{
	struct shared *sh = w->shared;
	struct conv *c = NULL;
	struct err e = { 0 };
	bool ok;

	switch (conv_enter(
	    w->store, ids[id], clock_mono_ms(&clock_system) + wait_ms, NULL, &c, &e)) {
	case CONV_BUSY:
		sh->busy++;
		return false;
	case CONV_LATE:
		sh->late++;
		return false;
	case CONV_FAILED:
		sh->failures++;
		printf("# %s\n", e.text);
		return true; /* counted: there is no use in trying for ever */
	case CONV_ENTERED:
		break;
	}
	if (atomic_fetch_add(&sh->inside[id], 1) != 0)
		sh->collisions++;
	ok = count_up(c, &e);
	if (ok)
		sh->turns[id]++;
	else
		sh->failures++;
	sh->inside[id]--;
	conv_leave(c);
	return true;
}

static void *
work(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < TURNS; i++) {
		int id = (w->number + i) % IDS;

		/* Some have hardly any patience, so that deadlines run out under load. */
		while (!take_turn(w, id, (w->number + i) % 4 == 0 ? 1 : 60000))
			sched_yield();
		if (i % 50 == w->number)
			(void)store_sweep(w->store, 100); /* finds nothing to remove */
	}
	return NULL;
}

static void
run_threads(const char *path, struct shared *sh)
{
	struct store_opts o = { path, 3600, &clock_system };
	struct worker w[THREADS];
	struct err e = { 0 };
	struct store *s = store_open(&o, &e);

	if (s == NULL) {
		printf("# %s\n", e.text);
		sh->failures++;
		return;
	}
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ s, sh, i, 0 };
		if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0)
			abort();
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(w[i].thread, NULL);
	store_close(s);
}

/* The number in the record of a conversation that nobody works on. */
static uint32_t
number_in(const char *path, const char *id)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	struct store_opts o = { path, 3600, &clock_system };
	struct conv *c = NULL;
	uint32_t n = 0;
	struct err e;
	struct store *s = store_open(&o, &e);

	if (s != NULL && conv_enter(s, id, 0, NULL, &c, &e) == CONV_ENTERED &&
	    conv_load(c, &b, &e) && b.len == sizeof(n))
		memcpy(&n, b.data, sizeof(n));
	conv_leave(c);
	store_close(s);
	return n;
}

static int
report(bool ok, const char *what)
{
	static int number;

	printf("%sok %d - %s\n", ok ? "" : "not ", ++number, what);
	return ok ? 0 : 1;
}

static int
verdict(const char *path, struct shared *sh, int child_status)
{
	int bad = 0, turns = 0;
	char what[80];

	printf("1..%d\n", 4 + IDS);
	for (int i = 0; i < IDS; i++) {
		uint32_t n = number_in(path, ids[i]);

		turns += sh->turns[i];
		snprintf(
		    what, sizeof(what), "conversation %s counts %u turns", ids[i], n);
		bad |= report(n == (uint32_t)sh->turns[i], what);
	}
	bad |= report(turns == PROCESSES * THREADS * TURNS, "no turn is missing");
	bad |= report(sh->collisions == 0, "never two turns in one conversation");
	bad |= report(sh->failures == 0, "nothing failed");
	bad |= report(child_status == 0, "the other process ended well");
	printf("# %d times busy, %d times late\n", sh->busy, sh->late);
	return bad;
}

int
main(void)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;
	pid_t pid;

	if (sh == MAP_FAILED || (pid = fork()) < 0) {
		perror("start");
		return 1;
	}
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run_threads(dir.path, sh);
		fflush(stdout);
		_exit(0);
	}
	alarm(300); /* a test that hangs is killed, and the other process with it */
	run_threads(dir.path, sh);
	waitpid(pid, &status, 0);
	return verdict(dir.path, sh, status);
}
