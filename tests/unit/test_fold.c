/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/fold.h"
#include "support/leaks.h"

TestSuite(fold, .fini = no_leaks);

Test(fold, text)
{
	static const struct {
		const char *name, *in, *want;
	} t[] = {
		{ "nothing", "", "" },
		{ "blanks", " \t\n ", "" },
		{ "case", "Opening HOURS", "opening hours" },
		{ "accents composed", "Opci\xc3\xb3n", "opcion" },
		{ "accents decomposed", "Opcio\xcc\x81n", "opcion" },
		{ "outer punctuation and blanks", "  \xc2\xa1Opci\xc3\xb3n  Uno! ",
		    "opcion uno" },
		{ "inner punctuation stays", "a/b, c", "a/b, c" },
		{ "sharp s",
		    "STRA\xc3\x9f"
		    "E",
		    "strasse" },
		{ "greek final sigma", "\xce\xa3\xce\x91\xcf\x82",
		    "\xcf\x83\xce\xb1\xcf\x83" },
		{ "cyrillic case", "\xd0\x94\xd0\x90", "\xd0\xb4\xd0\xb0" },
		{ "full width", "\xef\xbc\xa1\xef\xbc\x92", "a2" },
		{ "ligature", "\xef\xac\x81n", "fin" },
		{ "turkish dotless i", "HAYIR hay\xc4\xb1r", "hayir hayir" },
		{ "turkish dotted capital",
		    "\xc4\xb0"
		    "Y\xc4\xb0",
		    "iyi" },
		{ "no-break space", "a\xc2\xa0 b", "a b" },
		{ "zero width space",
		    "a\xe2\x80\x8b"
		    "b",
		    "ab" },
		{ "keycap", "2\xef\xb8\x8f\xe2\x83\xa3", "2" },
		{ "quotes", "\xe2\x80\x9cyes\xe2\x80\x9d", "yes" },
		{ "apostrophe of a phone", "L\xe2\x80\x99\xc3\xa9t\xc3\xa9", "l'ete" },
		{ "apostrophe as a letter", "rock\xca\xbcn\xe2\x80\x98roll",
		    "rock'n'roll" },
		{ "punctuation alone", " ? ! ", "?!" },
		{ "one mark", "?", "?" },
		{ "emoji stays", "yes \xf0\x9f\x91\x8d", "yes \xf0\x9f\x91\x8d" },
		{ "ill-formed",
		    "a\xff"
		    "b",
		    "a\xef\xbf\xbd"
		    "b" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();

		cr_expect_str_eq(
		    fold_text(a, t[i].in, strlen(t[i].in)), t[i].want, "%s", t[i].name);
	}
}

Test(fold, keeps_words_of_other_scripts_apart)
{
	static const struct {
		const char *name, *one, *other;
	} t[] = {
		{ "japanese voiced sound", "\xe3\x81\x8b", "\xe3\x81\x8c" },
		{ "thai vowel", "\xe0\xb8\x81\xe0\xb8\xb4",
		    "\xe0\xb8\x81\xe0\xb8\xb5" },
		{ "devanagari vowel", "\xe0\xa4\x95\xe0\xa5\x87",
		    "\xe0\xa4\x95\xe0\xa5\x88" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();

		cr_expect_str_neq(fold_text(a, t[i].one, strlen(t[i].one)),
		    fold_text(a, t[i].other, strlen(t[i].other)), "%s", t[i].name);
	}
}

/* A text of ASCII alone is folded on a shorter way, to the same: here it goes both. */
Test(fold, ascii_as_any_other)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (int c = 1; c < 128; c++)
		for (int d = 1; d < 128; d++) {
			const char in[] = { 'x', (char)c, (char)d, (char)c, 'x',
				(char)0xc3, (char)0xa9, '\0' }; /* é, which becomes e */
			char *whole = fold_text(a, in, strlen(in));
			char *ascii = fold_text(a, in, 5);
			size_t n = strlen(ascii);

			cr_assert_eq(strlen(whole), n + 1, "%d %d", c, d);
			cr_assert_eq(memcmp(whole, ascii, n), 0, "%d %d", c, d);
			arena_reset(a);
		}
}
