/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_HTML_H
#define RENDER_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

/* How a channel writes emphasis. */
enum render_style { RENDER_PLAIN, RENDER_WHATSAPP };

/* What shows a medium in HTML. */
enum media_kind { MEDIA_IMAGE, MEDIA_FRAME, MEDIA_VIDEO, MEDIA_AUDIO };

/*
 * Collects the media of one answer, in order, each address once, at most
 * LIMIT_ANSWER_MEDIA; what is left out is logged. Set the first members, zero the
 * others. The URLs are http or https, ASCII, at most LIMIT_URL, and live in the arena.
 */
struct render_media {
	struct arena *arena;
	/* Whether the phone shows it; what it does not show is its URL in the text. */
	bool (*shows)(enum media_kind kind, const char *url);
	/* Whether it may be shown at all, for HTML of strangers; NULL: yes. Else as above. */
	bool (*may)(const char *url);
	const char **urls;
	size_t n;
};

/*
 * Appends the text a phone shows for a piece of HTML, which may be hostile: any bytes, any
 * nesting. Blocks are lines, links "text (url)", entities characters, emphasis *_~ in
 * RENDER_WHATSAPP. Trimmed, at most one empty line in a row, UTF-8 whatever came in.
 * Media go into *media; with NULL they are left out, and no word of them said.
 * Linear in the input, of which the first LIMIT_HTML bytes are read. Never fails; out's
 * maximum cuts (buf_ok). Thread-safe after render_init(), once, before threads.
 */
void render_init(void);
void render_html(struct buf *out, const char *html, size_t len, enum render_style style,
    struct render_media *media);

/*
 * Emphasis that is not written out yet, since a cut may come between its ends: the byte
 * 1 + i stands for either end of render_marks[i]. Ends pair up within a line, innermost
 * first, and each stands right beside what it encloses.
 */
#define RENDER_MARKS 3
extern const char render_marks[RENDER_MARKS];

/* The same of a piece that is shown in a way of its own as a whole. */
struct render_whole {
	enum render_style style;
	bool italic; /* whatever its tags say; nothing in RENDER_PLAIN */
	bool raw_marks; /* see render_marks */
	const char *url; /* NULL: none. Its text leads there, as that of a link would */
	struct render_media *media;
};
void render_whole(
    struct buf *out, const char *html, size_t len, const struct render_whole *how);

/* The text of an option's label: one line, no tags, no emphasis, entities decoded. */
void render_label(struct buf *out, const char *html, size_t len);

/*
 * "1) one\n2) two", numbers from `first`, with `mark` behind each: ") ", or " - " in surveys.
 * Nothing before, nothing behind.
 */
void render_options(struct buf *out, const char *const *labels, size_t n, size_t first,
    const char *mark);

#endif
