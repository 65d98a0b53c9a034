/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* Days of the calendar and times of a day, without time zones. No locks, no locale. */

enum { DAY_S = 24 * 60 * 60, DAY_MINUTES = 24 * 60 };

struct day {
	int year; /* 1 to 9999; 0 of a text without one: every year */
	int month, day; /* from 1 */
};

/* "YYYY-MM-DD" or, every year, "MM-DD": a day that exists. The leap day is one. */
bool day_read(const char *text, struct day *out) MUST_CHECK;

/* "HH:MM" as minutes since midnight; 24:00 is the last. Nothing may follow. */
bool day_minutes(const char *text, int *out) MUST_CHECK;

/* Days since 1 January 1970, of the years 1 to 9999, and back. */
int64_t day_number(int year, int month, int day) MUST_CHECK;
struct day day_of(int64_t number) MUST_CHECK;

bool day_is_leap_year(int year) MUST_CHECK;
int day_of_week(int64_t number) MUST_CHECK; /* 0: Monday */

/* The day of a moment, in seconds since 1 January 1970, and the seconds since midnight. */
int64_t day_split(int64_t at_s, int *second) MUST_CHECK;

#endif
