/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/form.h"
#include "base/limits.h"
#include "support/leaks.h"

TestSuite(form, .fini = no_leaks);

struct pair {
	const char *name, *value;
	size_t name_len, value_len; /* 0: strlen */
};

struct form_case {
	const char *name, *body;
	size_t n;
	struct pair want[4];
};

static void
expect_field(const char *name, const struct form_field *got, const struct pair *want)
{
	size_t nl = want->name_len != 0 ? want->name_len : strlen(want->name);
	size_t vl = want->value_len != 0 ? want->value_len : strlen(want->value);

	cr_assert_eq(got->name_len, nl, "%s: name of %zu bytes", name, got->name_len);
	cr_assert_eq(
	    got->value_len, vl, "%s: value of %zu bytes", name, got->value_len);
	cr_expect_arr_eq(got->name, want->name, nl, "%s", name);
	cr_expect_arr_eq(got->value, want->value, vl, "%s", name);
	cr_expect_eq(got->name[nl], '\0', "%s: end of name", name);
	cr_expect_eq(got->value[vl], '\0', "%s: end of value", name);
}

Test(form, decode)
{
	static const struct form_case t[] = {
		{ "empty", "", 0, { { 0 } } },
		{ "one", "a=b", 1, { { "a", "b", 0, 0 } } },
		{ "order kept", "b=1&a=2", 2,
		    { { "b", "1", 0, 0 }, { "a", "2", 0, 0 } } },
		{ "same name twice", "a=1&a=2", 2,
		    { { "a", "1", 0, 0 }, { "a", "2", 0, 0 } } },
		{ "empty value", "a=&b=", 2, { { "a", "", 0, 0 }, { "b", "", 0, 0 } } },
		{ "no equals sign", "a&b", 2,
		    { { "a", "", 0, 0 }, { "b", "", 0, 0 } } },
		{ "no name", "=x", 1, { { "", "x", 0, 0 } } },
		{ "second equals sign is value", "a=b=c", 1, { { "a", "b=c", 0, 0 } } },
		{ "empty pieces are no fields", "&&a=1&&", 1, { { "a", "1", 0, 0 } } },
		{ "plus is a blank", "a+b=c+d", 1, { { "a b", "c d", 0, 0 } } },
		{ "escapes, any case", "From=%2B34%c3%A9", 1,
		    { { "From", "+34\xc3\xa9", 0, 0 } } },
		{ "escaped separators", "a%26b%3Dc=d%26e", 1,
		    { { "a&b=c", "d&e", 0, 0 } } },
		{ "escaped twice stays once", "a=%2525", 1, { { "a", "%25", 0, 0 } } },
		{ "broken escapes stay", "a=100%&b=%zz&c=%4", 3,
		    { { "a", "100%", 0, 0 }, { "b", "%zz", 0, 0 },
			{ "c", "%4", 0, 0 } } },
		{ "escape does not reach over a separator", "a=%4&1=x", 2,
		    { { "a", "%4", 0, 0 }, { "1", "x", 0, 0 } } },
		{ "NUL inside", "a=x%00y", 1, { { "a", "x\0y", 0, 3 } } },
		{ "bytes are not judged", "a=%ff%fe", 1,
		    { { "a", "\xff\xfe", 0, 0 } } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct form f;
		struct err e;

		cr_assert(form_parse(&f, a, t[i].body, strlen(t[i].body), &e));
		cr_assert_eq(f.n, t[i].n, "%s: %zu fields", t[i].name, f.n);
		for (size_t k = 0; k < f.n; k++)
			expect_field(t[i].name, &f.fields[k], &t[i].want[k]);
	}
}

Test(form, find)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static const char body[] = "a=1&a=2&nul=x%00y&na%00me=z&empty=";
	struct form f;
	struct err e;

	cr_assert(form_parse(&f, a, body, strlen(body), &e));
	cr_expect_str_eq(form_get(&f, "a"), "1", "the first of a name");
	cr_expect_str_eq(form_get(&f, "empty"), "");
	cr_expect_null(form_get(&f, "absent"));
	cr_expect_null(form_find(&f, "absent"));
	cr_expect_null(form_get(&f, "nul"), "a value with NUL is no text");
	cr_expect_not_null(form_find(&f, "nul"));
	cr_expect_null(form_find(&f, "na"), "a name does not end at its NUL");
	cr_expect_null(form_find(&f, "A"), "names have a case");
}

Test(form, limit)
{
	static const struct {
		const char *name;
		int fields;
		bool ok;
	} t[] = {
		{ "at the limit", LIMIT_FORM_FIELDS, true },
		{ "one above", LIMIT_FORM_FIELDS + 1, false },
		{ "ten thousand", 10000, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf b = BUF_INIT(1 << 20);
		struct err e = { 0 };
		struct form f;

		for (int k = 0; k < t[i].fields; k++)
			buf_printf(&b, "&f%d=v", k);
		cr_expect_eq(
		    form_parse(&f, a, b.data, b.len, &e), t[i].ok, "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].ok ? ERR_NONE : ERR_TOO_BIG, "%s", t[i].name);
	}
}
