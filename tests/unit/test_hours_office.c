/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours of the office, and what becomes of the configured ones beside them. */
#include "config.h"

#include <stdlib.h>

#include "support/leaks.h"
#include "unit/hours_rig.h"

TestSuite(hours_office, .fini = no_leaks);

static const struct hours_range morning[] = { { "09:00", "12:00" } };
static const struct hours_range evening[] = { { "17:00", "19:00" },
	{ "22:00", "02:00" } };
static const struct hours_range loose[] = { { "8:00", "9:30" },
	{ "10:00:00", "11:00:00" }, { "12:00", "12:00" }, { "12:30", "14:00" },
	{ "13:00", "15:00" }, { "20:00", "24:00" } };

static const char *const christmas[] = { "2026-12-25", "2026-12-24" };
static const char *const timed[] = { "2026-12-24T00:00:00.000Z",
	"2026-12-25 00:00:00" };
static const char *const yearly[] = { "12-24" };

#define EXCEPTIONS \
	"EXCEPTIONS=( { date = \"2026-12-24\"; hours = [ \"10:00-13:00\" ]; }, " \
	"{ date = \"12-28\"; hours = [ ]; } )"

/* Thursday 24 and Friday 25 December 2026 are holidays in some of them. */
static const struct {
	const char *name;
	const char *sets[RIG_SETS];
	struct hours_office office;
	struct {
		const char *at;
		bool open;
	} moments[8];
} rows[] = {
	{ "its week is all that counts", { EXCEPTIONS, "SATURDAY=09:00-18:00" },
	    { .days = { [0] = { morning, 1 }, [3] = { evening, 2 } },
		.has_week = true },
	    { { "2026-12-28 09:00:00", true }, { "2026-12-28 12:00:00", false },
		{ "2026-12-24 11:00:00", false }, { "2026-12-24 17:00:00", true },
		{ "2026-12-24 23:59:59", true }, { "2026-12-25 00:30:00", false },
		{ "2026-12-26 10:00:00", false } } },
	{ "a week without hours", { NULL }, { .has_week = true },
	    { { "2026-12-21 10:00:00", false }, { "2026-12-24 10:00:00", false } } },
	{ "its week and its holidays", { NULL },
	    { .days = { [2] = { morning, 1 },
		  [3] = { morning, 1 },
		  [4] = { morning, 1 } },
		.holidays = christmas,
		.n_holidays = 2,
		.has_week = true },
	    { { "2026-12-23 10:00:00", true }, { "2026-12-24 10:00:00", false },
		{ "2026-12-25 10:00:00", false }, { "2027-12-24 10:00:00", true } } },
	{ "holidays before exceptions, which count as well", { EXCEPTIONS },
	    { .holidays = christmas, .n_holidays = 2 },
	    { { "2026-12-24 11:00:00", false }, { "2026-12-28 11:00:00", false },
		{ "2026-12-29 11:00:00", true } } },
	{ "a full date before a holiday of every year", { EXCEPTIONS },
	    { .holidays = yearly, .n_holidays = 1 },
	    { { "2026-12-24 11:00:00", true }, { "2026-12-24 13:00:00", false },
		{ "2027-12-24 11:00:00", false } } },
	{ "holidays with a time behind them", { NULL },
	    { .holidays = timed, .n_holidays = 2 },
	    { { "2026-12-23 10:00:00", true }, { "2026-12-24 10:00:00", false },
		{ "2026-12-25 10:00:00", false } } },
	{ "nothing", { EXCEPTIONS }, { .has_week = false },
	    { { "2026-12-23 10:00:00", true }, { "2026-12-24 09:30:00", false },
		{ "2026-12-24 10:30:00", true }, { "2026-12-28 10:00:00", false } } },
	{ "loosely written hours, and some over each other", { NULL },
	    { .days = { [1] = { loose, NELEMS(loose) } }, .has_week = true },
	    { { "2026-12-22 08:00:00", true }, { "2026-12-22 10:30:00", true },
		{ "2026-12-22 12:00:00", false }, { "2026-12-22 13:30:00", true },
		{ "2026-12-22 14:30:00", true }, { "2026-12-22 15:00:00", false },
		{ "2026-12-22 23:59:59", true } } },
};

Test(hours_office, beside_the_configuration)
{
	for (size_t i = 0; i < NELEMS(rows); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(env_conf_putp)
		struct conf *c = rig_conf(a, "UTC", rows[i].sets);
		CLEANUP(hours_freep) struct hours *h = NULL;
		struct fake_clock clock = FAKE_CLOCK(0);
		struct err e;

		h = hours_new(conf_cfg(c, CONF_PRODUCTION), &rows[i].office, &e);
		cr_assert_not_null(h, "%s: %s", rows[i].name, e.text);
		for (size_t k = 0; rows[i].moments[k].at != NULL; k++) {
			clock.now_s = utc(rows[i].moments[k].at);
			cr_expect_eq(hours_open(h, clock_wall_s(&clock.clock)),
			    rows[i].moments[k].open, "%s at %s", rows[i].name,
			    rows[i].moments[k].at);
		}
	}
}

/* A timetable of nothing but holidays is not one of closed days. */
Test(hours_office, F34_holidays_only)
{
	static const struct {
		const char *name, *at;
		bool open;
	} t[] = {
		{ "before them", "2026-12-23 10:00:00", true },
		{ "a holiday", "2026-12-24 10:00:00", false },
		{ "another one", "2026-12-25 10:00:00", false },
		{ "a configured Saturday", "2026-12-26 10:00:00", false },
		{ "after them", "2026-12-28 10:00:00", true },
		{ "evening", "2026-12-28 18:00:00", false },
		{ "the same date in another year", "2027-12-24 10:00:00", true },
	};
	static const struct hours_office office = { .holidays = christmas,
		.n_holidays = NELEMS(christmas) };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(env_conf_putp)
	struct conf *c = rig_conf(a, "UTC", (const char *const[RIG_SETS]){ NULL });
	CLEANUP(hours_freep) struct hours *h = NULL;
	struct err e;

	h = hours_new(conf_cfg(c, CONF_PRODUCTION), &office, &e);
	cr_assert_not_null(h, "%s", e.text);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(hours_open(h, utc(t[i].at)), t[i].open, "%s", t[i].name);
}

Test(hours_office, what_is_no_timetable)
{
	static const struct {
		const char *name;
		struct hours_range range;
		const char *holiday;
		size_t n_holidays;
	} t[] = {
		{ "no such hour", { "25:00", "26:00" }, NULL, 0 },
		{ "no such minute", { "09:00", "09:60" }, NULL, 0 },
		{ "words", { "nine", "five" }, NULL, 0 },
		{ "empty", { "", "" }, NULL, 0 },
		{ "none", { "09:00", NULL }, NULL, 0 },
		{ "no start either", { NULL, "09:00" }, NULL, 0 },
		{ "afternoon", { "1:00 PM", "2:00 PM" }, NULL, 0 },
		{ "letters for seconds", { "09:00:ab", "10:00:00" }, NULL, 0 },
		{ "more behind it", { "09:00:00Z", "10:00" }, NULL, 0 },
		{ "no such day", { "09:00", "10:00" }, "2026-02-30", 1 },
		{ "no holiday", { "09:00", "10:00" }, "", 1 },
		{ "nothing for a holiday", { "09:00", "10:00" }, NULL, 1 },
		{ "a long word", { "09:00", "10:00" }, "Christmas Eve, from noon on",
		    1 },
		{ "another order", { "09:00", "10:00" }, "24/12/2026", 1 },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(env_conf_putp)
	struct conf *c = rig_conf(a, "UTC", (const char *const[RIG_SETS]){ NULL });

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hours_office office = { .days = { [6] = { &t[i].range, 1 } },
			.holidays = &t[i].holiday,
			.n_holidays = t[i].n_holidays,
			.has_week = true };
		struct err e = { .kind = ERR_NONE };

		cr_expect_null(hours_new(conf_cfg(c, CONF_PRODUCTION), &office, &e),
		    "%s", t[i].name);
		cr_expect_eq(e.kind, ERR_UPSTREAM, "%s: %s", t[i].name, e.text);
	}
}

Test(hours_office, next_when_there_is_none)
{
	static const struct hours_office never = { .has_week = true };
	static const struct hours_office mondays = { .days = { [0] = { morning, 1 } },
		.has_week = true };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(env_conf_putp)
	struct conf *c =
	    rig_conf(a, "Australia/Sydney", (const char *const[RIG_SETS]){ NULL });
	CLEANUP(hours_freep) struct hours *closed = NULL, *open = NULL;
	struct err e;

	closed = hours_new(conf_cfg(c, CONF_PRODUCTION), &never, &e);
	open = hours_new(conf_cfg(c, CONF_PRODUCTION), &mondays, &e);
	cr_assert(closed != NULL && open != NULL);
	cr_expect_str_eq(
	    hours_next(closed, utc("2026-11-20 12:00:00"), a), "not within a year");
	cr_expect_str_eq(hours_next(open, utc("2026-09-28 12:00:00"), a),
	    "2026-10-05 09:00 Australia/Sydney");
}

/* The database may go while the program runs. */
Test(hours_office, zone_that_is_gone)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(env_conf_putp)
	struct conf *c =
	    rig_conf(a, "Europe/Madrid", (const char *const[RIG_SETS]){ NULL });
	CLEANUP(hours_freep) struct hours *h = NULL;
	struct err e;

	h = hours_new(conf_cfg(c, CONF_PRODUCTION), NULL, &e);
	cr_assert_not_null(h);
	cr_assert_eq(setenv("TZDIR", "/nowhere/at/all", 1), 0);
	cr_expect_null(hours_new(conf_cfg(c, CONF_PRODUCTION), NULL, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect(hours_open(h, utc("2026-11-20 08:00:00")));
}
