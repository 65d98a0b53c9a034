/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_LINE_H
#define RENDER_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "render/html.h"

/*
 * Writes lines of text: blanks, line breaks and emphasis are first wished, and come out
 * only when a visible character follows. So nothing trails, markers hug their text, and
 * the order in which HTML closes its elements does not matter.
 */
enum emphasis { EMPH_BOLD, EMPH_ITALIC, EMPH_STRIKE };
#define N_EMPHASES 3
#define LINE_PREFIX_SIZE 24

/* An emphasis that is on; serial tells `<b>a</b><b>b</b>` from `<b>ab</b>`. */
struct mark {
	enum emphasis kind;
	unsigned serial;
};

struct marks {
	struct mark at[N_EMPHASES]; /* outermost first, each kind once */
	size_t n;
};

/* What comes out before the next visible character. */
struct wishes {
	size_t breaks;
	bool blank; /* counts only without a line break */
	bool moved; /* the blank was the last thing of an emphasis */
	char prefix[LINE_PREFIX_SIZE]; /* of a list item that has no text yet */
};

struct line {
	struct buf *out;
	enum render_style style;
	bool one_line; /* line breaks become blanks */
	struct buf *copy; /* gets the visible text, too, without markers; or NULL */

	size_t begin; /* where our text begins in out */
	struct wishes wishes;
	struct marks wished, written;
	unsigned open[N_EMPHASES], serial;

	bool place_wanted; /* by line_place(), until a visible character comes */
	struct {
		size_t at;
		struct wishes wishes;
		struct marks written;
	} place;
};

/* out and what it holds stay; the text comes behind. */
void line_init(struct line *l, struct buf *out, enum render_style style, bool one_line);

/* Closes what is open. */
void line_fini(struct line *l);

/* Text; blanks count once, a line feed is a line break. Well-formed UTF-8, no other controls. */
void line_text(struct line *l, const char *s, size_t n);

void line_break(struct line *l); /* one more */
void line_block(struct line *l); /* one at least */
void line_blank(struct line *l);

/* What the next text is led by, at the begin of its line: "- ". Replaces the one before. */
void line_prefix(struct line *l, const char *prefix);

void line_emphasis(struct line *l, enum emphasis kind, bool on);

/*
 * line_place() remembers where the next visible character goes. line_replace() puts text
 * in the place of all visible characters since; there has to be one. line_suffix() puts it
 * behind the last of them. Blanks and breaks that were wished meanwhile come behind both.
 */
void line_place(struct line *l);
void line_replace(struct line *l, const char *s, size_t n);
void line_suffix(struct line *l, const char *s, size_t n);

#endif
