/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STOPPED_H
#define STORE_STOPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct state;

/*
 * Users who want no messages: a conversation that is stopped is sent nothing, by
 * deliver_send(), until its user writes again. Kept in the state, under a hash of the
 * conversation's id, until it is cleared: it outlives the machine and is shared by processes.
 * Thread-safe; costs one look at an index, and stop_clear() no more than that where nothing
 * was stopped. A NULL state keeps nothing: false of all three is trouble alone (*e).
 */

/*
 * From now_s (Unix time) on nothing is sent there. `why` is for the operator: a word or a
 * code such as "21610" or "STOP". One that is stopped already stays as it was.
 */
bool stop_set(struct state *st, const char *conv_id, const char *why, int64_t now_s,
    struct err *e) MUST_CHECK;

/* The same where the conversation is known by the SHA-256 of its id (hex) alone. */
bool stop_set_hashed(struct state *st, const char *hex, const char *why, int64_t now_s,
    struct err *e) MUST_CHECK;

/* He has written again. *was, unless NULL: whether he had stopped. */
bool stop_clear(
    struct state *st, const char *conv_id, bool *was, struct err *e) MUST_CHECK;

bool stop_is(struct state *st, const char *conv_id, bool *is, struct err *e) MUST_CHECK;

#endif
