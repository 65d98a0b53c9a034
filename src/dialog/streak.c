/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/limits.h"
#include "dialog/streak.h"

/* How many there are already. A time far off on either side: somebody has set the clock. */
static int64_t
so_far(const struct streak *k, int64_t now_s)
{
	int64_t pause_s = now_s > k->at_s ? now_s - k->at_s : k->at_s - now_s;

	return pause_s < LIMIT_STREAK_S ? k->n : 0;
}

bool
streak_has_room(const struct streak *k, int64_t now_s, size_t n)
{
	int64_t before = so_far(k, now_s);

	return before <= LIMIT_STREAK && n <= (size_t)(LIMIT_STREAK - before);
}

void
streak_add(struct streak *k, int64_t now_s, size_t n)
{
	if (n == 0)
		return;
	*k = (struct streak){ so_far(k, now_s) + (int64_t)n, now_s };
}
