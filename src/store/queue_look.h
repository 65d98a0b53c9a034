/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_LOOK_H
#define STORE_QUEUE_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "store/queue.h"

/*
 * What an operator may see of the queue (queue.h) and do to it. Thread-safe; while others
 * work. Lanes and bodies are users' data: they go to the operator's terminal, not to a log.
 */
struct queue_counts {
	int64_t jobs; /* waiting or being worked */
	int64_t working; /* under lease */
	int64_t lanes; /* that have a job */
	int64_t bytes; /* of all bodies */
	int64_t dead; /* letters */
	int64_t oldest_ms; /* when the oldest job was added; 0: there is none */
};

/* The same cost however many there are. */
bool queue_count(struct state *st, struct queue_counts *out, struct err *e) MUST_CHECK;

/* Dead letters that died after since_ms (Unix time). */
bool queue_dead_since(
    struct state *st, int64_t since_ms, int64_t *n, struct err *e) MUST_CHECK;

/* Calls fn for each kind of which there are jobs. The cost grows with the jobs. */
bool queue_kinds(struct state *st, void (*fn)(void *arg, const char *kind, int64_t n),
    void *arg, struct err *e) MUST_CHECK;

enum queue_box { QUEUE_LIVE, QUEUE_DEAD };

struct queue_row {
	int64_t id;
	const char *lane, *kind, *why;
	int64_t made_ms;
	int64_t due_ms; /* live: next try; dead: when it died */
	int tries;
	bool working; /* live: under lease */
	bool unsure; /* see struct job */
	int64_t size; /* of the body, in bytes */
};

/*
 * At most max rows with an id above after_id, in the order of ids; *n is how many. Texts are
 * in the arena. The next page begins after the last id of this one.
 */
bool queue_list(struct state *st, enum queue_box box, int64_t after_id, struct arena *a,
    struct queue_row *rows, size_t max, size_t *n, struct err *e) MUST_CHECK;

/* One of either box, with its body. QUEUE_NONE: there is no such id. */
enum queue_result queue_show(struct state *st, int64_t id, struct arena *a,
    struct queue_row *row, enum queue_box *box, const char **body,
    struct err *e) MUST_CHECK;

/*
 * A dead letter goes behind the jobs of its lane, under the same id, as new: age and tries
 * begin again, `unsure` stays. QUEUE_NONE: no such letter. QUEUE_FULL as in queue_add().
 */
enum queue_result queue_retry(struct state *st, int64_t id, struct err *e) MUST_CHECK;

/*
 * Removes a job or a dead letter for good. QUEUE_LOST: it is being worked and stays.
 * QUEUE_NONE: there is no such id.
 */
enum queue_result queue_drop(struct state *st, int64_t id, struct err *e) MUST_CHECK;

#endif
