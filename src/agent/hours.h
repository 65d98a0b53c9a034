/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_HOURS_H
#define AGENT_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct cfg;

/*
 * The hours at which agents are there: ranges for each weekday, days that are exceptions, and
 * the time zone in which all of it is meant. No network, no clock of its own.
 *
 * A range counts from its start up to, but not including, its end, by the clocks on the wall:
 * an hour that a change of the clocks leaves out is not there, one that comes twice counts
 * twice. A range that ends before it begins lasts until midnight, and does not go on in the
 * morning.
 *
 * Constant once made: any thread may ask it.
 */
struct hours;

/* As they came: "HH:MM", with or without the leading zero, seconds are left aside. */
struct hours_range {
	const char *from, *to; /* to: up to "24:00" */
};

/* What the office says of one room. Borrowed while hours_new() runs. */
struct hours_office {
	struct {
		const struct hours_range *ranges;
		size_t n; /* 0: closed */
	} days[7]; /* Monday first */
	const char *const *holidays; /* closed: "2026-12-24" or, each year, "12-24" */
	size_t n_holidays;
	bool has_week; /* false: it has no days for this room, only holidays, if any */
};

/*
 * The hours of the office, in the zone chat.chat.timezoneWorkingHours. Where it has no week
 * for the room, the configured one (chat.chat.timetable) with its exceptions counts, and
 * the holidays go before both. NULL: there is no word of the office, the configuration alone
 * counts, which fails only for the zone.
 *
 * NULL result: ERR_UPSTREAM when the office says what is neither hours nor a day, ERR_CONFIG
 * when the system does not know the zone.
 */
struct hours *hours_new(
    const struct cfg *cfg, const struct hours_office *office, struct err *e) MUST_CHECK;
void hours_free(struct hours *h); /* NULL is allowed */
void hours_freep(struct hours **h); /* for CLEANUP */

/* wall_s: Unix time. */
bool hours_open(const struct hours *h, int64_t wall_s) MUST_CHECK;

/*
 * For a line of the log, when they are closed: "2026-11-23 09:00 Europe/Madrid", when they open
 * next, or "not within a year". Lives in the arena.
 */
const char *hours_next(
    const struct hours *h, int64_t wall_s, struct arena *arena) MUST_CHECK;

#endif
