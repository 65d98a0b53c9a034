/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads are shared by the kinds of jobs. While a kind has as many as it may, its lanes are
 * passed over: they keep their place, and whoever ends such a job takes the next one.
 */
#include "config.h"

#include <string.h>

#include "store/queue_run_i.h"

static bool
has_room(const struct queue_run *run, size_t i)
{
	const struct queue_kind *k = &run->o->kinds[i];
	const size_t half = run->all / 2; /* the watch is counted in: rounded up */

	return k->most == 0 || (run->at_work[i] < k->most && run->sharing < half);
}

/* The names of kinds that have room; how many. */
static size_t
kinds_with_room(struct queue_run *run)
{
	size_t n = 0;

	pthread_mutex_lock(&run->mutex);
	for (size_t i = 0; i < run->o->n_kinds; i++)
		if (has_room(run, i))
			run->choice[n++] = run->o->kinds[i].kind;
	pthread_mutex_unlock(&run->mutex);
	return n;
}

static const struct queue_kind *
find_kind(const struct queue_run *run, const char *kind)
{
	for (size_t i = 0; i < run->o->n_kinds; i++)
		if (strcmp(run->o->kinds[i].kind, kind) == 0)
			return &run->o->kinds[i];
	return NULL;
}

static void
count(struct queue_run *run, const struct queue_kind *kind, size_t by)
{
	if (kind == NULL || kind->most == 0)
		return;
	pthread_mutex_lock(&run->mutex);
	run->at_work[kind - run->o->kinds] += by;
	run->sharing += by;
	pthread_mutex_unlock(&run->mutex);
}

enum queue_result
queue_share_take(struct queue_run *run, struct arena *a, struct job *job,
    const struct queue_kind **kind, struct err *e)
{
	enum queue_result r;
	size_t n;

	pthread_mutex_lock(&run->take);
	n = kinds_with_room(run);
	/* What no row names waits, too, until there is room for all: it only dies. */
	r = n == run->o->n_kinds ? queue_take(run->st, a, job, e)
				 : queue_take_of(run->st, run->choice, n, a, job, e);
	if (r == QUEUE_OK) {
		*kind = find_kind(run, job->kind);
		count(run, *kind, 1);
	}
	pthread_mutex_unlock(&run->take);
	return r;
}

void
queue_share_ends(struct queue_run *run, const struct queue_kind *kind)
{
	count(run, kind, -(size_t)1);
}
