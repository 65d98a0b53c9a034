/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "hyperchat/hook.h"
#include "hyperchat/member.h"
#include "support/leaks.h"

TestSuite(hyperchat_hook, .fini = no_leaks);

#define VECTORS TOP_SRCDIR "/tests/vectors/hyperchat-signature-vectors.json"

static enum hyperchat_signed
mode_of(const char *word)
{
	static const char *const words[] = { [HYPERCHAT_SIGNED_AUTO] = "auto",
		[HYPERCHAT_SIGNED_RAW] = "raw",
		[HYPERCHAT_SIGNED_DATA] = "data" };

	for (size_t i = 0; i < NELEMS(words); i++)
		if (strcmp(words[i], word) == 0)
			return (enum hyperchat_signed)i;
	cr_assert_fail("mode %s", word);
	abort(); /* for the compiler */
}

static void
check(js *v)
{
	const char *secrets[4], *body = js_str(v, "body", "");
	js *list = js_arr(v, "secrets");
	size_t n = json_object_array_length(list);

	cr_assert_leq(n, NELEMS(secrets));
	for (size_t i = 0; i < n; i++)
		secrets[i] = json_object_get_string(json_object_array_get_idx(list, i));
	cr_expect_eq(hyperchat_hook_proven(secrets, n, mode_of(js_str(v, "mode", "")),
			 body, strlen(body), js_str(v, "signature", NULL)),
	    js_bool(v, "valid", false), "%s", js_str(v, "desc", ""));
}

Test(hyperchat_hook, vectors)
{
	CLEANUP(js_putp) js *root = json_object_from_file(VECTORS);
	js *all = js_arr(root, "vectors");
	size_t valid = 0;

	cr_assert_not_null(all);
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		js *v = json_object_array_get_idx(all, i);

		check(v);
		valid += js_bool(v, "valid", false);
	}
	cr_expect_eq(json_object_array_length(all), 117);
	cr_expect_eq(valid, 37);
}

Test(hyperchat_hook, no_signature)
{
	const char *const secrets[] = { "s" };

	cr_expect_not(
	    hyperchat_hook_proven(secrets, 1, HYPERCHAT_SIGNED_AUTO, "{}", 2, NULL));
	cr_expect_not(
	    hyperchat_hook_proven(NULL, 0, HYPERCHAT_SIGNED_AUTO, "{}", 2, NULL));
}

/* python3: hmac.new(b"new", b'{"data":1}', "sha256").hexdigest() */
Test(hyperchat_hook, a_list_of_secrets_has_an_end)
{
	static const char given[] =
	    "eb09fb8636b8d82b58d9600254e0381da4c570cdb80479250bb133027b7171fc";
	const char *secrets[LIMIT_HOOK_SECRETS + 1];

	for (size_t at = 0; at < NELEMS(secrets); at++) {
		for (size_t i = 0; i < NELEMS(secrets); i++)
			secrets[i] = i == at ? "new" : "old";
		cr_expect_eq(hyperchat_hook_proven(secrets, NELEMS(secrets),
				 HYPERCHAT_SIGNED_RAW, "{\"data\":1}", 10, given),
		    at < LIMIT_HOOK_SECRETS, "%zu", at);
	}
}

Test(hyperchat_hook, a_body_with_a_nul)
{
	/* python3: hmac.new(b"s", b'{"data":1}\0', "sha256").hexdigest() */
	static const char given[] =
	    "dca4d0d815523eff72104e6ddb828eb40385179c78177bcb9c5de4553707c753";
	const char *const secrets[] = { "s" };

	cr_expect(hyperchat_hook_proven(
	    secrets, 1, HYPERCHAT_SIGNED_RAW, "{\"data\":1}\0", 11, given));
	cr_expect_not(hyperchat_hook_proven(
	    secrets, 1, HYPERCHAT_SIGNED_RAW, "{\"data\":1}\0", 10, given));
}

Test(hyperchat_hook, secrets)
{
	static char longest[LIMIT_HOOK_SECRET + 2];
	static const struct {
		const char *value;
		bool ok;
	} t[] = {
		{ "9b1c4f0d", true },
		{ "!~/+=\"", true },
		{ "x", true },
		{ "", false },
		{ NULL, false },
		{ "a b", false },
		{ "a\r\nx: y", false },
		{ "a\x7f", false },
		{ "caf\xc3\xa9", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(hyperchat_hook_secret_ok(t[i].value), t[i].ok, "%zu", i);
	memset(longest, 'x', LIMIT_HOOK_SECRET);
	cr_expect(hyperchat_hook_secret_ok(longest));
	longest[LIMIT_HOOK_SECRET] = 'x';
	cr_expect_not(hyperchat_hook_secret_ok(longest));
}

/* A text full of brackets costs its length, not its square, and no stack. */
Test(hyperchat_hook, deep_nesting)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_REQUEST_BODY);
	size_t start = 0, n = 0, half = LIMIT_REQUEST_BODY / 2 - 10;

	buf_str(&b, "{\"data\":");
	for (size_t i = 0; i < half; i++)
		buf_chr(&b, '[');
	for (size_t i = 0; i < half; i++)
		buf_chr(&b, ']');
	buf_chr(&b, '}');
	cr_assert(buf_ok(&b));
	cr_assert(hyperchat_member_range(b.data, b.len, "data", &start, &n));
	cr_expect_eq(start, 8u);
	cr_expect_eq(n, 2 * half);
}
