/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_FLOOD_H
#define DIALOG_FLOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * How many messages of a user are answered: a leaky bucket, kept in the record. It holds as
 * many as he may send in a minute, and a full one is empty after a minute. Plain values; all
 * zero is an empty one.
 */
struct flood {
	int64_t empty_ms; /* Unix time at which it is or was empty */
	bool over; /* it has been full, and has not drained to half since */
};

enum flood_verdict {
	FLOOD_FINE, /* counted */
	FLOOD_BEGINS, /* too many: the user is to be told, this once */
	FLOOD_GOES_ON /* still too many */
};

/*
 * Counts n messages that were accepted at at_ms, Unix time, where per_min may be sent in a
 * minute (0: any number). All or none are taken; what is not taken does not count, so that
 * who goes on is heard again in time. A clock that was set back costs a minute at most.
 */
enum flood_verdict flood_count(
    struct flood *f, int64_t per_min, int64_t at_ms, size_t n) MUST_CHECK;

#endif
