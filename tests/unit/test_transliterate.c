/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "support/leaks.h"
#include "twilio/segments.h"
#include "twilio/transliterate.h"

TestSuite(transliterate, .fini = no_leaks);

/* As many units as one segment of UCS-2 has: with anything more it is two. */
#define TEN "123456789 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void
put_times(struct buf *out, const char *s, size_t times)
{
	for (size_t i = 0; i < times; i++)
		buf_str(out, s);
}

Test(transliterate, texts)
{
	static const struct {
		const char *name, *in, *want; /* NULL: sent as it is */
	} t[] = {
		{ "nothing to do", SEVENTY "plain", NULL },
		{ "curly quotes", SEVENTY "\u201cit\u2019s\u201d", SEVENTY "\"it's\"" },
		{ "low quotes", SEVENTY "\u201eja\u201c, \u201aja\u2018",
		    SEVENTY "\"ja\", 'ja'" },
		{ "guillemets", SEVENTY "\u00abs\u00ed\u00bb", NULL },
		{ "guillemets around what GSM-7 has", SEVENTY "\u00abs\u00ec\u00bb",
		    SEVENTY "\"s\u00ec\"" },
		{ "a path", SEVENTY "Home \u203a Mail", SEVENTY "Home > Mail" },
		{ "dashes", SEVENTY "1\u20132\u20143\u20114", SEVENTY "1-2-3-4" },
		{ "an ellipsis", SEVENTY "and\u2026", SEVENTY "and..." },
		{ "bullets", SEVENTY "\n\u2022 a\n\u25e6 b", SEVENTY "\n- a\n- b" },
		{ "blanks", SEVENTY "5\u00a0\u20ac\u2009a\tb", SEVENTY "5 \u20ac a b" },
		{ "what nobody sees", SEVENTY "so\u00adme\u200bth\ufeffing",
		    SEVENTY "something" },
		{ "a new line", SEVENTY "a\u2028b", SEVENTY "a\nb" },
		{ "an accent needs UCS-2 anyway", SEVENTY "\u201cs\u00ed\u201d", NULL },
		{ "so does an emoji", SEVENTY "it\u2019s \U0001f600", NULL },
		{ "a fraction would be another number", SEVENTY "2\u00bd", NULL },
		{ "a back-tick may be meant", SEVENTY "`", NULL },
		{ "one segment is one segment", "\u201chello\u201d", NULL },
		{ "nothing is seen of it",
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007"
		    "\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007\u2007",
		    NULL },
		{ "a link is left alone", SEVENTY "https://a.example/L\u2019Avare",
		    NULL },
		{ "also one that is not secure", SEVENTY "(http://a.example/\u2013)",
		    NULL },
		{ "behind a link all is text again",
		    SEVENTY "https://a.example/x \u2013 it\u2019s",
		    SEVENTY "https://a.example/x - it's" },
		{ "so in the next line", SEVENTY "http://a.example\n\u2022 b",
		    SEVENTY "http://a.example\n- b" },
		{ "no link", SEVENTY "http:// \u2013 https \u2013",
		    SEVENTY "http:// - https -" },
		{ "ill-formed", SEVENTY "\u2019\xff", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(512);
		size_t n = strlen(t[i].in);
		bool got;

		buf_str(&out, "before ");
		got = transliterate(t[i].in, n, LIMIT_PART_UNITS, &out);
		cr_expect_eq(got, t[i].want != NULL, "%s", t[i].name);
		cr_expect_str_eq(out.data + strlen("before "),
		    t[i].want != NULL ? t[i].want : "", "%s", t[i].name);
		cr_expect(buf_ok(&out), "%s", t[i].name);
	}
}

/* Three septets for one unit: not always a saving, and not always room for it. */
Test(transliterate, ellipses)
{
	static const struct {
		const char *name;
		size_t ellipses, letters, max_units;
		bool better;
	} t[] = {
		{ "24 segments would be 32", 1600, 0, 100000, false },
		{ "24 segments would be 20", 700, 900, 3000, true },
		{ "of more than a message may have", 700, 900, 2999, false },
		{ "24 segments would be 24", 1000, 600, 100000, false },
		{ "2 segments would be 2", 71, 0, 100000, false },
		{ "2 segments would be 1", 40, 40, 160, true },
		{ "but it is a septet too long", 40, 40, 159, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf in = BUF_INIT(8192);
		CLEANUP(buf_fini) struct buf out = BUF_INIT(8192);

		put_times(&in, "\u2026", t[i].ellipses);
		put_times(&in, "a", t[i].letters);
		cr_expect_eq(transliterate(in.data, in.len, t[i].max_units, &out),
		    t[i].better, "%s", t[i].name);
		cr_expect_eq(out.len,
		    t[i].better ? 3 * t[i].ellipses + t[i].letters : 0, "%s",
		    t[i].name);
	}
}

Test(transliterate, no_room)
{
	static const char in[] = SEVENTY "\u2019";
	CLEANUP(buf_fini) struct buf out = BUF_INIT(sizeof(in) - 2);
	CLEANUP(buf_fini) struct buf full = BUF_INIT(sizeof(in) + 2);

	cr_expect_not(transliterate(in, sizeof(in) - 1, LIMIT_PART_UNITS, &out));
	cr_expect(buf_ok(&out), "it has not been tried");
	put_times(&full, "x", sizeof(in) + 3);
	cr_expect_not(buf_ok(&full));
	buf_add(&full, "x", 1);
	cr_expect_not(transliterate(in, sizeof(in) - 1, LIMIT_PART_UNITS, &full));
}

/* What Twilio's Smart Encoding makes of a character; NULL: it has none for it. */
static const char *
smart(js *table, uint32_t c)
{
	for (size_t i = 0; i < json_object_array_length(table); i++) {
		js *row = json_object_array_get_idx(table, i);
		const char *from = js_str(row, "from", "");
		size_t pos = 0;

		if (from[0] != '\0' && utf8_next(from, strlen(from), &pos) == c)
			return js_str(row, "to", NULL);
	}
	return NULL;
}

/* Where we have reasons to differ from Smart Encoding, or it has nothing. */
static bool
is_own(uint32_t c)
{
	static const uint32_t own[] = { '\t', 0xad, 0x200d, 0x2011, 0x2012, 0x201a,
		0x2023, 0x2028, 0x2029, 0x2032, 0x2033, 0x2039, 0x203a, 0x2212, 0x25aa,
		0x25cf, 0x25e6 };

	for (size_t i = 0; i < NELEMS(own); i++)
		if (own[i] == c)
			return true;
	return false;
}

/* A character behind a text that it alone makes dear. */
static bool
replaced(uint32_t c, struct buf *out)
{
	CLEANUP(buf_fini) struct buf in = BUF_INIT(128);

	buf_str(&in, SEVENTY);
	utf8_put(&in, c);
	buf_reset(out);
	return transliterate(in.data, in.len, LIMIT_PART_UNITS, out);
}

/* All characters of the plane that has the typographic ones. */
Test(transliterate, all_characters)
{
	CLEANUP(js_putp)
	js *root =
	    json_object_from_file(TOP_SRCDIR "/tests/vectors/segment-vectors.json");
	CLEANUP(buf_fini) struct buf out = BUF_INIT(128);
	js *table = js_arr(root, "smart_encoding");
	size_t n = 0;

	cr_assert_not_null(table);
	for (uint32_t c = 1; c <= 0xffff; c++) {
		const char *to, *got;

		if (seg_septets(c) > 0 || (c >= 0xd800 && c < 0xe000) ||
		    !replaced(c, &out))
			continue;
		n++;
		got = out.data + strlen(SEVENTY);
		to = smart(table, c);
		if (is_own(c))
			cr_expect(to == NULL || strcmp(to, got) != 0,
			    "U+%04X is as theirs", c);
		else if (to != NULL && strcmp(to, "  ") == 0) /* we leave it at one */
			cr_expect_str_eq(got, " ", "U+%04X", c);
		else
			cr_expect_str_eq(got, to != NULL ? to : "none", "U+%04X", c);
	}
	cr_expect_eq(n, 53, "%zu characters", n);
}
