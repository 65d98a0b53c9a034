/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

#include "base/attr.h"

/*
 * Where time comes from, so that tests can turn it. Deadlines are moments of mono_ms();
 * dates and expiries are wall_s(). Both functions are safe in several threads.
 */
struct clock {
	int64_t (*wall_s)(const struct clock *c); /* Unix time */
	int64_t (*mono_ms)(const struct clock *c); /* CLOCK_MONOTONIC */
};

extern const struct clock clock_system;

static inline int64_t
clock_wall_s(const struct clock *c)
{
	return c->wall_s(c);
}

static inline int64_t
clock_mono_ms(const struct clock *c)
{
	return c->mono_ms(c);
}

/*
 * Unix time in ms, for an order finer than a second: exact where wall_s is the system's,
 * whole seconds of a clock that a test turns by hand.
 */
int64_t clock_wall_ms(const struct clock *c) MUST_CHECK;

/*
 * For waits at a condition: one that clock_cond_init() made takes the moments of
 * clock_after(), ms (not negative) from now, by the kernel's CLOCK_MONOTONIC.
 */
void clock_cond_init(pthread_cond_t *cond);
struct timespec clock_after(int64_t ms) MUST_CHECK;

#endif
