/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "support/leaks.h"
#include "twilio/nfc.h"

TestSuite(nfc, .fini = no_leaks);

#define ACUTE "\u0301"
#define TILDE "\u0303"
#define DOT_BELOW "\u0323"

Test(nfc, texts)
{
	static const struct {
		const char *name, *in, *want; /* NULL: the text itself */
	} t[] = {
		{ "nothing", "", NULL },
		{ "plain", "caf\u00e9 \u00df \u02ff", NULL },
		{ "an accent", "cafe" ACUTE, "caf\u00e9" },
		{ "several", "n" TILDE "e" ACUTE " A\u030a", "\u00f1\u00e9 \u00c5" },
		{ "two on one letter, in any order", "a\u0302" DOT_BELOW, "\u1ead" },
		{ "none there is a letter for", "x" ACUTE "\u00e9",
		    "x" ACUTE "\u00e9" },
		{ "a sign that is a letter", "5 \u212a, 3 \u2126", "5 K, 3 \u03a9" },
		{ "Korean", "\u1112\u1161\u11ab", "\ud55c" },
		{ "compatible is not the same", "\ufb01 \u00bd", "\ufb01 \u00bd" },
		{ "an emoji", "\U0001f468\u200d\U0001f469",
		    "\U0001f468\u200d\U0001f469" },
		{ "a link", "e" ACUTE " https://a.example/e" ACUTE " e" ACUTE,
		    "\u00e9 https://a.example/e" ACUTE " \u00e9" },
		{ "one without a scheme, at the end",
		    "e" ACUTE "\nWWW.a.example/e" ACUTE,
		    "\u00e9\nWWW.a.example/e" ACUTE },
		{ "ill-formed", "e" ACUTE "\xff", "e" ACUTE "\xff" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const char *got = nfc_text(a, t[i].in);

		cr_expect_str_eq(got, t[i].want != NULL ? t[i].want : t[i].in, "%s: %s",
		    t[i].name, got);
		if (t[i].want == NULL)
			cr_expect_eq(got, t[i].in, "%s", t[i].name);
	}
}

/* Every letter that Unicode can take apart, put together again as utf8proc's own function does. */
Test(nfc, all_letters)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (uint32_t c = 0x80; c <= 0x2ffff; c++) {
		CLEANUP(buf_fini) struct buf in = BUF_INIT(4);
		utf8proc_uint8_t *apart, *want;

		utf8_put(&in, c);
		apart = utf8proc_NFD((const utf8proc_uint8_t *)in.data);
		cr_assert_not_null(apart);
		want = utf8proc_NFC(apart);
		cr_expect_str_eq(
		    nfc_text(a, (const char *)apart), (const char *)want, "U+%04X", c);
		free(apart);
		free(want);
	}
}

/* Of more than one piece; the last has no ASCII character to be cut at. */
Test(nfc, long_ones)
{
	static const struct {
		const char *name, *in, *want;
		size_t times;
	} t[] = {
		{ "words", "cafe" ACUTE " ", "caf\u00e9 ", 10000 },
		{ "letters", "n" TILDE, "\u00f1", 10000 },
		{ "marks", DOT_BELOW, DOT_BELOW, 50000 },
		{ "signs", "\u5b57", "\u5b57", 50000 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 20);
		CLEANUP(buf_fini) struct buf want = BUF_INIT(1 << 20);

		for (size_t k = 0; k < t[i].times; k++) {
			buf_str(&in, t[i].in);
			buf_str(&want, t[i].want);
		}
		cr_expect(
		    strcmp(nfc_text(a, in.data), want.data) == 0, "%s", t[i].name);
	}
}

/* Marks in the wrong order without end: whatever comes of it, none is lost, none is cut. */
Test(nfc, marks_without_end)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 20);
	const char *got;

	buf_chr(&in, 'a');
	for (size_t k = 0; k < 50000; k++)
		buf_str(&in, ACUTE DOT_BELOW);
	got = nfc_text(a, in.data);
	cr_expect(utf8_valid(got, strlen(got)));
	cr_expect_eq(utf8_utf16_units(got, strlen(got)), 100000u,
	    "the letter has taken one of them");
	cr_expect_eq(strncmp(got, "\u1ea1", 3), 0, "the one that is next to it");
}
