/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "base/xalloc.h"
#include "sandbox/form_walk.h"

enum { SUMMARY_BYTES = 64 * 1024 };

static const struct know_field *
field_of(const struct session *x)
{
	return &x->form->fields[x->field];
}

static void
ask(struct session *x, const struct saying *s, const char *before, const char *flag)
{
	answers_field(s, field_of(x), x->field + 1, before, flag);
}

void
form_begin(struct session *x, struct knowledge *k, const struct know_entry *en,
    const struct saying *s)
{
	session_fill(x, k, en->form);
	ask(x, s, "", "form-continue");
}

bool
form_is_open(const struct session *x)
{
	return x->form != NULL;
}

static int
days_in(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* The number that *p begins with, of at most four digits; 0 for none. *p moves behind it. */
static int
take_number(const char **p)
{
	int n = 0;

	for (size_t i = 0; i < 4 && **p >= '0' && **p <= '9'; i++)
		n = 10 * n + *(*p)++ - '0';
	return n;
}

/* 12/31/2026, 31/12/2026 or 2026-12-31; also with - or . between, blanks around. */
static bool
is_date(const char *text)
{
	const char *p = text + strspn(text, " ");
	int n[3], year, month, day;

	for (size_t i = 0; i < NELEMS(n); i++) {
		if (i > 0 && (*p == '\0' || strchr("/-.", *p++) == NULL))
			return false;
		n[i] = take_number(&p);
	}
	year = n[0] > 31 ? n[0] : n[2];
	month = n[0] > 31 ? n[1] : n[0];
	day = n[0] > 31 ? n[2] : n[1];
	if (n[0] <= 31 && month > 12 && day <= 12) {
		month = n[1];
		day = n[0];
	}
	return p[strspn(p, " ")] == '\0' && year >= 1900 && year <= 2100 &&
	    month >= 1 && month <= 12 && day >= 1 && day <= days_in(month, year);
}

static bool
is_email(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && at != text && strchr(at + 1, '.') != NULL &&
	    strchr(at + 1, '@') == NULL && strpbrk(text, " \t\r\n") == NULL;
}

/* What the summary shows of a text that fits the field; NULL: it does not fit. */
static const char *
fitting(const struct know_field *f, struct arena *a, const char *text)
{
	const char *said;

	if (f->kind == KNOW_TEXT)
		return text;
	if (f->kind == KNOW_DATE)
		return is_date(text) ? text : NULL;
	if (f->kind == KNOW_EMAIL)
		return is_email(text) ? text : NULL;
	said = fold_text(a, text, strlen(text));
	for (size_t i = 0; i < f->n_values; i++) {
		const char *option = f->values[i].option;

		if (strcmp(said, fold_text(a, option, strlen(option))) == 0)
			return f->values[i].label;
	}
	return NULL;
}

/* The form's last words, with what was said for each $NAME. */
static void
finish(struct session *x, const struct saying *s)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(SUMMARY_BYTES);
	const char *p = x->form->done;

	while (*p != '\0') {
		size_t n = strcspn(p, "$"), name;
		js *value;
		char key[KNOW_VARIABLE_BYTES + 1];

		buf_add(&html, p, n);
		p += n;
		if (*p == '\0')
			break;
		name = strspn(p + 1, KNOW_VARIABLE_CHARS);
		snprintf(key, sizeof(key), "%.*s", name < sizeof(key) ? (int)name : 0,
		    p + 1);
		if (json_object_object_get_ex(x->filled, key, &value)) {
			buf_xml(&html, json_object_get_string(value),
			    (size_t)json_object_get_string_len(value));
			p += 1 + name;
		} else {
			buf_chr(&html, *p++); /* a dollar sign */
		}
	}
	answers_end(s, html.data, x->form->callback, x->filled);
	session_ask_nothing(x);
}

static void
go_on(struct session *x, const struct saying *s)
{
	x->failures = 0;
	if (++x->field == x->form->n_fields)
		finish(x, s);
	else
		ask(x, s, "", "form-continue");
}

void
form_answer(struct session *x, const char *text, const struct saying *s)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct know_field *f = field_of(x);
	const char *value = fitting(f, a, text);

	x->leaving = false;
	if (value != NULL) {
		json_object_object_add(
		    x->filled, f->name, json_object_new_string(value));
		go_on(x, s);
	} else if (++x->failures >= x->settings.error_retries &&
	    x->settings.may_abandon) {
		x->leaving = true;
		answers_polar(s, x->form->leave);
	} else {
		ask(x, s, f->wrong, "form-retry");
	}
}

bool
form_choose(struct session *x, const char *value, const struct saying *s)
{
	bool yes = strcmp(value, "1") == 0;
	const char *left;

	if (!x->leaving || (!yes && strcmp(value, "2") != 0))
		return false;
	x->leaving = false;
	x->failures = 0;
	if (!yes) {
		ask(x, s, "", "form-continue");
		return true;
	}
	left = x->form->left;
	answers_say(s, left, "end-form");
	session_ask_nothing(x); /* the form's texts may go with it */
	return true;
}
