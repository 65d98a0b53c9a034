/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CHORES_H
#define SANDBOX_CHORES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "sandbox/outside.h"

/*
 * What the stand-ins do by themselves, later and in threads of their own: events to
 * webhooks, messages on their way. Chores of one lane run one after the other, in the
 * order of the moments they are due; lanes run side by side.
 */
struct chores;

enum { CHORES_WORKERS = 32, CHORES_WAITING_MAX = 20000, CHORE_DONE = -1 };

/*
 * Does it. CHORE_DONE, or the milliseconds after which it is done again; chores of its lane
 * that are due earlier go first then.
 */
typedef int64_t chore_fn(struct outside *o, void *arg);

struct chore {
	const char *lane; /* copied */
	int64_t in_ms; /* due so much later */
	chore_fn *run;
	void *arg; /* the chore's; freed by `release` when it is done or dropped */
	void (*release)(void *arg);
};

struct chores *chores_new(void);
/* Ends what is under way; what waits is dropped. */
void chores_stop(struct chores *c);
void chores_free(struct chores *c); /* after chores_stop(); NULL is allowed */

/* False: too many are waiting, or it has been stopped; the argument is released. */
bool chores_add(struct chores *c, const struct chore *what) MUST_CHECK;

/* How many are waiting or under way. */
size_t chores_left(struct chores *c);

/* For a call of one's own outside of a chore: ends when chores_stop() is called. */
const atomic_bool *chores_stopping(const struct chores *c);

#endif
