/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_KILL_CALLS_H
#define UNIT_KILL_CALLS_H

#include <stdbool.h>

/*
 * Dies by SIGKILL at a given call of the system that changes files or locks, whoever makes
 * it: these functions stand before those of the C library, for SQLite too. Between two such
 * calls a process changes nothing that outlives it, but SQLite's shared memory, whose pieces
 * are fenced by locks. Syncs are counted and left out: the machine does not lose its power.
 */
struct kill_calls {
	int calls; /* so far */
	int kill_at; /* dies at the call of that number; 0: never */
	bool torn; /* and if it writes, half of it gets through */
};

extern struct kill_calls kill_calls;

#endif
