/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/link.h"
#include "base/utf8.h"
#include "twilio/segments.h"
#include "twilio/transliterate.h"

/*
 * In the order of Unicode. `plain` is in GSM-7 and, in UTF-8, not longer than what it
 * replaces. Not here, though Twilio's Smart Encoding has them: fractions ("2" and a half
 * would be 21/2), full-width and small capital letters, combining marks, the back-tick, which
 * people type on purpose. And single guillemets point the way they do.
 */
static const struct row {
	uint32_t first, last;
	const char *plain, *name;
} rows[] = {
	{ '\t', '\t', " ", "tab" },
	{ 0xa0, 0xa0, " ", "no-break space" },
	{ 0xab, 0xab, "\"", "left guillemet" },
	{ 0xad, 0xad, "", "soft hyphen" },
	{ 0xb4, 0xb4, "'", "acute accent, typed as an apostrophe" },
	{ 0xbb, 0xbb, "\"", "right guillemet" },
	{ 0x2000, 0x200a, " ", "spaces of all widths" },
	{ 0x200b, 0x200d, "", "zero width space, non-joiner, joiner" },
	{ 0x2010, 0x2015, "-", "hyphens, dashes, bar" },
	{ 0x2018, 0x201b, "'", "single quotes" },
	{ 0x201c, 0x201f, "\"", "double quotes" },
	{ 0x2022, 0x2023, "-", "bullet, triangular bullet" },
	{ 0x2026, 0x2026, "...", "ellipsis" },
	{ 0x2028, 0x2029, "\n", "line separator, paragraph separator" },
	{ 0x202f, 0x202f, " ", "narrow no-break space" },
	{ 0x2032, 0x2032, "'", "prime" },
	{ 0x2033, 0x2033, "\"", "double prime" },
	{ 0x2039, 0x2039, "<", "left single guillemet" },
	{ 0x203a, 0x203a, ">", "right single guillemet" },
	{ 0x2043, 0x2043, "-", "hyphen bullet" },
	{ 0x205f, 0x205f, " ", "mathematical space" },
	{ 0x2060, 0x2060, "", "word joiner" },
	{ 0x2212, 0x2212, "-", "minus sign" },
	{ 0x25aa, 0x25aa, "-", "small square" },
	{ 0x25cf, 0x25cf, "-", "black circle" },
	{ 0x25e6, 0x25e6, "-", "white bullet" },
	{ 0x3000, 0x3000, " ", "ideographic space" },
	{ 0xfeff, 0xfeff, "", "byte order mark" },
};

/* NULL: nothing plain stands for it. */
static const char *
plain_of(uint32_t c)
{
	for (size_t i = 0; i < NELEMS(rows) && rows[i].first <= c; i++)
		if (c <= rows[i].last)
			return rows[i].plain;
	return NULL;
}

/* False when something is left that GSM-7 does not have. */
static bool
write_plain(const char *text, size_t n, struct buf *out)
{
	bool in_link = false;

	for (size_t pos = 0; pos < n;) {
		size_t at = pos;
		uint32_t c = utf8_next(text, n, &pos);
		const char *plain;

		in_link =
		    !utf8_is_blank(c) && (in_link || link_begins(text + at, n - at));
		if (seg_septets(c) > 0) {
			buf_add(out, text + at, pos - at);
			continue;
		}
		plain = in_link ? NULL : plain_of(c);
		if (plain == NULL)
			return false;
		buf_str(out, plain);
	}
	return true;
}

/* What was written is worth sending in place of the text. */
static bool
is_better(const char *plain, size_t len, size_t max_units, size_t segments)
{
	return utf8_utf16_units(plain, len) <= max_units && utf8_shows(plain, len) &&
	    seg_count(plain, len).segments < segments;
}

bool
transliterate(const char *text, size_t n, size_t max_units, struct buf *out)
{
	struct seg_bill b = seg_count(text, n);
	size_t begin = out->len;

	if (b.alphabet == SEG_GSM7 || b.segments == 1 || out->overflow ||
	    n > out->max - begin)
		return false;
	if (write_plain(text, n, out) &&
	    is_better(out->data + begin, out->len - begin, max_units, b.segments))
		return true;
	buf_truncate(out, begin);
	return false;
}
