/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "dialog/flood.h"

/* What a message costs is counted in time: a full bucket takes that long to drain. */
enum { FULL_MS = 60 * 1000 };

enum flood_verdict
flood_count(struct flood *f, int64_t per_min, int64_t at_ms, size_t n)
{
	int64_t level_ms = f->empty_ms - at_ms, more_ms;
	bool was_over = f->over;

	if (per_min <= 0) {
		*f = (struct flood){ 0 };
		return FLOOD_FINE;
	}
	if (level_ms < 0)
		level_ms = 0;
	if (level_ms > FULL_MS)
		level_ms = FULL_MS;
	more_ms = (int64_t)n * (FULL_MS / per_min);
	/* An empty bucket takes any number: else so many at once never got through. */
	f->over = level_ms > 0 &&
	    (level_ms + more_ms > FULL_MS || (was_over && level_ms > FULL_MS / 2));
	if (!f->over)
		level_ms = level_ms + more_ms < FULL_MS ? level_ms + more_ms : FULL_MS;
	f->empty_ms = at_ms + level_ms;
	if (f->over)
		return was_over ? FLOOD_GOES_ON : FLOOD_BEGINS;
	return FLOOD_FINE;
}
