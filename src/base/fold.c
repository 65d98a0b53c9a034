/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <utf8proc.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/utf8.h"

/*
 * Accents are the combining marks of European scripts and of symbols (keycaps). Marks
 * of other scripts are vowels and consonants of their own: dropping them would make
 * different words of Thai, Hindi or Japanese equal.
 */
static bool
is_accent(int32_t c)
{
	return (c >= 0x0300 && c <= 0x036f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	    (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	    (c >= 0xfe20 && c <= 0xfe2f);
}

static bool
is_punctuation(int32_t c)
{
	utf8proc_category_t cat = utf8proc_category(c);

	return cat >= UTF8PROC_CATEGORY_PC && cat <= UTF8PROC_CATEGORY_PO;
}

/* What decompose() does, for a text that is ASCII alone, as most are; false: it is not. */
static bool
fold_ascii(const char *s, size_t n, int32_t *points)
{
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] >= 0x80)
			return false;
		points[i] = s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a' : s[i];
	}
	return true;
}

/* The code points of the text, folded, decomposed and put in canonical order. */
static int32_t *
decompose(struct arena *a, const char *s, size_t n, size_t *count)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPAT |
	    UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	const uint8_t *bytes = (const uint8_t *)s;
	int32_t *points = arena_alloc(a, (n + 1) * sizeof(*points));
	ssize_t want;

	*count = n;
	if (fold_ascii(s, n, points))
		return points;
	*count = 0;
	want = utf8proc_decompose(bytes, (ssize_t)n, NULL, 0, options);
	if (want <= 0)
		return NULL;
	points = arena_alloc(a, (size_t)want * sizeof(*points));
	want = utf8proc_decompose(bytes, (ssize_t)n, points, want, options);
	*count = want > 0 ? (size_t)want : 0;
	return points;
}

/*
 * Phones put typographic apostrophes where the plain one was typed. The dotless i of
 * Turkish loses its capital in the case fold, which makes every I the dotted one.
 */
static int32_t
plain(int32_t c)
{
	if (c == 0x2018 || c == 0x2019 || c == 0x02bc)
		return '\'';
	return c == 0x0131 ? 'i' : c;
}

/* Drops accents in place and makes runs of blanks one blank. Returns what is left. */
static size_t
tidy(int32_t *points, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_accent(points[i]))
			continue;
		if (!utf8_is_blank((uint32_t)points[i]))
			points[to++] = plain(points[i]);
		else if (to > 0 && points[to - 1] != ' ')
			points[to++] = ' ';
	}
	return to > 0 && points[to - 1] == ' ' ? to - 1 : to;
}

/* Narrows [*from, *to) by the blanks and punctuation at both its ends. */
static void
trim(const int32_t *points, size_t *from, size_t *to)
{
	while (
	    *to > *from && (points[*to - 1] == ' ' || is_punctuation(points[*to - 1])))
		--*to;
	while (*from < *to && (points[*from] == ' ' || is_punctuation(points[*from])))
		++*from;
}

char *
fold_text(struct arena *a, const char *s, size_t n)
{
	CLEANUP(buf_fini) struct buf repaired = BUF_INIT(3 * n);
	CLEANUP(buf_fini) struct buf out = BUF_INIT(0);
	size_t from = 0, to, count;
	int32_t *points;
	bool only_punctuation;

	if (!utf8_valid(s, n)) {
		utf8_repair(&repaired, s, n);
		s = repaired.data;
		n = repaired.len;
	}
	points = decompose(a, s, n, &count);
	to = count = tidy(points, count);
	out.max = 4 * count;
	trim(points, &from, &to);
	only_punctuation = from == to;
	if (only_punctuation) {
		from = 0;
		to = count;
	}
	for (; from < to; from++)
		if (!only_punctuation || points[from] != ' ')
			utf8_put(&out, (uint32_t)points[from]);
	return arena_strndup(a, out.data, out.len);
}
