/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "dialog/match.h"
#include "dialog/session.h"

/* A text being read, one code point at a time. 0 is its end. */
struct reader {
	const char *s;
	size_t n, pos;
};

static uint32_t
peek(const struct reader *r)
{
	size_t pos = r->pos;

	return pos < r->n ? utf8_next(r->s, r->n, &pos) : 0;
}

static void
skip(struct reader *r)
{
	if (r->pos < r->n)
		utf8_next(r->s, r->n, &r->pos);
}

static void
skip_blanks(struct reader *r)
{
	while (utf8_is_blank(peek(r)))
		skip(r);
}

/* The zeros of the digits that keyboards of our languages have; 1 to 9 follow each. */
static const uint32_t zeros[] = {
	'0', 0x0660, /* Arabic */
	0x06f0, /* Persian */
	0x0e50, /* Thai */
	0xff10, /* full-width */
};

/* Reads one digit, also as a keycap (digit, U+FE0F, U+20E3). */
static bool
read_digit(struct reader *r, unsigned *digit)
{
	uint32_t c = peek(r);
	size_t i = 0;

	while (i < NELEMS(zeros) && (c < zeros[i] || c > zeros[i] + 9))
		i++;
	if (i == NELEMS(zeros))
		return false;
	*digit = c - zeros[i];
	skip(r);
	if (peek(r) == 0xfe0f)
		skip(r);
	if (peek(r) == 0x20e3)
		skip(r);
	return true;
}

/* What may stand behind a number, as in the lists we show; full-width and 。 too. */
static bool
is_closing(uint32_t c)
{
	return c == ')' || c == '.' || c == '-' || c == 0xff09 || c == 0xff0e ||
	    c == 0xff0d || c == 0x3002;
}

/* Digits and one closing mark, with nothing behind. INT64_MAX: too large to be told. */
static bool
read_number(struct reader *r, int64_t *number)
{
	int64_t value = 0;
	unsigned digit, digits = 0;

	for (; read_digit(r, &digit); digits++)
		value = value <= (INT64_MAX - (int64_t)digit) / 10 ? value * 10 + digit
								   : INT64_MAX;
	if (is_closing(peek(r)))
		skip(r);
	skip_blanks(r);
	if (digits == 0 || r->pos < r->n)
		return false;
	*number = value;
	return true;
}

bool
match_integer(const char *text, int64_t *number)
{
	struct reader r = { text, strlen(text), 0 };
	uint32_t sign;
	bool minus;

	skip_blanks(&r);
	sign = peek(&r);
	minus = sign == '-' || sign == 0x2212 || sign == 0xff0d;
	if (minus || sign == '+' || sign == 0xff0b)
		skip(&r);
	if (!read_number(&r, number))
		return false;
	*number = minus ? -*number : *number;
	return true;
}

static const char *
fold(struct arena *a, const char *s)
{
	return fold_text(a, s, strlen(s));
}

/* Bytes of the first code point of a folded text. */
static size_t
first_letter(const char *s)
{
	size_t n = strlen(s), pos = 0;

	if (n > 0)
		utf8_next(s, n, &pos);
	return pos;
}

static const char **
folded_labels(struct arena *a, const struct choice *choices, size_t n)
{
	const char **labels = arena_alloc(a, (n + 1) * sizeof(*labels));

	for (size_t i = 0; i < n; i++)
		labels[i] = fold(a, choices[i].label);
	return labels;
}

static struct match
match_label(const char *typed, const char *const *labels, size_t n)
{
	for (size_t i = 0; i < n && *typed != '\0'; i++)
		if (strcmp(typed, labels[i]) == 0)
			return (struct match){ MATCH_CHOICE, i };
	return (struct match){ MATCH_NONE, 0 };
}

/* A form's list may show other words than it takes. */
static struct match
match_said(struct arena *a, const char *typed, const struct choice *choices, size_t n)
{
	for (size_t i = 0; i < n && *typed != '\0'; i++)
		if (choices[i].say != NULL &&
		    strcmp(typed, fold(a, choices[i].say)) == 0)
			return (struct match){ MATCH_CHOICE, i };
	return (struct match){ MATCH_NONE, 0 };
}

/* "y" for "yes" and such, when it can mean nothing else. */
static struct match
match_letter(const char *typed, const char *const *labels, const struct choice *choices,
    size_t n)
{
	struct match m = { MATCH_NONE, 0 };
	size_t len = first_letter(typed);

	if (len == 0 || typed[len] != '\0')
		return m;
	for (size_t i = 0; i < n; i++) {
		if (first_letter(labels[i]) != len ||
		    memcmp(labels[i], typed, len) != 0)
			continue;
		if (m.kind == MATCH_CHOICE || !choices[i].polar)
			return (struct match){ MATCH_NONE, 0 };
		m = (struct match){ MATCH_CHOICE, i };
	}
	return m;
}

/* The number of a choice, or a bare number that none has. */
static struct match
match_number(const char *text, size_t n)
{
	struct reader r = { text, strlen(text), 0 };
	int64_t number;

	skip_blanks(&r);
	if (!read_number(&r, &number))
		return (struct match){ MATCH_NONE, 0 };
	if (number < 1 || (uint64_t)number > n)
		return (struct match){ MATCH_OUT_OF_RANGE, 0 };
	return (struct match){ MATCH_CHOICE, (size_t)number - 1 };
}

struct match
match_text(struct arena *a, const struct choice *choices, size_t n, const char *text)
{
	struct match number = match_number(text, n), m;
	const char *typed, **labels;

	if (number.kind == MATCH_CHOICE)
		return number;
	typed = fold(a, text);
	labels = folded_labels(a, choices, n);
	m = match_label(typed, labels, n);
	if (m.kind == MATCH_NONE)
		m = match_said(a, typed, choices, n);
	if (m.kind == MATCH_NONE)
		m = match_letter(typed, labels, choices, n);
	return m.kind == MATCH_NONE ? number : m;
}

/* The engine's own notation may put quotes around a value. */
static bool
is_value(const char *value, const char *id)
{
	size_t n = strlen(value);

	if (n >= 2 && value[0] == '"' && value[n - 1] == '"') {
		value++;
		n -= 2;
	}
	return n > 0 && n == strlen(id) && memcmp(value, id, n) == 0;
}

struct match
match_id(struct arena *a, const struct choice *choices, size_t n, const char *id)
{
	struct match m = match_number(id, n);

	if (m.kind == MATCH_CHOICE)
		return m;
	for (size_t i = 0; i < n; i++)
		if (is_value(choices[i].value, id))
			return (struct match){ MATCH_CHOICE, i };
	return match_label(fold(a, id), folded_labels(a, choices, n), n);
}

/* What ends a word, be there a blank behind or not. */
static bool
ends_word(uint32_t c)
{
	return utf8_is_blank(c) || c == ',' || c == '.' || c == ';' || c == ':' ||
	    c == '!' || c == '?' || c == 0x060c || /* Arabic comma, */
	    c == 0x3001 || c == 0x3002 || /* those of Chinese and Japanese, */
	    c == 0xff0c || c == 0xff01 || c == 0xff1f || c == 0xff0e ||
	    c == 0x2026; /* … */
}

bool
match_negation(struct arena *a, const char *no_label, const char *text)
{
	const char *no = fold(a, no_label);
	struct reader r = { text, strlen(text), 0 };
	size_t start;

	if (*no == '\0')
		return false;
	if (strcmp(fold(a, text), no) == 0)
		return true;
	skip_blanks(&r);
	start = r.pos;
	while (r.pos < r.n && !ends_word(peek(&r)))
		skip(&r);
	return strcmp(fold_text(a, text + start, r.pos - start), no) == 0;
}
