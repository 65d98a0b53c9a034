/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "base/zone.h"
#include "base/zone_rule.h"
#include "support/leaks.h"
#include "support/tmpdir.h"

TestSuite(zone, .fini = no_leaks);

/* 1 January and 1 July of the year, at noon in Greenwich. */
static int64_t
noon(int year, int month)
{
	return day_number(year, month, 1) * DAY_S + DAY_S / 2;
}

Test(zone, rules)
{
	static const struct {
		const char *name, *text;
		int32_t january_s, july_s;
	} t[] = {
		{ "no change", "CET-1", 3600, 3600 },
		{ "west", "<-03>3", -10800, -10800 },
		{ "quarters of an hour", "<+0545>-5:45", 20700, 20700 },
		{ "north", "CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200 },
		{ "another north", "EST5EDT,M3.2.0,M11.1.0", -18000, -14400 },
		{ "south", "AEST-10AEDT,M10.1.0,M4.1.0/3", 39600, 36000 },
		{ "half an hour", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 39600,
		    37800 },
		{ "winter time in the winter, as in Ireland",
		    "IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600 },
		{ "beginning on the day before", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		    -7200, -3600 },
		{ "two hours", "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", 0, 7200 },
		{ "days of the year", "AAA0BBB,59/2,J300", 0, 3600 },
		{ "the whole year", "EST5EDT,0/0,J365/25", -14400, -14400 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct zone_rule r;

		cr_assert(zone_rule_read(t[i].text, &r), "%s", t[i].name);
		for (int year = 2025; year <= 2060; year += 5) {
			cr_expect_eq(zone_rule_offset_s(&r, noon(year, 1)),
			    t[i].january_s, "%s, January %d", t[i].name, year);
			cr_expect_eq(zone_rule_offset_s(&r, noon(year, 7)), t[i].july_s,
			    "%s, July %d", t[i].name, year);
		}
	}
}

/* The second at which clocks change, both ways. */
Test(zone, changes_of_rules)
{
	static const struct {
		const char *name, *text;
		int64_t at_s;
		int32_t before_s, after_s;
	} t[] = {
		{ "forward", "CET-1CEST,M3.5.0,M10.5.0/3", 1774746000, 3600, 7200 },
		{ "back", "CET-1CEST,M3.5.0,M10.5.0/3", 1792890000, 7200, 3600 },
		{ "forward in the south", "AEST-10AEDT,M10.1.0,M4.1.0/3", 1791043200,
		    36000, 39600 },
		{ "back in the south", "AEST-10AEDT,M10.1.0,M4.1.0/3", 1775318400,
		    39600, 36000 },
		{ "day 60 without leap day, in a leap year", "AAA0BBB,J60/0,J300",
		    1835481600, 0, 3600 },
		{ "day 60 with leap day", "AAA0BBB,60/0,J300", 1835481600, 0, 3600 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct zone_rule r;

		cr_assert(zone_rule_read(t[i].text, &r), "%s", t[i].name);
		cr_expect_eq(zone_rule_offset_s(&r, t[i].at_s - 1), t[i].before_s,
		    "before: %s", t[i].name);
		cr_expect_eq(zone_rule_offset_s(&r, t[i].at_s), t[i].after_s,
		    "after: %s", t[i].name);
	}
}

Test(zone, bad_rules)
{
	static const char *const t[] = { "", "CE-1", "CET", "CET-25", "CET-1CEST",
		"CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M3.5,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,366,1",
		"CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0/1:60,M10.5.0",
		"CET-1CEST,M3.5.0,M10.5.0 ", "<CET-1", "<>-1", "<C T>-1",
		"CET-1CEST-,M3.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0000" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct zone_rule r;

		cr_expect_not(zone_rule_read(t[i], &r), "%s", t[i]);
	}
}

/* The C library has one zone for all of a process, but has the same files and another reader. */
Test(zone, agrees_with_the_c_library)
{
	static const char *const t[] = { "UTC", "Europe/Madrid", "Europe/Dublin",
		"Europe/London", "Europe/Istanbul", "Atlantic/Azores",
		"America/New_York", "America/Sao_Paulo", "America/Santiago",
		"America/St_Johns", "America/Nuuk", "America/Caracas",
		"Africa/Casablanca", "Africa/Cairo", "Asia/Kathmandu", "Asia/Tehran",
		"Asia/Jerusalem", "Asia/Tokyo", "Australia/Sydney",
		"Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Chatham",
		"Pacific/Apia", "Pacific/Kiritimati", "EST5EDT", "Etc/GMT+12" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(zone_freep) struct zone *z = NULL;
		struct err e;

		z = zone_new(t[i], &e);
		cr_assert_not_null(z, "%s: %s", t[i], e.text);
		cr_assert_eq(setenv("TZ", t[i], 1), 0);
		tzset();
		for (int64_t at = noon(1950, 1); at < noon(2080, 1);
		     at += 5 * DAY_S - 3599) {
			time_t now = (time_t)at;
			struct tm tm;

			cr_assert_not_null(localtime_r(&now, &tm));
			cr_assert_eq(zone_offset_s(z, at), tm.tm_gmtoff,
			    "%s at %lld: %d, not %ld", t[i], (long long)at,
			    zone_offset_s(z, at), tm.tm_gmtoff);
		}
	}
}

/* Names lead to zones only, and nowhere else. */
Test(zone, names)
{
	static const char *const t[] = { "", "Europe", "Europe/", "Europe/Madird",
		"europe/madrid", "/etc/passwd", "/usr/share/zoneinfo/Europe/Madrid",
		"../zoneinfo/Europe/Madrid", "Europe/../Europe/Madrid", "Europe//",
		":Europe/Madrid", "XYZ5", "+02:00", "Europe/Madrid ", "zone.tab",
		"tzdata.zi", "right/Europe/Madrid" };
	char longest[5000];

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(zone_freep) struct zone *z = NULL;
		struct err e;

		z = zone_new(t[i], &e);
		cr_expect_null(z, "%s", t[i]);
		cr_expect_eq(e.kind, ERR_CONFIG, "%s", t[i]);
		cr_expect_not_null(strstr(e.text, "there is no time zone"));
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(zone_freep) struct zone *z = NULL;
		struct err e;

		z = zone_new(longest + (i == 0 ? 0 : sizeof(longest) - 100), &e);
		cr_expect_null(z);
		cr_expect_eq(e.kind, ERR_CONFIG);
	}
}

Test(zone, no_database)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(zone_freep) struct zone *z = NULL;
	struct err e;
	char path[300];

	cr_assert_lt(snprintf(path, sizeof(path), "%s/none", dir.path), 300);
	cr_assert_eq(setenv("TZDIR", path, 1), 0);
	cr_expect_null(zone_new("Europe/Madrid", &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "install the package tzdata"), "%s", e.text);
	cr_assert_eq(setenv("TZDIR", dir.path, 1), 0);
	cr_expect_null(zone_new("Europe/Madrid", &e));
	cr_expect_not_null(strstr(e.text, "there is no time zone"), "%s", e.text);
	cr_assert_eq(setenv("TZDIR", "relative/paths/do/not/count", 1), 0);
	z = zone_new("Europe/Madrid", &e);
	cr_expect_not_null(z);
}

/* Files as RFC 8536 has them, made here. */

struct file {
	unsigned char data[1024];
	size_t len;
};

static void
put(struct file *f, const void *data, size_t n)
{
	cr_assert_leq(f->len + n, sizeof(f->data));
	memcpy(f->data + f->len, data, n);
	f->len += n;
}

static void
put_number(struct file *f, int64_t value, size_t bytes)
{
	unsigned char b[8];

	for (size_t i = 0; i < bytes; i++)
		b[bytes - 1 - i] = (unsigned char)((uint64_t)value >> 8 * i);
	put(f, b, bytes);
}

struct step {
	int64_t at_s;
	uint8_t type;
};

/* Two types, UTC and an hour east of it. */
static void
put_block(struct file *f, char version, size_t time_bytes, const struct step *steps,
    size_t n, size_t n_leaps)
{
	char head[20] = "TZif";

	head[4] = version;
	put(f, head, sizeof(head));
	put_number(f, 0, 4);
	put_number(f, 0, 4);
	put_number(f, (int64_t)n_leaps, 4);
	put_number(f, (int64_t)n, 4);
	put_number(f, 2, 4);
	put_number(f, 8, 4);
	for (size_t i = 0; i < n; i++)
		put_number(f, steps[i].at_s, time_bytes);
	for (size_t i = 0; i < n; i++)
		put_number(f, steps[i].type, 1);
	put_number(f, 0, 4);
	put(f, "\0\0", 2);
	put_number(f, 3600, 4);
	put(f, "\1\4", 2);
	put(f, "UTC\0WAT", 8);
	for (size_t i = 0; i < n_leaps; i++) {
		put_number(f, 0, time_bytes);
		put_number(f, 0, 4);
	}
}

static const struct step steps[] = { { -100, 1 }, { 1000, 0 }, { 2000, 1 } };

Test(zone, files)
{
	static const struct {
		const char *name, *footer; /* NULL: of version 1, which has none */
		int32_t before_s, inside_s, after_s;
		size_t n_steps;
	} t[] = {
		{ "of old", NULL, 0, 3600, 3600, 3 },
		{ "of old, without steps", NULL, 0, 0, 0, 0 },
		{ "no rule", "\n\n", 0, 3600, 3600, 3 },
		{ "a rule behind the last step", "\nWAT-2\n", 0, 3600, 7200, 3 },
		{ "a rule alone", "\nWAT-2\n", 7200, 7200, 7200, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(zone_freep) struct zone *z = NULL;
		struct file f = { .len = 0 };
		struct err e;
		char version = t[i].footer != NULL ? '2' : '\0';

		put_block(&f, version, 4, steps, t[i].n_steps, 0);
		if (t[i].footer != NULL) {
			put_block(&f, version, 8, steps, t[i].n_steps, 0);
			put(&f, t[i].footer, strlen(t[i].footer));
		}
		z = zone_parse(f.data, f.len, &e);
		cr_assert_not_null(z, "%s", t[i].name);
		cr_expect_eq(zone_offset_s(z, -101), t[i].before_s, "%s", t[i].name);
		cr_expect_eq(zone_offset_s(z, -100), t[i].inside_s, "%s", t[i].name);
		cr_expect_eq(zone_offset_s(z, 999), t[i].inside_s, "%s", t[i].name);
		cr_expect_eq(zone_offset_s(z, 2000), t[i].after_s, "%s", t[i].name);
	}
}

Test(zone, cut_files)
{
	struct file f = { .len = 0 };

	put_block(&f, '2', 4, steps, NELEMS(steps), 0);
	put_block(&f, '2', 8, steps, NELEMS(steps), 0);
	put(&f, "\nWAT-1\n", 7);
	for (size_t n = 0; n < f.len; n++) {
		struct err e;

		cr_expect_null(zone_parse(f.data, n, &e), "%zu bytes", n);
		cr_expect_eq(e.kind, ERR_INPUT);
	}
}

Test(zone, bad_files)
{
	static const struct step again[] = { { 5, 1 }, { 5, 0 } };
	static const struct step no_type[] = { { 5, 2 } };
	static const struct {
		const char *name, *footer;
		const struct step *steps;
		size_t n_steps, n_leaps;
	} t[] = {
		{ "the same moment twice", "\n\n", again, NELEMS(again), 0 },
		{ "a type too high", "\n\n", no_type, NELEMS(no_type), 0 },
		{ "leap seconds", "\n\n", steps, NELEMS(steps), 1 },
		{ "no rule", "\nnonsense\n", steps, NELEMS(steps), 0 },
		{ "a rule without a beginning", "WAT-1\n", steps, NELEMS(steps), 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct file f = { .len = 0 };
		struct err e;

		put_block(&f, '2', 4, NULL, 0, 0);
		put_block(&f, '2', 8, t[i].steps, t[i].n_steps, t[i].n_leaps);
		put(&f, t[i].footer, strlen(t[i].footer));
		cr_expect_null(zone_parse(f.data, f.len, &e), "%s", t[i].name);
	}
}

/* Counts that would be more than there is memory, each in its turn. */
Test(zone, boasting_files)
{
	for (size_t i = 0; i < 6; i++) {
		struct file f = { .len = 0 };
		struct err e;

		put_block(&f, '\0', 4, steps, NELEMS(steps), 0);
		memset(f.data + 20 + 4 * i, 0xff, 4);
		cr_expect_null(zone_parse(f.data, f.len, &e), "count %zu", i);
	}
}
