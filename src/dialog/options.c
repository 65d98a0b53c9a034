/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "bot/bot.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/options.h"
#include "render/html.h"

char *
options_plain(struct arena *a, const char *html)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_HTML);

	render_label(&out, html, strlen(html));
	return arena_strndup(a, out.data, out.len);
}

const char *
options_word(struct arena *a, const struct lang *lang, const char *label)
{
	char *text = options_plain(a, lang_get(lang, label));
	size_t n = strlen(text);

	if (n < 3 || text[0] != '_' || text[n - 1] != '_')
		return text;
	text[n - 1] = '\0';
	return text + 1;
}

/* The two words that are keys of labels where an engine or the configuration has them. */
static bool
is_yes_no(const char *label)
{
	return strcmp(label, "yes") == 0 || strcmp(label, "no") == 0;
}

static void
make_room(struct options *o)
{
	struct choice *bigger;

	if (o->n < o->cap)
		return;
	o->cap = o->cap > 0 ? 2 * o->cap : 16;
	bigger = arena_alloc(o->arena, o->cap * sizeof(*bigger));
	if (o->n > 0)
		memcpy(bigger, o->choices, o->n * sizeof(*bigger));
	o->choices = bigger;
}

/* False when the record has no room for it. */
static bool
add(struct options *o, const struct choice *c)
{
	size_t bytes = session_choice_bytes(c);

	if (o->bytes + bytes > LIMIT_PENDING_BYTES)
		return false;
	make_room(o);
	o->choices[o->n++] = *c;
	o->bytes += bytes;
	o->polar += c->polar;
	o->kinds[c->kind]++;
	return true;
}

/* What came to o since it had `before` choices, of `wanted` ones. */
static struct numbered
added(struct options *o, size_t before, size_t wanted)
{
	size_t n = o->n - before;
	const char **labels = arena_alloc(o->arena, (n + 1) * sizeof(*labels));

	for (size_t i = 0; i < n; i++)
		labels[i] = o->choices[before + i].label;
	if (n < wanted)
		LOG(LOG_WARN, "dialog", "choices left out", LI("choices", wanted),
		    LI("shown", n), LI("bytes_max", LIMIT_PENDING_BYTES),
		    LH(HINT_CONTENT));
	return (struct numbered){ labels, n, before + 1 };
}

static struct choice
of_option(struct options *o, const struct bot_option *opt, bool polar)
{
	return (struct choice){
		.label = polar && is_yes_no(opt->label)
		    ? options_word(o->arena, o->lang, opt->label)
		    : options_plain(o->arena, opt->label),
		.value = opt->value == NULL || o->by_label ? "" : opt->value,
		.as_text = opt->as_text || o->by_label,
		.polar = polar,
		.say = opt->say,
		.to_agent = opt->starts_agent,
	};
}

struct numbered
options_add(struct options *o, const struct bot_answer *answer)
{
	size_t before = o->n;

	for (size_t i = 0; i < answer->n_options; i++) {
		const struct bot_option *opt = &answer->options[i];
		struct choice c = of_option(o, opt, answer->kind == BOT_POLAR);

		if (answer->kind == BOT_LIST)
			c.kind = CHOICE_LIST;
		if (!add(o, &c))
			break;
	}
	return added(o, before, answer->n_options);
}

struct numbered
options_add_related(struct options *o, const struct bot_answer *answer)
{
	size_t before = o->n;

	for (size_t i = 0; i < answer->n_related; i++) {
		struct choice c = of_option(o, &answer->related[i], false);

		if (!add(o, &c))
			break;
	}
	return added(o, before, answer->n_related);
}

struct numbered
options_add_ratings(struct options *o, const struct cfg_rating *ratings, size_t n)
{
	size_t before = o->n;

	for (size_t i = 0; i < n; i++) {
		const struct choice c = {
			.label = options_word(o->arena, o->lang, ratings[i].label),
			.value = "",
			.polar = is_yes_no(ratings[i].label),
			.kind = CHOICE_RATING,
			.rating = ratings[i].id,
			.comment = ratings[i].comment,
			.negative = ratings[i].is_negative,
		};

		if (!add(o, &c))
			break;
	}
	return added(o, before, n);
}

struct numbered
options_add_agent(struct options *o)
{
	const struct choice both[] = {
		{ .label = options_word(o->arena, o->lang, "yes"),
		    .value = "",
		    .polar = true,
		    .kind = CHOICE_WANTED },
		{ .label = options_word(o->arena, o->lang, "no"),
		    .value = "",
		    .polar = true,
		    .kind = CHOICE_UNWANTED },
	};
	size_t before = o->n;

	for (size_t i = 0; i < NELEMS(both); i++)
		if (!add(o, &both[i]))
			break;
	return added(o, before, NELEMS(both));
}

/* Of the room in a record: the rest is for questions that come after the pages. */
#define PAGES_BYTES ((size_t)LIMIT_PENDING_BYTES / 4 * 3)

/* Whether the '<' in front of `next` begins a tag; else it is text, as in "< 5 kg". */
static bool
begins_tag(char next)
{
	return (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
	    next == '/' || next == '!';
}

/* Where HTML may be cut that is to have at most `most` bytes as written in a record. */
static size_t
place_to_cut(const char *html, size_t most)
{
	CLEANUP(buf_fini) struct buf escaped = BUF_INIT(most);
	size_t n = strlen(html), pos = 0, end = 0;
	bool in_tag = false, in_entity = false;

	while (pos < n) {
		size_t from = pos;
		uint32_t c = utf8_next(html, n, &pos);

		buf_json(&escaped, html + from, pos - from);
		if (!buf_ok(&escaped))
			return end;
		in_tag = (c == '<' && begins_tag(html[pos])) || (in_tag && c != '>');
		in_entity = c == '&' || (in_entity && c != ';' && !utf8_is_blank(c));
		if (!in_tag && !in_entity)
			end = pos;
	}
	return n;
}

/* A page's text for which the record has room. */
static const char *
page_html(struct options *o, const struct bot_page *page, size_t most)
{
	static const char more[] = "\xe2\x80\xa6";
	size_t cut = place_to_cut(page->html, most);

	if (cut == strlen(page->html))
		return page->html;
	if (most < sizeof(more) - 1)
		return "";
	cut = place_to_cut(page->html, most - (sizeof(more) - 1));
	LOG(LOG_WARN, "dialog", "page cut", LI("bytes", strlen(page->html)),
	    LI("kept", cut), LH(HINT_CONTENT));
	return arena_printf(o->arena, "%.*s%s", (int)cut, page->html, more);
}

static struct choice
of_page(struct options *o, const struct bot_page *page)
{
	return (struct choice){
		.label = options_plain(o->arena, page->title),
		.value = page->click,
		.kind = CHOICE_PAGE,
		.html = "",
	};
}

/* How many of the pages have room, with what is written of them beside their texts. */
static size_t
pages_that_fit(struct options *o, const struct bot_answer *answer, size_t *bytes)
{
	size_t n = 0;

	*bytes = o->bytes;
	for (; n < answer->n_pages; n++) {
		const struct choice c = of_page(o, &answer->pages[n]);
		size_t more = session_choice_bytes(&c);

		if (*bytes + more > LIMIT_PENDING_BYTES)
			break;
		*bytes += more;
	}
	return n;
}

struct numbered
options_add_pages(struct options *o, const struct bot_answer *answer)
{
	size_t before = o->n, bytes, n = pages_that_fit(o, answer, &bytes);

	for (size_t i = 0; i < n; i++) {
		/* An equal share of the room; who needs less leaves more. */
		size_t share =
		    bytes < PAGES_BYTES ? (PAGES_BYTES - bytes) / (n - i) : 0;
		struct choice c = of_page(o, &answer->pages[i]);
		size_t frame = session_choice_bytes(&c);

		c.html = page_html(o, &answer->pages[i], share);
		if (!add(o, &c))
			break;
		bytes += session_choice_bytes(&c) - frame;
	}
	return added(o, before, answer->n_pages);
}

static enum pending_kind
kind_of(const struct options *o)
{
	if (o->n == 0)
		return PENDING_NONE;
	if (o->kinds[CHOICE_WANTED] > 0)
		return PENDING_ESCALATION;
	if (o->kinds[CHOICE_RATING] > 0)
		return PENDING_RATING;
	if (o->kinds[CHOICE_LIST] > 0)
		return PENDING_LIST;
	if (o->kinds[CHOICE_PAGE] == o->n)
		return PENDING_PAGES;
	return o->polar == o->n ? PENDING_POLAR : PENDING_CHOICE;
}

struct pending
options_pending(const struct options *o)
{
	return (struct pending){ .kind = kind_of(o), .choices = o->choices, .n = o->n };
}
