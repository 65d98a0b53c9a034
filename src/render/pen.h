/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_PEN_H
#define RENDER_PEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "render/html.h"

/*
 * Writes lines of text: blanks, line breaks and emphasis are first wished, and come out
 * only when a visible character follows. So nothing trails, markers hug their text, and
 * the order in which HTML closes its elements does not matter.
 */
enum emphasis {
	EMPH_BOLD,
	EMPH_ITALIC,
	EMPH_STRIKE
}; /* in the order of render_marks */
#define N_EMPHASES RENDER_MARKS
#define PEN_PREFIX_SIZE 24

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
	bool weak; /* none in front of punctuation */
	bool moved; /* the blank was the last thing of an emphasis */
	bool held; /* a no-break space stands in the last of the lines */
	char prefix[PEN_PREFIX_SIZE]; /* of a list item that has no text yet */
};

struct pen {
	struct buf *out;
	enum render_style style;
	bool raw_marks; /* see render_marks */
	bool one_line; /* line breaks become blanks */
	struct buf *copy; /* gets the visible text, too, without markers; or NULL */

	size_t begin; /* where our text begins in out */
	struct wishes wishes;
	struct marks wished, written;
	unsigned open[N_EMPHASES], serial;
	bool held[N_EMPHASES]; /* no end of an emphasis ends it */
	enum {
		CELL_NONE,
		CELL_EMPTY,
		CELL_LINE,
		CELL_LINES
	} cell; /* what it has so far */

	bool place_wanted; /* by pen_place(), until a visible character comes */
	struct {
		size_t at;
		struct wishes wishes;
		struct marks written;
	} place;
};

/* out and what it holds stay; the text comes behind. */
void pen_init(struct pen *p, struct buf *out, enum render_style style, bool one_line);

/* Closes what is open. */
void pen_fini(struct pen *p);

/* Text; blanks count once, a line feed is a line break. Well-formed UTF-8, no other controls. */
void pen_text(struct pen *p, const char *s, size_t n);

void pen_break(struct pen *p); /* one more */
void pen_line(struct pen *p); /* one at least */
void pen_block(struct pen *p); /* as pen_line(), but for the begin of a cell */
void pen_blank(struct pen *p);
void pen_gap(struct pen *p); /* something between words that cannot be shown */

/*
 * A cell of a table begins, or one ends: one blank between two. A block that opens a cell
 * stays on its line, and what closes a cell of one line does not end that line.
 */
void pen_cell(struct pen *p);
void pen_cell_end(struct pen *p);

/* What the next text is led by, at the begin of its line: "- ". Replaces the one before. */
void pen_prefix(struct pen *p, const char *prefix);

void pen_emphasis(struct pen *p, enum emphasis kind, bool on);

/* Has all that follows in this emphasis, however often it is switched off. */
void pen_hold(struct pen *p, enum emphasis kind);

/*
 * pen_place() remembers where the next visible character goes. pen_replace() puts text
 * in the place of all visible characters since; there has to be one. pen_suffix() puts it
 * behind the last of them. Blanks and breaks that were wished meanwhile come behind both.
 */
void pen_place(struct pen *p);
void pen_replace(struct pen *p, const char *s, size_t n);
void pen_suffix(struct pen *p, const char *s, size_t n);

#endif
