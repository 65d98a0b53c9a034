/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

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

#endif
