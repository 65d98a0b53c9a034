/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/day.h"
#include "base/zone_rule.h"

enum { MOST_HOURS = 167, CHANGE_DEFAULT_S = 2 * 3600 };

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* "CET", or "<+0330>". */
static bool
skip_name(const char **s)
{
	const char *from = *s;

	if (skip(s, '<')) {
		while (isalnum((unsigned char)**s) || **s == '+' || **s == '-')
			(*s)++;
		return skip(s, '>') && *s - from >= 5;
	}
	while (isalpha((unsigned char)**s))
		(*s)++;
	return *s - from >= 3;
}

static bool
read_number(const char **s, int lowest, int highest, int *out)
{
	const char *from = *s;
	int n = 0;

	while (isdigit((unsigned char)**s) && *s - from < 3)
		n = n * 10 + *(*s)++ - '0';
	*out = n;
	return *s > from && n >= lowest && n <= highest;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool
read_time(const char **s, int most_hours, int32_t *out)
{
	bool is_minus = **s == '-';
	int h, m = 0, sec = 0;

	if (**s == '-' || **s == '+')
		(*s)++;
	if (!read_number(s, 0, most_hours, &h) ||
	    (skip(s, ':') &&
		(!read_number(s, 0, 59, &m) ||
		    (skip(s, ':') && !read_number(s, 0, 59, &sec)))))
		return false;
	*out = h * 3600 + m * 60 + sec;
	if (is_minus)
		*out = -*out;
	return true;
}

static bool
read_day(const char **s, struct zone_change *c)
{
	if (skip(s, 'M')) {
		c->kind = CHANGE_WEEKDAY;
		return read_number(s, 1, 12, &c->month) && skip(s, '.') &&
		    read_number(s, 1, 5, &c->week) && skip(s, '.') &&
		    read_number(s, 0, 6, &c->day);
	}
	if (skip(s, 'J')) {
		c->kind = CHANGE_DAY_NO_LEAP;
		return read_number(s, 1, 365, &c->day);
	}
	c->kind = CHANGE_DAY;
	return read_number(s, 0, 365, &c->day);
}

static bool
read_change(const char **s, struct zone_change *c)
{
	c->time_s = CHANGE_DEFAULT_S;
	return skip(s, ',') && read_day(s, c) &&
	    (!skip(s, '/') || read_time(s, MOST_HOURS, &c->time_s));
}

bool
zone_rule_read(const char *text, struct zone_rule *out)
{
	struct zone_rule r = { 0 };
	const char *s = text;

	/* POSIX counts westward, we eastward. */
	if (!skip_name(&s) || !read_time(&s, 24, &r.standard_s))
		return false;
	r.standard_s = -r.standard_s;
	if (*s != '\0') {
		r.has_summer = true;
		if (!skip_name(&s))
			return false;
		r.summer_s = r.standard_s + 3600;
		if (*s != ',') {
			if (!read_time(&s, 24, &r.summer_s))
				return false;
			r.summer_s = -r.summer_s;
		}
		if (!read_change(&s, &r.begin) || !read_change(&s, &r.end) ||
		    *s != '\0')
			return false;
	}
	*out = r;
	return true;
}

static int64_t
weekday_of_month(int year, const struct zone_change *c)
{
	int64_t first = day_number(year, c->month, 1);
	int64_t next = c->month < 12 ? day_number(year, c->month + 1, 1)
				     : day_number(year + 1, 1, 1);
	int wanted = (c->day + 6) % 7; /* from Sunday first to Monday first */
	int64_t found =
	    first + (wanted - day_of_week(first) + 7) % 7 + (c->week - 1) * 7;

	return found < next ? found : found - 7; /* there may be no fifth one */
}

/* Seconds since 1970 by the clocks before the change. */
static int64_t
change_at(int year, const struct zone_change *c)
{
	int64_t day;

	switch (c->kind) {
	case CHANGE_WEEKDAY:
		day = weekday_of_month(year, c);
		break;
	case CHANGE_DAY:
		day = day_number(year, 1, 1) + c->day;
		break;
	default:
		day = day_number(year, 1, 1) + c->day - 1;
		if (c->day >= 60 && day_is_leap_year(year))
			day++;
		break;
	}
	return day * DAY_S + c->time_s;
}

int32_t
zone_rule_offset_s(const struct zone_rule *r, int64_t at_s)
{
	int64_t begin, end;
	int second, year;
	bool is_summer;

	if (!r->has_summer)
		return r->standard_s;
	year = day_of(day_split(at_s + r->standard_s, &second)).year;
	begin = change_at(year, &r->begin) - r->standard_s;
	end = change_at(year, &r->end) - r->summer_s;
	/* In the southern half summer goes over the end of the year. */
	if (begin < end)
		is_summer = begin <= at_s && at_s < end;
	else
		is_summer = begin <= at_s || at_s < end;
	return is_summer ? r->summer_s : r->standard_s;
}
