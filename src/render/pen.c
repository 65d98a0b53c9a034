/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "render/pen.h"

const char render_marks[N_EMPHASES] = {
	[EMPH_BOLD] = '*',
	[EMPH_ITALIC] = '_',
	[EMPH_STRIKE] = '~',
};

void
pen_init(struct pen *p, struct buf *out, enum render_style style, bool one_line)
{
	*p = (struct pen){ .out = out, .style = style, .one_line = one_line };
	p->begin = out->len;
}

static void
write_marker(struct pen *p, enum emphasis kind)
{
	buf_chr(p->out, p->raw_marks ? (char)(1 + kind) : render_marks[kind]);
}

static void
close_down_to(struct pen *p, size_t keep)
{
	while (p->written.n > keep)
		write_marker(p, p->written.at[--p->written.n].kind);
}

void
pen_fini(struct pen *p)
{
	close_down_to(p, 0);
}

static void
open_wished(struct pen *p)
{
	while (p->written.n < p->wished.n) {
		struct mark m = p->wished.at[p->written.n];

		p->written.at[p->written.n++] = m;
		write_marker(p, m.kind);
	}
}

/* How many of the written markers go on. Without a blank between, `**` would be no marker. */
static size_t
common(const struct pen *p)
{
	size_t i = 0;

	while (i < p->written.n && i < p->wished.n &&
	    p->written.at[i].kind == p->wished.at[i].kind &&
	    (p->written.at[i].serial == p->wished.at[i].serial || !p->wishes.blank))
		i++;
	return i;
}

static bool
is_punctuation(uint32_t c)
{
	return c < 0x80 && c != 0 && strchr(",.;:!?", (int)c) != NULL;
}

static void
write_separator(struct pen *p, const char *separator)
{
	buf_str(p->out, separator);
	if (p->copy != NULL && p->copy->len > 0)
		buf_chr(p->copy, ' ');
}

/* Whether a blank is not wanted in front of punctuation. */
static bool
lets_go(const struct wishes *w, bool closes)
{
	return w->weak || (w->moved && closes);
}

/* All that was wished comes out, for the visible character c. */
static void
settle(struct pen *p, uint32_t c)
{
	struct wishes *w = &p->wishes;
	size_t keep, before = p->written.n;

	if (p->place_wanted) {
		p->place_wanted = false;
		p->place.at = p->out->len;
		p->place.wishes = *w;
		p->place.written = p->written;
	}
	if (p->out->len == p->begin) {
		w->breaks = 0;
		w->blank = false;
	}
	if (w->breaks > 0 && p->one_line) {
		w->breaks = 0;
		w->blank = true;
	}
	keep = w->breaks > 0 ? 0 : common(p);
	close_down_to(p, keep);
	if (w->breaks > 0)
		/* As the template this replaces: one empty line in a row is dropped. */
		write_separator(p, w->breaks > 2 ? "\n\n" : "\n");
	else if (w->blank && !(lets_go(w, keep < before) && is_punctuation(c)))
		write_separator(p, " ");
	if (p->cell == CELL_EMPTY)
		p->cell = CELL_LINE;
	else if (p->cell == CELL_LINE && w->breaks > 0)
		p->cell = CELL_LINES;
	buf_str(p->out, w->prefix);
	open_wished(p);
	*w = (struct wishes){ 0 };
}

void
pen_text(struct pen *p, const char *s, size_t n)
{
	for (size_t pos = 0; pos < n;) {
		size_t from = pos;
		uint32_t c = utf8_next(s, n, &pos);

		if (c == '\n' || c == 0x2028 || c == 0x2029) {
			pen_break(p);
		} else if (c == 0xfeff) {
			continue; /* no width: a blank in its place would cut a word */
		} else if (utf8_is_blank(c)) {
			pen_blank(p);
			p->wishes.held |= c == 0xa0;
		} else {
			settle(p, c);
			buf_add(p->out, s + from, pos - from);
			if (p->copy != NULL)
				buf_add(p->copy, s + from, pos - from);
		}
	}
}

void
pen_break(struct pen *p)
{
	p->wishes.breaks++;
	p->wishes.held = false;
}

void
pen_line(struct pen *p)
{
	if (p->cell == CELL_EMPTY)
		p->cell = CELL_LINES;
	if (p->wishes.breaks == 0 || p->wishes.held)
		pen_break(p);
}

void
pen_block(struct pen *p)
{
	if (p->cell != CELL_EMPTY)
		pen_line(p);
}

void
pen_cell(struct pen *p)
{
	pen_cell_end(p);
	p->cell = CELL_EMPTY;
}

void
pen_cell_end(struct pen *p)
{
	if (p->cell == CELL_LINE && p->wishes.breaks == 1)
		p->wishes.breaks = 0;
	p->cell = CELL_NONE;
	pen_blank(p);
}

void
pen_blank(struct pen *p)
{
	bool inside = p->wished.n > 0;

	p->wishes.moved = inside && (p->wishes.moved || !p->wishes.blank);
	p->wishes.blank = true;
	p->wishes.weak = false;
}

void
pen_gap(struct pen *p)
{
	pen_blank(p);
	p->wishes.weak = true;
}

void
pen_prefix(struct pen *p, const char *prefix)
{
	snprintf(p->wishes.prefix, sizeof(p->wishes.prefix), "%s", prefix);
}

static void
wish_no_more(struct marks *m, enum emphasis kind)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->at[i].kind != kind)
			m->at[kept++] = m->at[i];
	m->n = kept;
}

void
pen_emphasis(struct pen *p, enum emphasis kind, bool on)
{
	if (p->style == RENDER_PLAIN)
		return;
	if (on) {
		if (p->open[kind]++ == 0)
			p->wished.at[p->wished.n++] =
			    (struct mark){ kind, ++p->serial };
	} else if (p->open[kind] > p->held[kind] && --p->open[kind] == 0) {
		wish_no_more(&p->wished, kind);
	}
}

void
pen_hold(struct pen *p, enum emphasis kind)
{
	pen_emphasis(p, kind, true);
	p->held[kind] = p->style != RENDER_PLAIN;
}

void
pen_place(struct pen *p)
{
	p->place_wanted = true;
}

void
pen_replace(struct pen *p, const char *s, size_t n)
{
	struct wishes later = p->wishes;

	buf_truncate(p->out, p->place.at);
	p->written = p->place.written;
	p->wishes = p->place.wishes;
	pen_text(p, s, n);
	p->wishes = later;
}

void
pen_suffix(struct pen *p, const char *s, size_t n)
{
	struct wishes later = p->wishes;

	p->wishes = (struct wishes){ 0 };
	pen_text(p, s, n);
	p->wishes = later;
}
