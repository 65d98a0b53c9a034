/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "inbenta/moment.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* Takes exactly n digits. */
static bool
take_number(const char **p, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool
take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970 of a date there is; -1 otherwise. */
static int64_t
day_of(int year, int month, int day)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t days = day - 1;

	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > lengths[month - 1] + (month == 2 && is_leap(year)))
		return -1;
	for (int y = 1970; y < year; y++)
		days += 365 + is_leap(y);
	for (int m = 1; m < month; m++)
		days += lengths[m - 1] + (m == 2 && is_leap(year));
	return days;
}

/* Seconds of the day; the leap second counts as the one before it. */
static bool
take_time(const char **p, int64_t *out)
{
	int hour, minute, second = 0;

	if (!take_number(p, 2, &hour) || !take_char(p, ':') ||
	    !take_number(p, 2, &minute))
		return false;
	if (take_char(p, ':') && !take_number(p, 2, &second))
		return false;
	if (take_char(p, '.') || take_char(p, ','))
		*p += strspn(*p, "0123456789");
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*out = hour * HOUR + minute * MINUTE + (second == 60 ? 59 : second);
	return true;
}

/* Seconds that the zone is ahead of UTC; takes the rest of the text. */
static bool
take_zone(const char **p, int64_t *out)
{
	int hours, minutes = 0;
	bool behind;

	*out = 0;
	*p += strspn(*p, " ");
	if (**p == '\0' || strcasecmp(*p, "Z") == 0 || strcasecmp(*p, "UTC") == 0 ||
	    strcasecmp(*p, "GMT") == 0)
		return true;
	behind = **p == '-';
	if (!(take_char(p, '-') || take_char(p, '+')) || !take_number(p, 2, &hours))
		return false;
	if ((take_char(p, ':') || **p != '\0') && !take_number(p, 2, &minutes))
		return false;
	if (**p != '\0' || hours > 15 || minutes > 59)
		return false;
	*out = (hours * HOUR + minutes * MINUTE) * (behind ? -1 : 1);
	return true;
}

int64_t
inbenta_moment(const char *text)
{
	const char *p = text + strspn(text, " ");
	int64_t days, seconds = 0, ahead, at;
	int year, month, day;

	if (!take_number(&p, 4, &year) || !take_char(&p, '-') ||
	    !take_number(&p, 2, &month) || !take_char(&p, '-') ||
	    !take_number(&p, 2, &day))
		return 0;
	days = day_of(year, month, day);
	if (days < 0)
		return 0;
	if (take_char(&p, 'T') || take_char(&p, 't') || (p[0] == ' ' && p[1] != '\0')) {
		p += strspn(p, " ");
		if (!take_time(&p, &seconds))
			return 0;
	}
	if (!take_zone(&p, &ahead))
		return 0;
	at = days * DAY + seconds - ahead;
	return at > 0 ? at : 0;
}
