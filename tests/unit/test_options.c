/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "bot/bot.h"
#include "conf/cfg.h"
#include "dialog/options.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/stage.h"

TestSuite(options, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "1" },
	{ .label = "no", .value = "2" } };
static const struct bot_option list[] = { { .label = "<b>Card</b> &amp; cash",
					      .value = "10" },
	{ .label = "Talk to a person", .as_text = true } };
static const struct bot_option own_words[] = { { .label = "Claro", .value = "1" },
	{ .label = "no", .value = "2" }, { .label = "Quiz&aacute;s", .value = "3" } };
static const struct bot_answer polar_of_three = {
	.kind = BOT_POLAR, .html = "Sure?", .options = own_words, .n_options = 3
};
static const struct bot_answer polar = {
	.kind = BOT_POLAR, .html = "Sure?", .options = yes_no, .n_options = 2
};
static const struct bot_answer choice = {
	.kind = BOT_CHOICE, .html = "Which?", .options = list, .n_options = 2
};
static const struct bot_answer word_yes = {
	.kind = BOT_CHOICE, .html = "Which?", .options = yes_no, .n_options = 2
};
static const struct bot_answer plain = { .kind = BOT_ANSWER, .html = "Hello" };

Test(options, numbered_through)
{
	static const struct {
		const char *name;
		const struct bot_answer *answers[3];
		size_t first[3];
		enum pending_kind kind;
		const char *labels; /* of all that is pending */
	} t[] = {
		{ "none", { &plain }, { 1 }, PENDING_NONE, "" },
		{ "polar, translated", { &polar }, { 1 }, PENDING_POLAR,
		    "S\xc3\xad|No|" },
		{ "polar, in words of its own", { &polar_of_three }, { 1 },
		    PENDING_POLAR, "Claro|No|Quiz\xc3\xa1s|" },
		{ "choice, as text", { &choice }, { 1 }, PENDING_CHOICE,
		    "Card & cash|Talk to a person|" },
		{ "yes and no of a choice are just words", { &word_yes }, { 1 },
		    PENDING_CHOICE, "yes|no|" },
		{ "two lists with a statement between", { &choice, &plain, &choice },
		    { 1, 3, 3 }, PENDING_CHOICE,
		    "Card & cash|Talk to a person|Card & cash|Talk to a person|" },
		{ "two yes/no questions", { &polar, &polar }, { 1, 3 }, PENDING_POLAR,
		    "S\xc3\xad|No|S\xc3\xad|No|" },
		{ "mixed", { &choice, &polar }, { 1, 3 }, PENDING_CHOICE,
		    "Card & cash|Talk to a person|S\xc3\xad|No|" },
	};
	struct stage s;

	stage_init(&s);
	render_init();
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
		struct options o = { .arena = a,
			.lang = cfg_lang(conf_cfg(s.conf, CONF_PREPRODUCTION)) };
		struct pending p;

		for (size_t k = 0; k < 3 && t[i].answers[k] != NULL; k++) {
			struct numbered n = options_add(&o, t[i].answers[k]);

			cr_expect_eq(
			    n.first, t[i].first[k], "%s: answer %zu", t[i].name, k);
			cr_expect_eq(n.n, t[i].answers[k]->n_options, "%s", t[i].name);
		}
		p = options_pending(&o);
		for (size_t k = 0; k < p.n; k++)
			buf_printf(&got, "%s|", p.choices[k].label);
		cr_expect_eq(p.kind, t[i].kind, "%s", t[i].name);
		cr_expect_not(p.warned, "%s", t[i].name);
		cr_expect_str_eq(got.data, t[i].labels, "%s", t[i].name);
	}
	stage_fini(&s);
}
static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

/* n bytes of c. */
static const char *
fill(struct arena *a, size_t n, char c)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, c, n);
	return s;
}

static size_t
bytes_of(const struct pending *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += session_choice_bytes(&p->choices[i]);
	return n;
}

/* What is shown is kept, what has no room is not shown. */
Test(options, every_number_shown_is_kept, .init = quiet)
{
	static const struct {
		const char *name;
		size_t label, value;
		char c;
		bool all;
	} t[] = {
		{ "short ones", 20, 20, 'x', true },
		{ "as long as they may be", LIMIT_LABEL, LIMIT_OPTION_VALUE, 'x',
		    false },
		{ "values that a record escapes", 20, 300, '"', false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct bot_option many[LIMIT_OPTIONS];
		struct bot_answer big = { .kind = BOT_CHOICE,
			.html = "",
			.options = many,
			.n_options = NELEMS(many) };
		struct options o = { .arena = a };
		struct numbered n;
		struct pending p;

		for (size_t k = 0; k < NELEMS(many); k++)
			many[k] =
			    (struct bot_option){ .label = fill(a, t[i].label, 'l'),
				    .value = fill(a, t[i].value, t[i].c) };
		n = options_add(&o, &big);
		p = options_pending(&o);
		cr_expect_eq(n.n, p.n, "%s", t[i].name);
		cr_expect_eq(p.n == NELEMS(many), t[i].all, "%s: %zu", t[i].name, p.n);
		cr_expect_gt(p.n, 20u, "%s", t[i].name);
		cr_expect_leq(
		    bytes_of(&p), (size_t)LIMIT_PENDING_BYTES, "%s", t[i].name);
		n = options_add(&o, &big);
		cr_expect_eq(n.first, p.n + 1, "%s", t[i].name);
	}
}

/* A page of n bytes of HTML that one may cut between any two units. */
static struct bot_page
page(struct arena *a, size_t n, const char *unit)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1 << 20);

	while (b.len + strlen(unit) <= n)
		buf_str(&b, unit);
	return (
	    struct bot_page){ "Title", arena_strndup(a, b.data, b.len), "", "code" };
}

Test(options, long_pages_are_cut, .init = quiet)
{
	static const struct {
		const char *name, *unit, *end; /* what the text may end with */
		size_t bytes[3];
		bool cut[3];
	} t[] = {
		{ "all fit", "x", "x", { 5000, 6000, 7000 }, { false } },
		{ "all are long", "x", "x", { 90000, 90000, 90000 },
		    { true, true, true } },
		{ "who needs less leaves more", "x", "x", { 100, 100, 20000 },
		    { false } },
		{ "not in a tag", "<b class=\"a\">", ">", { 90000, 10, 0 }, { true } },
		{ "not in an entity", "&eacute;", ";", { 90000, 10, 0 }, { true } },
		{ "not in a character", "\xe2\x82\xac", "\xe2\x82\xac",
		    { 90000, 10, 0 }, { true } },
		{ "escaped in a record", "\"", "\"", { 90000, 90000, 10 },
		    { true, true } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct bot_page pages[3];
		struct bot_answer found = { .kind = BOT_PAGES,
			.html = "",
			.pages = pages,
			.n_pages = NELEMS(pages) };
		struct options o = { .arena = a };
		struct pending p;

		for (size_t k = 0; k < NELEMS(pages); k++)
			pages[k] = page(a, t[i].bytes[k], t[i].unit);
		cr_expect_eq(options_add_pages(&o, &found).n, NELEMS(pages));
		p = options_pending(&o);
		cr_expect_eq(p.kind, PENDING_PAGES);
		cr_expect_leq(
		    bytes_of(&p), (size_t)LIMIT_PENDING_BYTES, "%s", t[i].name);
		for (size_t k = 0; k < NELEMS(pages); k++) {
			const char *html = p.choices[k].html;
			const char *more = strstr(html, "\xe2\x80\xa6");

			cr_expect_eq(
			    more != NULL, t[i].cut[k], "%s, page %zu", t[i].name, k);
			cr_expect_str_eq(p.choices[k].value, "code");
			if (more == NULL)
				cr_expect_str_eq(html, pages[k].html, "%s", t[i].name);
			else
				cr_expect(strncmp(more - strlen(t[i].end), t[i].end,
					      strlen(t[i].end)) == 0,
				    "%s: %s", t[i].name, more - 8);
		}
	}
}

/* A question that follows long pages has room. */
Test(options, long_pages_leave_room_for_a_question, .init = quiet)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct bot_page pages[2] = { page(a, 90000, "x"), page(a, 90000, "x") };
	struct bot_answer found = {
		.kind = BOT_PAGES, .html = "", .pages = pages, .n_pages = NELEMS(pages)
	};
	struct options o = { .arena = a };

	(void)options_add_pages(&o, &found);
	cr_expect_eq(options_add(&o, &choice).n, 2u);
	cr_expect_eq(options_pending(&o).kind, PENDING_CHOICE);
}

/* The bot forgets what its options are worth when it is asked something else first. */
Test(options, by_label, .init = quiet)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct options o = { .arena = a, .by_label = true };
	struct pending p;

	(void)options_add(&o, &choice);
	o.by_label = false;
	(void)options_add(&o, &choice);
	p = options_pending(&o);
	cr_assert_eq(p.n, 4u);
	cr_expect_str_eq(p.choices[0].value, "");
	cr_expect(p.choices[0].as_text);
	cr_expect_str_eq(p.choices[2].value, "10");
	cr_expect_not(p.choices[2].as_text);
}

/* A sign that begins no tag does not swallow the page behind it. */
Test(options, a_cut_page_keeps_what_has_room, .init = quiet)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct bot_page long_text = page(a, 90000, "word ");
	struct bot_page pages[] = { { "Title", "", "", "code" },
		{ "Other", "Short", "", "code" } };
	struct bot_answer found = {
		.kind = BOT_PAGES, .html = "", .pages = pages, .n_pages = NELEMS(pages)
	};
	struct options o = { .arena = a };
	struct pending p;

	pages[0].html = arena_printf(a, "Parcels < 5 kg: %s", long_text.html);
	cr_expect_eq(options_add_pages(&o, &found).n, NELEMS(pages));
	p = options_pending(&o);
	cr_expect_gt(strlen(p.choices[0].html), (size_t)LIMIT_PENDING_BYTES / 4);
}
