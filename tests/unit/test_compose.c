/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "dialog/compose.h"
#include "render/html.h"
#include "support/leaks.h"
#include "twilio/twiml.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(compose, .init = quiet, .fini = no_leaks);

#define SMS "+34600111222"
#define WHATSAPP "whatsapp:+34600111222"

static void
add(struct compose *c, const char *html, const char *const *labels, size_t n,
    size_t first)
{
	compose_say(c,
	    &(struct block){
		.html = html, .labels = labels, .n_labels = n, .first = first },
	    1);
}

static void
write_twiml(struct buf *out, const struct reply *r)
{
	struct twiml_message messages[LIMIT_REPLY_MESSAGES];

	for (size_t i = 0; i < r->n; i++)
		messages[i] = (struct twiml_message){ r->messages[i].text,
			r->messages[i].media, r->messages[i].n_media };
	twiml_messages(out, messages, r->n);
}

/* n times the unit. */
static const char *
times(struct arena *a, size_t n, const char *unit)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1 << 20);

	while (n-- > 0)
		buf_str(&b, unit);
	return arena_strdup(a, b.data);
}

Test(compose, one_statement)
{
	static const char *const yes_no[] = { "Yes", "No" };
	static const struct {
		const char *name, *from, *html;
		size_t n_labels, first;
		const char *want; /* NULL: nothing */
	} t[] = {
		{ "text", SMS, "hello", 0, 0, "hello" },
		{ "html", SMS, "<p>Hello <b>Ann</b></p>", 0, 0, "Hello Ann" },
		{ "style of the channel", WHATSAPP, "<b>Ann</b>", 0, 0, "*Ann*" },
		{ "nothing", SMS, "", 0, 0, NULL },
		{ "nothing but markup", SMS, "<p> </p><br>", 0, 0, NULL },
		{ "R14: options directly under the text", SMS, "Sure?", 2, 1,
		    "Sure?\n1) Yes\n2) No" },
		{ "R15: and under a paragraph", WHATSAPP, "<p>Which?</p>", 2, 1,
		    "Which?\n1) Yes\n2) No" },
		{ "options alone", SMS, "", 2, 1, "1) Yes\n2) No" },
		{ "numbered on", SMS, "And?", 2, 3, "And?\n3) Yes\n4) No" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct compose c = { .arena = a, .channel = channel_of(t[i].from) };
		struct reply r;

		add(&c, t[i].html, yes_no, t[i].n_labels, t[i].first);
		compose_end(&c, &r);
		cr_assert_eq(r.n, (size_t)(t[i].want != NULL), "%s", t[i].name);
		if (t[i].want != NULL)
			cr_expect_str_eq(
			    r.messages[0].text, t[i].want, "%s", t[i].name);
	}
}

/* T29: long answers come in parts, in order. */
Test(compose, long_answers_are_split)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf all = BUF_INIT(1 << 20);
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	const char *text = times(a, 1000, "word ");
	struct reply r;

	add(&c, text, NULL, 0, 0);
	compose_end(&c, &r);
	cr_assert_gt(r.n, 3u);
	for (size_t i = 0; i < r.n; i++) {
		cr_expect_leq(
		    utf8_utf16_units(r.messages[i].text, strlen(r.messages[i].text)),
		    LIMIT_PART_UNITS);
		buf_str(&all, r.messages[i].text);
		buf_chr(&all, ' ');
	}
	cr_expect_str_eq(all.data, text);
}

Test(compose, ten_statements_are_ten_messages)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	struct reply r;

	for (int i = 0; i < LIMIT_REPLY_MESSAGES; i++)
		add(&c, arena_printf(a, "s%d", i), NULL, 0, 0);
	compose_end(&c, &r);
	cr_expect_eq(r.n, (size_t)LIMIT_REPLY_MESSAGES);
	cr_expect_str_eq(r.messages[9].text, "s9");
}

Test(compose, more_are_joined)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf all = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	struct reply r;

	for (int i = 0; i < 25; i++) {
		add(&c, arena_printf(a, "statement %d", i), NULL, 0, 0);
		buf_printf(&want, "statement %d\n\n", i);
	}
	compose_end(&c, &r);
	cr_expect_eq(r.n, (size_t)LIMIT_REPLY_MESSAGES);
	for (size_t i = 0; i < r.n; i++)
		buf_printf(&all, "%s\n\n", r.messages[i].text);
	cr_expect_str_eq(
	    all.data, want.data, "all of it, in order, an empty line between");
}

Test(compose, parts_of_one_statement_are_not_joined)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	const char *long_one = times(a, 330, "word "); /* 1649 units: two parts */
	struct reply r;

	for (int i = 0; i < 5; i++)
		add(&c, long_one, NULL, 0, 0);
	add(&c, "short", NULL, 0, 0);
	compose_end(&c, &r);
	cr_assert_eq(r.n, (size_t)LIMIT_REPLY_MESSAGES);
	cr_expect_not_null(
	    strstr(r.messages[9].text, "word\n\nshort"), "%s", r.messages[9].text);
	for (size_t i = 0; i < 9; i++)
		cr_expect_null(strstr(r.messages[i].text, "\n\n"), "message %zu", i);
}

Test(compose, what_fits_no_message_is_left_out)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	const char *full = times(a, 320, "word "); /* 1599 units: one part, no room */
	struct reply r;

	for (int i = 0; i < 13; i++)
		add(&c, full, NULL, 0, 0);
	compose_end(&c, &r);
	cr_expect_eq(r.n, (size_t)LIMIT_REPLY_MESSAGES);
}

/* Quotes grow sixfold when they are escaped. */
Test(compose, the_document_stays_within_its_limit)
{
	static const struct {
		const char *name, *unit;
		size_t want;
	} t[] = {
		{ "letters", "x", LIMIT_REPLY_MESSAGES },
		{ "three bytes each", "\xe2\x82\xac", LIMIT_REPLY_MESSAGES },
		{ "escaped", "\"", 6 },
		{ "ampersands", "&amp;", 8 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf xml = BUF_INIT(LIMIT_TWIML);
		struct compose c = { .arena = a, .channel = channel_of(SMS) };
		const char *full = times(a, LIMIT_PART_UNITS, t[i].unit);
		struct reply r;

		for (int k = 0; k < LIMIT_REPLY_MESSAGES; k++)
			add(&c, full, NULL, 0, 0);
		compose_end(&c, &r);
		cr_expect_eq(r.n, t[i].want, "%s: %zu messages", t[i].name, r.n);
		write_twiml(&xml, &r);
		cr_expect(buf_ok(&xml), "%s", t[i].name);
	}
}
