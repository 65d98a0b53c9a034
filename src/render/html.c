/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML to the text a phone shows; each rule has its pair in tests/golden/html.
 *
 *   bytes -> markup_tidy -> markup_clean -> libxml2 -> here: what a tag means -> pen
 *
 * Text without a tag or a reference goes from the first step to the last. A new kind of
 * element is a row in elements.c and a case in tag_start().
 */
#include "config.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "render/elements.h"
#include "render/html.h"
#include "render/link.h"
#include "render/markup.h"
#include "render/page.h"

enum {
	MAX_SOURCE = LIMIT_HTML,
	MAX_NUMBER = 1000000, /* of a list's start */
	GROWTH = 8 /* markup_clean() writes at most this many times its source */
};

#define FRAME_OPEN "<html><body>"
#define FRAME_CLOSE "</body></html>"

static enum emphasis
emphasis_of(enum role role)
{
	return role == ROLE_BOLD  ? EMPH_BOLD
	    : role == ROLE_ITALIC ? EMPH_ITALIC
				  : EMPH_STRIKE;
}

static const char *
attribute(const xmlChar **attrs, const char *name)
{
	for (; attrs != NULL && attrs[0] != NULL; attrs += 2)
		if (strcmp((const char *)attrs[0], name) == 0)
			return attrs[1] != NULL ? (const char *)attrs[1] : "";
	return NULL;
}

static void
list_open(struct page *p, bool ordered, const char *start)
{
	long first = start != NULL ? strtol(start, NULL, 10) : 1;

	if (first < -MAX_NUMBER || first > MAX_NUMBER || (first == 0 && *start != '0'))
		first = 1;
	if (p->n_lists < PAGE_LISTS)
		p->lists[p->n_lists] = (struct list){ ordered, first };
	p->n_lists++;
	pen_line(&p->pen);
}

static void
list_close(struct page *p)
{
	if (p->n_lists > 0)
		p->n_lists--;
	pen_prefix(&p->pen, "");
	pen_line(&p->pen);
}

static void
item_open(struct page *p)
{
	size_t depth = p->n_lists < PAGE_LISTS ? p->n_lists : PAGE_LISTS;
	struct list *list = depth > 0 ? &p->lists[depth - 1] : NULL;
	char prefix[PEN_PREFIX_SIZE] = "- ";

	if (list != NULL && list->ordered)
		snprintf(prefix, sizeof(prefix), "%ld. ", list->next++);
	pen_line(&p->pen);
	pen_prefix(&p->pen, p->label ? "" : prefix);
}

static void
item_close(struct page *p)
{
	pen_prefix(&p->pen, ""); /* an item without text leaves no mark */
	pen_line(&p->pen);
}

static enum media_kind
medium_of(enum role role)
{
	return role == ROLE_VIDEO ? MEDIA_VIDEO
	    : role == ROLE_AUDIO  ? MEDIA_AUDIO
				  : MEDIA_FRAME;
}

static void
source_start(struct page *p, enum role role, const char *src)
{
	if (p->in_box)
		page_box_source(p, src);
	else if (role == ROLE_EMBED)
		page_medium(p, MEDIA_FRAME, src);
}

static void
tag_start(struct page *p, const struct element *el, const xmlChar **attrs)
{
	switch (el->role) {
	case ROLE_BLOCK:
	case ROLE_RULE:
		pen_block(&p->pen);
		break;
	case ROLE_BREAK:
		pen_break(&p->pen);
		break;
	case ROLE_ITEM:
		item_open(p);
		break;
	case ROLE_UNORDERED:
	case ROLE_ORDERED:
		list_open(p, el->role == ROLE_ORDERED, attribute(attrs, "start"));
		break;
	case ROLE_ROW:
		pen_cell_end(&p->pen);
		pen_line(&p->pen);
		break;
	case ROLE_CELL:
		pen_cell(&p->pen);
		break;
	case ROLE_LINK:
		page_link_open(p, attribute(attrs, "href"));
		break;
	case ROLE_BOLD:
	case ROLE_ITALIC:
	case ROLE_STRIKE:
		pen_emphasis(&p->pen, emphasis_of(el->role), true);
		break;
	case ROLE_IMAGE:
		page_medium(p, MEDIA_IMAGE, attribute(attrs, "src"));
		break;
	case ROLE_FRAME:
	case ROLE_OBJECT:
	case ROLE_VIDEO:
	case ROLE_AUDIO:
		page_box_open(p, medium_of(el->role),
		    attribute(attrs, el->role == ROLE_OBJECT ? "data" : "src"));
		break;
	case ROLE_SOURCE:
	case ROLE_EMBED:
		source_start(p, el->role, attribute(attrs, "src"));
		break;
	case ROLE_HIDDEN:
	case ROLE_HEAD:
	case N_ROLES:
		break; /* markup_clean() took them */
	}
}

static void
tag_end(struct page *p, const struct element *el)
{
	switch (el->role) {
	case ROLE_BLOCK:
		pen_block(&p->pen);
		break;
	case ROLE_ITEM:
		item_close(p);
		break;
	case ROLE_UNORDERED:
	case ROLE_ORDERED:
		list_close(p);
		break;
	case ROLE_ROW:
		pen_cell_end(&p->pen);
		pen_line(&p->pen);
		break;
	case ROLE_CELL:
		pen_cell_end(&p->pen);
		break;
	case ROLE_LINK:
		page_link_close(p);
		break;
	case ROLE_FRAME:
	case ROLE_OBJECT:
	case ROLE_VIDEO:
	case ROLE_AUDIO:
		page_box_close(p);
		break;
	case ROLE_BOLD:
	case ROLE_ITALIC:
	case ROLE_STRIKE:
		pen_emphasis(&p->pen, emphasis_of(el->role), false);
		break;
	case ROLE_BREAK:
	case ROLE_RULE:
	case ROLE_IMAGE:
	case ROLE_SOURCE:
	case ROLE_EMBED:
	case ROLE_HIDDEN:
	case ROLE_HEAD:
	case N_ROLES:
		break; /* they have no end, or markup_clean() took it */
	}
}

/* libxml2 tells each tag as the start of an empty element, see markup_clean(). */
static void
on_element(void *page, const xmlChar *xml_name, const xmlChar **attrs)
{
	const char *name = (const char *)xml_name;
	bool is_end = strncmp(name, MARKUP_END, strlen(MARKUP_END)) == 0;
	const struct element *el;

	if (is_end)
		name += strlen(MARKUP_END);
	el = element_find(name, strlen(name));
	if (el == NULL)
		return; /* html and body, which we added */
	if (is_end)
		tag_end(page, el);
	else
		tag_start(page, el, attrs);
}

static void
on_text(void *page, const xmlChar *text, int n)
{
	pen_text(&((struct page *)page)->pen, (const char *)text, (size_t)n);
}

/*
 * The push parser, since only it can be told beforehand that the bytes are UTF-8. The frame
 * keeps it from thinking that the document is over, after which it hears nothing more.
 */
static void
parse(struct page *p, const struct buf *markup)
{
	static const xmlSAXHandler handler = {
		.startElement = on_element,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
	};
	xmlSAXHandler copy = handler;
	htmlParserCtxtPtr ctxt =
	    htmlCreatePushParserCtxt(&copy, p, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

	if (ctxt == NULL)
		abort(); /* out of memory, as in base/xalloc.h */
	htmlCtxtUseOptions(ctxt,
	    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
		HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	htmlParseChunk(ctxt, markup->data, (int)markup->len, 0);
	htmlParseChunk(ctxt, NULL, 0, 1);
	htmlFreeParserCtxt(ctxt);
}

static void
parse_tidy(struct page *p, const struct buf *tidy)
{
	CLEANUP(buf_fini)
	struct buf markup =
	    BUF_INIT(GROWTH * tidy->len + sizeof(FRAME_OPEN FRAME_CLOSE));

	buf_str(&markup, FRAME_OPEN);
	markup_clean(&markup, tidy->data, tidy->len);
	buf_str(&markup, FRAME_CLOSE);
	assert(buf_ok(&markup));
	parse(p, &markup);
}

static void
write_page(struct page *p, const char *html, size_t len)
{
	CLEANUP(buf_fini) struct buf tidy = BUF_INIT(3 * MAX_SOURCE);

	markup_tidy(&tidy, html, len < MAX_SOURCE ? len : MAX_SOURCE);
	if (memchr(tidy.data, '<', tidy.len) == NULL &&
	    memchr(tidy.data, '&', tidy.len) == NULL)
		pen_text(&p->pen, tidy.data, tidy.len);
	else
		parse_tidy(p, &tidy);
}

static void
render(struct buf *out, const char *html, size_t len, const struct render_whole *how,
    bool label)
{
	size_t begin = out->len;
	struct page p;

	page_init(&p, out, how->style, label, how->media);
	p.pen.raw_marks = how->raw_marks;
	if (how->italic)
		pen_hold(&p.pen, EMPH_ITALIC);
	write_page(&p, html, len);
	page_fini(&p);
	/* What nobody sees would be an empty message. */
	if (!utf8_shows(out->data + begin, out->len - begin))
		buf_truncate(out, begin);
}

/* Whether the text ends with "(target)", being a link itself. */
static bool
ends_with_link(const struct buf *text, const char *target)
{
	size_t n = strlen(target);
	const char *end = text->data + text->len;

	return text->len >= n + 2 && end[-1] == ')' && *(end - n - 2) == '(' &&
	    memcmp(end - n - 1, target, n) == 0;
}

/* As page_link_close(), for all that stands in out from `begin`. */
static void
lead_to(struct buf *out, size_t begin, const struct buf *plain, const char *url)
{
	CLEANUP(buf_fini) struct buf target = BUF_INIT((size_t)2 * LIMIT_URL);
	enum link_kind kind = link_target(url, &target);
	/* The second: a medium that is shown as its address. */
	bool says = link_says(kind, plain->data, target.data) ||
	    link_says(kind, out->data + begin, target.data);

	if (kind == LINK_NONE || ends_with_link(plain, target.data) ||
	    (says && kind != LINK_URL))
		return;
	if (says)
		buf_truncate(out, begin);
	if (out->len == begin)
		buf_str(out, target.data);
	else
		buf_printf(out, " (%s)", target.data);
}

void
render_whole(
    struct buf *out, const char *html, size_t len, const struct render_whole *how)
{
	static const struct render_whole plainly = { .style = RENDER_PLAIN };
	CLEANUP(buf_fini) struct buf plain = BUF_INIT((size_t)2 * MAX_SOURCE);
	size_t begin = out->len;

	render(out, html, len, how, false);
	if (how->url == NULL)
		return;
	render(&plain, html, len, &plainly, false);
	lead_to(out, begin, &plain, how->url);
}

void
render_init(void)
{
	xmlInitParser();
}

void
render_html(struct buf *out, const char *html, size_t len, enum render_style style,
    struct render_media *media)
{
	const struct render_whole how = { .style = style, .media = media };

	render(out, html, len, &how, false);
}

void
render_label(struct buf *out, const char *html, size_t len)
{
	static const struct render_whole plainly = { .style = RENDER_PLAIN };

	render(out, html, len, &plainly, true);
}
