/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/js.h"
#include "base/limits.h"
#include "support/leaks.h"

TestSuite(js, .fini = no_leaks);

struct text_case {
	const char *name, *text;
	size_t len; /* 0: strlen(text) */
	bool ok;
};

static bool
parses(const char *text, size_t len, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	/* Without a byte behind it, so that a sanitizer sees a read too far. */
	char *exact = malloc(len > 0 ? len : 1);
	bool ok;

	memcpy(exact, text, len);
	ok = js_parse(exact, len, &root, e);
	free(exact);
	return ok;
}

Test(js, strict)
{
	static const struct text_case t[] = {
		{ "object", "{\"a\":1}", 0, true },
		{ "array", "[1,2.5e3,-4,true,false,null,\"x\"]", 0, true },
		{ "outer blanks", " \r\n\t{} \n", 0, true },
		{ "number alone", "123", 0, true },
		{ "word alone", "true", 0, true },
		{ "text alone", "\"x\"", 0, true },
		{ "escapes", "\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9\"", 0, true },
		{ "backslash before the closing quote", "\"\\\\\"", 0, true },
		{ "utf-8", "\"h\xc3\xa9\xf0\x9f\x98\x80\"", 0, true },
		{ "single quote inside text", "\"don't\"", 0, true },
		{ "half a pair becomes U+FFFD", "\"\\ud800\"", 0, true },
		{ "nothing", "", 0, false },
		{ "blanks", "  ", 0, false },
		{ "cut object", "{\"a\":1", 0, false },
		{ "cut text", "{\"a\":\"b", 0, false },
		{ "cut word", "tru", 0, false },
		{ "ends in an escape", "\"a\\", 0, false },
		{ "bytes behind", "{} x", 0, false },
		{ "two values", "{}{}", 0, false },
		{ "trailing comma", "[1,]", 0, false },
		{ "trailing comma in object", "{\"a\":1,}", 0, false },
		{ "comment", "{} /* c */", 0, false },
		{ "leading zero", "[01]", 0, false },
		{ "capital word", "[TRUE]", 0, false },
		{ "single-quoted text", "{'a':'b'}", 0, false },
		{ "NaN", "[NaN]", 0, false },
		{ "Infinity", "[-Infinity]", 0, false },
		{ "line feed in text", "\"a\nb\"", 0, false },
		{ "tab in name", "{\"a\tb\":1}", 0, false },
		{ "NUL behind", "{}\0", 3, false },
		{ "NUL and more behind", "{}\0{}", 5, false },
		{ "NUL in text", "\"a\0b\"", 5, false },
		{ "NUL as escape", "\"a\\u0000b\"", 0, false },
		{ "escaped backslash before u0000", "\"\\\\u0000\"", 0, true },
		{ "not utf-8", "\"\xff\xfe\"", 0, false },
		{ "overlong", "\"\xc0\xaf\"", 0, false },
		{ "surrogate bytes", "\"\xed\xa0\x80\"", 0, false },
		{ "byte order mark", "\xef\xbb\xbf{}", 0, false },
		{ "html", "<html><body>502</body></html>", 0, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };
		size_t len = t[i].len != 0 ? t[i].len : strlen(t[i].text);

		cr_expect_eq(
		    parses(t[i].text, len, &e), t[i].ok, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].ok ? ERR_NONE : ERR_INPUT, "%s", t[i].name);
	}
}

Test(js, depth)
{
	static const struct {
		const char *name, *open, *inside, *close;
		int levels;
		bool ok;
	} t[] = {
		{ "arrays at the limit", "[", "1", "]", LIMIT_JSON_DEPTH, true },
		{ "arrays above it", "[", "1", "]", LIMIT_JSON_DEPTH + 1, false },
		{ "objects at the limit", "{\"a\":", "1", "}", LIMIT_JSON_DEPTH, true },
		{ "objects above it", "{\"a\":", "1", "}", LIMIT_JSON_DEPTH + 1,
		    false },
		{ "brackets in text do not count", "[", "\"[[[[[[[[\"", "]",
		    LIMIT_JSON_DEPTH, true },
		{ "very deep", "[", "", "]", 10000, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1 << 20);
		struct err e = { 0 };

		for (int n = 0; n < t[i].levels; n++)
			buf_str(&b, t[i].open);
		buf_str(&b, t[i].inside);
		for (int n = 0; n < t[i].levels; n++)
			buf_str(&b, t[i].close);
		cr_expect_eq(
		    parses(b.data, b.len, &e), t[i].ok, "%s: %s", t[i].name, e.text);
	}
}

/* Many small values cost a thousand times their text. */
Test(js, values)
{
	static const struct {
		const char *name, *piece;
		int n;
		bool ok;
	} t[] = {
		{ "numbers at the limit", "1,", LIMIT_JSON_VALUES - 2, true },
		{ "numbers above it", "1,", LIMIT_JSON_VALUES - 1, false },
		{ "objects", "{},", LIMIT_JSON_VALUES / 2, false },
		{ "members", "{\"a\":1,\"b\":2},", LIMIT_JSON_VALUES / 3 + 1, false },
		{ "commas in text do not count", "\",,,,,[[[\",", 10000, true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1 << 20);
		struct err e = { 0 };

		buf_chr(&b, '[');
		for (int n = 0; n < t[i].n; n++)
			buf_str(&b, t[i].piece);
		buf_str(&b, "0]");
		cr_assert(buf_ok(&b));
		cr_expect_eq(
		    parses(b.data, b.len, &e), t[i].ok, "%s: %s", t[i].name, e.text);
		cr_expect(t[i].ok || e.kind == ERR_TOO_BIG, "%s", t[i].name);
	}
}

static const char sample[] =
    "{\"s\":\"x\",\"i\":7,\"neg\":-1,\"d\":7.0,\"half\":0.5,\"t\":true,\"f\":false,"
    "\"z\":null,\"a\":[1],\"o\":{\"in\":{\"s\":\"deep\"}},\"n7\":\"7\",\"word\":\"true\","
    "\"seven\":\"7x\",\"big\":99999999999999999999,\"huge\":1e400,\"one\":1,"
    "\"bigtext\":\"99999999999999999999\",\"empty\":\"\"}";

static js *
parsed_sample(void)
{
	js *root = NULL;
	struct err e;

	cr_assert(js_parse(sample, strlen(sample), &root, &e), "%s", e.text);
	return root;
}

Test(js, typed)
{
	CLEANUP(js_putp) js *o = parsed_sample();
	static const struct {
		const char *path, *str;
		int64_t integer;
		int boolean; /* -1: the default */
	} t[] = {
		{ "s", "x", -9, -1 },
		{ "i", NULL, 7, -1 },
		{ "neg", NULL, -1, -1 },
		{ "d", NULL, -9, -1 },
		{ "t", NULL, -9, true },
		{ "f", NULL, -9, false },
		{ "z", NULL, -9, -1 },
		{ "a", NULL, -9, -1 },
		{ "o", NULL, -9, -1 },
		{ "o.in.s", "deep", -9, -1 },
		{ "o.in.absent", NULL, -9, -1 },
		{ "s.in", NULL, -9, -1 },
		{ "n7", "7", -9, -1 },
		{ "big", NULL, -9, -1 },
		{ "absent", NULL, -9, -1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *s = js_str(o, t[i].path, NULL);

		cr_expect_str_eq(s != NULL ? s : "(none)",
		    t[i].str != NULL ? t[i].str : "(none)", "str %s", t[i].path);
		cr_expect_eq(
		    js_int(o, t[i].path, -9), t[i].integer, "int %s", t[i].path);
		cr_expect_eq(js_bool(o, t[i].path, true), t[i].boolean != 0, "bool %s",
		    t[i].path);
		cr_expect_eq(js_bool(o, t[i].path, false), t[i].boolean == 1, "bool %s",
		    t[i].path);
	}
	cr_expect_not_null(js_arr(o, "a"));
	cr_expect_null(js_arr(o, "o"));
	cr_expect_not_null(js_obj(o, "o.in"));
	cr_expect_null(js_obj(o, "a"));
	cr_expect_null(js_get(o, "z"), "null is as good as missing");
	cr_expect_null(js_get(NULL, "a"), "no object has no members");
}

Test(js, loose)
{
	CLEANUP(js_putp) js *o = parsed_sample();
	static const struct {
		const char *path;
		int64_t integer;
	} t[] = {
		{ "i", 7 },
		{ "n7", 7 },
		{ "d", 7 },
		{ "half", -9 },
		{ "huge", -9 },
		{ "t", 1 },
		{ "f", 0 },
		{ "one", 1 },
		{ "word", -9 },
		{ "seven", -9 },
		{ "bigtext", -9 },
		{ "empty", -9 },
		{ "a", -9 },
		{ "absent", -9 },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(
		    js_int_loose(o, t[i].path, -9), t[i].integer, "%s", t[i].path);
}

Test(js, need)
{
	CLEANUP(js_putp) js *o = parsed_sample();
	const char *s = "untouched";
	int64_t i = -9;
	struct err e = { 0 };

	cr_expect(js_need_str(o, "o.in.s", &s, &e));
	cr_expect_str_eq(s, "deep");
	cr_expect(js_need_int(o, "i", &i, &e));
	cr_expect_eq(i, 7);
	cr_expect_not(js_need_str(o, "i", &s, &e));
	cr_expect_eq(e.kind, ERR_INPUT);
	cr_expect_not_null(strstr(e.text, "\"i\""), "the path is named: %s", e.text);
	cr_expect_not(js_need_int(o, "absent.x", &i, &e));
	cr_expect_str_eq(s, "deep", "written on success only");
	cr_expect_eq(i, 7, "written on success only");
}

Test(js, write)
{
	static const struct {
		const char *name, *in, *want;
	} t[] = {
		{ "compact, slashes bare", "{ \"u\" : \"https://a/b\" }",
		    "{\"u\":\"https://a/b\"}" },
		{ "empty list stays a list", "{\"a\":[],\"o\":{}}",
		    "{\"a\":[],\"o\":{}}" },
		{ "utf-8 stays", "[\"\xc3\xa9\"]", "[\"\xc3\xa9\"]" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(js_putp) js *root = NULL;
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1000);
		struct err e;

		cr_assert(
		    js_parse(t[i].in, strlen(t[i].in), &root, &e), "%s", t[i].name);
		js_write(&b, root);
		cr_expect_str_eq(b.data, t[i].want, "%s", t[i].name);
	}
}

Test(js, put_text)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100);

	js_put_text(&b, "{\"a\":", "x\"y\n");
	js_put_text(&b, ",\"none\":", NULL);
	js_put_text(&b, ",\"b\":", "");
	cr_expect_str_eq(b.data, "{\"a\":\"x\\\"y\\n\",\"b\":\"\"");
	cr_expect(buf_ok(&b));
}
