/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting a text into messages. One part at a time: look at as much as fits, take the best
 * place to cut, and move it to the front of an option list that would lose its question.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include <utf8proc.h>

#include "base/link.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "channel/parts.h"

/* What is still to be sent; begins and ends with a visible character. */
struct rest {
	const char *s;
	size_t n;
	size_t max_units;
};

/* The last place of each kind that is not too far; 0: none, since no part is empty. */
struct places {
	size_t empty_line, line, word; /* where the blanks begin */
	size_t full; /* the first character that does not fit */
};

/*
 * Whether the characters around pos are two as people see them; one is a blank, a bracket or
 * the beginning of a link. An accent may stand on a blank, and some signs of Arabic enclose
 * what follows them. The ends of a line are two.
 */
static bool
is_border(const struct rest *r, size_t pos)
{
	size_t begin = pos;
	uint32_t last, next;

	if (pos == 0 || pos == r->n)
		return true;
	last = utf8_before(r->s, &begin);
	next = utf8_next(r->s, r->n, &pos);
	return (utf8_is_blank(last) && utf8_is_blank(next)) ||
	    utf8proc_grapheme_break((utf8proc_int32_t)last, (utf8proc_int32_t)next);
}

/*
 * The bytes of blanks at pos, and how many line feeds are among them. One that an accent
 * stands on is none.
 */
static size_t
blanks_at(const struct rest *r, size_t pos, size_t *line_feeds)
{
	size_t end = pos;

	*line_feeds = 0;
	while (end < r->n) {
		size_t next = end;
		uint32_t c = utf8_next(r->s, r->n, &next);

		if (!utf8_is_blank(c) || !is_border(r, next))
			break;
		*line_feeds += c == '\n';
		end = next;
	}
	return end - pos;
}

/* False when all of it fits. */
static bool
find_places(const struct rest *r, struct places *p)
{
	size_t units = 0;

	*p = (struct places){ 0 };
	for (size_t pos = 0; pos < r->n;) {
		size_t line_feeds, blanks = blanks_at(r, pos, &line_feeds), next = pos;

		if (blanks > 0) {
			/* A sign that goes on over a blank does so up to the line's end. */
			if (line_feeds > 0 || is_border(r, pos))
				*(line_feeds > 1         ? &p->empty_line
					: line_feeds > 0 ? &p->line
							 : &p->word) = pos;
			next += blanks;
			units += utf8_utf16_units(r->s + pos, blanks);
		} else {
			units += utf8_next(r->s, r->n, &next) >= 0x10000 ? 2 : 1;
		}
		p->full = pos;
		if (units > r->max_units)
			return true;
		pos = next;
	}
	return false;
}

/* Whether s to s + n fits in one message; looks no farther than that. */
static bool
fits(const struct rest *r, size_t from, size_t to)
{
	size_t units = 0;

	for (size_t pos = from; pos < to && units <= r->max_units;)
		units += utf8_next(r->s, to, &pos) >= 0x10000 ? 2 : 1;
	return units <= r->max_units;
}

/* "12) …", and "12 - …" of surveys. */
static bool
is_option(const struct rest *r, size_t line)
{
	size_t i = line;

	while (i < r->n && r->s[i] >= '0' && r->s[i] <= '9')
		i++;
	return i > line && i + 1 < r->n &&
	    ((r->s[i] == ')' && r->s[i + 1] == ' ') ||
		(i + 2 < r->n && memcmp(r->s + i, " - ", 3) == 0));
}

static size_t
line_end(const struct rest *r, size_t pos)
{
	const char *lf = memchr(r->s + pos, '\n', r->n - pos);

	return lf != NULL ? (size_t)(lf - r->s) : r->n;
}

/* Where the line that holds the byte before `pos` begins. */
static size_t
line_before(const struct rest *r, size_t pos)
{
	const char *lf = pos > 1 ? memrchr(r->s, '\n', pos - 1) : NULL;

	return lf != NULL ? (size_t)(lf - r->s) + 1 : 0;
}

static bool
is_empty_line(const struct rest *r, size_t line)
{
	return line < r->n && r->s[line] == '\n';
}

/* The end of the options that begin at `line`, or a place that is too far anyway. */
static size_t
options_end(const struct rest *r, size_t line)
{
	size_t begin = line, end = line;

	while (line < r->n && is_option(r, line) && line - begin <= 4 * r->max_units) {
		end = line_end(r, line);
		line = end + 1;
	}
	return end;
}

/* Of emphasis: nothing that is seen, and what is behind it is beside what is before it. */
static bool
is_raw_mark(uint32_t c)
{
	return c > 0 && c <= RENDER_MARKS;
}

/*
 * Where the blanks that end at pos begin; pos when none are there. Never 0 when pos is behind
 * the first character as people see it, for that is no blank.
 */
static size_t
trim_before(const struct rest *r, size_t pos)
{
	size_t end = pos;

	while (pos > 0) {
		uint32_t c = utf8_before(r->s, &pos);

		if (utf8_is_blank(c))
			end = pos;
		else if (!is_raw_mark(c))
			break;
	}
	return end;
}

/*
 * A cut in front of an option leaves its question, or other options, behind. Better places
 * are, when the options and what goes with them fit in one message then: in front of the
 * question's paragraph, of its last line, of the first option. 0: there is no better one.
 */
static size_t
keep_options(const struct rest *r, size_t cut)
{
	size_t line_feeds, first = cut + blanks_at(r, cut, &line_feeds);
	size_t end, last_line, paragraph, better[3];

	if (line_feeds == 0 || !is_option(r, first))
		return 0;
	while (first > 0 && is_option(r, line_before(r, first)))
		first = line_before(r, first);
	end = options_end(r, first);
	last_line = line_before(r, trim_before(r, first));
	if (is_option(r, last_line))
		last_line = 0; /* the options of another question: these have none */
	paragraph = last_line;
	while (paragraph > 0 && !is_empty_line(r, line_before(r, paragraph)))
		paragraph = line_before(r, paragraph);
	better[0] = paragraph;
	better[1] = last_line;
	better[2] = first;
	for (size_t i = 0; i < NELEMS(better); i++)
		if (better[i] > 0 && better[i] <= cut && fits(r, better[i], end))
			return trim_before(r, better[i]);
	return 0;
}

/*
 * The last border between two characters as people see them, at most `full`. A blank in front
 * of it is part of one, as a sign goes on over it, and would be lost.
 */
static size_t
last_grapheme(const struct rest *r, size_t full)
{
	utf8proc_int32_t state = 0, before = 0;
	size_t border = 0;
	bool blank = false;

	for (size_t pos = 0; pos <= full && pos < r->n;) {
		size_t at = pos;
		uint32_t c = utf8_next(r->s, r->n, &pos);
		bool ends = at > 0 &&
		    utf8proc_grapheme_break_stateful(
			before, (utf8proc_int32_t)c, &state);

		if (ends && !blank)
			border = at;
		if (!is_raw_mark(c))
			blank = utf8_is_blank(c);
		before = (utf8proc_int32_t)c;
	}
	return border > 0 ? border : full;
}

/* Where the first link at or behind `from` and before `to` begins; `to` when there is none. */
static size_t
link_begin(const struct rest *r, size_t from, size_t to)
{
	while (from < to && !link_begins(r->s + from, r->n - from))
		from++;
	return from;
}

/*
 * Up to a blank, or behind the bracket that render puts around it; or too far anyway. Brackets
 * that open within it are its own.
 */
static size_t
link_end_near(const struct rest *r, size_t begin)
{
	size_t end = begin, open = 0, line_feeds;

	while (end < r->n && end - begin <= 4 * r->max_units &&
	    blanks_at(r, end, &line_feeds) == 0) {
		if (r->s[end] == ')' && open-- == 0)
			return begin > 0 && r->s[begin - 1] == '(' ? end + 1 : end;
		open += r->s[end] == '(';
		utf8_next(r->s, r->n, &end);
	}
	return end;
}

/*
 * In a text without a blank so far: in front of a link that would be cut but fits whole, with
 * its bracket, else between any two characters.
 */
static size_t
cut_word(const struct rest *r, size_t full)
{
	size_t begin = link_begin(r, 0, full + 1), end = begin, cut;

	while (begin <= full && (end = link_end_near(r, begin)) <= full)
		begin = link_begin(r, end, full + 1);
	cut = begin > 0 && r->s[begin - 1] == '(' ? begin - 1 : begin;
	if (begin <= full && cut > 0 && fits(r, cut, end) && is_border(r, cut))
		return cut;
	return last_grapheme(r, full);
}

/*
 * An empty line between a question and its options is no good place where some line behind it
 * is one: behind the options, or amid them when there are more than one message holds. 0: it
 * is not like that.
 */
static size_t
keep_question(const struct rest *r, const struct places *p)
{
	size_t line_feeds, first, end;

	if (p->empty_line == 0 || p->line < p->empty_line)
		return 0;
	first = p->empty_line + blanks_at(r, p->empty_line, &line_feeds);
	if (!is_option(r, first))
		return 0;
	end = options_end(r, first);
	return p->line >= end || !fits(r, first, end) ? p->line : 0;
}

static size_t
find_cut(const struct rest *r)
{
	struct places p;
	size_t cut, better;

	if (!find_places(r, &p))
		return r->n;
	if (p.empty_line > 0)
		cut = p.empty_line;
	else if (p.line > 0)
		cut = p.line;
	else if (p.word > 0)
		cut = p.word;
	else
		return cut_word(r, p.full);
	better = keep_options(r, cut);
	if (better == 0)
		better = keep_question(r, &p);
	return better > 0 ? better : cut;
}

static void
trim(struct rest *r)
{
	size_t line_feeds, blanks = blanks_at(r, 0, &line_feeds), end;

	r->s += blanks;
	r->n -= blanks;
	end = 0;
	for (size_t pos = 0; pos < r->n;) {
		uint32_t c = utf8_next(r->s, r->n, &pos);

		if (!utf8_is_blank(c))
			end = pos;
	}
	r->n = end;
}

static void
split(struct parts *parts, const char *text, size_t max_units)
{
	struct rest r = { text, strlen(text), max_units };

	trim(&r);
	while (r.n > 0) {
		size_t cut = trim_before(&r, find_cut(&r)), line_feeds;

		assert(cut > 0);
		parts_add(parts, r.s, cut);
		cut += blanks_at(&r, cut, &line_feeds);
		r.s += cut;
		r.n -= cut;
	}
}

/* A blank and what stands on it; less, and a part might be a blank. */
enum { LEAST_UNITS = 3 };

const char *const *
channel_split(const struct channel *c, struct arena *a, const char *text, size_t *n)
{
	struct parts parts = { .arena = a };
	bool has_marks = marks_any(text);
	size_t max = c->max_units;

	assert(max >= LEAST_UNITS);
	if (has_marks && utf8_utf16_units(text, strlen(text)) > max) {
		assert(max >= LEAST_UNITS + MARKS_ROOM);
		max -= MARKS_ROOM;
	}
	split(&parts, text, max);
	if (has_marks)
		marks_write(&parts);
	*n = parts.n;
	return parts.texts;
}
