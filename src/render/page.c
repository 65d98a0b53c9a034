/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "render/link.h"
#include "render/media_url.h"
#include "render/page.h"

void
page_init(struct page *p, struct buf *out, enum render_style style, bool label,
    struct render_media *media)
{
	*p = (struct page){ .label = label, .link_text = BUF_INIT(2 * LIMIT_URL) };
	p->media = label ? NULL : media;
	pen_init(&p->pen, out, style, label);
}

void
page_fini(struct page *p)
{
	page_box_close(p);
	page_link_close(p);
	pen_fini(&p->pen);
	buf_fini(&p->link_text);
	if (p->lost.inlined + p->lost.too_long + p->lost.too_many > 0)
		LOG(LOG_WARN, "render", "media left out",
		    LI("inlined", p->lost.inlined), LI("too_long", p->lost.too_long),
		    LI("too_many", p->lost.too_many),
		    LH("use fewer pictures, at addresses of the web, in the content "
		       "in Inbenta's backstage"));
}

void
page_link_open(struct page *p, const char *href)
{
	page_link_close(p);
	if (href == NULL || p->label)
		return;
	p->href = xstrdup(href);
	p->pen.copy = &p->link_text;
	pen_place(&p->pen);
}

/* Whether the link leads to the medium that is shown in its place. */
static bool
is_medium(const struct page *p, const char *target)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_URL);
	CLEANUP(buf_fini) struct buf url = BUF_INIT(LIMIT_URL);

	return p->link_medium != NULL &&
	    media_url(target, &text, &url) == MEDIA_URL_OK &&
	    link_says(LINK_URL, p->link_medium, url.data);
}

void
page_link_close(struct page *p)
{
	CLEANUP(freep) char *href = p->href;
	CLEANUP(buf_fini) struct buf target = BUF_INIT(LIMIT_HTML);
	bool is_long = !buf_ok(&p->link_text);
	bool has_text = p->link_text.len > 0 || is_long;
	enum link_kind kind;

	if (href == NULL)
		return;
	p->href = NULL;
	p->pen.copy = NULL;
	kind = link_target(href, &target);
	if (kind == LINK_NONE) {
		/* Its text stands there already. */
	} else if (!has_text) {
		if (!is_medium(p, target.data))
			pen_text(&p->pen, target.data, target.len);
	} else if (is_long || !link_says(kind, p->link_text.data, target.data)) {
		pen_suffix(&p->pen, " (", 2);
		pen_suffix(&p->pen, target.data, target.len);
		pen_suffix(&p->pen, ")", 1);
	} else if (kind == LINK_URL) {
		pen_replace(&p->pen, target.data, target.len);
	}
	p->link_medium = NULL;
	buf_reset(&p->link_text);
}

/* The place of a URL among those that go along; NULL when there are too many. */
static const char *
keep_url(struct render_media *m, const char *url)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->urls[i], url) == 0)
			return m->urls[i];
	if (m->n == LIMIT_ANSWER_MEDIA)
		return NULL;
	if (m->urls == NULL)
		m->urls =
		    arena_alloc(m->arena, LIMIT_ANSWER_MEDIA * sizeof(m->urls[0]));
	return m->urls[m->n++] = arena_strdup(m->arena, url);
}

static void
place_medium(
    struct page *p, enum media_kind kind, const struct buf *text, const char *url)
{
	const char *kept;

	if (!p->media->shows(kind, url) ||
	    (p->media->may != NULL && !p->media->may(url))) {
		pen_blank(&p->pen);
		pen_text(&p->pen, text->data, text->len);
		pen_gap(&p->pen);
		return;
	}
	pen_gap(&p->pen);
	kept = keep_url(p->media, url);
	if (kept == NULL)
		p->lost.too_many++;
	else if (p->href != NULL && p->link_medium == NULL)
		p->link_medium = kept;
}

void
page_medium(struct page *p, enum media_kind kind, const char *src)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT((size_t)2 * LIMIT_URL);
	CLEANUP(buf_fini) struct buf url = BUF_INIT(LIMIT_URL);

	if (p->media == NULL || src == NULL)
		return;
	switch (media_url(src, &text, &url)) {
	case MEDIA_URL_OK:
		place_medium(p, kind, &text, url.data);
		break;
	case MEDIA_URL_INLINE:
		p->lost.inlined++;
		break;
	case MEDIA_URL_LONG:
		p->lost.too_long++;
		break;
	case MEDIA_URL_NONE:
		LOG(LOG_DEBUG, "render", "no address of the web", LS("src", src));
		break;
	}
}

void
page_box_open(struct page *p, enum media_kind kind, const char *src)
{
	page_box_close(p);
	p->in_box = true;
	p->box_kind = kind;
	p->box_src = src != NULL ? xstrdup(src) : NULL;
}

void
page_box_source(struct page *p, const char *src)
{
	if (p->in_box && p->box_src == NULL && src != NULL)
		p->box_src = xstrdup(src);
}

void
page_box_close(struct page *p)
{
	CLEANUP(freep) char *src = p->box_src;

	p->in_box = false;
	p->box_src = NULL;
	page_medium(p, p->box_kind, src);
}
