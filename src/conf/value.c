/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "conf/rooms.h"
#include "conf/rows.h"
#include "conf/rule.h"
#include "conf/url.h"
#include "conf/value.h"

static bool
wrong_type(const struct key_row *row, const config_setting_t *set, struct err *e)
{
	const char *must = key_type_name(row->type);

	switch (config_setting_type(set)) {
	case CONFIG_TYPE_STRING:
		if (row->type == KEY_BOOL || row->type == KEY_INT)
			return err_set(
			    e, ERR_CONFIG, 0, "must be %s, without quotes", must);
		break;
	case CONFIG_TYPE_GROUP:
		return err_set(e, ERR_CONFIG, 0, "must be %s, not a group", must);
	case CONFIG_TYPE_LIST:
	case CONFIG_TYPE_ARRAY:
		if (row->type < KEY_LIST)
			return err_set(
			    e, ERR_CONFIG, 0, "must be %s, not a list", must);
		break;
	default:
		break;
	}
	return err_set(e, ERR_CONFIG, 0, "must be %s", must);
}

bool
value_is_text(enum key_type type)
{
	switch (type) {
	case KEY_TEXT:
	case KEY_ID:
	case KEY_URL:
	case KEY_PUBLIC_URL:
	case KEY_PATH:
	case KEY_WORD:
	case KEY_RULE:
	case KEY_ZONE:
		return true;
	default:
		return false;
	}
}

/* "a, b or c" of "a b c". */
static void
list_words(struct buf *b, const char *words)
{
	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		buf_add(b, words, n);
		words += n;
		words += *words == ' ';
		if (*words != '\0')
			buf_str(b, strchr(words, ' ') != NULL ? ", " : " or ");
	}
}

static bool
check_word(const struct key_row *row, const char *s, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(400);
	size_t n = strlen(s);

	for (const char *w = row->words; *w != '\0'; w += *w == ' ') {
		size_t len = strcspn(w, " ");

		if (len == n && memcmp(w, s, n) == 0)
			return true;
		w += len;
	}
	list_words(&b, row->words);
	return err_set(e, ERR_CONFIG, 0, "must be %s", b.data);
}

static bool
check_path(const char *s, struct err *e)
{
	if (*s != '\0' && *s != '/')
		return err_set(e, ERR_CONFIG, 0, "must be an absolute path");
	if (strlen(s) >= 4096)
		return err_set(e, ERR_CONFIG, 0, "is too long for a path");
	return true;
}

static bool
check_rule(const char *s, struct err *e)
{
	struct rule *r;

	if (*s == '\0')
		return true;
	if (!rule_new(s, &r, e))
		return false;
	rule_free(r);
	return true;
}

static bool
check_zone(const char *s, struct err *e)
{
	CLEANUP(zone_freep) struct zone *z = NULL;
	struct err why;

	z = zone_new(s, &why);
	if (z == NULL)
		return err_set(e, ERR_CONFIG, 0, "must be a time zone: %s", why.text);
	return true;
}

/* What no text of a configuration may hold: it would end in headers, logs and files. */
static bool
check_line(const char *s, struct err *e)
{
	size_t n = strlen(s);

	if (!utf8_valid(s, n))
		return err_set(e, ERR_CONFIG, 0, "is not UTF-8 (by an escape \\x…)");
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return err_set(e, ERR_CONFIG, 0,
			    "holds a control character or goes over several lines");
	return true;
}

static bool
check_text(const struct key_row *row, const char *s, struct err *e)
{
	if (!check_line(s, e))
		return false;
	if (row->flags & KEY_SECRET && strcmp(s, "***") == 0)
		return err_set(
		    e, ERR_CONFIG, 0, "is the mask of a dump, not the secret");
	if (strcmp(s, row->dflt) == 0)
		return true;
	switch (row->type) {
	case KEY_WORD:
		return check_word(row, s, e);
	case KEY_PATH:
		return check_path(s, e);
	case KEY_RULE:
		return check_rule(s, e);
	case KEY_ZONE:
		return check_zone(s, e);
	default:
		return true;
	}
}

/* A scheme and something like "://" behind it: no host has such a name. */
static bool
is_scheme_broken(const char *s)
{
	if (strncasecmp(s, "http", 4) != 0)
		return false;
	s += s[4] == 's' || s[4] == 'S' ? 5 : 4;
	return *s == ':' || *s == '/';
}

bool
value_from_text(struct value *v, const struct key_row *row, const char *text,
    struct arena *a, struct err *e)
{
	if (!check_text(row, text, e))
		return false;
	if (row->flags & KEY_BARE && *text != '\0' && strstr(text, "://") == NULL) {
		if (is_scheme_broken(text))
			return err_set(e, ERR_CONFIG, 0,
			    "must begin with https://, or with the host");
		text = arena_printf(a, "https://%s", text);
	}
	if (row->type == KEY_URL || row->type == KEY_PUBLIC_URL)
		return url_read(text, row->type == KEY_PUBLIC_URL, a, &v->u.s, e);
	v->u.s = arena_strdup(a, text);
	return true;
}

static bool
is_whole(const config_setting_t *set)
{
	int type = config_setting_type(set);

	return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

static bool
read_int(struct value *v, const struct key_row *row, const config_setting_t *set,
    struct err *e)
{
	int64_t i;

	if (!is_whole(set))
		return wrong_type(row, set, e);
	i = config_setting_get_int64(set);
	if (i < row->lowest || i > row->highest)
		return err_set(e, ERR_CONFIG, 0,
		    "is %" PRId64 ", must be %" PRId64 " to %" PRId64 " (%s)", i,
		    row->lowest, row->highest, row->help);
	v->u.i = i;
	return true;
}

static bool
read_text(struct value *v, const struct key_row *row, const config_setting_t *set,
    struct arena *a, struct err *e)
{
	char digits[24];

	if (config_setting_type(set) == CONFIG_TYPE_STRING)
		return value_from_text(v, row, config_setting_get_string(set), a, e);
	if (row->type != KEY_ID || !is_whole(set))
		return wrong_type(row, set, e);
	snprintf(
	    digits, sizeof(digits), "%" PRId64, (int64_t)config_setting_get_int64(set));
	v->u.s = arena_strdup(a, digits);
	return true;
}

static bool
is_list(const config_setting_t *set)
{
	int type = config_setting_type(set);

	return type == CONFIG_TYPE_LIST || type == CONFIG_TYPE_ARRAY;
}

bool
value_read_items(const config_setting_t *set, items_check_fn *check, struct arena *a,
    const char *const **out, size_t *n, struct err *e)
{
	size_t len = (size_t)config_setting_length(set);
	const char **items = arena_alloc(a, (len + 1) * sizeof(*items));

	if (len > LIMIT_OPTIONS)
		return err_set(
		    e, ERR_CONFIG, 0, "has more than %d items", LIMIT_OPTIONS);
	for (size_t i = 0; i < len; i++) {
		const config_setting_t *item =
		    config_setting_get_elem(set, (unsigned)i);
		const char *s = config_setting_get_string(item);

		if (s == NULL || *s == '\0')
			return err_set(e, ERR_CONFIG, 0,
			    "item %zu must be a text in double quotes, not empty",
			    i + 1);
		if (!check_line(s, e))
			return err_wrap(e, "item %zu", i + 1);
		items[i] = arena_strdup(a, s);
	}
	if (check != NULL && !check(items, len, e))
		return false;
	*out = items;
	*n = len;
	return true;
}

static items_check_fn *
items_check_of(enum key_type type)
{
	return type == KEY_HOURS ? hours_check : type == KEY_ROOMS ? rooms_check : NULL;
}

bool
value_read(struct value *v, const struct key_row *row, const config_setting_t *set,
    struct arena *a, struct err *e)
{
	if (value_is_text(row->type))
		return read_text(v, row, set, a, e);
	if (row->type == KEY_INT)
		return read_int(v, row, set, e);
	if (row->type == KEY_BOOL) {
		if (config_setting_type(set) != CONFIG_TYPE_BOOL)
			return wrong_type(row, set, e);
		v->u.b = config_setting_get_bool(set) == CONFIG_TRUE;
		return true;
	}
	if (!is_list(set))
		return wrong_type(row, set, e);
	if (row->type == KEY_RATINGS)
		return ratings_read(set, a, &v->u.ratings, &v->n, e);
	if (row->type == KEY_EXCEPTIONS)
		return exceptions_read(set, a, &v->u.exceptions, &v->n, e);
	return value_read_items(
	    set, items_check_of(row->type), a, &v->u.items, &v->n, e);
}

static bool
items_equal(const char *const *a, const char *const *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static bool
ratings_equal(const struct cfg_rating *a, const struct cfg_rating *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].id != b[i].id || strcmp(a[i].label, b[i].label) != 0 ||
		    a[i].comment != b[i].comment ||
		    a[i].is_negative != b[i].is_negative)
			return false;
	return true;
}

static bool
exceptions_equal(const struct cfg_exception *a, const struct cfg_exception *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(a[i].date, b[i].date) != 0 || a[i].n_hours != b[i].n_hours ||
		    !items_equal(a[i].hours, b[i].hours, a[i].n_hours))
			return false;
	return true;
}

bool
value_equal(const struct value *a, const struct value *b, enum key_type type)
{
	if (value_is_text(type))
		return strcmp(a->u.s, b->u.s) == 0;
	switch (type) {
	case KEY_BOOL:
		return a->u.b == b->u.b;
	case KEY_INT:
		return a->u.i == b->u.i;
	case KEY_RATINGS:
		return a->n == b->n && ratings_equal(a->u.ratings, b->u.ratings, a->n);
	case KEY_EXCEPTIONS:
		return a->n == b->n &&
		    exceptions_equal(a->u.exceptions, b->u.exceptions, a->n);
	default:
		return a->n == b->n && items_equal(a->u.items, b->u.items, a->n);
	}
}
