/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_I_H
#define STORE_QUEUE_I_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "store/queue.h"
#include "store/state_i.h"

/* What the files of the queue share, inside of a transaction; nobody else includes it. */

/* A place in a lane; see state_schema.c. */
struct place {
	int64_t lane, ord, root, sub;
};

/* A job that is about to be written. */
struct job_row {
	int64_t id;
	struct place place;
	int64_t made_ms, due_ms;
	bool unsure;
	const char *kind, *body;
};

/* Whether kind and body are within their limits: QUEUE_OK, or QUEUE_FAILED. */
enum queue_result job_texts_ok(
    const char *kind, const char *body, struct err *e) MUST_CHECK;

/* n numbers that were never used; *first is the lowest. */
bool job_ids(struct tx *t, size_t n, int64_t *first, struct err *e) MUST_CHECK;
bool job_write(struct tx *t, const struct job_row *row, struct err *e) MUST_CHECK;

/* QUEUE_FULL unless n more jobs of so many bytes may come. */
enum queue_result queue_room(
    struct tx *t, size_t n, int64_t bytes, struct err *e) MUST_CHECK;

/*
 * The place of a job that comes new into a lane, which is made when it is missing: behind
 * all others for ord_ms 0; see queue.h. root is its id. QUEUE_FULL: the lane takes no more.
 * claimed: it is leased at once, and may stand in front of one that is leased too.
 */
enum queue_result lane_place(struct tx *t, const struct new_job *job, bool claimed,
    int64_t root, struct place *out, struct err *e) MUST_CHECK;

/* After a change to its jobs: when the lane is ready; one without jobs goes. */
bool lane_refresh(struct tx *t, int64_t lane, struct err *e) MUST_CHECK;

/* Lanes whose first job is of one of these kinds; kinds NULL: all lanes. */
struct lane_choice {
	const char *const *kinds;
	size_t n;
};

struct lane_found {
	int64_t id, ready_ms;
	const char *name;
};

/*
 * The lane that has waited longest, its name in the arena (NULL: nobody wants it); ready_ms
 * is INT64_MAX when there is none.
 */
bool lane_first(struct conn *c, const struct lane_choice *of, struct arena *a,
    struct lane_found *out, struct err *e) MUST_CHECK;

/* Whether there is one to take from: QUEUE_OK, QUEUE_NONE. No change, so it costs little. */
enum queue_result lane_any_ready(
    struct state *st, const struct lane_choice *of, struct err *e) MUST_CHECK;

/*
 * Leases a job, which nobody else holds, in the name of this process; gives it such a name
 * first. *lease is the proof. The lane is the caller's to refresh.
 */
bool job_lease(struct tx *t, int64_t id, struct err *e) MUST_CHECK;

/* QUEUE_LOST unless the job is still leased to us by that lease. */
enum queue_result job_held(
    struct tx *t, const struct job *job, struct place *out, struct err *e) MUST_CHECK;

/* Gives a job that is held another body and another LIMIT_LEASE_MS, and commits. */
enum queue_result job_rewrite(struct tx *t, const struct job *job,
    const struct place *at, const char *body, struct err *e) MUST_CHECK;

#endif
