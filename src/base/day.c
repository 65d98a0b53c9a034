/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/day.h"

/* From 1 March of the year 0 to 1 January 1970, and the days of 400 years. */
enum { EPOCH = 719468, DAYS_400_YEARS = 146097 };

static bool
two_digits(const char *s, int *out)
{
	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return false;
	*out = (s[0] - '0') * 10 + s[1] - '0';
	return true;
}

bool
day_is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* In the year 0, which stands for all, there is a leap day. */
static bool
exists(const struct day *d)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (d->month < 1 || d->month > 12 || d->day < 1)
		return false;
	if (d->month == 2 && d->day == 29)
		return day_is_leap_year(d->year);
	return d->day <= days[d->month - 1];
}

bool
day_read(const char *text, struct day *out)
{
	struct day d = { 0 };
	int century, year;

	if (strlen(text) == 10) {
		if (!two_digits(text, &century) || !two_digits(text + 2, &year) ||
		    text[4] != '-' || century + year == 0)
			return false;
		d.year = century * 100 + year;
		text += 5;
	}
	if (strlen(text) != 5 || !two_digits(text, &d.month) || text[2] != '-' ||
	    !two_digits(text + 3, &d.day) || !exists(&d))
		return false;
	*out = d;
	return true;
}

bool
day_minutes(const char *text, int *out)
{
	int h, m;

	if (strlen(text) != 5 || !two_digits(text, &h) || text[2] != ':' ||
	    !two_digits(text + 3, &m) || m > 59 || h > 24 || (h == 24 && m > 0))
		return false;
	*out = h * 60 + m;
	return true;
}

/* Years begin with March in here, so that the leap day is the last of its year. */
int64_t
day_number(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 -
	    EPOCH;
}

struct day
day_of(int64_t number)
{
	int64_t n = number + EPOCH;
	int64_t in_400 = n % DAYS_400_YEARS;
	int64_t years =
	    (in_400 - in_400 / 1460 + in_400 / 36524 - in_400 / (DAYS_400_YEARS - 1)) /
	    365;
	int64_t in_year = in_400 - (365 * years + years / 4 - years / 100);
	int64_t month = (5 * in_year + 2) / 153;
	struct day d;

	d.day = (int)(in_year - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(n / DAYS_400_YEARS * 400 + years + (month < 10 ? 0 : 1));
	return d;
}

int
day_of_week(int64_t number)
{
	/* 1 January 1970 was a Thursday. */
	return (int)(((number + 3) % 7 + 7) % 7);
}

int64_t
day_split(int64_t at_s, int *second)
{
	int64_t rest = at_s % DAY_S;

	if (rest < 0)
		rest += DAY_S;
	*second = (int)rest;
	return (at_s - rest) / DAY_S;
}
