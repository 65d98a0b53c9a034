/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "agent/hours.h"
#include "base/day.h"
#include "base/xalloc.h"
#include "base/zone.h"
#include "conf/cfg.h"

/* How far hours_next() looks. */
enum { AHEAD_DAYS = 366 };

/* Minutes since midnight. */
struct span {
	int from, to;
};

struct spans {
	struct span *at;
	size_t n;
};

/* A day with hours of its own. */
struct special {
	struct spans spans;
	struct day date;
};

struct hours {
	struct arena *arena; /* of all that follows but the zone */
	struct zone *zone;
	const char *zone_name;
	struct special *specials; /* the office's before those of the configuration */
	size_t n_specials;
	struct spans week[7];
};

/* A moment as clocks on the wall show it. */
struct local {
	int64_t day; /* as day_number() */
	int minute, second;
	int32_t offset_s;
};

static const enum cfg_key week_keys[7] = { CFG_CHAT_CHAT_TIMETABLE_MONDAY,
	CFG_CHAT_CHAT_TIMETABLE_TUESDAY, CFG_CHAT_CHAT_TIMETABLE_WEDNESDAY,
	CFG_CHAT_CHAT_TIMETABLE_THURSDAY, CFG_CHAT_CHAT_TIMETABLE_FRIDAY,
	CFG_CHAT_CHAT_TIMETABLE_SATURDAY, CFG_CHAT_CHAT_TIMETABLE_SUNDAY };

void
hours_free(struct hours *h)
{
	if (h == NULL)
		return;
	zone_free(h->zone);
	arena_free(h->arena);
	free(h);
}

void
hours_freep(struct hours **h)
{
	hours_free(*h);
}

/* "HH:MM"; the office may leave out the leading zero, and add seconds. */
static bool
read_clock(const char *text, size_t len, int *out)
{
	size_t pad = len > 1 && text[1] == ':' ? 1 : 0, bare = 5 - pad;
	char t[6] = "0";

	if (len == bare + 3 && text[bare] == ':' &&
	    isdigit((unsigned char)text[bare + 1]) &&
	    isdigit((unsigned char)text[bare + 2]))
		len = bare;
	if (len != bare)
		return false;
	memcpy(t + pad, text, len);
	t[5] = '\0';
	return day_minutes(t, out);
}

/* As "from" and "to" are written. One that would end before it begins ends at midnight. */
static bool
read_span(struct span *s, const char *from, size_t from_len, const char *to)
{
	if (!read_clock(from, from_len, &s->from) ||
	    !read_clock(to, strlen(to), &s->to))
		return false;
	if (s->to < s->from)
		s->to = DAY_MINUTES;
	return true;
}

static struct spans
make_spans(struct hours *h, size_t n)
{
	struct spans s = { .n = n };

	s.at = arena_alloc(h->arena, (n + 1) * sizeof(*s.at));
	return s;
}

/* "09:00-18:00", as the configuration writes ranges. */
static bool
read_range(struct span *s, const char *range, struct err *e)
{
	const char *dash = strchr(range, '-');

	if (dash != NULL && read_span(s, range, (size_t)(dash - range), dash + 1))
		return true;
	return err_set(e, ERR_CONFIG, 0, "\"%s\" are no hours", range);
}

static bool
configured_week(struct hours *h, const struct cfg *cfg, struct err *e)
{
	for (size_t d = 0; d < 7; d++) {
		h->week[d] = make_spans(h, cfg_len(cfg, week_keys[d]));
		for (size_t i = 0; i < h->week[d].n; i++)
			if (!read_range(
				&h->week[d].at[i], cfg_item(cfg, week_keys[d], i), e))
				return false;
	}
	return true;
}

static bool
configured_special(struct hours *h, const struct cfg_exception *row, struct err *e)
{
	struct special *s = &h->specials[h->n_specials++];

	s->spans = make_spans(h, row->n_hours);
	if (!day_read(row->date, &s->date))
		return err_set(e, ERR_CONFIG, 0, "\"%s\" is no day", row->date);
	for (size_t i = 0; i < row->n_hours; i++)
		if (!read_range(&s->spans.at[i], row->hours[i], e))
			return err_wrap(e, "%s", row->date);
	return true;
}

static bool
office_week(struct hours *h, const struct hours_office *office, struct err *e)
{
	for (size_t d = 0; d < 7; d++) {
		h->week[d] = make_spans(h, office->days[d].n);
		for (size_t i = 0; i < h->week[d].n; i++) {
			const struct hours_range *r = &office->days[d].ranges[i];

			if (r->from == NULL || r->to == NULL ||
			    !read_span(
				&h->week[d].at[i], r->from, strlen(r->from), r->to))
				return err_set(e, ERR_UPSTREAM, 0,
				    "hours that are none: \"%.20s\" to \"%.20s\"",
				    r->from != NULL ? r->from : "",
				    r->to != NULL ? r->to : "");
		}
	}
	return true;
}

/* A date, perhaps with a time of the day behind it. */
static bool
office_holiday(struct hours *h, const char *text, struct err *e)
{
	size_t len = text != NULL ? strlen(text) : 0;
	const char *date;

	if (len > 10 && (text[10] == 'T' || text[10] == ' '))
		len = 10;
	date = arena_strndup(h->arena, text != NULL ? text : "", len);
	if (!day_read(date, &h->specials[h->n_specials].date))
		return err_set(e, ERR_UPSTREAM, 0,
		    "a holiday that is no day: \"%.20s\"", text != NULL ? text : "");
	h->n_specials++;
	return true;
}

/* Behind the zone: everything that is read. */
static bool
fill(struct hours *h, const struct cfg *cfg, const struct hours_office *office,
    struct err *e)
{
	bool has_week = office != NULL && office->has_week;
	size_t n_holidays = office != NULL ? office->n_holidays : 0;
	const struct cfg_exception *rows;
	size_t n_rows = cfg_exceptions(cfg, &rows);

	h->specials =
	    arena_alloc(h->arena, (n_holidays + n_rows + 1) * sizeof(*h->specials));
	for (size_t i = 0; i < n_holidays; i++)
		if (!office_holiday(h, office->holidays[i], e))
			return false;
	if (has_week)
		return office_week(h, office, e);
	for (size_t i = 0; i < n_rows; i++)
		if (!configured_special(h, &rows[i], e))
			return false;
	return configured_week(h, cfg, e);
}

struct hours *
hours_new(const struct cfg *cfg, const struct hours_office *office, struct err *e)
{
	const char *name = cfg_str(cfg, CFG_CHAT_CHAT_TIMEZONEWORKINGHOURS);
	struct zone *zone = zone_new(name, e);
	struct hours *h;

	if (zone == NULL)
		return NULL;
	h = xcalloc(1, sizeof(*h));
	h->arena = arena_new();
	h->zone = zone;
	h->zone_name = arena_strdup(h->arena, name);
	if (fill(h, cfg, office, e))
		return h;
	hours_free(h);
	return NULL;
}

static bool
is_on(const struct day *date, const struct day *day, bool every_year)
{
	return date->month == day->month && date->day == day->day &&
	    (every_year ? date->year == 0 : date->year == day->year);
}

/* The hours of a day: of its full date, else of its date in every year, else of the weekday. */
static const struct spans *
spans_of(const struct hours *h, int64_t number)
{
	struct day day = day_of(number);

	for (int every_year = 0; every_year < 2; every_year++)
		for (size_t i = 0; i < h->n_specials; i++)
			if (is_on(&h->specials[i].date, &day, every_year != 0))
				return &h->specials[i].spans;
	return &h->week[day_of_week(number)];
}

static struct local
local_at(const struct hours *h, int64_t wall_s)
{
	struct local l = { .offset_s = zone_offset_s(h->zone, wall_s) };
	int second;

	l.day = day_split(wall_s + l.offset_s, &second);
	l.minute = second / 60;
	l.second = second % 60;
	return l;
}

static bool
is_in(const struct spans *spans, int minute)
{
	for (size_t i = 0; i < spans->n; i++)
		if (spans->at[i].from <= minute && minute < spans->at[i].to)
			return true;
	return false;
}

bool
hours_open(const struct hours *h, int64_t wall_s)
{
	struct local l = local_at(h, wall_s);

	return is_in(spans_of(h, l.day), l.minute);
}

/* Minutes until something may begin: the next range of the day, or the next day. */
static int
minutes_ahead(const struct spans *spans, int minute)
{
	int next = DAY_MINUTES;

	for (size_t i = 0; i < spans->n; i++)
		if (spans->at[i].from > minute && spans->at[i].from < next)
			next = spans->at[i].from;
	return next - minute;
}

/* From one beginning to the next; minute by minute where clocks change in between. */
static bool
find_open(const struct hours *h, int64_t at_s, struct local *l)
{
	int64_t end_s = at_s + (int64_t)AHEAD_DAYS * DAY_S;

	while (at_s < end_s) {
		const struct spans *spans;
		int ahead;

		*l = local_at(h, at_s);
		spans = spans_of(h, l->day);
		if (is_in(spans, l->minute))
			return true;
		ahead = minutes_ahead(spans, l->minute);
		if (zone_offset_s(h->zone, at_s + ahead * 60 - l->second) !=
		    l->offset_s)
			ahead = 1;
		at_s += ahead * 60 - l->second;
	}
	return false;
}

const char *
hours_next(const struct hours *h, int64_t wall_s, struct arena *arena)
{
	struct local l;
	struct day d;

	if (!find_open(h, wall_s, &l))
		return "not within a year";
	d = day_of(l.day);
	return arena_printf(arena, "%04d-%02d-%02d %02d:%02d %s", d.year, d.month,
	    d.day, l.minute / 60, l.minute % 60, h->zone_name);
}
