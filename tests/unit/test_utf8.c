/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/utf8.h"
#include "support/leaks.h"

TestSuite(utf8, .fini = no_leaks);

#define R "\xEF\xBF\xBD"

Test(utf8, valid_and_repaired)
{
	static const struct {
		const char *name, *in, *repaired; /* NULL: valid as it is */
	} t[] = {
		{ "empty", "", NULL },
		{ "ascii", "plain", NULL },
		{ "two bytes", "caf\xC3\xA9", NULL },
		{ "three bytes", "\xE2\x82\xAC", NULL },
		{ "four bytes", "\xF0\x9F\x98\x80", NULL },
		{ "last code point", "\xF4\x8F\xBF\xBF", NULL },
		{ "lone continuation", "a\x80z", "a" R "z" },
		{ "overlong slash", "\xC0\xAF", R R },
		{ "overlong three", "\xE0\x80\xAF", R R R },
		{ "surrogate", "\xED\xA0\x80", R R R },
		{ "above U+10FFFF", "\xF4\x90\x80\x80", R R R R },
		{ "FE and FF", "\xFE\xFF", R R },
		{ "cut in the middle: one subpart", "\xF0\x9F\x98", R },
		{ "cut before ascii", "\xE2\x82z", R "z" },
		{ "cut before a lead", "\xE2\x82\xC3\xA9", R "\xC3\xA9" },
		{ "Latin-1", "caf\xE9 x", "caf" R " x" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(100);
		size_t n = strlen(t[i].in);
		const char *want = t[i].repaired ? t[i].repaired : t[i].in;

		cr_expect_eq(
		    utf8_valid(t[i].in, n), t[i].repaired == NULL, "%s", t[i].name);
		utf8_repair(&b, t[i].in, n);
		cr_expect_str_eq(b.data, want, "%s", t[i].name);
		cr_expect(utf8_valid(b.data, b.len), "%s", t[i].name);
	}
}

Test(utf8, every_code_point_round_trips)
{
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(4);
		size_t pos = 0;
		uint32_t want = c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c;

		utf8_put(&b, c);
		cr_assert_eq(utf8_next(b.data, b.len, &pos), want);
		cr_assert_eq(pos, b.len);
	}
}

/* Bytes that lead, that go on and that do neither, in every order of six. */
Test(utf8, backwards_as_forwards)
{
	static const char bytes[] = { 'a', '\x80', '\xBF', '\xC3', '\xE0', '\xE2',
		'\xF0' };
	char s[6];
	size_t n_texts = 1;

	for (size_t i = 0; i < sizeof(s); i++)
		n_texts *= sizeof(bytes);
	for (size_t t = 0; t < n_texts; t++) {
		size_t which = t;

		for (size_t i = 0; i < sizeof(s); i++, which /= sizeof(bytes))
			s[i] = bytes[which % sizeof(bytes)];
		for (size_t pos = 0; pos < sizeof(s);) {
			size_t begin = pos, back;
			uint32_t c = utf8_next(s, sizeof(s), &pos);

			back = pos;
			cr_assert_eq(utf8_before(s, &back), c, "text %zu", t);
			cr_assert_eq(back, begin, "text %zu, at %zu", t, pos);
		}
	}
}

Test(utf8, utf16_units)
{
	cr_expect_eq(utf8_utf16_units("", 0), 0);
	cr_expect_eq(utf8_utf16_units("\xE2\x82\xAC", 3), 1);
	cr_expect_eq(utf8_utf16_units("a\xF0\x9F\x98\x80", 5), 3);
}

Test(utf8, what_is_seen)
{
	static const char *const yes[] = { "a", " a", "\xe2\x80\x8b.",
		"\xf0\x9f\x98\x80", "\xef\xbf\xbd" };
	static const char *const no[] = { "", " \n", "\x01",
		"\xe2\x80\x8b", /* U+200B */
		"\xc2\xad\xe2\x80\x8f", "\xc2\xa0\xe2\x81\xa0", "\xef\xb8\x8f" };

	for (size_t i = 0; i < NELEMS(yes); i++)
		cr_expect(utf8_shows(yes[i], strlen(yes[i])), "\"%s\"", yes[i]);
	for (size_t i = 0; i < NELEMS(no); i++)
		cr_expect_not(utf8_shows(no[i], strlen(no[i])), "text %zu", i);
}

Test(utf8, blanks)
{
	static const uint32_t yes[] = { ' ', '\t', '\n', 0xA0, 0x2003, 0x3000, 0xFEFF };
	static const uint32_t no[] = { 'a', 0, 0x200B, 0x2E3A };

	for (size_t i = 0; i < NELEMS(yes); i++)
		cr_expect(utf8_is_blank(yes[i]), "U+%04X", (unsigned)yes[i]);
	for (size_t i = 0; i < NELEMS(no); i++)
		cr_expect_not(utf8_is_blank(no[i]), "U+%04X", (unsigned)no[i]);
}

Test(utf8, direction)
{
	static const struct {
		uint32_t c;
		bool turns;
	} t[] = { { 'a', false }, { 0x5D0, false }, { 0x61B, false }, { 0x61C, true },
		{ 0x200D, false }, { 0x200E, true }, { 0x200F, true },
		{ 0x2029, false }, { 0x202A, true }, { 0x202E, true },
		{ 0x202F, false }, { 0x2065, false }, { 0x2066, true },
		{ 0x2069, true }, { 0x206A, false } };

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(utf8_turns(t[i].c), t[i].turns, "U+%04X", t[i].c);
}

Test(utf8, tells_what_orders_a_terminal)
{
	static const struct {
		uint32_t c;
		bool orders;
	} t[] = { { 0, true }, { '\n', true }, { 0x1b, true }, { ' ', false },
		{ '~', false }, { 0x7f, true }, { 0x80, true }, { 0x9b, true },
		{ 0x9f, true }, { 0xa0, false }, { 0x202e, true }, { 0x2069, true },
		{ 0xfffd, false }, { 0x1f600, false } };

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(utf8_orders(t[i].c), t[i].orders, "U+%04X", t[i].c);
}

Test(utf8, shows_foreign_text_on_one_line)
{
	static const char foreign[] = "a\x1b[2J\nb\0c\xc2\x9b"
				      "31m\x7f\xe2\x80\xae\xff\xc3\xa9\xf0\x9f\x98";
	struct buf b = BUF_INIT(100);

	utf8_shown(&b, foreign, sizeof(foreign) - 1);
	cr_expect_str_eq(b.data, "a?[2J?b?c?31m??\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
	buf_fini(&b);
}
