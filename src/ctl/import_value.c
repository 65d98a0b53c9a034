/* SPDX-License-Identifier: Apache-2.0 */
/* One value of PHP's as one of ours, by the type of its key. */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "conf/nearest.h"
#include "conf/source.h"
#include "conf/value.h"
#include "ctl/import.h"

void
import_put_text(struct buf *b, const char *s)
{
	buf_chr(b, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c == '\n')
			buf_str(b, "\\n");
		else if (c < ' ' || c == 0x7f)
			buf_printf(b, "\\x%02x", c);
		else
			buf_chr(b, *s);
	}
	buf_chr(b, '"');
}

static void
note(struct import *im, const struct import_site *site, const char *text)
{
	import_find(im, IMPORT_NOTE, site->file, site->line, site->key, "%s", text);
}

static bool
wrong(struct import *im, const struct key_row *row, const struct php_value *v,
    const char **why)
{
	if (v->type == PHP_UNKNOWN)
		*why = arena_printf(
		    im->a, "%s: no PHP is run, so its value is not known", v->text);
	else
		*why = arena_printf(im->a, "is %s, must be %s", php_type_name(v->type),
		    value_is_text(row->type) ? "a text" : key_type_name(row->type));
	return false;
}

/* "<server>" or "[SID]": nobody has filled it in. */
static bool
is_placeholder(const char *s)
{
	size_t n = strlen(s);

	if (n < 3 ||
	    !((s[0] == '<' && s[n - 1] == '>') || (s[0] == '[' && s[n - 1] == ']')))
		return false;
	for (size_t i = 1; i + 1 < n; i++)
		if (!isalpha((unsigned char)s[i]) && strchr("_- ", s[i]) == NULL)
			return false;
	return true;
}

static bool
is_digits(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < 19 && strspn(s, "0123456789") == n;
}

static bool
scalar_text(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why)
{
	if (v->type == PHP_INT) {
		if (row->type != KEY_ID)
			note(im, site, "a number, written as a text");
		buf_printf(out, "\"%" PRId64 "\"", v->i);
		return true;
	}
	if (v->type != PHP_TEXT)
		return wrong(im, row, v, why);
	if (strlen(v->text) != v->len) {
		*why = "holds a NUL byte";
		return false;
	}
	if (!utf8_valid(v->text, v->len)) {
		*why = "is not UTF-8: save the file as UTF-8, or write the value anew";
		return false;
	}
	if (is_placeholder(v->text)) {
		note(im, site, "still a placeholder: written as an empty text");
		buf_str(out, "\"\"");
		return true;
	}
	import_put_text(out, v->text);
	return true;
}

static bool
scalar_int(struct import *im, const struct import_site *site, const struct key_row *row,
    const struct php_value *v, struct buf *out, const char **why)
{
	if (v->type == PHP_INT) {
		buf_printf(out, "%" PRId64, v->i);
		return true;
	}
	if (v->type == PHP_FLOAT && fabs(v->f) < 1e15 && trunc(v->f) >= v->f &&
	    trunc(v->f) <= v->f) {
		buf_printf(out, "%" PRId64, (int64_t)v->f);
		return true;
	}
	if (v->type != PHP_TEXT || !is_digits(v->text))
		return wrong(im, row, v, why);
	note(im, site, "a text of digits, written as a number");
	/* Without leading zeros: a base of eight is not meant. */
	buf_str(out,
	    v->text +
		(strspn(v->text, "0") < v->len ? strspn(v->text, "0") : v->len - 1));
	return true;
}

/* What PHP takes for true. The text "false" is one, and was hardly meant so. */
static bool
scalar_bool(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why)
{
	bool is_true;

	if (v->type == PHP_BOOL) {
		buf_str(out, v->b ? "true" : "false");
		return true;
	}
	if (v->type == PHP_INT && (v->i == 0 || v->i == 1))
		is_true = v->i == 1;
	else if (v->type == PHP_TEXT &&
	    (strcasecmp(v->text, "true") == 0 || strcmp(v->text, "1") == 0))
		is_true = true;
	else if (v->type == PHP_TEXT && (v->len == 0 || strcmp(v->text, "0") == 0))
		is_true = false;
	else if (v->type == PHP_TEXT) {
		*why =
		    "is a text, which PHP takes for true whatever it says; must be true "
		    "or false, without quotes";
		return false;
	} else
		return wrong(im, row, v, why);
	note(im, site,
	    is_true ? "PHP takes this for true: written as true"
		    : "PHP takes this for false: written as false");
	buf_str(out, is_true ? "true" : "false");
	return true;
}

bool
import_scalar(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why)
{
	if (row->type == KEY_BOOL)
		return scalar_bool(im, site, row, v, out, why);
	if (row->type == KEY_INT)
		return scalar_int(im, site, row, v, out, why);
	return scalar_text(im, site, row, v, out, why);
}

static bool
put_items(struct import *im, const struct import_site *site, const struct key_row *row,
    const struct php_value *v, struct buf *out, const char **why)
{
	static const struct key_row text = { .type = KEY_TEXT };

	if (v->type != PHP_ARRAY)
		return wrong(im, row, v, why);
	buf_str(out, "[ ");
	for (size_t i = 0; i < v->n; i++) {
		struct import_site at = { site->file, site->key, v->items[i].line };

		if (!v->items[i].is_number) {
			*why = arena_printf(im->a,
			    "must be %s; an entry has the name %.60s",
			    key_type_name(row->type), v->items[i].key);
			return false;
		}
		if (!import_scalar(im, &at, &text, &v->items[i].value, out, why)) {
			*why = arena_printf(im->a, "item %zu %s", i + 1, *why);
			return false;
		}
		buf_str(out, i + 1 < v->n ? ", " : " ");
	}
	buf_chr(out, ']');
	return true;
}

/* The members of a rating, and what they are in the two of the template's defaults: it merges
 * lists by their numbers, so that what is left out comes from there. */
static const struct rating_member {
	const char *name, *first, *second;
	struct key_row row;
} rating_members[] = {
	{ "id", "1", "2", { .type = KEY_INT } },
	{ "label", "\"yes\"", "\"no\"", { .type = KEY_TEXT } },
	{ "comment", "false", "true", { .type = KEY_BOOL } },
	{ "isNegative", "false", "true", { .type = KEY_BOOL } },
};

static const struct rating_member *
find_member(const char *name, const char **near)
{
	struct nearest nearest = NEAREST_INIT(name);

	for (size_t i = 0; i < NELEMS(rating_members); i++) {
		if (strcmp(rating_members[i].name, name) == 0)
			return &rating_members[i];
		nearest_offer(&nearest, rating_members[i].name);
	}
	*near = "";
	for (size_t i = 0; i < NELEMS(rating_members); i++)
		if (strcmp(nearest.best, rating_members[i].name) == 0)
			*near = rating_members[i].name;
	return NULL;
}

static void
report_strange_members(struct import *im, const struct import_site *site, size_t nth,
    const struct php_value *rating)
{
	const char *near;

	for (size_t i = 0; i < rating->n; i++) {
		const struct php_item *item = &rating->items[i];

		if (find_member(item->key, &near) != NULL)
			continue;
		import_find(im, IMPORT_LOST, site->file, item->line, site->key,
		    "item %zu: unknown member %.60s%s%s%s", nth + 1, item->key,
		    *near != '\0' ? " (did you mean " : "", near,
		    *near != '\0' ? "?)" : "");
	}
}

static void
keep_label_name(struct import *im, const struct php_value *v)
{
	struct import_name *name = arena_alloc(im->a, sizeof(*name));

	if (v->type != PHP_TEXT)
		return;
	name->text = v->text;
	name->next = im->labels;
	im->labels = name;
}

static bool
put_rating(struct import *im, const struct import_site *site, size_t nth,
    const struct php_value *rating, struct buf *out, const char **why)
{
	buf_chr(out, '{');
	for (size_t i = 0; i < NELEMS(rating_members); i++) {
		const struct rating_member *m = &rating_members[i];
		const struct php_item *item = php_get(rating, m->name);
		struct import_site at = { site->file, site->key,
			item != NULL ? item->line : 0 };

		if (item == NULL && nth > 1)
			continue;
		buf_printf(out, " %s = ", m->name);
		if (item == NULL)
			buf_str(out, nth == 0 ? m->first : m->second);
		else if (!import_scalar(im, &at, &m->row, &item->value, out, why)) {
			*why = arena_printf(
			    im->a, "item %zu: %s %s", nth + 1, m->name, *why);
			return false;
		} else if (m->row.type == KEY_TEXT)
			keep_label_name(im, &item->value);
		buf_chr(out, ';');
	}
	buf_str(out, " }");
	report_strange_members(im, site, nth, rating);
	return true;
}

static bool
put_ratings(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why)
{
	if (v->type != PHP_ARRAY)
		return wrong(im, row, v, why);
	buf_str(out, "(\n");
	for (size_t i = 0; i < v->n; i++) {
		const struct php_item *item = &v->items[i];

		if (item->value.type != PHP_ARRAY)
			return wrong(im, row, &item->value, why);
		import_put_comments(out, item->above, 1);
		buf_chr(out, '\t');
		if (!put_rating(im, site, i, &item->value, out, why))
			return false;
		buf_str(out, i + 1 < v->n ? ",\n" : "\n");
	}
	buf_chr(out, ')');
	if (v->n == 1)
		note(im, site,
		    "the template has its own second rating behind a list of one; botline "
		    "has just this one");
	return true;
}

/* ['date' => '12-25', 'hours' => []], or '12-25' => []. */
static bool
put_exception(struct import *im, const struct import_site *site,
    const struct php_item *item, struct buf *out, const char **why)
{
	static const struct key_row date_row = { .type = KEY_TEXT },
				    hours_row = { .type = KEY_HOURS };
	const struct php_item *date, *hours;

	buf_str(out, "{ date = ");
	if (!item->is_number) {
		import_put_text(out, item->key);
		buf_str(out, "; hours = ");
		if (!put_items(im, site, &hours_row, &item->value, out, why))
			return false;
		buf_str(out, "; }");
		return true;
	}
	date = item->value.type == PHP_ARRAY ? php_get(&item->value, "date") : NULL;
	hours = date != NULL ? php_get(&item->value, "hours") : NULL;
	if (hours == NULL || item->value.n != 2) {
		*why = "must be groups of a date and its hours";
		return false;
	}
	if (!import_scalar(im, site, &date_row, &date->value, out, why))
		return false;
	buf_str(out, "; hours = ");
	if (!put_items(im, site, &hours_row, &hours->value, out, why))
		return false;
	buf_str(out, "; }");
	return true;
}

static bool
put_exceptions(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why)
{
	if (v->type != PHP_ARRAY)
		return wrong(im, row, v, why);
	buf_str(out, "(\n");
	for (size_t i = 0; i < v->n; i++) {
		import_put_comments(out, v->items[i].above, 1);
		buf_chr(out, '\t');
		if (!put_exception(im, site, &v->items[i], out, why)) {
			*why = arena_printf(im->a, "item %zu: %s", i + 1, *why);
			return false;
		}
		buf_str(out, i + 1 < v->n ? ",\n" : "\n");
	}
	buf_chr(out, ')');
	return true;
}

/* Whether botline would take it: its own reader is asked. */
static bool
is_taken(
    struct import *im, const struct key_row *row, const char *text, const char **why)
{
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	struct value value = { 0 };
	struct err e = { .text = "" };
	bool taken;
	config_t cfg;

	config_init(&cfg);
	taken = source_value(&cfg, text, "", &report) &&
	    value_read(&value, row,
		config_setting_get_elem(config_root_setting(&cfg), 0), im->a, &e);
	config_destroy(&cfg);
	if (!taken)
		*why = arena_strdup(
		    im->a, report.n > 0 ? report.findings[0].text : e.text);
	return taken;
}

bool
import_value(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why)
{
	bool good;

	switch (row->type) {
	case KEY_LIST:
	case KEY_HOURS:
	case KEY_ROOMS:
		good = put_items(im, site, row, v, out, why);
		break;
	case KEY_RATINGS:
		good = put_ratings(im, site, row, v, out, why);
		break;
	case KEY_EXCEPTIONS:
		good = put_exceptions(im, site, row, v, out, why);
		break;
	default:
		good = import_scalar(im, site, row, v, out, why);
		break;
	}
	if (!good)
		return false;
	if (buf_ok(out))
		return is_taken(im, row, out->data, why);
	*why = "is too long";
	return false;
}
