/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/err.h"

/*
 * What must outlive the machine (store.state_path): the queue (queue.h), small values such
 * as hook secrets (kv.h), which chat belongs to which conversation (chats.h). One SQLite
 * file, state.db, shared by all processes of one host; every change is on the disk, synced,
 * when the call returns, and is there whole or not at all.
 *
 * Thread-safe: changes follow each other, each a short transaction and its sync; questions
 * do not wait for them. Not to be used on both sides of a fork().
 *
 * Errors of all functions that take a struct state: ERR_CONFIG when an operator has to act
 * (damaged, removed under our feet), ERR_IO when the disk refuses (code ENOSPC: full),
 * ERR_TIMEOUT when another process does not let us in for LIMIT_STATE_WAIT_MS, ERR_TOO_BIG
 * for what exceeds a limit. Those of the first three kinds name the file.
 */
struct state;

struct state_opts {
	/* Empty: the first folder of $STATE_DIRECTORY, else the one of the build. */
	const char *path;
	const struct clock *clock; /* outlives the state */
	bool existing; /* fail where there is none instead of making one */
	bool
	    inspect; /* read the whole file for damage: for a start, not for each request */
};

/*
 * Opens it, made when it is missing: the folder with mode 0700, its files with 0600, whatever
 * the umask. A file of an older botline is brought up to date, whole or not at all. A damaged
 * one, one of another program, or one of a newer botline is refused with a text that says what
 * to do; it is never begun anew by itself. NULL: see *e.
 */
struct state *state_open(const struct state_opts *o, struct err *e) MUST_CHECK;

/*
 * After all threads have left it. What is still leased (queue.h) falls to others at once.
 * NULL is allowed.
 */
void state_close(struct state *st);
void state_closep(struct state **st); /* for CLEANUP */

const char *state_path(const struct state *st);

/*
 * Whether a change could be begun now: the files are still there and may be written. Writes
 * nothing, so a full disk is not found. ERR_TIMEOUT: others have kept it for
 * LIMIT_STATE_WAIT_MS.
 */
bool state_writable(struct state *st, struct err *e) MUST_CHECK;

/*
 * Removes what has expired: keys seen (LIMIT_SEEN_S), ids of messages sent (LIMIT_SENT_S),
 * news of messages and the pace of senders (LIMIT_NEWS_S), dead letters (LIMIT_DEAD_S), chats; no more than max_rows of each. Gives space back to the disk. For the idle time.
 */
bool state_sweep(struct state *st, size_t max_rows, struct err *e) MUST_CHECK;

#endif
