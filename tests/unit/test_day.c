/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "base/day.h"
#include "support/leaks.h"

TestSuite(day, .fini = no_leaks);

Test(day, read)
{
	static const struct {
		const char *name, *text;
		struct day want; /* month 0: none */
	} t[] = {
		{ "full", "2026-12-24", { 2026, 12, 24 } },
		{ "every year", "12-24", { 0, 12, 24 } },
		{ "the leap day of every year", "02-29", { 0, 2, 29 } },
		{ "a leap day", "2028-02-29", { 2028, 2, 29 } },
		{ "the leap day of a century", "2000-02-29", { 2000, 2, 29 } },
		{ "none in this century", "2100-02-29", { 0 } },
		{ "none in this year", "2026-02-29", { 0 } },
		{ "30 February", "02-30", { 0 } },
		{ "31 April", "2026-04-31", { 0 } },
		{ "the last day", "12-31", { 0, 12, 31 } },
		{ "month 0", "00-10", { 0 } },
		{ "month 13", "13-01", { 0 } },
		{ "day 0", "01-00", { 0 } },
		{ "year 0", "0000-01-01", { 0 } },
		{ "no zero in front", "2026-1-1", { 0 } },
		{ "other dashes", "2026/12/24", { 0 } },
		{ "no digits", "12-2x", { 0 } },
		{ "more behind it", "2026-12-24T", { 0 } },
		{ "nothing", "", { 0 } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct day d = { 0 };

		cr_expect_eq(
		    day_read(t[i].text, &d), t[i].want.month != 0, "%s", t[i].name);
		cr_expect(d.year == t[i].want.year && d.month == t[i].want.month &&
			d.day == t[i].want.day,
		    "%s: %d-%d-%d", t[i].name, d.year, d.month, d.day);
	}
}

Test(day, minutes)
{
	static const struct {
		const char *name, *text;
		int want; /* -1: none */
	} t[] = {
		{ "midnight", "00:00", 0 },
		{ "noon", "12:00", 720 },
		{ "the last minute", "23:59", 1439 },
		{ "the end of a day", "24:00", 1440 },
		{ "behind it", "24:01", -1 },
		{ "no such minute", "09:60", -1 },
		{ "no zero in front", "9:00", -1 },
		{ "no colon", "09.00", -1 },
		{ "seconds", "09:00:00", -1 },
		{ "no digits", "ab:cd", -1 },
		{ "nothing", "", -1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		int m = -1;

		cr_expect_eq(
		    day_minutes(t[i].text, &m), t[i].want >= 0, "%s", t[i].name);
		cr_expect_eq(m, t[i].want, "%s: %d", t[i].name, m);
	}
}

Test(day, numbers)
{
	static const struct {
		const char *name;
		int64_t number;
		struct day day;
		int weekday;
	} t[] = {
		{ "the first", 0, { 1970, 1, 1 }, 3 },
		{ "the one before", -1, { 1969, 12, 31 }, 2 },
		{ "a leap day", 11016, { 2000, 2, 29 }, 1 },
		{ "behind a leap day", 11017, { 2000, 3, 1 }, 2 },
		{ "no leap day in 2100", 47541, { 2100, 3, 1 }, 0 },
		{ "a year's last day", 20818, { 2026, 12, 31 }, 3 },
		{ "a year's first day", 20819, { 2027, 1, 1 }, 4 },
		{ "a Sunday", 20779, { 2026, 11, 22 }, 6 },
		{ "long ago", -719162, { 1, 1, 1 }, 0 },
		{ "far away", 2932896, { 9999, 12, 31 }, 4 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		int64_t n = day_number(t[i].day.year, t[i].day.month, t[i].day.day);
		struct day d = day_of(t[i].number);

		cr_expect_eq(n, t[i].number, "%s: %lld", t[i].name, (long long)n);
		cr_expect(d.year == t[i].day.year && d.month == t[i].day.month &&
			d.day == t[i].day.day,
		    "%s: %d-%d-%d", t[i].name, d.year, d.month, d.day);
		cr_expect_eq(day_of_week(t[i].number), t[i].weekday, "%s", t[i].name);
	}
}

/* Every day of four centuries follows the one before. */
Test(day, follow_each_other)
{
	struct day before = { 1899, 12, 31 };

	for (int64_t n = day_number(1900, 1, 1); n < day_number(2301, 1, 1); n++) {
		struct day d = day_of(n);
		bool same_month = d.year == before.year && d.month == before.month;

		cr_assert_eq(day_number(d.year, d.month, d.day), n);
		cr_assert(same_month ? d.day == before.day + 1 : d.day == 1);
		before = d;
	}
}

Test(day, split)
{
	static const struct {
		const char *name;
		int64_t at_s, day;
		int second;
	} t[] = {
		{ "midnight", 86400, 1, 0 },
		{ "the second before", 86399, 0, 86399 },
		{ "the second before 1970", -1, -1, 86399 },
		{ "the day before", -86400, -1, 0 },
		{ "longer ago", -86401, -2, 86399 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		int second;

		cr_expect_eq(day_split(t[i].at_s, &second), t[i].day, "%s", t[i].name);
		cr_expect_eq(second, t[i].second, "%s: %d", t[i].name, second);
	}
}
