/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/utf8.h"

#define REPLACEMENT 0xFFFDu

/*
 * Unicode, table 3-7: what may follow a lead byte. The bounds of the second byte keep out
 * overlong forms, surrogates and everything above U+10FFFF.
 */
static size_t
sequence(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xBF;
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF) {
		if (lead == 0xE0)
			*low = 0xA0;
		else if (lead == 0xED)
			*high = 0x9F;
		return 3;
	}
	if (lead >= 0xF0 && lead <= 0xF4) {
		if (lead == 0xF0)
			*low = 0x90;
		else if (lead == 0xF4)
			*high = 0x8F;
		return 4;
	}
	return 0;
}

/*
 * Decodes one code point; on an ill-formed one *used is its maximal subpart and false
 * comes back.
 */
static bool
decode(const char *s, size_t n, size_t *used, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low, high;
	size_t len = sequence(p[0], &low, &high);
	uint32_t c;

	*used = 1;
	if (len == 0)
		return false;
	c = len == 1 ? p[0] : p[0] & (0xFFu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if (i >= n || p[i] < low || p[i] > high)
			return false;
		c = c << 6 | (p[i] & 0x3Fu);
		*used = i + 1;
		low = 0x80;
		high = 0xBF;
	}
	*out = c;
	return true;
}

uint32_t
utf8_next(const char *s, size_t n, size_t *pos)
{
	uint32_t c = REPLACEMENT;
	size_t used;

	if (!decode(s + *pos, n - *pos, &used, &c))
		c = REPLACEMENT;
	*pos += used;
	return c;
}

/*
 * No sequence is longer than four bytes, and each byte that is no continuation begins one: from
 * the nearest of them on, the code points are those of the text as a whole.
 */
uint32_t
utf8_before(const char *s, size_t *pos)
{
	size_t end = *pos, at = end - 1;
	uint32_t c;

	while (at > 0 && end - at < 4 && ((unsigned char)s[at] & 0xC0) == 0x80)
		at--;
	do {
		*pos = at;
		c = utf8_next(s, end, &at);
	} while (at < end);
	return c;
}

bool
utf8_valid(const char *s, size_t n)
{
	uint32_t c;
	size_t used;

	for (size_t pos = 0; pos < n; pos += used)
		if (!decode(s + pos, n - pos, &used, &c))
			return false;
	return true;
}

void
utf8_repair(struct buf *out, const char *s, size_t n)
{
	size_t good = 0; /* start of the run that is still to be copied */
	uint32_t c;
	size_t used;

	for (size_t pos = 0; pos < n; pos += used) {
		if (decode(s + pos, n - pos, &used, &c))
			continue;
		buf_add(out, s + good, pos - good);
		utf8_put(out, REPLACEMENT);
		good = pos + used;
	}
	buf_add(out, s + good, n - good);
}

void
utf8_put(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n;

	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = REPLACEMENT;
	if (c < 0x80) {
		b[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		b[0] = (char)(0xC0 | c >> 6);
		n = 2;
	} else if (c < 0x10000) {
		b[0] = (char)(0xE0 | c >> 12);
		n = 3;
	} else {
		b[0] = (char)(0xF0 | c >> 18);
		n = 4;
	}
	for (size_t i = 1; i < n; i++)
		b[i] = (char)(0x80 | (c >> (6 * (n - 1 - i)) & 0x3F));
	buf_add(out, b, n);
}

size_t
utf8_utf16_units(const char *s, size_t n)
{
	size_t units = 0;

	for (size_t pos = 0; pos < n;)
		units += utf8_next(s, n, &pos) >= 0x10000 ? 2 : 1;
	return units;
}

bool
utf8_is_blank(uint32_t c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 ||
	    c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool
utf8_turns(uint32_t c)
{
	return c == 0x61C || c == 0x200E || c == 0x200F ||
	    (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool
utf8_orders(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || utf8_turns(c);
}

void
utf8_shown(struct buf *out, const char *s, size_t n)
{
	for (size_t pos = 0; pos < n;) {
		uint32_t c = utf8_next(s, n, &pos);

		utf8_put(out, utf8_orders(c) ? '?' : c);
	}
}

/* Of Unicode's Default_Ignorable_Code_Point, and the blank of Braille. */
static bool
is_ignorable(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0xad, 0xad },
		{ 0x34f, 0x34f },
		{ 0x61c, 0x61c },
		{ 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },
		{ 0x200b, 0x200f },
		{ 0x202a, 0x202e },
		{ 0x2060, 0x206f },
		{ 0x2800, 0x2800 },
		{ 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f },
		{ 0xffa0, 0xffa0 },
		{ 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < NELEMS(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool
utf8_shows(const char *s, size_t n)
{
	for (size_t pos = 0; pos < n;) {
		uint32_t c = utf8_next(s, n, &pos);
		bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);

		if (!control && !utf8_is_blank(c) && !is_ignorable(c))
			return true;
	}
	return false;
}
