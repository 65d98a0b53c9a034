/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_HOURS_RIG_H
#define UNIT_HOURS_RIG_H

#include <string.h>

#include <criterion/criterion.h>

#include "agent/hours.h"
#include "base/day.h"
#include "support/env_conf.h"
#include "support/fake_clock.h"

/* What the tests of hours share: configurations and moments as texts. */

/* "2026-03-29 01:00:00" in Greenwich, as Unix time. */
static inline int64_t
utc(const char *text)
{
	char date[11] = "", clock[6] = "";
	struct day d;
	int minute;

	cr_assert_eq(strlen(text), 19, "%s", text);
	memcpy(date, text, 10);
	memcpy(clock, text + 11, 5);
	cr_assert(day_read(date, &d) && day_minutes(clock, &minute), "%s", text);
	return day_number(d.year, d.month, d.day) * DAY_S + minute * 60 +
	    (text[17] - '0') * 10 + text[18] - '0';
}

enum { RIG_SETS = 4 };

/*
 * The shipped timetable, Monday to Friday 09:00-18:00, with these days of it set
 * otherwise: "SUNDAY=09:00-12:00 14:00-16:00", or "EXCEPTIONS=( … )" as it is.
 */
static inline struct conf *
rig_conf(struct arena *a, const char *zone, const char *const sets[RIG_SETS])
{
	char *all[RIG_SETS + 2] = { arena_printf(
	    a, "BOTLINE_CHAT__CHAT__TIMEZONEWORKINGHOURS=%s", zone) };

	for (size_t i = 0; i < RIG_SETS && sets[i] != NULL; i++) {
		const char *value = strchr(sets[i], '=') + 1;
		char *text = arena_printf(a, "BOTLINE_CHAT__CHAT__TIMETABLE__%.*s[ ",
		    (int)(value - sets[i]), sets[i]);

		if (*value == '(') {
			all[i + 1] = arena_printf(
			    a, "BOTLINE_CHAT__CHAT__TIMETABLE__%s", sets[i]);
			continue;
		}
		while (*value != '\0') {
			size_t n = strcspn(value, " ");

			text = arena_printf(a, "%s%s\"%.*s\"", text,
			    text[strlen(text) - 1] == '"' ? ", " : "", (int)n, value);
			value += n;
			value += *value == ' ';
		}
		all[i + 1] = arena_printf(a, "%s ]", text);
	}
	return env_conf(all);
}

#endif
