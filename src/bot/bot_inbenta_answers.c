/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "bot/bot_inbenta.h"
#include "inbenta/answers.h"
#include "render/html.h"

static const enum bot_kind kinds[] = { [INBENTA_ANSWER] = BOT_ANSWER,
	[INBENTA_POLAR] = BOT_POLAR,
	[INBENTA_CHOICE] = BOT_CHOICE,
	[INBENTA_LIST] = BOT_LIST,
	[INBENTA_DATE] = BOT_DATE,
	[INBENTA_TEXT] = BOT_TEXT,
	[INBENTA_PAGES] = BOT_PAGES };

static const struct bot_option *
translate_options(const struct inbenta_answer *from, struct arena *a)
{
	struct bot_option *to;

	if (from->n_options == 0)
		return NULL;
	to = arena_alloc(a, from->n_options * sizeof(*to));
	for (size_t i = 0; i < from->n_options; i++) {
		const struct inbenta_option *o = &from->options[i];

		to[i] = (struct bot_option){ .label = o->label,
			.value = o->value != NULL ? o->value : "",
			.as_text = o->as_text,
			.say = o->say };
	}
	return to;
}

/* A related content is asked for by its title. */
static const struct bot_option *
translate_related(const struct inbenta_answer *from, struct arena *a)
{
	struct bot_option *to;

	if (from->n_related == 0)
		return NULL;
	to = arena_alloc(a, from->n_related * sizeof(*to));
	for (size_t i = 0; i < from->n_related; i++)
		to[i] = (struct bot_option){
			.label = from->related[i], .value = "", .as_text = true
		};
	return to;
}

/* --- pages -------------------------------------------------------------------------------- */

/* The first line of a text, as HTML. */
static const char *
first_line(const char *text, struct arena *a)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(6 * LIMIT_LABEL);
	size_t n = strcspn(text, "\n");

	if (n > LIMIT_LABEL)
		n = LIMIT_LABEL;
	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	buf_xml(&html, text, n);
	return arena_strdup(a, html.data);
}

static bool
shows_nothing(enum media_kind kind, const char *url)
{
	(void)kind;
	(void)url;
	return false;
}

/*
 * The title of a page without one: what a phone shows of its text begins with it. A picture
 * alone is its address.
 */
static const char *
title_of(const struct inbenta_page *page, struct arena *a)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2 * LIMIT_HTML);
	struct render_media media = { .arena = a, .shows = shows_nothing };

	render_html(&text, page->html, strlen(page->html), RENDER_PLAIN, &media);
	return first_line(text.len > 0 ? text.data : page->url, a);
}

static void
translate_pages(
    const struct inbenta_answer *from, struct arena *a, struct bot_answer *out)
{
	struct bot_page *to;

	if (from->n_pages == 0)
		return;
	to = arena_alloc(a, from->n_pages * sizeof(*to));
	for (size_t i = 0; i < from->n_pages; i++) {
		const struct inbenta_page *p = &from->pages[i];
		const char *title = p->title[0] != '\0' ? p->title : title_of(p, a);

		if (title[0] == '\0')
			LOG(LOG_WARN, "bot", "page that shows nothing left out");
		else
			to[out->n_pages++] = (struct bot_page){ .title = title,
				.html = p->html,
				.url = p->url,
				.click = p->click };
	}
	out->pages = to;
	if (out->n_pages == 0)
		out->kind = BOT_ANSWER;
}

/* --- all of it ---------------------------------------------------------------------------- */

static void
translate(const struct inbenta_answer *from, struct arena *a, struct bot_answer *out)
{
	*out = (struct bot_answer){ .kind = kinds[from->kind],
		.html = from->html,
		.options = translate_options(from, a),
		.n_options = from->n_options,
		.related_title = from->related_title,
		.related = translate_related(from, a),
		.n_related = from->n_related,
		.rate_code = from->rate_code,
		.no_results = from->no_results };
	translate_pages(from, a, out);
}

void
bot_inbenta_answers(
    const struct inbenta_answers *from, struct arena *a, struct bot_result *out)
{
	struct bot_answer *to;

	if (from->n == 0)
		return;
	to = arena_alloc(a, from->n * sizeof(*to));
	for (size_t i = 0; i < from->n; i++)
		translate(&from->list[i], a, &to[i]);
	out->answers = to;
	out->n = from->n;
}
