/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "render/entity.h"
#include "render/markup.h"
#include "render/tags.h"

/* Appends what a character of well-formed UTF-8, s to s + n, becomes in tidy text. */
static void
tidy_character(struct buf *out, uint32_t c, const char *s, size_t n)
{
	if (c == '\v' || c == '\f')
		buf_chr(out, ' ');
	else if (c == 0x85)
		buf_chr(out, '\n'); /* "next line" */
	else if ((c & 0xfffe) == 0xfffe)
		utf8_put(out, 0xfffd);
	else if (c == '\n' || c == '\t' ||
	    (c >= ' ' && c != 0x7f && (c < 0x80 || c >= 0xa0)))
		buf_add(out, s, n);
}

void
markup_tidy(struct buf *out, const char *s, size_t n)
{
	for (size_t pos = 0; pos < n;) {
		size_t from = pos;
		uint32_t c = utf8_next(s, n, &pos);

		if (c == '\r') {
			pos += pos < n && s[pos] == '\n';
			buf_chr(out, '\n');
		} else if (c == 0xfffd) {
			utf8_put(out, c); /* it may stand for ill-formed bytes */
		} else {
			tidy_character(out, c, s + from, pos - from);
		}
	}
}

static void
decode(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n;

	while (s < end) {
		const char *p = memchr(s, '&', (size_t)(end - s));
		uint32_t c;
		size_t used;

		buf_add(out, s, (size_t)((p != NULL ? p : end) - s));
		if (p == NULL)
			return;
		used = entity_read(p, (size_t)(end - p), &c);
		if (used > 0)
			utf8_put(out, c);
		else
			buf_chr(out, '&');
		s = p + (used > 0 ? used : 1);
	}
}

static bool
only_blanks(const char *s, size_t n)
{
	for (size_t pos = 0; pos < n;)
		if (!utf8_is_blank(utf8_next(s, n, &pos)))
			return false;
	return true;
}

static void
write_escaped(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '<')
			buf_str(out, "&lt;");
		else if (s[i] == '&')
			buf_str(out, "&amp;");
		else
			buf_chr(out, s[i]);
	}
}

static void
write_text(struct buf *out, const struct token *t, struct buf *scratch)
{
	static const char no_break[] = "\xc2\xa0";

	buf_reset(scratch);
	decode(scratch, t->at, t->len);
	if (only_blanks(scratch->data, scratch->len))
		/* A no-break space makes an empty line of a paragraph. */
		buf_str(out, strstr(scratch->data, no_break) != NULL ? no_break : " ");
	else
		write_escaped(out, scratch->data, scratch->len);
}

static void
write_start(struct buf *out, const struct tags *s, const struct token *t)
{
	buf_printf(out, "<%s", t->element->name);
	if (t->element->attrs)
		tags_attrs(s, t, out);
	buf_str(out, " />");
}

static void
write_end(struct buf *out, const struct element *el)
{
	buf_printf(out, "<" MARKUP_END "%s />", el->name);
}

/* Of what a box holds only the sources count. */
static void
write_box(struct buf *out, const struct tags *s, const struct token *box)
{
	struct tags inside;
	struct token t;

	write_start(out, s, box);
	tags_init(&inside, box->at + box->tag_len, box->len - box->tag_len);
	while (tags_next(&inside, &t))
		if (t.kind == TOKEN_START && t.element != NULL &&
		    element_is_source(t.element))
			write_start(out, &inside, &t);
	tags_fini(&inside);
	write_end(out, box->element);
}

static void
write_tag(struct buf *out, const struct tags *s, const struct token *t)
{
	enum role role = t->element->role;

	if (element_is_box(t->element)) {
		if (t->kind == TOKEN_START)
			write_box(out, s, t); /* it has its end */
	} else if (t->kind == TOKEN_START || role == ROLE_BREAK) {
		write_start(out, s, t); /* browsers read </br> as <br> */
	} else if (role != ROLE_RULE) {
		write_end(out, t->element);
	}
}

void
markup_clean(struct buf *out, const char *tidy, size_t n)
{
	CLEANUP(buf_fini) struct buf scratch = BUF_INIT(n);
	struct tags s;
	struct token t;

	tags_init(&s, tidy, n);
	while (tags_next(&s, &t)) {
		if (t.kind == TOKEN_TEXT)
			write_text(out, &t, &scratch);
		else if (t.kind != TOKEN_NOTHING && t.element != NULL)
			write_tag(out, &s, &t);
	}
	tags_fini(&s);
}
