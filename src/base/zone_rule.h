/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * The rule by which clocks change year after year, as it ends the files of the time zone
 * database: "CET-1CEST,M3.5.0,M10.5.0/3". Source: POSIX, "TZ", and RFC 8536, 3.3.
 */

struct zone_change {
	enum {
		CHANGE_WEEKDAY, /* Mm.w.d: weekday d (0: Sunday) of week w (5: the last) */
		CHANGE_DAY, /* n: 0 to 365, the leap day counts */
		CHANGE_DAY_NO_LEAP /* Jn: 1 to 365, it does not */
	} kind;
	int month, week, day;
	int32_t
	    time_s; /* of that day, by the clocks before the change; may be negative */
};

struct zone_rule {
	int32_t standard_s, summer_s; /* east of Greenwich */
	struct zone_change begin, end; /* of summer time */
	bool has_summer;
};

bool zone_rule_read(const char *text, struct zone_rule *out) MUST_CHECK;

/* Seconds to add to Unix time, at a moment of the years 1 to 9999. */
int32_t zone_rule_offset_s(const struct zone_rule *r, int64_t at_s) MUST_CHECK;

#endif
