/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_HTML_H
#define RENDER_HTML_H

#include <stddef.h>

#include "base/buf.h"

/* How a channel writes emphasis. */
enum render_style { RENDER_PLAIN, RENDER_WHATSAPP };

/*
 * Appends the text a phone shows for a piece of HTML, which may be hostile: any bytes, any
 * nesting. Blocks are lines, links "text (url)", entities characters, emphasis *_~ in
 * RENDER_WHATSAPP. Trimmed, at most one empty line in a row, UTF-8 whatever came in.
 * Linear in the input, of which the first LIMIT_HTML bytes are read. Never fails; out's
 * maximum cuts (buf_ok). Thread-safe after render_init(), once, before threads.
 */
void render_init(void);
void render_html(
    struct buf *out, const char *html, size_t len, enum render_style style);

/* The text of an option's label: one line, no tags, no emphasis, entities decoded. */
void render_label(struct buf *out, const char *html, size_t len);

/* "1) one\n2) two", numbers from `first`; nothing before, nothing behind. */
void render_options(struct buf *out, const char *const *labels, size_t n, size_t first);

#endif
