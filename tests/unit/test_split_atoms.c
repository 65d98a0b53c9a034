/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts made of pieces that must stay whole, cut at every size: characters as people see them,
 * links, options with their question. Which places may be cut is known from how the text was
 * made, not from how it is read.
 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/utf8.h"
#include "channel/channel.h"
#include "support/leaks.h"
#include "support/split_check.h"

TestSuite(split_atoms, .fini = no_leaks);

/*
 * Pieces, each of them one that stays whole. None begins with what would go on with the
 * character before it.
 */
static const char *const letters[] = { "a", "Z", "\u00e9", "\u5b57", "\U0001f600", ".",
	"e\u0301", "a\u0323\u0302", "n\u0303", /* accents */
	"\u1112\u1161\u11ab", "\ud55c\u11ab", /* Hangul, in letters */
	"\u0915\u0940", "\u0e01\u0e33", /* Indic and Thai vowels */
	"\U0001f44d\U0001f3fd", /* a skin tone */
	"\U0001f468\u200d\U0001f469\u200d\U0001f467", /* a family */
	"\U0001f1ea\U0001f1f8", "\U0001f1eb\U0001f1f7", /* flags */
	"\u2764\ufe0f\u200d\U0001f525", "1\ufe0f\u20e3", /* a burning heart, a keycap */
	"\U0001f3f4\U000e0067\U000e0062\U000e007f", /* a flag made of tags */
	"\u0600\u0661", "(", ")", "1", "\u200b" };
static const char *const blanks[] = { " ", " ", "\n", "\n\n", "\u00a0", "\t",
	"  \n \n" };
/* Between blanks, so that their ends are known; first the links. */
static const char *const wholes[] = { "https://a.example/b?c=1", "http://a.b/\u00fc",
	"www.a.example", "HTTPS://A.EXAMPLE/", "(https://a.example/)", "x \u0301y" };
#define LINKS (NELEMS(wholes) - 1)
/* Lines of their own. */
static const char *const lists[] = { "Pick one:\n1) red\n2) blue and green",
	"Or?\n\n10) e\u0301 a\n11) \U0001f600\n12) c", "7 - good\n8 - bad" };

#define MAX_TEXT 40000

/* A text, and where it may be cut: byte i of `borders` is about the place before byte i. */
struct made {
	struct buf text;
	bool borders[MAX_TEXT + 1];
	unsigned state;
};

/* A small generator with a fixed seed: the same texts everywhere. */
static unsigned
next_random(struct made *m)
{
	m->state = m->state * 1664525u + 1013904223u;
	return m->state >> 16;
}

static void
put(struct made *m, const char *piece)
{
	m->borders[m->text.len] = true;
	buf_str(&m->text, piece);
	m->borders[m->text.len] = true;
}

static void
make(struct made *m, size_t pieces, bool with_blanks)
{
	for (size_t i = 0; i < pieces; i++) {
		unsigned kind = next_random(m) % 20, which = next_random(m);

		if (kind < 13)
			put(m, letters[which % NELEMS(letters)]);
		else if (kind < 17 && with_blanks)
			put(m, blanks[which % NELEMS(blanks)]);
		else if (kind < 19 && with_blanks) {
			put(m, " ");
			put(m, wholes[which % NELEMS(wholes)]);
			put(m, " ");
		} else if (with_blanks) {
			put(m, "\n\n");
			put(m, lists[which % NELEMS(lists)]);
			put(m, "\n\n");
		}
	}
	if (!with_blanks) /* one nothing but the link's own beginning parts from the rest */
		put(m, wholes[next_random(m) % LINKS]);
}

/* Where the parts were cut that may not be; NULL when nowhere. */
static const char *
wrong_cut(const struct made *m, const char *const *parts, size_t n)
{
	const char *text = m->text.data, *p = text, *end = text + m->text.len;

	for (size_t i = 0; i < n; i++) {
		size_t len;

		while (p < end && split_blank(p, (size_t)(end - p), &len))
			p += len;
		if (i > 0 && !m->borders[p - text])
			return p;
		p += strlen(parts[i]);
		if (i + 1 < n && !m->borders[p - text])
			return p;
	}
	return NULL;
}

static void
check(struct made *m, size_t max, int number)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct channel c = { .name = "any", .max_units = max };
	size_t n;
	const char *const *parts = channel_split(&c, a, m->text.data, &n);
	const char *wrong = split_wrong(&c, m->text.data, parts, n);
	const char *cut = wrong_cut(m, parts, n);

	cr_assert_null(wrong, "text %d, %zu units: %s", number, max, wrong);
	cr_assert_null(
	    cut, "text %d, %zu units, cut before \"%.40s\"", number, max, cut);
}

/* As large as the largest of the pieces, and larger. */
Test(split_atoms, stay_whole)
{
	static const size_t sizes[] = { 34, 35, 41, 60, 70, 160, 333, 1600 };
	static struct made m;

	for (int i = 0; i < 200; i++) {
		memset(m.borders, 0, sizeof(m.borders));
		m.text = BUF_INIT(MAX_TEXT);
		m.state = (unsigned)i;
		make(&m, 40 + (size_t)i * 4, i % 4 != 0);
		cr_assert(buf_ok(&m.text), "text %d is larger than its test", i);
		for (size_t k = 0; k < NELEMS(sizes); k++)
			check(&m, sizes[k], i);
		buf_fini(&m.text);
	}
}

/* A character that is larger than a message is cut, and nothing is lost. */
Test(split_atoms, larger_than_a_message)
{
	static struct made m;

	for (size_t max = 3; max < 34; max++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const struct channel c = { .name = "small", .max_units = max };
		const char *const *parts, *wrong;
		size_t n;

		m.text = BUF_INIT(MAX_TEXT);
		m.state = (unsigned)max;
		make(&m, 300, max % 3 != 0);
		parts = channel_split(&c, a, m.text.data, &n);
		wrong = split_wrong(&c, m.text.data, parts, n);
		cr_expect_null(wrong, "%zu units: %s", max, wrong);
		buf_fini(&m.text);
	}
}
