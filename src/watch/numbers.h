/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WATCH_NUMBERS_H
#define WATCH_NUMBERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/metrics.h"

struct clock;
struct state;
struct store;

/* What a process knows of itself. */
struct watch_self {
	size_t workers; /* threads that answer requests; 0: it is a CGI program */
	const atomic_size_t *busy; /* those of them that have a request */
	int64_t started_s; /* Unix time */
};

/* Where the numbers are found. All is borrowed. */
struct watch {
	const char *store_path; /* its folder */
	const char *state_path;
	struct state *state; /* NULL: it could not be opened, see why */
	const char *why; /* why not; NULL: it is open */
	const struct clock *clock;
	const struct watch_self *self; /* NULL: somebody looks from outside */
};

/* All metrics of one moment: what was counted, and gauges that were found out for it. */
struct numbers {
	uint64_t cells[METRIC_CELLS];
	bool known
	    [M_N]; /* false: it could not be found out, or there is nobody to know */
	uint64_t dead_new; /* dead letters of the last LIMIT_HEALTH_DEAD_S */
	bool dead_new_known;
	char why[240]; /* the state was not read; "": it was */
};

/*
 * Reads them. Costs a look at the state and at the names of all sessions: for who asks now
 * and then. Thread-safe.
 */
void numbers_read(const struct watch *w, struct numbers *out);

/* A counter's or gauge's value; 0 when it is not known. */
uint64_t numbers_get(
    const struct numbers *n, enum metric m, unsigned a, unsigned b) MUST_CHECK;

/* A histogram: how many there are of a label, and their sum in ms. */
uint64_t numbers_count(const struct numbers *n, enum metric m, unsigned a) MUST_CHECK;
uint64_t numbers_sum_ms(const struct numbers *n, enum metric m, unsigned a) MUST_CHECK;

/*
 * The time that a share of them (0.5, 0.99) was below, within its bucket by proportion, as
 * Prometheus' histogram_quantile(); -1 when there are none. What is above the last bound is
 * that bound.
 */
int64_t numbers_quantile_ms(
    const struct numbers *n, enum metric m, unsigned a, double share) MUST_CHECK;

#endif
