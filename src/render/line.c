/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "render/line.h"

static const char markers[N_EMPHASES] = {
	[EMPH_BOLD] = '*',
	[EMPH_ITALIC] = '_',
	[EMPH_STRIKE] = '~',
};

void
line_init(struct line *l, struct buf *out, enum render_style style, bool one_line)
{
	*l = (struct line){ .out = out, .style = style, .one_line = one_line };
	l->begin = out->len;
}

static void
close_down_to(struct line *l, size_t keep)
{
	while (l->written.n > keep)
		buf_chr(l->out, markers[l->written.at[--l->written.n].kind]);
}

void
line_fini(struct line *l)
{
	close_down_to(l, 0);
}

static void
open_wished(struct line *l)
{
	while (l->written.n < l->wished.n) {
		struct mark m = l->wished.at[l->written.n];

		l->written.at[l->written.n++] = m;
		buf_chr(l->out, markers[m.kind]);
	}
}

/* How many of the written markers go on. Without a blank between, `**` would be no marker. */
static size_t
common(const struct line *l)
{
	size_t i = 0;

	while (i < l->written.n && i < l->wished.n &&
	    l->written.at[i].kind == l->wished.at[i].kind &&
	    (l->written.at[i].serial == l->wished.at[i].serial || !l->wishes.blank))
		i++;
	return i;
}

static bool
is_punctuation(uint32_t c)
{
	return c < 0x80 && c != 0 && strchr(",.;:!?", (int)c) != NULL;
}

static void
write_separator(struct line *l, const char *separator)
{
	buf_str(l->out, separator);
	if (l->copy != NULL && l->copy->len > 0)
		buf_chr(l->copy, ' ');
}

/* All that was wished comes out, for the visible character c. */
static void
settle(struct line *l, uint32_t c)
{
	struct wishes *w = &l->wishes;
	size_t keep, before = l->written.n;

	if (l->place_wanted) {
		l->place_wanted = false;
		l->place.at = l->out->len;
		l->place.wishes = *w;
		l->place.written = l->written;
	}
	if (l->out->len == l->begin) {
		w->breaks = 0;
		w->blank = false;
	}
	if (w->breaks > 0 && l->one_line) {
		w->breaks = 0;
		w->blank = true;
	}
	keep = w->breaks > 0 ? 0 : common(l);
	close_down_to(l, keep);
	if (w->breaks > 0)
		/* As the template this replaces: one empty line in a row is dropped. */
		write_separator(l, w->breaks > 2 ? "\n\n" : "\n");
	else if (w->blank && !(w->moved && keep < before && is_punctuation(c)))
		write_separator(l, " ");
	buf_str(l->out, w->prefix);
	open_wished(l);
	*w = (struct wishes){ 0 };
}

void
line_text(struct line *l, const char *s, size_t n)
{
	for (size_t pos = 0; pos < n;) {
		size_t from = pos;
		uint32_t c = utf8_next(s, n, &pos);

		if (c == '\n' || c == 0x2028 || c == 0x2029) {
			line_break(l);
		} else if (c == 0xfeff) {
			continue; /* no width: a blank in its place would cut a word */
		} else if (utf8_is_blank(c)) {
			line_blank(l);
		} else {
			settle(l, c);
			buf_add(l->out, s + from, pos - from);
			if (l->copy != NULL)
				buf_add(l->copy, s + from, pos - from);
		}
	}
}

void
line_break(struct line *l)
{
	l->wishes.breaks++;
}

void
line_block(struct line *l)
{
	if (l->wishes.breaks == 0)
		l->wishes.breaks = 1;
}

void
line_blank(struct line *l)
{
	bool inside = l->wished.n > 0;

	l->wishes.moved = inside && (l->wishes.moved || !l->wishes.blank);
	l->wishes.blank = true;
}

void
line_prefix(struct line *l, const char *prefix)
{
	snprintf(l->wishes.prefix, sizeof(l->wishes.prefix), "%s", prefix);
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
line_emphasis(struct line *l, enum emphasis kind, bool on)
{
	if (l->style == RENDER_PLAIN)
		return;
	if (on) {
		if (l->open[kind]++ == 0)
			l->wished.at[l->wished.n++] =
			    (struct mark){ kind, ++l->serial };
	} else if (l->open[kind] > 0 && --l->open[kind] == 0) {
		wish_no_more(&l->wished, kind);
	}
}

void
line_place(struct line *l)
{
	l->place_wanted = true;
}

void
line_replace(struct line *l, const char *s, size_t n)
{
	struct wishes later = l->wishes;

	buf_truncate(l->out, l->place.at);
	l->written = l->place.written;
	l->wishes = l->place.wishes;
	line_text(l, s, n);
	l->wishes = later;
}

void
line_suffix(struct line *l, const char *s, size_t n)
{
	struct wishes later = l->wishes;

	l->wishes = (struct wishes){ 0 };
	line_text(l, s, n);
	l->wishes = later;
}
