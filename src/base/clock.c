/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "base/clock.h"

static int64_t
system_wall_s(const struct clock *c)
{
	(void)c;
	return (int64_t)time(NULL);
}

static int64_t
system_mono_ms(const struct clock *c)
{
	struct timespec t;

	(void)c;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const struct clock clock_system = { system_wall_s, system_mono_ms };
