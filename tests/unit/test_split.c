/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/xalloc.h"
#include "channel/channel.h"
#include "support/leaks.h"
#include "support/split_check.h"

TestSuite(split, .fini = no_leaks);

#define MAX_PARTS 8

/* Small messages, so that a row can be read. */
static const struct channel tiny = { .name = "tiny", .max_units = 20 };

struct row {
	const char *name, *text;
	const char *parts[MAX_PARTS];
};

static void
check(const struct row *t)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(4096), want = BUF_INIT(4096);
	size_t n;
	const char *const *parts = channel_split(&tiny, a, t->text, &n);
	const char *wrong = split_wrong(&tiny, t->text, parts, n);

	cr_expect_null(wrong, "%s: %s", t->name, wrong);
	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "[%s]", parts[i]);
	for (size_t i = 0; i < MAX_PARTS && t->parts[i] != NULL; i++)
		buf_printf(&want, "[%s]", t->parts[i]);
	cr_expect_str_eq(
	    got.data, want.data, "%s:\n%s\nwanted:\n%s", t->name, got.data, want.data);
}

#define CHECK(...) \
	do { \
		static const struct row rows_[] = { __VA_ARGS__ }; \
		for (size_t i_ = 0; i_ < NELEMS(rows_); i_++) \
			check(&rows_[i_]); \
	} while (0)

#define SMILE "\xF0\x9F\x98\x80"
#define ACUTE "\xCC\x81"
#define E_ACUTE "e\xCC\x81" /* e and a combining accent */
#define ACUTES \
	ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE \
	    ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE
#define SIGNS \
	"\u0600\u0600\u0600\u0600\u0600\u0600\u0600\u0600\u0600\u0600\u0600\u0600\u0600" \
	"\u0600\u0600\u0600\u0600\u0600\u0600"
#define THUMB \
	"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD" /* with a skin tone: one sign, four units */
#define HAN "\xE5\xAD\x97"
#define HANS HAN HAN HAN HAN HAN

Test(split, where_it_cuts)
{
	CHECK({ "nothing", "", { 0 } }, { "blanks", " \n\t ", { 0 } },
	    { "a word", "word", { "word" } }, { "trimmed", "  a b\n", { "a b" } },
	    { "just fits", "01234567890123456789", { "01234567890123456789" } },
	    { "one too many", "012345678901234567890",
		{ "01234567890123456789", "0" } },
	    { "word", "0123456789 0123456789", { "0123456789", "0123456789" } },
	    { "the blank is the first too many", "01234567890123456789 0",
		{ "01234567890123456789", "0" } },
	    { "line before word", "one\ntwo three four five six",
		{ "one", "two three four five", "six" } },
	    { "empty line before line", "one\n\ntwo\nthree\nfour\nfive",
		{ "one", "two\nthree\nfour\nfive" } },
	    { "the last empty line", "a\n\nb\n\nc d e f g h i j k l m n",
		{ "a\n\nb", "c d e f g h i j k l", "m n" } },
	    { "a line of blanks is empty", "one two\n \nthree\nfour\nfive six",
		{ "one two", "three\nfour\nfive six" } });
}

Test(split, characters_stay_whole)
{
	CHECK({ "two units each",
		  SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE,
		  { SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE,
		      SMILE } },
	    { "a pair at the border", "0123456789012345678" SMILE,
		{ "0123456789012345678", SMILE } },
	    { "an accent at the border", "0123456789012345678e" ACUTE "x",
		{ "0123456789012345678", "e" ACUTE "x" } },
	    { "a modified sign", "012345678901234567" THUMB,
		{ "012345678901234567", THUMB } },
	    { "accents without end", "e" ACUTES ACUTE, { "e" ACUTES, ACUTE } },
	    { "an accent on a blank", "one two three four " ACUTE "five",
		{ "one two three", "four " ACUTE "five" } },
	    { "and nowhere else to cut", "0123456789012345678 " ACUTE "x",
		{ "0123456789012345678", " " ACUTE "x" } },
	    { "several blanks", "01234567890123456  " ACUTE "four",
		{ "01234567890123456", " " ACUTE "four" } },
	    { "a sign that goes on over a blank", "one two three four\u0600 five",
		{ "one two three", "four\u0600 five" } },
	    { "and over the last blank that fits", "012345678901234567\u0600 x",
		{ "012345678901234567", "\u0600 x" } },
	    { "nothing but such signs", SIGNS " x", { SIGNS, "x" } },
	    { "a sign before a line end", "one two three four\u0600 \nfive",
		{ "one two three four\u0600", "five" } },
	    { "a sign before options", "A question\u0600 \n1) aaaa\n2) bbbbbbb",
		{ "A question\u0600", "1) aaaa\n2) bbbbbbb" } },
	    { "a sign before a link", "0123456\u0600 http://a.example/",
		{ "0123456\u0600", "http://a.example/" } },
	    { "an accent behind a line end", "one two three four\n" ACUTE "five",
		{ "one two three four", ACUTE "five" } },
	    { "the ends of lines in a pair", "one two three four\r\n\r\nfive six",
		{ "one two three four", "five six" } });
}

/* What is behind an ill-formed sequence is as it is without what is before. */
Test(split, bytes_that_are_no_text)
{
	CHECK({ "a stray byte behind a sign", "one two three four\xD8\x80\x80 five",
		  { "one two three four\xD8\x80\x80", "five" } },
	    { "many", "0123\x80\x80\x80\x80\x80\x80\x80 0123456789",
		{ "0123\x80\x80\x80\x80\x80\x80\x80", "0123456789" } },
	    { "half a character at the cut", "0123456789012345678\xF0\x9F\x98\xC2\xA0x",
		{ "0123456789012345678\xF0\x9F\x98", "x" } },
	    { "a sign, its blank, and half characters",
		"\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8"
		"\xD8\x81 a",
		{ "\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8\xD8",
		    "\xD8\x81 a" } });
}

Test(split, links_stay_whole)
{
	CHECK({ "at a word", "see this http://a.example/",
		  { "see this", "http://a.example/" } },
	    { "no blank before", HANS "http://a.example/",
		{ HANS, "http://a.example/" } },
	    { "in brackets", HANS "(https://a.example)",
		{ HANS, "(https://a.example)" } },
	    { "its bracket goes with it", "0123(https://a.bcde)",
		{ "0123(https://a.bcde)" } },
	    { "and is not left alone", "01234(https://a.bcde)",
		{ "01234", "(https://a.bcde)" } },
	    { "brackets of its own", HANS HAN "http://a/b_(c)x",
		{ HANS HAN, "http://a/b_(c)x" } },
	    { "the bracket at the border", "0123456789012345678(http://a)",
		{ "0123456789012345678", "(http://a)" } },
	    { "the second one", "http://a)" HAN "(http://b.example/)" HANS,
		{ "http://a)" HAN, "(http://b.example/)" HAN, HAN HAN HAN HAN } },
	    { "begins at the border", "012345678901234567http://a",
		{ "012345678901234567", "http://a" } },
	    { "too long to stay whole", "http://a.example/0123456789",
		{ "http://a.example/012", "3456789" } },
	    { "no link", "0123456789012345httpxyz",
		{ "0123456789012345http", "xyz" } });
}

Test(split, items_of_a_list_stay_whole)
{
	CHECK({ "at the item", "All of:\n- one two\n- three four",
		  { "All of:\n- one two", "- three four" } },
	    { "with a link", "- a (http://a.b)\n- b (http://c.d)",
		{ "- a (http://a.b)", "- b (http://c.d)" } },
	    { "one too long", "- one\n- two three four five six",
		{ "- one", "- two three four", "five six" } });
}

Test(split, options_stay_with_their_question)
{
	CHECK({ "empty line between", "Long text.\n\nPick:\n\n1) a\n2) b",
		  { "Long text.", "Pick:\n\n1) a\n2) b" } },
	    { "no empty line", "Long text here.\n\nPick:\n1) a\n2) b",
		{ "Long text here.", "Pick:\n1) a\n2) b" } },
	    { "a question of two lines", "Long text.\n\nNow\nPick:\n1) a\n2) b",
		{ "Long text.", "Now\nPick:\n1) a\n2) b" } },
	    { "the question's last line", "A first line.\nPick:\n1) a\n2) b",
		{ "A first line.", "Pick:\n1) a\n2) b" } },
	    { "the options alone", "A rather long one:\n1) a\n2) b",
		{ "A rather long one:", "1) a\n2) b" } },
	    { "too many options", "Pick:\n1) aaaaaa\n2) bbbbbb\n3) cccccc",
		{ "Pick:\n1) aaaaaa", "2) bbbbbb\n3) cccccc" } },
	    { "too many, behind an empty line", "Pick:\n\n1) aaaaaa\n2) bbbbbb\n3) c",
		{ "Pick:\n\n1) aaaaaa", "2) bbbbbb\n3) c" } },
	    { "and more behind them", "Pick:\n\n1) a\n2) b\nand so on and on",
		{ "Pick:\n\n1) a\n2) b", "and so on and on" } },
	    { "not even one with it", "A question:\n\n1) aaaaaaaaaaaa\n2) b",
		{ "A question:", "1) aaaaaaaaaaaa\n2) b" } },
	    { "behind ends of lines in pairs", "Long text.\r\n\r\nPick:\n1) a\n2) b",
		{ "Long text.", "Pick:\n1) a\n2) b" } },
	    { "a survey's", "Long text here.\n\nPick:\n1 - a\n2 - b",
		{ "Long text here.", "Pick:\n1 - a\n2 - b" } },
	    { "an option too long", "Q\n1) a b c d e f g h i j k\n2) l",
		{ "Q", "1) a b c d e f g h i", "j k\n2) l" } },
	    { "no option in mid-line", "one two three four 1) five",
		{ "one two three four", "1) five" } });
}

#define B "\1"
#define I "\2"
#define S "\3"

/* The channel holds 20; six are kept free where a cut may have to end and begin marks. */
Test(split, emphasis_goes_on)
{
	static const struct {
		const char *name, *text;
		const char *parts[MAX_PARTS];
	} t[] = {
		{ "no cut", "a " B "b" I "c" I B " " S "d" S, { "a *b_c_* ~d~" } },
		{ "fits with its marks", B "012345678901234567" B,
		    { "*012345678901234567*" } },
		{ "at a word", B "one two three four five" B,
		    { "*one two three*", "*four five*" } },
		{ "of two kinds", B "one " I "two three four" I B " five",
		    { "*one _two_*", "*_three four_*", "five" } },
		{ "over several parts",
		    B "one two three four five six seven" B " eight",
		    { "*one two three*", "*four five six*", "*seven* eight" } },
		{ "that ends at the cut", "one to " B "three" B " four five",
		    { "one to *three*", "four five" } },
		{ "that begins there", "one two three " B "four" B " five",
		    { "one two three", "*four* five" } },
		{ "in a word", B "012345678901234567890123456789" B,
		    { "*0123456789012*", "*34567890123456*", "*789*" } },
		{ "that begins at a cut in a word", "01234567890123" B "45678" B,
		    { "01234567890123", "*45678*" } },
		{ "behind a sign and its blank",
		    "01234567890\u0600 " B "x" B " five six",
		    { "01234567890", "\u0600 *x* five six" } },
		{ "that ends there", "012345678901" B "3" B "4567890",
		    { "012345678901*3*", "4567890" } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf got = BUF_INIT(4096);
		CLEANUP(buf_fini) struct buf want = BUF_INIT(4096);
		size_t n;
		const char *const *parts = channel_split(&tiny, a, t[i].text, &n);
		const char *wrong = split_marks_wrong(&tiny, t[i].text, parts, n);

		cr_expect_null(wrong, "%s: %s", t[i].name, wrong);
		for (size_t k = 0; k < n; k++)
			buf_printf(&got, "[%s]", parts[k]);
		for (size_t k = 0; k < MAX_PARTS && t[i].parts[k] != NULL; k++)
			buf_printf(&want, "[%s]", t[i].parts[k]);
		cr_expect_str_eq(got.data, want.data, "%s:\n%s\nwanted:\n%s", t[i].name,
		    got.data, want.data);
	}
}

/* A small generator with a fixed seed: the same texts everywhere. */
static unsigned
next_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

static void
random_text(struct buf *out, unsigned *state)
{
	static const char *const pieces[] = { "a", "word", " ", " ", "\n", "\n\n",
		"1) ", "\n2) two", "\n10) ten", "http://a.example/path",
		" (https://b.example/)", SMILE, E_ACUTE, THUMB, HAN, "*", "\xC2\xA0",
		"\t", "http", "\u0600", ACUTE, "\x80", "\xD8", "\xF0\x9F" };
	size_t n = next_random(state) % 3000, mask = next_random(state);

	for (size_t i = 0; i < n; i++) {
		unsigned which = next_random(state) % NELEMS(pieces);

		/* Some kinds of pieces are missing in each text, often the blanks. */
		if ((mask >> (which % 16) & 1) != 0)
			buf_str(out, pieces[which]);
	}
}

Test(split, nothing_is_lost)
{
	unsigned state = 20260131;
	static const struct channel channels_of_all_sizes[] = {
		{ .name = "smallest", .max_units = 3 },
		{ .name = "small", .max_units = 70 },
		{ .name = "sms", .max_units = 1600 },
	};

	for (int i = 0; i < 300; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 20);
		const struct channel *c = &channels_of_all_sizes[i % 3];
		const char *const *parts, *wrong;
		size_t n;

		random_text(&text, &state);
		parts = channel_split(c, a, text.data, &n);
		wrong = split_wrong(c, text.data, parts, n);
		cr_assert_null(wrong, "text %d, %s: %s", i, c->name, wrong);
	}
}
