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
		messages[i] = (struct twiml_message){ .text = r->messages[i].text,
			.media = r->messages[i].media,
			.n_media = r->messages[i].n_media };
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

/* Says the blocks on a channel and gives the text of the one message. */
static const char *
said(struct arena *a, const char *from, const struct block *blocks, size_t n)
{
	struct compose c = { .arena = a, .channel = channel_of(from) };
	struct reply r;

	compose_say(&c, blocks, n);
	compose_end(&c, &r);
	cr_assert_leq(r.n, 1u);
	return r.n > 0 ? r.messages[0].text : "";
}

/* NULL for WhatsApp: the same text as on SMS. */
struct blocks_row {
	const char *name;
	struct block blocks[4];
	size_t n;
	const char *sms, *whatsapp;
};

static void
check_blocks(const struct blocks_row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const char *want = t[i].whatsapp != NULL ? t[i].whatsapp : t[i].sms;

		cr_expect_str_eq(
		    said(a, SMS, t[i].blocks, t[i].n), t[i].sms, "%s, SMS", t[i].name);
		cr_expect_str_eq(said(a, WHATSAPP, t[i].blocks, t[i].n), want,
		    "%s, WhatsApp", t[i].name);
	}
}

#define CHECK_BLOCKS(...) \
	do { \
		static const struct blocks_row rows_[] = { __VA_ARGS__ }; \
		check_blocks(rows_, NELEMS(rows_)); \
	} while (0)

#define NUMBER_HINT "(type a number)"

static const char *const colours[] = { "red", "blue" };
static const char *const contents[] = { "T1", "T2" };
static const char *const answers[] = { "yes", "no" };
static const char *const docs[] = { "Doc A", "Doc B" };

/* What the template showed, with its faults mended. */
Test(compose, r11_to_r17)
{
	CHECK_BLOCKS({ "R11: a list",
			 { { .html = "Pick a colour",
			     .hint = NUMBER_HINT,
			     .labels = colours,
			     .n_labels = 2,
			     .first = 1 } },
			 1, "Pick a colour (type a number)\n1) red\n2) blue", NULL },
	    { "R12: a date",
		{ { .html = "When?", .hint = "(date format: mm/dd/YYYY)" } }, 1,
		"When? (date format: mm/dd/YYYY)", NULL },
	    { "R13: related contents",
		{ { .html = "<p>Body</p>" },
		    { .html = "Related",
			.hint = NUMBER_HINT,
			.labels = contents,
			.n_labels = 2,
			.first = 1 } },
		2, "Body\n\nRelated (type a number)\n1) T1\n2) T2", NULL },
	    { "R14: polar",
		{ { .html = "Sure?", .labels = answers, .n_labels = 2, .first = 1 } },
		1, "Sure?\n1) yes\n2) no", NULL },
	    { "R15: multiple",
		{ { .html = "<p>Which <b>one</b>?</p>",
		    .labels = docs,
		    .n_labels = 2,
		    .first = 1 } },
		1, "Which one?\n1) Doc A\n2) Doc B",
		"Which *one*?\n1) Doc A\n2) Doc B" },
	    { "R16: pages with addresses",
		{ { .html = "Found", .italic = true },
		    { .html = "Doc A", .url = "https://a.example" },
		    { .html = "<p>Doc B</p>", .url = "https://b.example" } },
		3, "Found\n\nDoc A (https://a.example)\n\nDoc B (https://b.example)",
		"_Found_\n\nDoc A (https://a.example)\n\nDoc B (https://b.example)" },
	    { "R17: pages without",
		{ { .html = "Found",
		    .italic = true,
		    .labels = docs,
		    .n_labels = 2,
		    .first = 1,
		    .gap = true } },
		1, "Found\n\n1) Doc A\n2) Doc B", "_Found_\n\n1) Doc A\n2) Doc B" });
}

Test(compose, hints)
{
	CHECK_BLOCKS(
	    { "behind a paragraph", { { .html = "<p>When?</p><br>", .hint = "(h)" } },
		1, "When? (h)", NULL },
	    { "behind a marker", { { .html = "<b>When?</b>", .hint = "(h)" } }, 1,
		"When? (h)", "*When?* (h)" },
	    { "behind a marker that never closes",
		{ { .html = "<b>When?<!-- <i>", .hint = "(h)" } }, 1, "When? (h)",
		"*When?* (h)" },
	    { "alone", { { .html = "<p></p>", .hint = "(h)" } }, 1, "(h)", NULL },
	    { "that show nothing", { { .html = "x", .hint = "<p> </p>" } }, 1, "x",
		NULL },
	    { "with HTML and marks", { { .html = "x", .hint = "_caf&eacute;_" } }, 1,
		"x caf\xC3\xA9", "x _caf\xC3\xA9_" });
}

Test(compose, labels_of_ours)
{
	CHECK_BLOCKS(
	    { "marks", { { .html = "_Bye_", .label = true } }, 1, "Bye", "_Bye_" },
	    { "around a paragraph", { { .html = "<p>_Bye_</p>", .label = true } }, 1,
		"Bye", "_Bye_" },
	    { "one pair only", { { .html = "__Bye__", .label = true } }, 1, "_Bye_",
		"__Bye__" },
	    { "in the text", { { .html = "say a_b_", .label = true } }, 1, "say a_b_",
		NULL },
	    { "one mark alone", { { .html = "_", .label = true } }, 1, "_", NULL },
	    { "the bot's words stay", { { .html = "_x_" } }, 1, "_x_", NULL });
}

/* behaviour 21, D11: the reference has `_` around them on every channel. */
Test(compose, notices)
{
	static const struct {
		const char *html, *whatsapp, *sms;
	} t[] = {
		{ "Chat closed", "_Chat closed_", "Chat closed" },
		{ "_Chat closed_", "_Chat closed_", "Chat closed" },
		{ "Agent <b>Ann</b> is here.", "_Agent *Ann* is here._",
		    "Agent Ann is here." },
		{ "", NULL, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		for (int on = 0; on < 2; on++) {
			CLEANUP(arena_freep) struct arena *a = arena_new();
			const char *want = on == 0 ? t[i].sms : t[i].whatsapp;
			struct compose c = { .arena = a,
				.channel = channel_of(on == 0 ? SMS : WHATSAPP) };
			struct reply r;

			compose_notice(&c, t[i].html);
			compose_end(&c, &r);
			cr_assert_eq(r.n, want != NULL ? 1 : 0, "%zu", i);
			if (want != NULL)
				cr_expect_str_eq(r.messages[0].text, want, "%zu", i);
		}
}

Test(compose, italic)
{
	CHECK_BLOCKS({ "lines", { { .html = "<p>a</p><p>b</p>", .italic = true } }, 1,
			 "a\nb", "_a_\n_b_" },
	    { "ends of its own kind", { { .html = "a</em></i> b", .italic = true } }, 1,
		"a b", "_a b_" },
	    { "its own kind inside",
		{ { .html = "a <em>b</em></em> c", .italic = true } }, 1, "a b c",
		"_a b c_" },
	    { "bold that never closes",
		{ { .html = "<b>a", .italic = true }, { .html = "b" } }, 2, "a\n\nb",
		"_*a*_\n\nb" },
	    { "a comment that never closes",
		{ { .html = "a<!-- ", .italic = true }, { .html = "b" } }, 2, "a\n\nb",
		"_a_\n\nb" },
	    { "nothing to show", { { .html = "<p> </p>", .italic = true } }, 1, "",
		NULL });
}

#define U "https://a.example/x"

Test(compose, a_text_that_leads_somewhere)
{
	CHECK_BLOCKS({ "no text", { { .html = "<p></p>", .url = U } }, 1, U, NULL },
	    { "the address", { { .html = "a.example/x/", .url = U } }, 1, U, NULL },
	    { "the address in bold", { { .html = "<b>" U "</b>", .url = U } }, 1, U,
		NULL },
	    { "a link there", { { .html = "<a href='" U "'>Doc</a>", .url = U } }, 1,
		"Doc (" U ")", NULL },
	    { "a link elsewhere", { { .html = "<a href='v'>Doc</a>", .url = U } }, 1,
		"Doc (v) (" U ")", NULL },
	    { "several lines", { { .html = "<p>a</p><p>b<p>", .url = U } }, 1,
		"a\nb (" U ")", NULL },
	    { "bold that never closes", { { .html = "<b>Doc", .url = U } }, 1,
		"Doc (" U ")", "*Doc* (" U ")" },
	    { "script", { { .html = "Doc", .url = "javascript:x" } }, 1, "Doc", NULL },
	    { "nowhere", { { .html = "Doc", .url = "" } }, 1, "Doc", NULL },
	    { "a mail address", { { .html = "a@b.c", .url = "mailto:a@b.c" } }, 1,
		"a@b.c", NULL });
}

Test(compose, blocks_are_divided)
{
	CHECK_BLOCKS({ "what shows nothing counts not",
			 { { .html = "<p></p>" }, { .html = "a" }, { .html = "" },
			     { .html = "b" } },
			 4, "a\n\nb", NULL },
	    { "a gap above the options",
		{ { .html = "Was it good?",
		    .labels = answers,
		    .n_labels = 2,
		    .first = 1,
		    .gap = true } },
		1, "Was it good?\n\n1) yes\n2) no", NULL },
	    { "no text above the options",
		{ { .labels = answers, .n_labels = 2, .first = 3, .gap = true } }, 1,
		"3) yes\n4) no", NULL });
}

Test(compose, a_label_goes_the_same_way)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	struct reply r;

	compose_label(&c, "<p>_Thank&nbsp;you_</p>");
	compose_end(&c, &r);
	cr_assert_eq(r.n, 1);
	cr_expect_str_eq(r.messages[0].text, "Thank you");
}

/* Editors leave characters behind that nobody sees. */
Test(compose, a_message_is_seen)
{
	static const char *const invisible[] = { "&#8203;", "<p>\xe2\x80\x8b</p>",
		"<b>&shy;&nbsp;</b>", "&lrm;<br>&#8203;" };
	static const char *const channels[] = { SMS, WHATSAPP };

	for (size_t i = 0; i < 2 * NELEMS(invisible); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct compose c = { .arena = a,
			.channel = channel_of(channels[i % 2]) };
		struct reply r;

		add(&c, invisible[i / 2], NULL, 0, 1);
		compose_end(&c, &r);
		cr_expect_eq(r.n, 0, "\"%s\"", invisible[i / 2]);
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

/* What a cut would leave open would be shown as a lone mark. */
Test(compose, emphasis_of_long_answers_goes_on)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(WHATSAPP) };
	struct reply r;

	add(&c, arena_printf(a, "See <b>%s</b> now", times(a, 500, "word ")), NULL, 0,
	    0);
	compose_end(&c, &r);
	cr_assert_eq(r.n, 2);
	for (size_t i = 0; i < r.n; i++) {
		const char *text = r.messages[i].text, *first = strchr(text, '*');

		cr_assert_not_null(first, "%s", text);
		cr_expect_str_eq(i == 0 ? "See *" : "*",
		    arena_strndup(a, text, (size_t)(first - text) + 1));
		cr_expect_str_eq(i == 0 ? "*" : "* now", strchr(first + 1, '*'));
		cr_expect_leq(utf8_utf16_units(text, strlen(text)), LIMIT_PART_UNITS);
	}
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

/* Its answer would be taken for one although nobody saw it. */
Test(compose, the_question_at_the_end_stays)
{
	static const char *const labels[] = { "Yes", "No" };
	static const char *const units[] = { "word ", "\" " };

	for (size_t i = 0; i < 2 * NELEMS(units); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf xml = BUF_INIT(LIMIT_TWIML);
		struct compose c = { .arena = a, .channel = channel_of(SMS) };
		const char *text = times(a, 6000, units[i % 2]), *last;
		struct reply r;

		if (i / 2 == 0) { /* a statement of its own, or the end of one */
			add(&c, text, NULL, 0, 0);
			add(&c, "Was it good?", labels, 2, 1);
		} else {
			add(&c, arena_printf(a, "%s<p>Was it good?</p>", text), labels,
			    2, 1);
		}
		compose_end(&c, &r);
		cr_expect_leq(r.n, (size_t)LIMIT_REPLY_MESSAGES);
		last = r.messages[r.n - 1].text;
		cr_expect_not_null(
		    strstr(last, "Was it good?\n1) Yes\n2) No"), "%s", last);
		write_twiml(&xml, &r);
		cr_expect(buf_ok(&xml));
	}
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
