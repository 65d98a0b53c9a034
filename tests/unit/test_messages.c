/* SPDX-License-Identifier: Apache-2.0 */
/* What a text becomes on its way to a phone, and what that costs. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/utf8.h"
#include "channel/channel.h"
#include "support/leaks.h"
#include "support/split_check.h"
#include "twilio/segments.h"

TestSuite(messages, .fini = no_leaks);

#define SMS "+34600111222"
#define WHATSAPP "whatsapp:+34600111222"
#define ACUTE "\u0301"
#define TEN "123456789 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

Test(messages, of_a_text)
{
	static const struct {
		const char *name, *to, *in;
		const char *as_is, *plain;
	} t[] = {
		{ "nothing to do", SMS, SEVENTY "hello", SEVENTY "hello",
		    SEVENTY "hello" },
		{ "accents are composed", SMS, SEVENTY "cafe" ACUTE,
		    SEVENTY "caf\u00e9", SEVENTY "caf\u00e9" },
		{ "not on WhatsApp", WHATSAPP, SEVENTY "cafe" ACUTE,
		    SEVENTY "cafe" ACUTE, SEVENTY "cafe" ACUTE },
		{ "curly quotes", SMS, SEVENTY "it\u2019s", SEVENTY "it\u2019s",
		    SEVENTY "it's" },
		{ "not on WhatsApp either", WHATSAPP, SEVENTY "it\u2019s",
		    SEVENTY "it\u2019s", SEVENTY "it\u2019s" },
		{ "where it saves nothing", SMS, "it\u2019s", "it\u2019s",
		    "it\u2019s" },
		{ "first composed, then counted", SMS, SEVENTY "cafe" ACUTE "\u2019s",
		    SEVENTY "caf\u00e9\u2019s", SEVENTY "caf\u00e9's" },
		{ "a link", SMS,
		    SEVENTY "e" ACUTE " https://a.example/e" ACUTE "\u2019",
		    SEVENTY "\u00e9 https://a.example/e" ACUTE "\u2019",
		    SEVENTY "\u00e9 https://a.example/e" ACUTE "\u2019" },
		{ "what nobody sees at its end", SMS, SEVENTY "a \u200b",
		    SEVENTY "a \u200b", SEVENTY "a" },
	};

	for (size_t i = 0; i < 2 * NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		bool plain = i % 2 != 0;
		size_t k = i / 2, n;
		const char *want = plain ? t[k].plain : t[k].as_is;
		const char *const *got =
		    channel_messages(channel_of(t[k].to), a, t[k].in, plain, &n);

		cr_assert_eq(n, 1u, "%s", t[k].name);
		cr_expect_str_eq(got[0], want, "%s, %d: %s", t[k].name, plain, got[0]);
	}
	for (int plain = 0; plain < 2; plain++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		size_t n;
		const char *const *got =
		    channel_messages(channel_of(SMS), a, " \n", plain != 0, &n);

		cr_expect_eq(n, 0u);
		(void)got;
	}
}

static size_t
bill(const char *const *texts, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += seg_count(texts[i], strlen(texts[i])).segments;
	return sum;
}

/* n bytes of words, then `mark` as often as told, in one line. */
static void
long_text(struct buf *out, size_t words, const char *mark, size_t times)
{
	for (size_t i = 0; i < words; i++)
		buf_str(out, i % 10 == 9 ? " " : "a");
	for (size_t i = 0; i < times; i++)
		buf_str(out, mark);
}

/* Each message for itself: an emoji in one does not make the others dear. */
Test(messages, each_for_itself)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 16);
	const char *const *got;
	size_t n;

	long_text(&text, 700, "\U0001f600\u2019", 1);
	buf_str(&text, "\n\n");
	long_text(&text, 1200, "\u2019\u2019", 1);
	got = channel_messages(channel_of(SMS), a, text.data, true, &n);
	cr_assert_eq(n, 2u);
	cr_expect_not_null(strstr(got[0], "\u2019"), "there it would save nothing");
	cr_expect_not_null(strstr(got[1], "''"));
	cr_expect_eq(bill(got, n), 11u + 8u);
}

/* Three dots are longer than an ellipsis: the message is cut anew where that is cheaper. */
Test(messages, too_long_when_plain)
{
	static const struct {
		const char *name;
		size_t words, ellipses, n, segments;
	} t[] = {
		{ "a little", 1590, 4, 2,
		    12 }, /* 1602 septets in place of 24 segments */
		{ "so many that it saves nothing", 0, 1600, 1, 24 },
		{ "by far, and cheaper still", 1000, 600, 3, 20 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 16);
		const struct channel *c = channel_of(SMS);
		const char *const *got;
		size_t n;

		long_text(&text, t[i].words, "\u2026", t[i].ellipses);
		got = channel_messages(c, a, text.data, true, &n);
		cr_expect_eq(n, t[i].n, "%s: %zu", t[i].name, n);
		cr_expect_eq(
		    bill(got, n), t[i].segments, "%s: %zu", t[i].name, bill(got, n));
		for (size_t k = 0; k < n; k++)
			cr_expect_leq(utf8_utf16_units(got[k], strlen(got[k])),
			    c->max_units, "%s", t[i].name);
		got = channel_messages(c, a, text.data, false, &n);
		cr_assert_eq(n, 1u, "%s: as it is", t[i].name);
		cr_expect_str_eq(got[0], text.data, "%s: as it is", t[i].name);
	}
}

static unsigned
next_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

static void
random_text(struct buf *out, unsigned *state)
{
	static const char *const pieces[] = { "a", "word", " ", "\n", "\n\n", "\u2019",
		"\u2026", "\u201c", "\u2013", "\u00e9", "e" ACUTE, "n\u0303", "\u00ed",
		"\U0001f600", "[", "\u20ac", "https://a.example/\u2019e" ACUTE " ",
		"\u200b", "\u00a0", "1) " };
	size_t n = next_random(state) % 3000, mask = next_random(state);

	for (size_t i = 0; i < n; i++) {
		unsigned which = next_random(state) % NELEMS(pieces);

		if (which < 2 || (mask >> (which % 16) & 1) != 0)
			buf_str(out, pieces[which]);
	}
}

/* It never costs more, and when it costs the same, it is the same. */
Test(messages, plain_is_cheaper_or_the_same)
{
	unsigned state = 6;
	size_t cheaper = 0, same = 0;

	for (int i = 0; i < 300; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 18);
		const struct channel *c = channel_of(SMS);
		const char *const *as_is, *const *plain;
		size_t n_as_is, n_plain, before, after;

		random_text(&text, &state);
		as_is = channel_messages(c, a, text.data, false, &n_as_is);
		plain = channel_messages(c, a, text.data, true, &n_plain);
		before = bill(as_is, n_as_is);
		after = bill(plain, n_plain);
		for (size_t k = 0; k < n_plain; k++) {
			size_t len = strlen(plain[k]);

			cr_assert_gt(len, 0u, "text %d", i);
			cr_assert(utf8_valid(plain[k], len), "text %d", i);
			cr_assert_leq(utf8_utf16_units(plain[k], len), c->max_units,
			    "text %d", i);
		}
		cr_assert_leq(after, before, "text %d", i);
		cheaper += after < before;
		if (after < before)
			continue;
		same++;
		cr_assert_eq(n_plain, n_as_is, "text %d", i);
		for (size_t k = 0; k < n_plain; k++)
			cr_assert_str_eq(plain[k], as_is[k], "text %d", i);
	}
	cr_expect_gt(cheaper, 20u, "%zu", cheaper);
	cr_expect_gt(same, 20u, "%zu", same);
}
