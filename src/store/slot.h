/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SLOT_H
#define STORE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct state;

/*
 * The pace of a sender, which all processes share: each message has a moment at which it may
 * leave, its slot, given out once and in the order in which they are asked for. So who waits
 * does so until his own moment, and need not look whether others have gone. What a sender
 * may send within LIMIT_PACE_AHEAD_MS may leave at once. Thread-safe, durable: see state.h.
 */

/*
 * The next slot of the sender (any text that names it; no secret): *slot_ms, Unix time, now
 * or later. One that would be farther away than LIMIT_PACE_S is now: the date was set back,
 * or a message would be too old by then. rate_per_s is at least 1.
 */
bool slot_take(struct state *st, const char *sender, int64_t rate_per_s,
    int64_t *slot_ms, struct err *e) MUST_CHECK;

/* No slot before that moment, of those that are given out from here on. */
bool slot_push(
    struct state *st, const char *sender, int64_t until_ms, struct err *e) MUST_CHECK;

#endif
