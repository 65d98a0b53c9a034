/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One moment is all there is to remember: each that is taken puts it off by its share of a
 * second, and it may lie a second ahead at most.
 */
#include "config.h"

#include "web/pace.h"

enum { SECOND_US = 1000000 };

bool
pace_take(struct pace *p, int64_t now_ms, int64_t per_s)
{
	const int64_t now_us = now_ms * 1000, share_us = SECOND_US / per_s;
	int64_t full_us = atomic_load(&p->full_us), next_us;

	do {
		next_us = (full_us > now_us ? full_us : now_us) + share_us;
		if (next_us > now_us + SECOND_US)
			return false;
	} while (!atomic_compare_exchange_weak(&p->full_us, &full_us, next_us));
	return true;
}
