/* SPDX-License-Identifier: Apache-2.0 */
/* What a record keeps of messages that were answered, to know them when they come again. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "dialog/session.h"
#include "support/leaks.h"

TestSuite(session_claims, .fini = no_leaks);

/* What is read back after writing. */
static struct session
again(struct arena *a, const struct session *s)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	struct session got;
	struct err e;

	session_encode(s, &b);
	cr_assert(buf_ok(&b), "the record fits");
	cr_assert(session_decode(&got, a, b.data, b.len, &e), "%s", e.text);
	return got;
}

Test(session_claims, claims)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct session s = { 0 };
	char too_long[LIMIT_SID + 2];

	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	session_claim(&s, "", NULL, NULL, 0);
	session_claim(&s, too_long, NULL, NULL, 0);
	cr_expect_eq(s.n_claims, 0u, "no sid, or none we keep");
	cr_expect_null(session_find(&s, "", NULL));

	for (int i = 0; i < LIMIT_CLAIMS + 3; i++)
		session_claim(&s, arena_printf(a, "SM%d", i), NULL, NULL, 0);
	cr_expect_eq(s.n_claims, (size_t)LIMIT_CLAIMS);
	cr_expect_str_eq(session_find(&s, "SM3", NULL)->sid, "SM3");
	cr_expect_not(session_find(&s, "SM3", NULL)->cut);
	cr_expect_str_eq(session_find(&s, "SM2", NULL)->sid, "", "not what was said");
	cr_expect(session_find(&s, "SM2", NULL)->cut, "but that it was");
	cr_expect_not_null(session_find(&s, "SM18", NULL));
	cr_expect_null(session_find(&s, "SM", NULL), "whole sids only");
}

/* A repeat is known by either. */
Test(session_claims, tokens)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct message said[1] = { { "said", NULL, 0 } };
	char too_long[LIMIT_REPEAT_TOKEN + 2];
	struct session s = { 0 }, got;

	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	session_claim(&s, "SM1", "one", said, 1);
	session_claim(&s, "SM2", NULL, NULL, 0);
	session_claim(&s, "SM3", "", NULL, 0);
	session_claim(&s, "SM4", too_long, NULL, 0);
	got = again(a, &s);
	cr_expect_eq(got.n_claims, 4u);
	cr_expect_str_eq(session_find(&got, "SM1", "two")->sid, "SM1");
	cr_expect_str_eq(session_find(&got, "SM9", "one")->messages[0].text, "said");
	cr_expect_null(session_find(&got, "SM9", "two"));
	cr_expect_null(session_find(&got, "SM9", ""), "none is like no other");
	cr_expect_null(session_find(&got, "SM9", NULL));
	cr_expect_null(session_find(&got, "SM9", too_long));
	cr_expect_null(session_find(&got, "", "one"), "it has no repeats");
}

/* Of those that are forgotten the last LIMIT_KNOWN sids and tokens stay. */
Test(session_claims, known)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const int all = LIMIT_CLAIMS + LIMIT_KNOWN / 2 + 1;
	struct session s = { 0 }, got;

	for (int i = 0; i < all; i++)
		session_claim(&s, arena_printf(a, "SM%d", i),
		    arena_printf(a, "token-%d", i), NULL, 0);
	got = again(a, &s);
	cr_expect_eq(got.n_claims, (size_t)LIMIT_CLAIMS);
	cr_expect_eq(got.n_known, (size_t)LIMIT_KNOWN);
	for (int i = 1; i < all; i++) {
		const char *sid = arena_printf(a, "SM%d", i);
		const char *token = arena_printf(a, "token-%d", i);

		cr_assert_not_null(session_find(&got, sid, NULL), "%s", sid);
		cr_assert_not_null(session_find(&got, "SMother", token), "%s", token);
	}
	cr_expect_null(session_find(&got, "SM0", "token-0"));
}
