/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads of one process take marks of one store while others are being set: each is taken,
 * and by one thread alone. A plain program with TAP output, so that ThreadSanitizer can
 * run it.
 */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/due.h"
#include "store/store.h"
#include "support/tmpdir.h"

enum { TAKERS = 4, MARKS = 400, NOW = 2000000000 };

struct shared {
	struct store *store;
	atomic_int times[MARKS], done, failures;
};

static void *
take(void *arg)
{
	struct shared *sh = arg;
	CLEANUP(buf_fini) struct buf id = BUF_INIT(LIMIT_CONV_ID);

	while (sh->done < MARKS)
		if (due_take(sh->store, NOW, 60, &id)) {
			sh->times[strtol(id.data, NULL, 10)]++;
			due_clear(sh->store, id.data);
			sh->done++;
		} else {
			sched_yield();
		}
	return NULL;
}

static void *
set(void *arg)
{
	struct shared *sh = arg;
	struct err e;
	char id[20];

	for (int i = 0; i < MARKS; i++) {
		snprintf(id, sizeof(id), "%d", i);
		if (!due_set(sh->store, id, NOW, &e)) {
			printf("# %s\n", e.text);
			sh->failures++;
			sh->done++;
		}
	}
	return NULL;
}

int
main(void)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	const struct store_opts o = { dir.path, 3600, &clock_system };
	static struct shared sh;
	pthread_t threads[TAKERS + 1];
	struct err e = { 0 };
	int wrong = 0;
	bool left;

	alarm(300); /* a test that hangs is killed */
	sh.store = store_open(&o, &e);
	if (sh.store == NULL) {
		printf("Bail out! %s\n", e.text);
		return 1;
	}
	for (int i = 0; i <= TAKERS; i++)
		if (pthread_create(&threads[i], NULL, i < TAKERS ? take : set, &sh) !=
		    0)
			abort();
	for (int i = 0; i <= TAKERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < MARKS; i++)
		wrong += sh.times[i] != 1;
	left = due_any(sh.store, NOW);
	printf("1..3\n");
	printf("%sok 1 - all marks were set\n", sh.failures == 0 ? "" : "not ");
	printf("%sok 2 - each was taken by one thread\n", wrong == 0 ? "" : "not ");
	printf("%sok 3 - none is left\n", left ? "not " : "");
	store_close(sh.store);
	return sh.failures != 0 || wrong != 0 || left;
}
