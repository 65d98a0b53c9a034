/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "render/html.h"
#include "render/pen.h"

/* A piece of HTML on its way to text: what its tags have opened. Inside of render only. */

#define PAGE_LISTS 64 /* deeper ones are numbered on as the last of these */

struct list {
	bool ordered;
	long next;
};

struct page {
	struct pen pen;
	bool label; /* one line of text: no lists, links, media */

	struct list lists[PAGE_LISTS];
	size_t n_lists;

	/* The link that is open, when href is not NULL. */
	char *href;
	struct buf link_text;
	const char *link_medium; /* the first that it shows; NULL: none */

	struct render_media *media; /* NULL: none are wanted */
	/* The frame, video… that is open: its address, or that of the first source. */
	bool in_box;
	enum media_kind box_kind;
	char *box_src;
	/* What came to nothing. */
	struct {
		size_t inlined, too_long, too_many;
	} lost;
};

void page_init(struct page *p, struct buf *out, enum render_style style, bool label,
    struct render_media *media);
void page_fini(struct page *p); /* tells the log what was lost */

/* A link ends the one before; href may be NULL. */
void page_link_open(struct page *p, const char *href);
void page_link_close(struct page *p);

/* Something to be seen or heard, at an address as written; NULL: nowhere. */
void page_medium(struct page *p, enum media_kind kind, const char *src);

/*
 * The same for an element that may name its address inside: once it is closed, the first
 * address counts.
 */
void page_box_open(struct page *p, enum media_kind kind, const char *src);
void page_box_source(struct page *p, const char *src);
void page_box_close(struct page *p);

#endif
