/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>

#include <utf8proc.h>

#include "base/utf8.h"
#include "twilio/segments.h"

/*
 * The alphabets: units of a text that is one segment, and of each of several, where a head
 * of 48 bits that joins them takes its share.
 */
static const struct {
	const char *name;
	size_t alone, joined;
} alphabets[] = {
	[SEG_GSM7] = { "GSM-7", 160, 153 },
	[SEG_UCS2] = { "UCS-2", 70, 67 },
};

/*
 * GSM-7, its default alphabet and its extension table, in the order of Unicode. Without the
 * escape, which is no character.
 */
static const struct gsm_row {
	uint32_t first, last;
	size_t septets;
	const char *name;
} gsm7[] = {
	{ '\n', '\n', 1, "line feed" },
	{ '\f', '\f', 2, "form feed" },
	{ '\r', '\r', 1, "carriage return" },
	{ ' ', 'Z', 1, "blank, signs, digits, capitals" },
	{ '[', '^', 2, "[ \\ ] ^" },
	{ '_', '_', 1, "low line" },
	{ 'a', 'z', 1, "small letters" },
	{ '{', '~', 2, "{ | } ~" },
	{ 0xa1, 0xa1, 1, "inverted exclamation mark" },
	{ 0xa3, 0xa5, 1, "pound, currency, yen" },
	{ 0xa7, 0xa7, 1, "section sign" },
	{ 0xbf, 0xbf, 1, "inverted question mark" },
	{ 0xc4, 0xc7, 1, "A diaeresis, A ring, AE, C cedilla" },
	{ 0xc9, 0xc9, 1, "E acute" },
	{ 0xd1, 0xd1, 1, "N tilde" },
	{ 0xd6, 0xd6, 1, "O diaeresis" },
	{ 0xd8, 0xd8, 1, "O stroke" },
	{ 0xdc, 0xdc, 1, "U diaeresis" },
	{ 0xdf, 0xe0, 1, "sharp s, a grave" },
	{ 0xe4, 0xe6, 1, "a diaeresis, a ring, ae" },
	{ 0xe8, 0xe9, 1, "e grave, e acute" },
	{ 0xec, 0xec, 1, "i grave" },
	{ 0xf1, 0xf2, 1, "n tilde, o grave" },
	{ 0xf6, 0xf6, 1, "o diaeresis" },
	{ 0xf8, 0xf9, 1, "o stroke, u grave" },
	{ 0xfc, 0xfc, 1, "u diaeresis" },
	{ 0x393, 0x394, 1, "Gamma, Delta" },
	{ 0x398, 0x398, 1, "Theta" },
	{ 0x39b, 0x39b, 1, "Lambda" },
	{ 0x39e, 0x39e, 1, "Xi" },
	{ 0x3a0, 0x3a0, 1, "Pi" },
	{ 0x3a3, 0x3a3, 1, "Sigma" },
	{ 0x3a6, 0x3a6, 1, "Phi" },
	{ 0x3a8, 0x3a9, 1, "Psi, Omega" },
	{ 0x20ac, 0x20ac, 2, "euro sign" },
};

const char *
seg_alphabet_name(enum seg_alphabet a)
{
	return alphabets[a].name;
}

size_t
seg_septets(uint32_t code_point)
{
	size_t low = 0, high = NELEMS(gsm7);

	while (low < high) {
		const struct gsm_row *row = &gsm7[low + (high - low) / 2];

		if (code_point < row->first)
			high = (size_t)(row - gsm7);
		else if (code_point > row->last)
			low = (size_t)(row - gsm7) + 1;
		else
			return row->septets;
	}
	return 0;
}

static size_t
utf16_units(uint32_t code_point)
{
	return code_point >= 0x10000 ? 2 : 1;
}

/*
 * The units of the characters at *pos that go into one segment together, and moves *pos
 * behind them. Accents without end do not fit in any: they are cut.
 */
static size_t
cluster(const char *text, size_t n, size_t *pos)
{
	uint32_t before = utf8_next(text, n, pos);
	size_t units = utf16_units(before);
	utf8proc_int32_t state = 0;

	while (*pos < n) {
		size_t next = *pos;
		uint32_t c = utf8_next(text, n, &next);

		if (utf8proc_grapheme_break_stateful(
			(utf8proc_int32_t)before, (utf8proc_int32_t)c, &state) ||
		    units + utf16_units(c) > alphabets[SEG_UCS2].joined)
			break;
		units += utf16_units(c);
		before = c;
		*pos = next;
	}
	return units;
}

size_t
seg_next(const struct seg_bill *b, const char *text, size_t n, size_t *pos)
{
	size_t used = 0;

	while (*pos < n) {
		size_t next = *pos, units;

		if (b->alphabet == SEG_GSM7)
			units = seg_septets(utf8_next(text, n, &next));
		else
			units = cluster(text, n, &next);
		if (used + units > b->room)
			break;
		used += units;
		*pos = next;
	}
	return used;
}

struct seg_bill
seg_count(const char *text, size_t n)
{
	struct seg_bill b = { .segments = 1, .alphabet = SEG_GSM7 };
	size_t utf16 = 0;

	for (size_t pos = 0; pos < n;) {
		uint32_t c = utf8_next(text, n, &pos);
		size_t septets = seg_septets(c);

		if (septets == 0)
			b.alphabet = SEG_UCS2;
		b.units += septets;
		utf16 += utf16_units(c);
	}
	if (b.alphabet == SEG_UCS2)
		b.units = utf16;
	b.room = alphabets[b.alphabet].alone;
	if (b.units <= b.room)
		return b;
	b.room = alphabets[b.alphabet].joined;
	b.segments = 0;
	for (size_t pos = 0; seg_next(&b, text, n, &pos) > 0;)
		b.segments++;
	return b;
}
