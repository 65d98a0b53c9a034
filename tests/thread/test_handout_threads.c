/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads of two processes hand out files from one store, read each other's, and sweep: what
 * was put is found whole by whoever has its token, and nobody's is lost. A plain program
 * with TAP output, so that ThreadSanitizer can run it.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "store/handout.h"
#include "store/store.h"
#include "support/tmpdir.h"

enum { PUTTERS = 3, FILES = 60, PROCESSES = 2, ALL = PROCESSES * PUTTERS * FILES };

/* In memory that the processes share. */
struct shared {
	struct {
		atomic_bool there;
		char token[HANDOUT_TOKEN_SIZE];
		int number;
	} row[ALL];
	atomic_int rows, putting, failures, misread, read;
};

struct worker {
	struct shared *shared;
	struct store *store;
	int first; /* of its numbers */
	pthread_t thread;
};

static bool
put_one(struct worker *w, int number)
{
	CLEANUP(closep) int fd = -1;
	char text[20], token[HANDOUT_TOKEN_SIZE];
	struct handout h = { .type = "text/plain", .name = text };
	struct err e;
	int row;

	h.size = (size_t)snprintf(text, sizeof(text), "%d", number);
	if (!file_unnamed(NULL, &fd, &e) || !file_write_all(fd, text, h.size, &e))
		return false;
	h.fd = fd;
	/* Where many are slow, others may hold it for longer than we wait. */
	while (!handout_put(w->store, &h, 1000, token, &e)) {
		if (e.kind == ERR_TIMEOUT)
			continue;
		printf("# %s\n", e.text);
		return false;
	}
	row = atomic_fetch_add(&w->shared->rows, 1);
	memcpy(w->shared->row[row].token, token, sizeof(token));
	w->shared->row[row].number = number;
	w->shared->row[row].there = true;
	return true;
}

static void *
put(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < FILES; i++)
		if (!put_one(w, w->first + i))
			w->shared->failures++;
	w->shared->putting--;
	return NULL;
}

static bool
reads(struct store *s, const char *token, int number)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct handout h = { .fd = -1 };
	char text[20] = "", want[20];
	struct err e;
	bool ok;

	snprintf(want, sizeof(want), "%d", number);
	if (handout_open(s, token, a, &h, &e) != HANDOUT_OK)
		return false;
	ok = h.size == strlen(want) &&
	    pread(h.fd, text, h.size, 0) == (ssize_t)h.size &&
	    strcmp(text, want) == 0 && strcmp(h.name, want) == 0;
	close(h.fd);
	return ok;
}

/* All that come, of both processes; sweeps in between. */
static void *
read_all(void *arg)
{
	struct worker *w = arg;
	struct shared *sh = w->shared;

	for (int i = 0; i < ALL;) {
		bool putting = sh->putting > 0;

		if (sh->row[i].there) {
			sh->misread +=
			    !reads(w->store, sh->row[i].token, sh->row[i].number);
			sh->read++;
			i++;
		} else if (!putting) {
			break; /* some were not put, which is told as a failure */
		} else {
			sh->failures += handout_sweep(w->store, 50) != 0;
		}
	}
	return NULL;
}

/* The work of one process; false when it could not begin. */
static bool
work(const struct tmpdir *dir, struct shared *sh, int process)
{
	const struct store_opts o = { dir->path, 3600, &clock_system };
	struct err e = { 0 };
	struct store *s = store_open(&o, &e);
	struct worker w[PUTTERS + 1];

	if (s == NULL) {
		printf("# %s\n", e.text);
		return false;
	}
	for (int i = 0; i <= PUTTERS; i++) {
		w[i] = (struct worker){ .shared = sh,
			.store = s,
			.first = (process * PUTTERS + i) * FILES };
		if (pthread_create(
			&w[i].thread, NULL, i < PUTTERS ? put : read_all, &w[i]) != 0)
			abort();
	}
	for (int i = 0; i <= PUTTERS; i++)
		pthread_join(w[i].thread, NULL);
	store_close(s);
	return true;
}

int
main(void)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool ours, theirs, put_all, read_well;
	int status = -1;
	pid_t pid;

	alarm(300); /* a test that hangs is killed */
	if (sh == MAP_FAILED)
		abort();
	sh->putting = PROCESSES * PUTTERS;
	pid = fork();
	if (pid == 0) {
		alarm(300);
		_exit(work(&dir, sh, 1) ? 0 : 1);
	}
	ours = work(&dir, sh, 0);
	theirs = pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
	put_all = sh->rows == ALL && sh->failures == 0;
	read_well = sh->read == PROCESSES * ALL && sh->misread == 0;
	printf("1..3\n");
	printf("%sok 1 - both processes ended well\n", ours && theirs ? "" : "not ");
	printf("%sok 2 - all were put, none was swept\n", put_all ? "" : "not ");
	printf("%sok 3 - all were read by both\n", read_well ? "" : "not ");
	return !(ours && theirs && put_all && read_well);
}
