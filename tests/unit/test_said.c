/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "dialog/said.h"
#include "support/leaks.h"

TestSuite(said, .fini = no_leaks);

Test(said, clean)
{
	static const struct {
		const char *name, *in, *want;
	} t[] = {
		{ "plain", "hello", "hello" },
		{ "empty", "", "" },
		{ "blanks around", " \t hello \r\n", "hello" },
		{ "unicode blanks around", "\xc2\xa0\xe3\x80\x80hi\xe2\x80\x83", "hi" },
		{ "byte order mark", "\xef\xbb\xbfhi", "hi" },
		{ "blanks only", " \n\xc2\xa0 ", "" },
		{ "blanks inside stay", "a  b\tc", "a  b\tc" },
		{ "line ends", "a\r\nb\nc\rd", "a\nb\nc\nd" },
		{ "controls go",
		    "a\x01"
		    "b\x1b[0mc\x7f",
		    "ab[0mc" },
		{ "controls only", "\x01\x02", "" },
		{ "nothing that is seen", "\xe2\x80\x8b \xe2\x80\x8f", "" },
		{ "ill-formed",
		    "a\xff"
		    "b\xc3",
		    "a\xef\xbf\xbd"
		    "b\xef\xbf\xbd" },
		{ "surrogate bytes", "\xed\xa0\x80",
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "emoji", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();

		cr_expect_str_eq(said_clean(a, t[i].in), t[i].want, "%s", t[i].name);
	}
}

Test(said, cut)
{
	static const struct {
		const char *name, *unit;
		size_t units, want;
	} t[] = {
		{ "at the limit", "x", LIMIT_USER_TEXT, LIMIT_USER_TEXT },
		{ "above", "x", LIMIT_USER_TEXT + 1, LIMIT_USER_TEXT },
		{ "far above", "x", 40 * LIMIT_USER_TEXT, LIMIT_USER_TEXT },
		{ "at a code point", "\xe2\x82\xac", LIMIT_USER_TEXT,
		    LIMIT_USER_TEXT / 3 * 3 },
	};

	log_setup(LOG_ERROR, LOG_KV);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1 << 20);
		const char *got;

		for (size_t k = 0; k < t[i].units; k++)
			buf_str(&b, t[i].unit);
		got = said_clean(a, b.data);
		cr_expect_eq(strlen(got), t[i].want, "%s", t[i].name);
		cr_expect(utf8_valid(got, strlen(got)), "%s", t[i].name);
	}
}
