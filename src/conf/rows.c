/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/limits.h"
#include "conf/nearest.h"
#include "conf/rows.h"
#include "conf/value.h"

struct member {
	const char *name;
	bool needed;
};

static bool
check_members(const config_setting_t *group, const struct member *known, size_t n,
    size_t item, struct err *e)
{
	if (config_setting_type(group) != CONFIG_TYPE_GROUP)
		return err_set(e, ERR_CONFIG, 0,
		    "item %zu must be a group: { %s = …; }", item, known[0].name);
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *m = config_setting_get_elem(group, (unsigned)i);
		struct nearest near = NEAREST_INIT(config_setting_name(m));
		size_t k = 0;

		while (k < n && strcmp(known[k].name, config_setting_name(m)) != 0)
			nearest_offer(&near, known[k++].name);
		if (k == n)
			return err_set(e, ERR_CONFIG, 0,
			    "item %zu: unknown member %s%s%s%s", item,
			    config_setting_name(m),
			    near.best[0] ? " (did you mean " : "", near.best,
			    near.best[0] ? "?)" : "");
	}
	for (size_t k = 0; k < n; k++)
		if (known[k].needed &&
		    config_setting_get_member(group, known[k].name) == NULL)
			return err_set(e, ERR_CONFIG, 0, "item %zu has no %s", item,
			    known[k].name);
	return true;
}

static bool
is_label(const char *s)
{
	if (!isalpha((unsigned char)*s))
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-')
			return false;
	return true;
}

static bool
read_flag(const config_setting_t *group, const char *name, size_t item, bool *out,
    struct err *e)
{
	const config_setting_t *m = config_setting_get_member(group, name);

	if (m == NULL)
		return true;
	if (config_setting_type(m) != CONFIG_TYPE_BOOL)
		return err_set(
		    e, ERR_CONFIG, 0, "item %zu: %s must be true or false", item, name);
	*out = config_setting_get_bool(m) == CONFIG_TRUE;
	return true;
}

static bool
read_rating(const config_setting_t *group, size_t item, struct arena *a,
    struct cfg_rating *out, struct err *e)
{
	static const struct member known[] = { { .name = "id", .needed = true },
		{ .name = "label", .needed = true }, { .name = "comment" },
		{ .name = "isNegative" } };
	const config_setting_t *id;
	const char *label;

	if (!check_members(group, known, NELEMS(known), item, e))
		return false;
	id = config_setting_get_member(group, "id");
	if ((config_setting_type(id) != CONFIG_TYPE_INT &&
		config_setting_type(id) != CONFIG_TYPE_INT64) ||
	    config_setting_get_int64(id) < 0)
		return err_set(e, ERR_CONFIG, 0,
		    "item %zu: id must be a whole number, not negative", item);
	label = config_setting_get_string(config_setting_get_member(group, "label"));
	if (label == NULL || !is_label(label))
		return err_set(e, ERR_CONFIG, 0,
		    "item %zu: label must be the name of a label in lang/, in double quotes",
		    item);
	out->id = config_setting_get_int64(id);
	out->label = arena_strdup(a, label);
	return read_flag(group, "comment", item, &out->comment, e) &&
	    read_flag(group, "isNegative", item, &out->is_negative, e);
}

bool
ratings_read(const config_setting_t *set, struct arena *a,
    const struct cfg_rating **out, size_t *n, struct err *e)
{
	size_t len = (size_t)config_setting_length(set);
	struct cfg_rating *rows = arena_alloc(a, (len + 1) * sizeof(*rows));

	if (len > LIMIT_OPTIONS)
		return err_set(
		    e, ERR_CONFIG, 0, "has more than %d items", LIMIT_OPTIONS);
	for (size_t i = 0; i < len; i++) {
		if (!read_rating(config_setting_get_elem(set, (unsigned)i), i + 1, a,
			&rows[i], e))
			return false;
		for (size_t j = 0; j < i; j++)
			if (rows[j].id == rows[i].id)
				return err_set(e, ERR_CONFIG, 0,
				    "items %zu and %zu have the same id", j + 1, i + 1);
	}
	*out = rows;
	*n = len;
	return true;
}

/* "09:00-18:00" as minutes since midnight. */
static bool
read_hours(const char *range, int *from, int *to)
{
	char begin[6];

	if (strlen(range) != 11 || range[5] != '-')
		return false;
	memcpy(begin, range, 5);
	begin[5] = '\0';
	return day_minutes(begin, from) && day_minutes(range + 6, to);
}

bool
hours_check(const char *const *ranges, size_t n, struct err *e)
{
	struct {
		int from, to;
	} seen[LIMIT_OPTIONS];

	for (size_t i = 0; i < n; i++) {
		int from, to;

		if (!read_hours(ranges[i], &from, &to) || from == DAY_MINUTES ||
		    from == to)
			return err_set(e, ERR_CONFIG, 0,
			    "item %zu must be hours such as \"09:00-18:00\"", i + 1);
		if (to < from)
			to = DAY_MINUTES;
		for (size_t j = 0; j < i; j++)
			if (from < seen[j].to && seen[j].from < to)
				return err_set(e, ERR_CONFIG, 0,
				    "items %zu and %zu overlap", j + 1, i + 1);
		seen[i].from = from;
		seen[i].to = to;
	}
	return true;
}

static bool
read_exception(const config_setting_t *group, size_t item, struct arena *a,
    struct cfg_exception *out, struct err *e)
{
	static const struct member known[] = { { .name = "date", .needed = true },
		{ .name = "hours", .needed = true } };
	const config_setting_t *hours;
	const char *date;
	struct day day;

	if (!check_members(group, known, NELEMS(known), item, e))
		return false;
	date = config_setting_get_string(config_setting_get_member(group, "date"));
	if (date == NULL || !day_read(date, &day))
		return err_set(e, ERR_CONFIG, 0,
		    "item %zu: date must be a day such as \"2026-12-24\" or \"12-25\"",
		    item);
	out->date = arena_strdup(a, date);
	hours = config_setting_get_member(group, "hours");
	if (config_setting_type(hours) != CONFIG_TYPE_LIST &&
	    config_setting_type(hours) != CONFIG_TYPE_ARRAY)
		return err_set(e, ERR_CONFIG, 0,
		    "item %zu: hours must be a list: [ \"09:00-12:00\" ]", item);
	if (!value_read_items(hours, hours_check, a, &out->hours, &out->n_hours, e))
		return err_wrap(e, "item %zu, hours", item);
	return true;
}

bool
exceptions_read(const config_setting_t *set, struct arena *a,
    const struct cfg_exception **out, size_t *n, struct err *e)
{
	size_t len = (size_t)config_setting_length(set);
	struct cfg_exception *rows = arena_alloc(a, (len + 1) * sizeof(*rows));

	if (len > LIMIT_EXCEPTIONS)
		return err_set(
		    e, ERR_CONFIG, 0, "has more than %d items", LIMIT_EXCEPTIONS);
	for (size_t i = 0; i < len; i++) {
		if (!read_exception(config_setting_get_elem(set, (unsigned)i), i + 1, a,
			&rows[i], e))
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(rows[j].date, rows[i].date) == 0)
				return err_set(e, ERR_CONFIG, 0,
				    "items %zu and %zu have the same date", j + 1,
				    i + 1);
	}
	*out = rows;
	*n = len;
	return true;
}
