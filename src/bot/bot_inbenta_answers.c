/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "bot/bot_inbenta.h"
#include "inbenta/answers.h"
#include "render/html.h"

#define BLANKS " \t\r\n"

/* Fields of a form that tell who the user is. */
#define FIRST_NAME "FIRST_NAME"
#define LAST_NAME "LAST_NAME"
#define EMAIL "EMAIL_ADDRESS"

/* And of one that becomes a ticket. */
#define INQUIRY "INQUIRY"
#define QUEUE "QUEUE"

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
			.say = o->say,
			.starts_agent = o->starts_agent };
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

/* The value of a field, without blanks around it; "" when there is none. */
static const char *
field_of(const struct inbenta_form *from, const char *name, struct arena *a)
{
	for (size_t i = 0; i < from->n; i++) {
		const char *v = from->fields[i].value;
		size_t n;

		if (strcmp(from->fields[i].name, name) != 0)
			continue;
		v += strspn(v, BLANKS);
		n = strlen(v);
		while (n > 0 && strchr(BLANKS, v[n - 1]) != NULL)
			n--;
		return arena_strndup(a, v, n);
	}
	return "";
}

static bool
is_of_user(const char *name)
{
	return strcmp(name, FIRST_NAME) == 0 || strcmp(name, LAST_NAME) == 0 ||
	    strcmp(name, EMAIL) == 0;
}

static const char *
name_of(const struct inbenta_form *from, struct arena *a)
{
	const char *first = field_of(from, FIRST_NAME, a);
	const char *last = field_of(from, LAST_NAME, a);
	const char *gap = first[0] != '\0' && last[0] != '\0' ? " " : "";

	return arena_printf(a, "%s%s%s", first, gap, last);
}

/* Source: Inbenta, "Chatbot API: escalation forms". */
static const struct bot_form *
translate_form(const struct inbenta_form *from, struct arena *a)
{
	struct bot_field *fields;
	struct bot_form *to;

	if (from == NULL)
		return NULL;
	to = arena_alloc(a, sizeof(*to));
	to->name = name_of(from, a);
	to->contact = field_of(from, EMAIL, a);
	fields = arena_alloc(a, from->n * sizeof(*fields));
	for (size_t i = 0; i < from->n; i++)
		if (!is_of_user(from->fields[i].name))
			fields[to->n++] = (struct bot_field){ from->fields[i].name,
				from->fields[i].value };
	to->fields = fields;
	return to;
}

/* Digits alone; 0 for anything else: the office's own default. */
static int64_t
number_of(const char *text)
{
	int64_t n = 0;

	if (strlen(text) > 9)
		return 0;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		n = n * 10 + (*text - '0');
	}
	return n;
}

static const struct bot_ticket *
translate_ticket(const struct inbenta_form *from, struct arena *a)
{
	struct bot_ticket *to;

	if (from == NULL)
		return NULL;
	to = arena_alloc(a, sizeof(*to));
	*to = (struct bot_ticket){ .name = name_of(from, a),
		.contact = field_of(from, EMAIL, a),
		.inquiry = field_of(from, INQUIRY, a),
		.queue = number_of(field_of(from, QUEUE, a)) };
	return to;
}

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
			LOG(LOG_WARN, "bot", "page that shows nothing left out",
			    LH("give the content a title in Inbenta's backstage"));
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
		.no_results = from->no_results,
		.escalate = from->escalate,
		.offers_agent = from->offers_agent,
		.wants_agent = from->wants_agent,
		.form = translate_form(from->form, a),
		.ticket = translate_ticket(from->ticket, a) };
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
