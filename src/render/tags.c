/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "render/tags.h"

/* libxml2 compares each attribute's name with all before it; we read one of them. */
enum { MAX_ATTRS = 100 };

/* Where inside a tag we are. The values of HTML 5's tokeniser that matter here. */
enum where { AMONG_NAMES, BEFORE_VALUE, IN_VALUE, IN_DOUBLE, IN_SINGLE };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
behind_last(const char *s, size_t len, char c)
{
	const char *last = memrchr(s, c, len);

	return last != NULL ? (size_t)(last - s) + 1 : 0;
}

void
tags_init(struct tags *s, const char *src, size_t len)
{
	*s = (struct tags){ .src = src, .len = len };
	s->last_quote[0] = behind_last(src, len, '"');
	s->last_quote[1] = behind_last(src, len, '\'');
}

void
tags_fini(struct tags *s)
{
	free(s->seen);
	s->seen = NULL;
}

/* What the character at i, which ends no tag, leads to. */
static enum where
step(const struct tags *s, enum where where, size_t i)
{
	char c = s->src[i];

	switch (where) {
	case AMONG_NAMES:
		return c == '=' ? BEFORE_VALUE : AMONG_NAMES;
	case BEFORE_VALUE:
		if (is_blank(c))
			return BEFORE_VALUE;
		if (c == '"' && i + 1 < s->last_quote[0])
			return IN_DOUBLE;
		if (c == '\'' && i + 1 < s->last_quote[1])
			return IN_SINGLE;
		return IN_VALUE;
	case IN_VALUE:
		return is_blank(c) ? AMONG_NAMES : IN_VALUE;
	case IN_DOUBLE:
		return c == '"' ? AMONG_NAMES : IN_DOUBLE;
	case IN_SINGLE:
		return c == '\'' ? AMONG_NAMES : IN_SINGLE;
	}
	return where;
}

static bool
is_quoted(enum where where)
{
	return where == IN_DOUBLE || where == IN_SINGLE;
}

/*
 * The '>' that ends the tag whose name begins at `from`; false when the tag is none.
 *
 * A '<' in a quoted value does not end the search, so several searches may pass the same
 * place. Each leaves a mark for its state there: whoever comes by later in the same state
 * would fail as the first did. So five looks at a character are the most.
 */
static bool
find_end(struct tags *s, size_t from, size_t *end)
{
	enum where where = AMONG_NAMES;

	if (s->seen == NULL)
		s->seen = xcalloc(s->len, 1);
	for (size_t i = from; i < s->len; i++) {
		if (s->seen[i] & 1u << where)
			return false;
		s->seen[i] |= (unsigned char)(1u << where);
		if (!is_quoted(where) && s->src[i] == '>') {
			*end = i;
			return true;
		}
		if (!is_quoted(where) && s->src[i] == '<')
			return false;
		where = step(s, where, i);
	}
	return false;
}

/* `<!…>` without a comment, `</>` and the like: up to the '>', quotes or not. */
static bool
read_bogus(struct tags *s, struct token *t)
{
	const char *rest = t->at + 2;
	size_t left = s->len - s->pos - 2, n = 0;

	while (n < left && rest[n] != '<' && rest[n] != '>')
		n++;
	if (n == left || rest[n] == '<')
		return false;
	t->kind = TOKEN_NOTHING;
	t->len = n + 3;
	return true;
}

/* A comment without an end hides the rest, as in browsers. */
static bool
read_comment(struct tags *s, struct token *t)
{
	size_t left = s->len - s->pos;

	t->kind = TOKEN_NOTHING;
	t->len = left;
	if (left > 4 && t->at[4] == '>') {
		t->len = 5;
	} else if (left > 5 && t->at[4] == '-' && t->at[5] == '>') {
		t->len = 6;
	} else {
		const char *end = memmem(t->at + 4, left - 4, "-->", 3);
		const char *bang;

		if (end != NULL)
			t->len = (size_t)(end - t->at) + 3;
		bang = memmem(t->at + 4, t->len - 4, "--!>", 4);
		if (bang != NULL)
			t->len = (size_t)(bang - t->at) + 4;
	}
	return true;
}

/* Whether the tag `open` ("</title", "<body") stands at s, in any case. */
static bool
tag_at(const char *s, size_t left, const char *open)
{
	size_t n = strlen(open);

	return left > n && strncasecmp(s, open, n) == 0 &&
	    (is_blank(s[n]) || s[n] == '>' || s[n] == '/');
}

/*
 * Where the content of the start tag ends, *len bytes behind its '<' with the end tag, or
 * in front of the body; false when nothing of it follows.
 */
static bool
find_content_end(const struct tags *s, const struct token *t, size_t *len)
{
	char end_tag[16] = "</";
	const char *end = s->src + s->len, *p = t->at + t->len;

	memcpy(end_tag + 2, t->element->name, strlen(t->element->name) + 1);
	for (; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
		size_t left = (size_t)(end - p);

		if (t->element->role == ROLE_HEAD && tag_at(p, left, "<body"))
			break;
		if (tag_at(p, left, end_tag)) {
			const char *close = memchr(p, '>', left);

			p = close != NULL ? close + 1 : end;
			break;
		}
	}
	if (p == NULL)
		return false;
	*len = (size_t)(p - t->at);
	return true;
}

/*
 * Stretches a start tag over its content. Without an end a script hides all that follows,
 * as in browsers; a head or a box is a tag and no more, since what follows is the answer.
 */
static void
take_content(struct tags *s, struct token *t)
{
	bool *endless = &s->endless[t->element->role];
	size_t len;

	if (*endless) {
		/* Looked for before. */
	} else if (find_content_end(s, t, &len)) {
		t->len = len;
	} else if (t->element->role == ROLE_HIDDEN) {
		t->len = s->len - s->pos;
	} else {
		*endless = true;
	}
}

static bool
read_tag(struct tags *s, struct token *t)
{
	char name[16];
	size_t from = t->kind == TOKEN_END ? 2 : 1, n = 0, end;

	if (!find_end(s, s->pos + from, &end))
		return false;
	t->len = end + 1 - s->pos;
	for (const char *p = t->at + from; *p != '>' && *p != '/' && !is_blank(*p);
	     p++) {
		if (n < sizeof(name))
			name[n] = is_letter(*p) ? (char)(*p | 0x20) : *p;
		n++;
	}
	t->attrs = from + n;
	t->element = n <= sizeof(name) ? element_find(name, n) : NULL;
	t->tag_len = t->len;
	if (t->kind == TOKEN_END || t->element == NULL)
		return true;
	if (t->element->role == ROLE_HIDDEN || t->element->role == ROLE_HEAD) {
		take_content(s, t);
		t->kind = TOKEN_NOTHING;
	} else if (element_is_box(t->element)) {
		take_content(s, t);
	}
	return true;
}

/* Reads what the '<' at s->pos opens; false when it is text. */
static bool
read_markup(struct tags *s, struct token *t)
{
	size_t left = s->len - s->pos;
	const char *at = s->src + s->pos;

	*t = (struct token){ .at = at };
	if (left < 3)
		return false;
	if (at[1] == '!')
		return left >= 4 && at[2] == '-' && at[3] == '-' ? read_comment(s, t)
								 : read_bogus(s, t);
	t->kind = at[1] == '/' ? TOKEN_END : TOKEN_START;
	if (is_letter(at[t->kind == TOKEN_END ? 2 : 1]))
		return read_tag(s, t);
	return t->kind == TOKEN_END && read_bogus(s, t);
}

bool
tags_next(struct tags *s, struct token *t)
{
	size_t begin = s->pos;

	if (s->has_ahead) {
		*t = s->ahead;
		s->has_ahead = false;
		s->pos += t->len;
		return true;
	}
	while (s->pos < s->len) {
		const char *p = memchr(s->src + s->pos, '<', s->len - s->pos);

		s->pos = p != NULL ? (size_t)(p - s->src) : s->len;
		if (p != NULL && read_markup(s, &s->ahead)) {
			s->has_ahead = true;
			break;
		}
		s->pos += p != NULL;
	}
	if (s->pos == begin)
		return s->has_ahead && tags_next(s, t);
	*t = (struct token){
		.kind = TOKEN_TEXT, .at = s->src + begin, .len = s->pos - begin
	};
	return true;
}

static void
write_value_char(struct buf *out, char c)
{
	switch (c) {
	case '"':
		buf_str(out, "&quot;");
		break;
	case '<':
		buf_str(out, "&lt;");
		break;
	case '>':
		buf_str(out, "&gt;");
		break;
	default:
		buf_chr(out, c);
	}
}

/* Whether what comes next to out begins the name of an attribute. */
static bool
begins_name(const struct buf *out, char c)
{
	return !is_blank(c) && out->len > 0 && is_blank(out->data[out->len - 1]);
}

static void
write_name_char(struct buf *out, char c)
{
	bool harmful = c == '/' || c == '"' || c == '\'';

	buf_chr(out, harmful ? ' ' : c);
}

void
tags_attrs(const struct tags *s, const struct token *t, struct buf *out)
{
	size_t begin = (size_t)(t->at - s->src);
	enum where where = AMONG_NAMES, next;
	int n = 0;

	for (size_t i = begin + t->attrs; i < begin + t->tag_len - 1;
	     i++, where = next) {
		next = step(s, where, i);
		if (where == AMONG_NAMES) {
			if (begins_name(out, s->src[i]) && ++n > MAX_ATTRS)
				return;
			write_name_char(out, s->src[i]);
		} else if (where == BEFORE_VALUE) {
			if (next != BEFORE_VALUE)
				buf_chr(out, '"');
			if (next == IN_VALUE)
				write_value_char(out, s->src[i]);
		} else if (next == AMONG_NAMES) {
			buf_str(out, "\" ");
		} else {
			write_value_char(out, s->src[i]);
		}
	}
	if (where == BEFORE_VALUE)
		buf_str(out, "\"\"");
	else if (where != AMONG_NAMES)
		buf_chr(out, '"');
}
