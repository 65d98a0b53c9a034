/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_TAGS_H
#define RENDER_TAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "render/elements.h"

/*
 * Tells what in a text is a tag. Answers come from people and editors, so a '<' is text when
 * no letter, '/' or '!' follows; and when it opens no comment and meets another '<' before
 * its '>', or has none. Quotes of attribute values count, unless they never close.
 */
enum token_kind {
	TOKEN_TEXT,
	TOKEN_START,
	TOKEN_END,
	TOKEN_NOTHING /* a comment, a declaration, a hidden element with its content */
};

struct token {
	enum token_kind kind;
	const char *at;
	size_t len;
	const struct element *element; /* of a tag; NULL when it means nothing to us */
	size_t attrs; /* of a start tag: where its name ends */
	size_t tag_len; /* the same: without the content of a box that follows it */
};

struct tags {
	const char *src; /* borrowed */
	size_t len, pos;
	size_t last_quote[2]; /* behind the last " and the last ' */
	unsigned char *seen; /* see find_end() in tags.c */
	struct token ahead;
	bool has_ahead;
	bool endless[N_ROLES]; /* no end of such a head or box follows */
};

void tags_init(struct tags *s, const char *src, size_t len);
void tags_fini(struct tags *s);

/*
 * The next token; a box (elements.h) with an end tag is one with its content. False at the
 * end. Linear over all calls.
 */
bool tags_next(struct tags *s, struct token *t);

/*
 * Appends the attributes of a start tag so that an HTML parser reads them as we did:
 * nothing in them looks like the end of the tag or opens a quote. What follows the first
 * hundred is left out.
 */
void tags_attrs(const struct tags *s, const struct token *t, struct buf *out);

#endif
