/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_CLOCK_H
#define SUPPORT_FAKE_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * A clock whose date stands still until the test turns it. Its mono_ms is the system's plus
 * skip_ms, so that deadlines handed to real sockets keep their meaning.
 */
struct fake_clock {
	struct clock clock; /* first: a pointer to it is a pointer to the whole */
	_Atomic int64_t now_s;
	_Atomic int64_t skip_ms;
};

static inline int64_t
fake_clock_wall_s(const struct clock *c)
{
	return ((const struct fake_clock *)(const void *)c)->now_s;
}

static inline int64_t
fake_clock_mono_ms(const struct clock *c)
{
	return clock_mono_ms(&clock_system) +
	    ((const struct fake_clock *)(const void *)c)->skip_ms;
}

#define FAKE_CLOCK(now) \
	{ \
		.clock = { fake_clock_wall_s, fake_clock_mono_ms }, .now_s = (now), \
		.skip_ms = 0 \
	}

#endif
