/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts jobs into a queue, each of a conversation of its own, due in an hour: what a long
 * queue costs those who have nothing to do with it.
 *
 *	fill STATE-FOLDER JOBS
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/queue.h"
#include "store/state.h"

static bool
add(struct state *st, long first, size_t n, int64_t due_ms, struct err *e)
{
	static struct new_job jobs[LIMIT_QUEUE_BATCH];
	static char lanes[LIMIT_QUEUE_BATCH][40];

	for (size_t i = 0; i < n; i++) {
		snprintf(lanes[i], sizeof(lanes[i]), "bench-%ld", first + (long)i);
		jobs[i] = (struct new_job){ .lane = lanes[i],
			.kind = "send",
			.body = "{\"to\":\"+34600000000\",\"text\":\"for later\"}",
			.due_ms = due_ms };
	}
	return queue_add(st, jobs, n, NULL, e) == QUEUE_OK;
}

int
main(int argc, char **argv)
{
	long want = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	struct state_opts o = { .clock = &clock_system };
	struct err e = { 0 };
	struct state *st;
	int64_t due_ms;

	if (want < 1) {
		fputs("usage: fill STATE-FOLDER JOBS\n", stderr);
		return 64;
	}
	o.path = argv[1];
	due_ms = clock_wall_ms(o.clock) + 3600000;
	st = state_open(&o, &e);
	for (long done = 0; st != NULL && done < want; done += LIMIT_QUEUE_BATCH) {
		long n = want - done;

		if (n > LIMIT_QUEUE_BATCH)
			n = LIMIT_QUEUE_BATCH;
		if (!add(st, done, (size_t)n, due_ms, &e))
			break;
	}
	state_close(st);
	if (e.text[0] != '\0') {
		fprintf(stderr, "fill: %s\n", e.text);
		return 1;
	}
	return 0;
}
