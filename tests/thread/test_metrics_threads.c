/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads of several processes count while another reads: nothing is lost. A plain program,
 * for ThreadSanitizer.
 */
#include "config.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/attr.h"
#include "base/metrics.h"
#include "support/tmpdir.h"

enum { PROCESSES = 3, THREADS = 4, TIMES = 20000 };

static atomic_bool stop;

static void *
count(void *arg)
{
	(void)arg;
	for (int i = 0; i < TIMES; i++) {
		metrics_count(M_REQUESTS, M_ROUTE_message, M_CODE_2xx);
		metrics_observe(M_TURN_SECONDS, 0, i % 100);
		metrics_set(M_UPSTREAM_FAILING, M_UPSTREAM_other, (uint64_t)i % 2);
	}
	return NULL;
}

/* What is counted only grows. */
static void *
look(void *arg)
{
	const size_t at = M_REQUESTS_AT + M_ROUTE_message * M_CODE_N + M_CODE_2xx;
	uint64_t cells[METRIC_CELLS], before = 0;

	while (!atomic_load(&stop)) {
		metrics_read(cells);
		if (cells[at] < before)
			*(bool *)arg = false;
		before = cells[at];
	}
	return NULL;
}

static int
work(const char *folder)
{
	pthread_t threads[THREADS], reader;
	bool grows = true;
	struct err e;

	if (!metrics_open(folder, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	pthread_create(&reader, NULL, look, &grows);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	atomic_store(&stop, true);
	pthread_join(reader, NULL);
	return grows ? 0 : 2;
}

static bool
all_ended_well(const pid_t *pids)
{
	bool ok = true;
	int status;

	for (int i = 0; i < PROCESSES; i++)
		ok = waitpid(pids[i], &status, 0) == pids[i] && status == 0 && ok;
	return ok;
}

int
main(void)
{
	const uint64_t want = (uint64_t)PROCESSES * THREADS * TIMES;
	const size_t requests = M_REQUESTS_AT + M_ROUTE_message * M_CODE_N + M_CODE_2xx;
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	uint64_t cells[METRIC_CELLS] = { 0 }, turns = 0;
	pid_t pids[PROCESSES];
	struct err e;
	bool well, all;

	alarm(300); /* a test that hangs is killed */
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(work(dir.path));
	}
	well = all_ended_well(pids) && metrics_read_file(dir.path, cells, &e);
	for (size_t i = 0; i < METRIC_BUCKETS; i++)
		turns += cells[M_TURN_SECONDS_AT + i];
	all = turns == want && cells[requests] == want;
	printf("1..2\n");
	printf("%sok 1 - numbers only grow\n", well ? "" : "not ");
	printf("%sok 2 - nothing was lost, %" PRIu64 " of %" PRIu64 "\n",
	    all ? "" : "not ", turns, want);
	return !well || !all;
}
