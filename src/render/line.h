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

struct line {
	struct buf *out;
	enum render_style style;
	bool one_line; /* line breaks become blanks */
	struct buf
	    *copy; /* the visible text without markers goes here too, unless NULL */

	size_t begin; /* where our text begins in out */
	size_t breaks; /* wished line breaks */
	bool blank; /* a wished blank; counts only without a line break */
	bool moved; /* it was the last thing of an emphasis */
	char prefix[LINE_PREFIX_SIZE]; /* of a list item that has no text yet */
	struct marks wished, written;
	unsigned open[N_EMPHASES], serial;

	bool place_wanted; /* line_rewind() will go to the next visible character */
	size_t place;
	struct marks place_marks;
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

/* Remembers where the next visible character goes; line_rewind() takes back all since. */
void line_place(struct line *l);
void line_rewind(struct line *l);

/* Appends text to the last visible character, before any blank or break wished meanwhile. */
void line_suffix(struct line *l, const char *s, size_t n);

#endif
