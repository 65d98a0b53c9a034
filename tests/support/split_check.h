/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_SPLIT_CHECK_H
#define SUPPORT_SPLIT_CHECK_H

#include <string.h>

#include <utf8proc.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "channel/channel.h"

/* Whether a blank is at p, on which no accent stands; *len: its bytes. */
static inline bool
split_blank(const char *p, size_t left, size_t *len)
{
	size_t behind = 0;
	uint32_t c, next;

	*len = 0;
	c = utf8_next(p, left, len);
	behind = *len;
	if (!utf8_is_blank(c) || behind == left)
		return utf8_is_blank(c);
	next = utf8_next(p, left, &behind);
	return utf8_is_blank(next) ||
	    utf8proc_grapheme_break((utf8proc_int32_t)c, (utf8proc_int32_t)next);
}

/*
 * What must hold of any text and its parts, NULL when it does: each part fits, is not empty,
 * has no blank at its ends (but one that an accent stands on), and together with the blanks between them they are the text.
 * Shared by the unit tests and the fuzz target.
 */
static inline const char *
split_wrong(
    const struct channel *c, const char *text, const char *const *parts, size_t n)
{
	const char *p = text, *end = text + strlen(text);

	for (size_t i = 0; i <= n; i++) {
		const char *part = i < n ? parts[i] : "";
		size_t len = strlen(part), pos = 0;

		while (p < end && split_blank(p, (size_t)(end - p), &pos))
			p += pos;
		if (i == n)
			return p == end ? NULL : "something is lost at the end";
		if (len == 0)
			return "an empty part";
		if (utf8_utf16_units(part, len) > c->max_units)
			return "a part is too long";
		if ((size_t)(end - p) < len || memcmp(p, part, len) != 0)
			return "a part is not the text at its place";
		for (pos = 0; pos < len;) {
			size_t next = pos;

			if (utf8_is_blank(utf8_next(part, len, &next)) && next == len)
				return "a blank at the end of a part";
			pos = next;
		}
		if (utf8_valid(text, strlen(text)) && !utf8_valid(part, len))
			return "a character is cut";
		p += len;
	}
	return NULL;
}

/*
 * Whether a blank is at the part's end, or in front of the ends of emphasis there, unless a
 * person typed those.
 */
static inline bool
split_ends_blank(const char *part, bool typed)
{
	size_t pos = strlen(part);

	while (!typed && pos > 0 && strchr("*_~", part[pos - 1]) != NULL)
		pos--;
	return pos > 0 && utf8_is_blank(utf8_before(part, &pos));
}

/* Appends all but blanks and marks, raw or written. */
static inline void
split_bare(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s > ' ' && strchr("*_~", *s) == NULL)
			buf_chr(out, *s);
}

/*
 * The same of a text with raw marks, as render wrote it: each part fits, is not empty and does
 * not end with a blank, no raw mark is left, written ones pair up, and nothing is lost.
 */
static inline const char *
split_marks_wrong(
    const struct channel *c, const char *text, const char *const *parts, size_t n)
{
	CLEANUP(buf_fini) struct buf want = BUF_INIT((size_t)8 * LIMIT_HTML);
	CLEANUP(buf_fini) struct buf got = BUF_INIT((size_t)8 * LIMIT_HTML);
	bool typed = strpbrk(text, "*_~") != NULL;

	split_bare(&want, text);
	for (size_t i = 0; i < n; i++) {
		size_t count[3] = { 0 };

		if (parts[i][0] == '\0')
			return "an empty part";
		if (utf8_utf16_units(parts[i], strlen(parts[i])) > c->max_units)
			return "a part is too long";
		if (split_ends_blank(parts[i], typed))
			return "a blank at the end of a part";
		if (strpbrk(parts[i], "\1\2\3") != NULL)
			return "a raw mark is left";
		for (const char *s = parts[i]; *s != '\0'; s++)
			for (size_t k = 0; k < 3; k++)
				count[k] += *s == render_marks[k];
		for (size_t k = 0; k < 3 && !typed; k++)
			if (count[k] % 2 != 0)
				return "a mark has no other end in its part";
		split_bare(&got, parts[i]);
	}
	return strcmp(want.data, got.data) == 0 ? NULL : "the text is another";
}

#endif
