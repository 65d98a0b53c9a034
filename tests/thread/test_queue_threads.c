/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads of one process add to the queue, claim, look and sweep, while the threads of a run
 * and those of a second opening of the same state work it: each job is worked once, in the
 * order of its lane, and what it sent is kept. A plain program with TAP output, so that ThreadSanitizer can run it.
 */
#include "config.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/queue_look.h"
#include "store/queue_run.h"
#include "store/state.h"
#include "support/tmpdir.h"

enum { ADDERS = 4, LANES_EACH = 5, JOBS = 12, ALL = ADDERS * LANES_EACH * JOBS };

struct shared {
	struct state *st;
	atomic_int next[ADDERS * LANES_EACH], busy[ADDERS * LANES_EACH];
	atomic_int done, wrong, failures, adders;
	sem_t end; /* all are done, or something failed */
};

static struct shared sh;

/* Body "LANE NUMBER". */
static enum job_end
work(void *mine, struct arena *a, const struct job *job, struct job_result *out)
{
	struct shared *s = mine;
	char *end;
	long lane = strtol(job->body, &end, 10), n = strtol(end, NULL, 10);

	(void)a;
	if (s->busy[lane]++ != 0 || s->next[lane]++ != n || job->unsure)
		s->wrong++;
	s->busy[lane]--;
	out->sent_id = job->body;
	if (++s->done == ALL)
		sem_post(&s->end);
	return JOB_DONE;
}

static void
failed(const char *what, const struct err *e)
{
	printf("# %s: %s\n", what, e->text);
	sh.failures++;
	sem_post(&sh.end);
}

/* The last job of each lane is claimed, and put back in the form of a follow-up. */
static void
claim(const char *lane, const char *body)
{
	const struct new_job turn = { lane, "turn", "", 0, 0 };
	const struct new_job follow = { NULL, "work", body, 0, 0 };
	struct job job;
	struct err e = { 0 };

	if (queue_claim(sh.st, &turn, &job, &e) != QUEUE_OK ||
	    queue_renew(sh.st, &job, &e) != QUEUE_OK ||
	    queue_done(sh.st, &job, &follow, 1, &e) != QUEUE_OK)
		failed("claim", &e);
}

static void *
add(void *arg)
{
	const int first = *(const int *)arg * LANES_EACH;

	for (int n = 0; n < JOBS; n++)
		for (int lane = first; lane < first + LANES_EACH; lane++) {
			char name[20], body[40];
			const struct new_job job = { name, "work", body, 0, 0 };
			struct err e = { 0 };

			snprintf(name, sizeof(name), "lane %d", lane);
			snprintf(body, sizeof(body), "%d %d", lane, n);
			if (n == JOBS - 1)
				claim(name, body);
			else if (queue_add(sh.st, &job, 1, body, &e) != QUEUE_OK ||
			    queue_add(sh.st, &job, 1, body, &e) != QUEUE_SEEN)
				failed("add", &e);
		}
	sh.adders--;
	return NULL;
}

static void *
look(void *arg)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	(void)arg;
	while (sh.adders > 0) {
		struct queue_counts c;
		struct queue_row rows[5];
		const char *const *ids;
		struct err e = { 0 };
		size_t n;

		if (!queue_count(sh.st, &c, &e) ||
		    !queue_list(sh.st, QUEUE_LIVE, 0, a, rows, 5, &n, &e) ||
		    queue_lane_has(sh.st, "lane 0", "work", &e) == QUEUE_FAILED ||
		    !queue_sent(sh.st, "lane 0", 0, a, &ids, &n, &e) ||
		    !state_sweep(sh.st, 10, &e) || c.jobs < 0 || c.working > c.jobs)
			failed("look", &e);
		arena_reset(a);
	}
	return NULL;
}

static void
run_all(struct state *other)
{
	static const struct queue_kind kinds[] = { { "work", work, 0, 0 } };
	const struct queue_run_opts o = {
		.kinds = kinds, .n_kinds = 1, .threads = 3, .ctx = &sh
	};
	struct err e = { 0 };
	struct queue_run *runs[2] = { queue_run_start(sh.st, &o, &e),
		queue_run_start(other, &o, &e) };
	pthread_t threads[ADDERS + 1];
	int numbers[ADDERS];

	if (runs[0] == NULL || runs[1] == NULL)
		failed("start", &e);
	sh.adders = ADDERS;
	for (int i = 0; i < ADDERS; i++) {
		numbers[i] = i;
		if (pthread_create(&threads[i], NULL, add, &numbers[i]) != 0)
			abort();
	}
	if (pthread_create(&threads[ADDERS], NULL, look, NULL) != 0)
		abort();
	for (int i = 0; i <= ADDERS; i++)
		pthread_join(threads[i], NULL);
	while (sem_wait(&sh.end) != 0)
		;
	for (int i = 0; i < 2; i++)
		if (runs[i] != NULL && !queue_run_stop(runs[i], 60000))
			sh.failures++;
}

/* Whether the ids that were kept with a lane are those of its jobs. */
static bool
all_sent(int lane)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *const *ids = NULL;
	char name[20], start[20];
	struct err e = { 0 };
	size_t n = 0;

	snprintf(name, sizeof(name), "lane %d", lane);
	snprintf(start, sizeof(start), "%d ", lane);
	if (!queue_sent(sh.st, name, 0, a, &ids, &n, &e))
		failed("sent", &e);
	for (size_t i = 0; i < n; i++)
		if (strncmp(ids[i], start, strlen(start)) != 0)
			return false;
	return n == JOBS;
}

int
main(void)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	const struct state_opts o = { .path = dir.path, .clock = &clock_system };
	struct queue_counts c = { .jobs = -1 };
	struct state *other;
	struct err e = { 0 };
	bool empty;

	sem_init(&sh.end, 0, 0);
	alarm(300); /* a test that hangs is killed */
	log_setup(LOG_ERROR, LOG_KV);
	sh.st = state_open(&o, &e);
	other = state_open(&o, &e);
	if (sh.st == NULL || other == NULL) {
		printf("Bail out! %s\n", e.text);
		return 1;
	}
	run_all(other);
	for (int i = 0; i < ADDERS * LANES_EACH; i++)
		sh.wrong += !all_sent(i);
	empty =
	    queue_count(sh.st, &c, &e) && c.jobs == 0 && c.lanes == 0 && c.dead == 0;
	printf("1..3\n");
	printf("%sok 1 - nothing failed\n", sh.failures == 0 ? "" : "not ");
	printf("%sok 2 - %d of %d jobs worked, in order, their ids kept\n",
	    sh.wrong == 0 && sh.done == ALL ? "" : "not ", sh.done, ALL);
	printf("%sok 3 - none is left\n", empty ? "" : "not ");
	state_close(other);
	state_close(sh.st);
	return sh.failures != 0 || sh.wrong != 0 || sh.done != ALL || !empty;
}
