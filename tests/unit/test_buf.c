/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/buf.h"
#include "support/leaks.h"

TestSuite(buf, .fini = no_leaks);

Test(buf, starts_empty_and_terminated)
{
	struct buf b = BUF_INIT(10);

	cr_assert_str_eq(b.data, "");
	cr_assert(buf_ok(&b));
	buf_fini(&b);
}

Test(buf, holds_up_to_its_maximum)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(5);

	buf_str(&b, "12345");
	cr_assert(buf_ok(&b));
	cr_assert_str_eq(b.data, "12345");
	buf_chr(&b, '6');
	cr_assert_not(buf_ok(&b));
	cr_assert_str_eq(b.data, "12345", "what stood stays");
	buf_reset(&b);
	buf_printf(&b, "%d", 12345);
	cr_assert(buf_ok(&b));
	buf_printf(&b, "%d", 6);
	cr_assert_not(buf_ok(&b));
}

Test(buf, grows_over_many_appends)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100000);

	for (int i = 0; i < 10000; i++)
		buf_str(&b, "abcdefghi\n");
	cr_assert(buf_ok(&b));
	cr_assert_eq(b.len, 100000);
	buf_truncate(&b, 3);
	cr_assert_str_eq(b.data, "abc");
}

Test(buf, take_moves_the_bytes_out)
{
	struct buf b = BUF_INIT(10);
	char *s;

	buf_str(&b, "x");
	s = buf_take(&b);
	cr_assert_str_eq(s, "x");
	cr_assert_eq(b.len, 0);
	free(s);
	s = buf_take(&b);
	cr_assert_str_eq(s, "");
	free(s);
}

typedef void escape_fn(struct buf *, const char *, size_t);

static void
base64(struct buf *b, const char *s, size_t n)
{
	buf_base64(b, s, n);
}

Test(buf, escapes)
{
	static const struct {
		const char *name, *in, *want;
		size_t len; /* 0: strlen */
		escape_fn *escape;
	} t[] = {
		{ "xml specials", "<a b=\"c\">&'",
		    "&lt;a b=&quot;c&quot;&gt;&amp;&#39;", 0, buf_xml },
		{ "xml keeps tab and line feed", "a\tb\nc", "a\tb\nc", 0, buf_xml },
		{ "xml writes CR as a reference", "a\rb", "a&#13;b", 0, buf_xml },
		{ "xml drops controls",
		    "a\x01\x1b"
		    "b",
		    "ab", 0, buf_xml },
		{ "xml drops NUL", "a\0b", "ab", 3, buf_xml },
		{ "xml drops U+FFFF",
		    "a\xEF\xBF\xBF"
		    "b",
		    "ab", 0, buf_xml },
		{ "xml repairs UTF-8",
		    "a\xFF"
		    "b",
		    "a\xEF\xBF\xBD"
		    "b",
		    0, buf_xml },
		{ "xml keeps emoji", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", 0,
		    buf_xml },
		{ "url", "a b+c/\xC3\xA9~", "a%20b%2Bc%2F%C3%A9~", 0, buf_url },
		{ "url escapes NUL", "\0", "%00", 1, buf_url },
		{ "json", "a\"b\\c\nd\x01", "a\\\"b\\\\c\\nd\\u0001", 0, buf_json },
		{ "json, C1 and Unicode line ends",
		    "\x7F\xC2\x85\xC2\x9B\xC2\xA0\xE2\x80\xA8\xE2\x80\xA9",
		    "\\u007f\\u0085\\u009b\xC2\xA0\\u2028\\u2029", 0, buf_json },
		{ "json repairs UTF-8", "\xC3", "\xEF\xBF\xBD", 0, buf_json },
		{ "header", "a\r\nSet-Cookie: b", "a  Set-Cookie: b", 0, buf_header },
		{ "base64 of nothing", "", "", 0, base64 },
		{ "base64 of one", "\xff", "/w==", 0, base64 },
		{ "base64 of two", "\0\xfb", "APs=", 2, base64 },
		{ "base64 of three", "Man", "TWFu", 0, base64 },
		{ "base64 of more", "any carnal pleas", "YW55IGNhcm5hbCBwbGVhcw==", 0,
		    base64 },
		{ "plain log value", "abc-1", "abc-1", 0, buf_logval },
		{ "log value with blank", "a b", "\"a b\"", 0, buf_logval },
		{ "log value cannot forge a line", "a\nb=c", "\"a\\nb=c\"", 0,
		    buf_logval },
		{ "empty log value", "", "\"\"", 0, buf_logval },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1000);

		t[i].escape(&b, t[i].in, t[i].len > 0 ? t[i].len : strlen(t[i].in));
		cr_expect_str_eq(b.data, t[i].want, "%s: %s", t[i].name, b.data);
	}
}

TestSuite(arena, .fini = no_leaks);

Test(arena, gives_zeroed_memory_of_any_size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	unsigned char *p;

	for (size_t n = 0; n < 20000; n = n * 2 + 1) {
		p = arena_alloc(a, n);
		for (size_t i = 0; i < n; i++)
			cr_assert_eq(p[i], 0);
		memset(p, 0xAA, n);
	}
	arena_reset(a);
	p = arena_alloc(a, 4000);
	for (size_t i = 0; i < 4000; i++)
		cr_assert_eq(p[i], 0, "used memory comes back zeroed");
}

Test(arena, copies_strings)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	cr_assert_str_eq(arena_strdup(a, "abc"), "abc");
	cr_assert_null(arena_strdup(a, NULL));
	cr_assert_str_eq(arena_strndup(a, "abc", 2), "ab");
	cr_assert_str_eq(arena_printf(a, "%s-%d", "x", 7), "x-7");
}
