/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours by the configuration alone: when agents are there, and when next. */
#include "config.h"

#include "support/leaks.h"
#include "unit/hours_rig.h"

TestSuite(hours, .fini = no_leaks);

/* Moments in Greenwich. */
struct moment {
	const char *at;
	bool open;
};

struct row {
	const char *name, *zone;
	const char *sets[RIG_SETS];
	struct moment moments[10];
};

/* A clock goes to each moment in turn. */
static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(env_conf_putp)
		struct conf *c = rig_conf(a, rows[i].zone, rows[i].sets);
		CLEANUP(hours_freep) struct hours *h = NULL;
		struct fake_clock clock = FAKE_CLOCK(0);
		struct err e;

		h = hours_new(conf_cfg(c, CONF_PRODUCTION), NULL, &e);
		cr_assert_not_null(h, "%s: %s", rows[i].name, e.text);
		for (size_t k = 0; rows[i].moments[k].at != NULL; k++) {
			const struct moment *m = &rows[i].moments[k];

			clock.now_s = utc(m->at);
			cr_expect_eq(hours_open(h, clock_wall_s(&clock.clock)), m->open,
			    "%s at %s", rows[i].name, m->at);
		}
	}
}

Test(hours, ranges)
{
	static const struct row t[] = {
		{ "start counts, end does not", "UTC", { NULL },
		    { { "2026-11-20 08:59:59", false }, { "2026-11-20 09:00:00", true },
			{ "2026-11-20 17:59:59", true },
			{ "2026-11-20 18:00:00", false } } },
		{ "weekend", "UTC", { NULL },
		    { { "2026-11-21 12:00:00", false },
			{ "2026-11-22 12:00:00", false },
			{ "2026-11-23 12:00:00", true } } },
		{ "every weekday is its own", "UTC",
		    { "MONDAY=", "SATURDAY=10:00-11:00", "SUNDAY=11:00-12:00" },
		    { { "2026-11-23 10:30:00", false }, { "2026-11-24 10:30:00", true },
			{ "2026-11-28 10:30:00", true },
			{ "2026-11-28 11:30:00", false },
			{ "2026-11-29 10:30:00", false },
			{ "2026-11-29 11:30:00", true } } },
		{ "several ranges", "UTC",
		    { "FRIDAY=14:00-18:00 09:00-13:00 20:00-20:01" },
		    { { "2026-11-20 12:59:59", true }, { "2026-11-20 13:00:00", false },
			{ "2026-11-20 13:59:59", false },
			{ "2026-11-20 14:00:00", true },
			{ "2026-11-20 20:00:59", true },
			{ "2026-11-20 20:01:00", false } } },
		{ "ranges that touch", "UTC", { "FRIDAY=09:00-13:00 13:00-18:00" },
		    { { "2026-11-20 12:59:59", true },
			{ "2026-11-20 13:00:00", true } } },
		{ "until 24:00", "UTC", { "FRIDAY=20:00-24:00" },
		    { { "2026-11-20 23:59:59", true },
			{ "2026-11-21 00:00:00", false } } },
		{ "all day and night", "UTC",
		    { "FRIDAY=00:00-24:00", "SATURDAY=00:00-24:00" },
		    { { "2026-11-20 00:00:00", true }, { "2026-11-20 23:59:59", true },
			{ "2026-11-21 00:00:00", true },
			{ "2026-11-22 00:00:00", false } } },
		{ "an end before the start is midnight, and no morning", "UTC",
		    { "FRIDAY=22:00-02:00", "SATURDAY=" },
		    { { "2026-11-20 01:00:00", false },
			{ "2026-11-20 21:59:59", false },
			{ "2026-11-20 22:00:00", true },
			{ "2026-11-20 23:59:59", true },
			{ "2026-11-21 00:00:00", false },
			{ "2026-11-21 01:00:00", false } } },
		{ "until 00:00", "UTC", { "FRIDAY=09:00-00:00" },
		    { { "2026-11-20 23:59:59", true },
			{ "2026-11-21 00:00:00", false } } },
	};

	check(t, NELEMS(t));
}

Test(hours, zones)
{
	static const struct row t[] = {
		{ "east", "Asia/Tokyo", { NULL },
		    { { "2026-11-19 23:59:59", false }, { "2026-11-20 00:00:00", true },
			{ "2026-11-20 08:59:59", true },
			{ "2026-11-20 09:00:00", false } } },
		{ "west: Friday ends on Greenwich's Saturday", "America/Los_Angeles",
		    { "FRIDAY=09:00-20:00" },
		    { { "2026-11-21 03:59:59", true },
			{ "2026-11-21 04:00:00", false } } },
		{ "half past", "Asia/Kolkata", { NULL },
		    { { "2026-11-20 03:29:59", false },
			{ "2026-11-20 03:30:00", true } } },
		{ "a quarter to", "Asia/Kathmandu", { NULL },
		    { { "2026-11-20 03:14:59", false },
			{ "2026-11-20 03:15:00", true } } },
		{ "behind the date line", "Pacific/Kiritimati", { NULL },
		    { { "2026-11-19 19:00:00", true }, { "2026-11-20 19:00:00", false },
			{ "2026-11-22 19:00:00", true } } },
		{ "before it", "Pacific/Pago_Pago", { NULL },
		    { { "2026-11-20 19:59:59", false }, { "2026-11-20 20:00:00", true },
			{ "2026-11-21 04:59:59", true },
			{ "2026-11-21 05:00:00", false } } },
		{ "Ireland's winter, now and when tables have ended", "Europe/Dublin",
		    { NULL },
		    { { "2026-11-20 08:59:59", false }, { "2026-11-20 09:00:00", true },
			{ "2048-11-20 08:59:59", false },
			{ "2048-11-20 09:00:00", true },
			{ "2048-07-20 07:59:59", false },
			{ "2048-07-20 08:00:00", true } } },
	};

	check(t, NELEMS(t));
}

Test(hours, clocks_change)
{
	static const struct row t[] = {
		{ "Madrid: the working days around, forward", "Europe/Madrid", { NULL },
		    { { "2026-03-27 07:59:59", false }, { "2026-03-27 08:00:00", true },
			{ "2026-03-30 06:59:59", false },
			{ "2026-03-30 07:00:00", true } } },
		{ "Madrid: the working days around, back", "Europe/Madrid", { NULL },
		    { { "2026-10-23 06:59:59", false }, { "2026-10-23 07:00:00", true },
			{ "2026-10-26 07:59:59", false },
			{ "2026-10-26 08:00:00", true } } },
		{ "Madrid, forward: 02:00 to 03:00 is not there", "Europe/Madrid",
		    { "SUNDAY=02:00-03:00" },
		    { { "2026-03-29 00:59:59", false },
			{ "2026-03-29 01:00:00", false },
			{ "2026-03-22 01:00:00", true } } },
		{ "Madrid, forward: a range over it is an hour short", "Europe/Madrid",
		    { "SUNDAY=01:30-03:30" },
		    { { "2026-03-29 00:29:59", false }, { "2026-03-29 00:30:00", true },
			{ "2026-03-29 01:00:00", true },
			{ "2026-03-29 01:29:59", true },
			{ "2026-03-29 01:30:00", false } } },
		{ "Madrid, back: 02:00 to 03:00 comes twice", "Europe/Madrid",
		    { "SUNDAY=02:00-03:00" },
		    { { "2026-10-24 23:59:59", false }, { "2026-10-25 00:00:00", true },
			{ "2026-10-25 00:59:59", true },
			{ "2026-10-25 01:00:00", true },
			{ "2026-10-25 01:59:59", true },
			{ "2026-10-25 02:00:00", false } } },
		{ "Madrid, back: its half hour comes twice, with a pause",
		    "Europe/Madrid", { "SUNDAY=02:00-02:30" },
		    { { "2026-10-25 00:29:59", true }, { "2026-10-25 00:30:00", false },
			{ "2026-10-25 00:59:59", false },
			{ "2026-10-25 01:00:00", true },
			{ "2026-10-25 01:30:00", false } } },
		{ "New York, forward and back", "America/New_York",
		    { "SUNDAY=01:00-02:00 03:00-04:00" },
		    { { "2026-03-08 06:59:59", true }, { "2026-03-08 07:00:00", true },
			{ "2026-03-08 08:00:00", false },
			{ "2026-11-01 05:00:00", true },
			{ "2026-11-01 06:59:59", true },
			{ "2026-11-01 07:00:00", false },
			{ "2026-11-01 08:00:00", true } } },
		{ "Sydney, forward in October", "Australia/Sydney",
		    { "SUNDAY=02:00-03:00 04:00-05:00" },
		    { { "2026-10-03 15:59:59", false },
			{ "2026-10-03 16:00:00", false },
			{ "2026-10-03 16:59:59", false },
			{ "2026-10-03 17:00:00", true } } },
		{ "Sydney, back in April", "Australia/Sydney", { "SUNDAY=02:00-03:00" },
		    { { "2026-04-04 14:59:59", false }, { "2026-04-04 15:00:00", true },
			{ "2026-04-04 16:59:59", true },
			{ "2026-04-04 17:00:00", false } } },
		{ "Santiago, forward: a day without its first hour", "America/Santiago",
		    { "SATURDAY=23:00-24:00", "SUNDAY=00:00-01:00" },
		    { { "2026-09-06 03:59:59", true }, { "2026-09-06 04:00:00", false },
			{ "2026-09-13 03:00:00", true },
			{ "2026-09-13 04:00:00", false } } },
		{ "Santiago, back: Saturday's last hour comes twice",
		    "America/Santiago", { "SATURDAY=23:00-24:00" },
		    { { "2026-04-05 01:59:59", false }, { "2026-04-05 02:00:00", true },
			{ "2026-04-05 03:00:00", true },
			{ "2026-04-05 03:59:59", true },
			{ "2026-04-05 04:00:00", false } } },
		{ "Lord Howe: by half an hour", "Australia/Lord_Howe",
		    { "SUNDAY=02:00-02:30 02:30-03:00" },
		    { { "2026-10-03 15:29:59", false }, { "2026-10-03 15:30:00", true },
			{ "2026-10-03 15:59:59", true },
			{ "2026-10-03 16:00:00", false } } },
		{ "Chatham: at a quarter to", "Pacific/Chatham",
		    { "SUNDAY=02:00-03:45" },
		    { { "2026-09-26 13:59:59", true }, { "2026-09-26 14:00:00", false },
			{ "2026-04-04 14:00:00", true },
			{ "2026-04-04 14:59:59", true },
			{ "2026-04-04 15:00:00", false } } },
		{ "after the tables have ended", "Europe/Madrid", { NULL },
		    { { "2061-03-25 07:59:59", false }, { "2061-03-25 08:00:00", true },
			{ "2061-03-28 06:59:59", false },
			{ "2061-03-28 07:00:00", true } } },
	};

	check(t, NELEMS(t));
}

Test(hours, exceptions)
{
	static const struct row t[] = {
		{ "closed every year", "UTC",
		    { "EXCEPTIONS=( { date = \"12-25\"; hours = [ ]; } )" },
		    { { "2026-12-24 12:00:00", true }, { "2026-12-25 12:00:00", false },
			{ "2028-12-25 12:00:00", false },
			{ "2028-12-26 12:00:00", true } } },
		{ "hours of its own, in one year", "UTC",
		    { "EXCEPTIONS=( { date = \"2026-12-24\"; hours = [ \"08:00-12:00\" ]; } "
		      ")" },
		    { { "2026-12-24 08:00:00", true }, { "2026-12-24 12:00:00", false },
			{ "2027-12-24 08:00:00", false },
			{ "2027-12-24 12:00:00", true } } },
		{ "the full date first, whichever comes first", "UTC",
		    { "EXCEPTIONS=( { date = \"12-24\"; hours = [ ]; }, "
		      "{ date = \"2026-12-24\"; hours = [ \"09:00-10:00\" ]; }, "
		      "{ date = \"2026-12-31\"; hours = [ ]; }, "
		      "{ date = \"12-31\"; hours = [ \"09:00-10:00\" ]; } )" },
		    { { "2026-12-24 09:30:00", true }, { "2027-12-24 09:30:00", false },
			{ "2026-12-31 09:30:00", false },
			{ "2027-12-31 09:30:00", true } } },
		{ "opens a Sunday", "UTC",
		    { "EXCEPTIONS=( { date = \"2026-12-20\"; hours = [ \"10:00-16:00\" ]; } "
		      ")" },
		    { { "2026-12-20 10:00:00", true },
			{ "2026-12-13 10:00:00", false } } },
		{ "its night does not go on", "UTC",
		    { "EXCEPTIONS=( { date = \"12-31\"; hours = [ \"22:00-04:00\" ]; }, "
		      "{ date = \"01-01\"; hours = [ ]; } )" },
		    { { "2026-12-31 21:59:59", false }, { "2026-12-31 23:59:59", true },
			{ "2027-01-01 00:00:00", false },
			{ "2027-01-01 12:00:00", false } } },
		{ "the day is the zone's, not Greenwich's", "America/New_York",
		    { "EXCEPTIONS=( { date = \"2026-12-31\"; hours = [ \"09:00-24:00\" ]; }, "
		      "{ date = \"01-01\"; hours = [ ]; } )" },
		    { { "2027-01-01 04:59:59", true }, { "2027-01-01 05:00:00", false },
			{ "2027-01-01 20:00:00", false },
			{ "2027-01-02 04:59:59", false } } },
		{ "a new year that begins before Greenwich's", "Pacific/Auckland",
		    { "EXCEPTIONS=( { date = \"2027-01-01\"; hours = [ ]; } )",
			"THURSDAY=00:00-24:00", "FRIDAY=00:00-24:00" },
		    { { "2026-12-31 10:59:59", true }, { "2026-12-31 11:00:00", false },
			{ "2027-01-01 10:59:59", false },
			{ "2027-01-07 11:00:00", true } } },
		{ "a year's end without exceptions", "Europe/Madrid",
		    { "THURSDAY=00:00-24:00", "FRIDAY=00:00-01:00" },
		    { { "2026-12-31 22:59:59", true }, { "2026-12-31 23:00:00", true },
			{ "2026-12-31 23:59:59", true },
			{ "2027-01-01 00:00:00", false } } },
	};

	check(t, NELEMS(t));
}

Test(hours, leap_days)
{
	static const struct row t[] = {
		{ "a leap day is a Tuesday", "UTC", { "TUESDAY=10:00-11:00" },
		    { { "2028-02-29 09:30:00", false }, { "2028-02-29 10:30:00", true },
			{ "2028-03-01 09:30:00", true } } },
		{ "every leap day", "UTC",
		    { "EXCEPTIONS=( { date = \"02-29\"; hours = [ ]; } )" },
		    { { "2027-03-01 12:00:00", true }, { "2028-02-28 12:00:00", true },
			{ "2028-02-29 12:00:00", false },
			{ "2028-03-01 12:00:00", true },
			{ "2032-02-29 12:00:00", false } } },
		{ "one leap day", "Europe/Madrid",
		    { "EXCEPTIONS=( { date = \"2028-02-29\"; hours = [ \"22:00-24:00\" ]; } "
		      ")" },
		    { { "2028-02-29 20:59:59", false }, { "2028-02-29 21:00:00", true },
			{ "2028-02-29 22:59:59", true },
			{ "2028-02-29 23:00:00", false } } },
		{ "a century without", "UTC",
		    { "EXCEPTIONS=( { date = \"02-29\"; hours = [ ]; } )" },
		    { { "2100-02-26 12:00:00", true },
			{ "2100-03-01 12:00:00", true } } },
		{ "a year's day behind it", "UTC",
		    { "EXCEPTIONS=( { date = \"12-31\"; hours = [ ]; } )" },
		    { { "2030-12-30 12:00:00", true }, { "2030-12-31 12:00:00", false },
			{ "2035-12-31 12:00:00", false } } },
	};

	check(t, NELEMS(t));
}

Test(hours, next)
{
	static const struct {
		const char *name, *zone;
		const char *sets[RIG_SETS];
		const char *at, *want;
	} t[] = {
		{ "later today", "Europe/Madrid", { NULL }, "2026-11-20 05:12:34",
		    "2026-11-20 09:00 Europe/Madrid" },
		{ "open now", "Europe/Madrid", { NULL }, "2026-11-20 10:12:34",
		    "2026-11-20 11:12 Europe/Madrid" },
		{ "behind the weekend", "Europe/Madrid", { NULL },
		    "2026-11-20 17:00:00", "2026-11-23 09:00 Europe/Madrid" },
		{ "in the afternoon", "UTC", { "FRIDAY=15:00-16:00 09:00-13:00" },
		    "2026-11-20 13:00:00", "2026-11-20 15:00 UTC" },
		{ "behind a change of clocks", "Europe/Madrid", { NULL },
		    "2026-03-27 17:00:00", "2026-03-30 09:00 Europe/Madrid" },
		{ "in the hour that is not there: when it is over", "Europe/Madrid",
		    { "SUNDAY=02:30-04:00" }, "2026-03-28 20:00:00",
		    "2026-03-29 03:00 Europe/Madrid" },
		{ "right behind it", "Europe/Madrid", { "SUNDAY=03:00-04:00" },
		    "2026-03-28 20:00:00", "2026-03-29 03:00 Europe/Madrid" },
		{ "in the hour that comes again", "Europe/Madrid",
		    { "SUNDAY=02:00-02:30" }, "2026-10-25 00:40:00",
		    "2026-10-25 02:00 Europe/Madrid" },
		{ "behind a new year's day", "America/New_York",
		    { "EXCEPTIONS=( { date = \"01-01\"; hours = [ ]; } )" },
		    "2026-12-31 23:30:00", "2027-01-04 09:00 America/New_York" },
		{ "on the day of an exception", "UTC",
		    { "EXCEPTIONS=( { date = \"2026-11-22\"; hours = [ \"10:00-11:00\" ]; } "
		      ")" },
		    "2026-11-20 18:00:00", "2026-11-22 10:00 UTC" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(env_conf_putp)
		struct conf *c = rig_conf(a, t[i].zone, t[i].sets);
		CLEANUP(hours_freep) struct hours *h = NULL;
		struct err e;

		h = hours_new(conf_cfg(c, CONF_PRODUCTION), NULL, &e);
		cr_assert_not_null(h, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(
		    hours_next(h, utc(t[i].at), a), t[i].want, "%s", t[i].name);
	}
}
