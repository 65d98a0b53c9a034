/* SPDX-License-Identifier: Apache-2.0 */
/* Replies that no response has to hold, and what a record keeps of them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "dialog/compose.h"
#include "dialog/session.h"
#include "render/html.h"
#include "support/leaks.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(compose_all, .init = quiet, .fini = no_leaks);

/* n statements, "0", "1"…, each followed by `pad` letters. */
static void
say(struct compose *c, size_t n, size_t pad, char letter)
{
	char *more = arena_alloc(c->arena, pad + 1);

	memset(more, letter, pad);
	more[pad] = '\0';
	for (size_t i = 0; i < n; i++)
		compose_label(c, arena_printf(c->arena, "%zu%s", i, more));
}

Test(compose_all, more_than_a_response_holds)
{
	static const struct {
		const char *name;
		size_t n, pad;
		bool fits; /* one response */
	} t[] = {
		{ "one", 1, 0, true },
		{ "as many as a response holds", LIMIT_REPLY_MESSAGES, 0, true },
		{ "one more", LIMIT_REPLY_MESSAGES + 1, 0, false },
		{ "as many as a reply may have", LIMIT_REPLY_ALL, 0, false },
		{ "as many, each as long as it may be", LIMIT_REPLY_ALL, 1500, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct compose c = { .arena = a,
			.channel = channel_of("+34600111222") };
		struct reply all, cut;

		say(&c, t[i].n, t[i].pad, 'x');
		compose_all(&c, &all);
		cr_assert_eq(all.n, t[i].n, "%s", t[i].name);
		for (size_t k = 0; k < all.n; k++)
			cr_expect_eq((size_t)strtoul(all.messages[k].text, NULL, 10), k,
			    "%s: as it was said", t[i].name);
		cr_expect_eq(compose_fits(&c), t[i].fits, "%s", t[i].name);
		compose_end(&c, &cut);
		cr_expect_leq(cut.n, (size_t)LIMIT_REPLY_MESSAGES, "%s", t[i].name);
	}
}

/* What is said is what the record can hold, so that a crash loses none of it. */
Test(compose_all, no_more_than_a_claim_holds)
{
	static const struct {
		const char *name;
		size_t n, pad;
		char letter;
	} t[] = {
		{ "too many", LIMIT_REPLY_ALL + 15, 1500, 'x' },
		{ "letters that are escaped", LIMIT_REPLY_ALL, 1500, '"' },
		{ "all of them", LIMIT_REPLY_ALL + 200, 1590, '\\' },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
		struct compose c = { .arena = a,
			.channel = channel_of("+34600111222") };
		struct session s = { 0 }, got;
		struct claim *claim;
		struct reply all;
		struct err e;

		say(&c, t[i].n, t[i].pad, t[i].letter);
		compose_all(&c, &all);
		cr_expect_gt(all.n, (size_t)LIMIT_REPLY_ALL / 3, "%s", t[i].name);
		cr_expect_leq(all.n, (size_t)LIMIT_REPLY_ALL, "%s", t[i].name);
		claim = session_claim(&s, "SM1", NULL, all.messages, all.n);
		cr_assert_not_null(claim);
		claim->way = CLAIM_QUEUED;
		claim->job = 4711;
		session_encode(&s, &record);
		cr_assert(session_decode(&got, a, record.data, record.len, &e),
		    "%s: %s", t[i].name, e.text);
		cr_assert_eq(got.claims[0].n, all.n, "%s: kept whole", t[i].name);
		cr_expect_not(got.claims[0].cut, "%s", t[i].name);
		cr_expect_str_eq(got.claims[0].messages[all.n - 1].text,
		    all.messages[all.n - 1].text);
	}
}

Test(compose_all, the_way_of_a_claim_is_kept)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
	const struct message m = { .text = "m" };
	struct session s = { 0 }, got;
	struct claim *c;
	struct err e;

	(void)session_claim(&s, "SM1", NULL, &m, 1);
	c = session_claim(&s, "SM2", NULL, &m, 1);
	cr_assert_eq(c, session_last(&s, "SM2"));
	cr_expect_null(session_last(&s, "SM1"));
	c->way = CLAIM_QUEUED;
	c->job = 12;
	session_encode(&s, &record);
	cr_assert(session_decode(&got, a, record.data, record.len, &e), "%s", e.text);
	cr_expect_eq(session_find(&got, "SM1", NULL)->way, CLAIM_INLINE);
	cr_expect_eq(session_find(&got, "SM2", NULL)->way, CLAIM_QUEUED);
	cr_expect_eq(session_find(&got, "SM2", NULL)->job, 12);
}

/* One whose reply there was no room for is not one that said nothing. */
Test(compose_all, a_claim_without_its_reply)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
	CLEANUP(buf_fini) struct buf again = BUF_INIT(LIMIT_RECORD);
	char *text = arena_alloc(a, LIMIT_CLAIM_BYTES);
	const struct message m = { .text = text };
	struct session s = { 0 }, got;
	struct err e;

	memset(text, 'x', LIMIT_CLAIM_BYTES - 100);
	text[LIMIT_CLAIM_BYTES - 100] = '\0';
	(void)session_claim(&s, "SM1", NULL, &m, 1);
	(void)session_claim(&s, "SM2", NULL, NULL, 0);
	(void)session_claim(&s, "SM3", NULL, &m, 1);
	session_encode(&s, &record);
	cr_assert(session_decode(&got, a, record.data, record.len, &e), "%s", e.text);
	cr_expect(session_find(&got, "SM1", NULL)->cut);
	cr_expect_not(session_find(&got, "SM2", NULL)->cut);
	cr_expect_not(session_find(&got, "SM3", NULL)->cut);
	session_encode(&got, &again);
	cr_assert(session_decode(&s, a, again.data, again.len, &e), "%s", e.text);
	cr_expect(session_find(&s, "SM1", NULL)->cut, "and it stays so");
}
