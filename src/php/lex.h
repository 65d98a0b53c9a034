/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PHP_LEX_H
#define PHP_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "php/tree.h"

/* PHP's words. For the parser of this room only. */
enum php_token {
	TOKEN_END, /* of the file */
	TOKEN_NAME, /* a word, with its namespace: text, len */
	TOKEN_VARIABLE, /* $name: text without the dollar sign */
	TOKEN_INT,
	TOKEN_FLOAT,
	TOKEN_TEXT, /* a text whose bytes are known */
	TOKEN_MIXED, /* a text with a variable in it, whose name is text */
	TOKEN_CAST, /* (int)…: text is the type in lower case */
	TOKEN_SIGN /* anything else: sign holds up to three bytes, "=>" */
};

struct php_lex {
	const char *text, *end, *p;
	struct arena *a;
	int line; /* of p */

	/* The token that was read. */
	enum php_token token;
	char sign[4];
	const char *word; /* with a NUL behind */
	size_t len;
	int64_t i;
	double f;
	int at, last_at; /* its line, and where the token before it ended */

	/* Comments since php_lex_comments() was asked last: chained, with their lines. */
	struct lex_comment {
		struct php_comment c;
		struct lex_comment *next;
		int line;
	} * comments, **last_comment;
};

/* Begins at the first <?php; a BOM and blank text in front of it are passed over. */
bool php_lex_begin(struct php_lex *x, const char *text, size_t n, struct arena *a,
    int *line, struct err *e) MUST_CHECK;

/* Reads the next token. `?>` is a `;`, and what stands behind it up to <?php is passed. */
bool php_lex_next(struct php_lex *x, int *line, struct err *e) MUST_CHECK;

/* Whether the token is this sign, or this word in any case. */
bool php_lex_is(const struct php_lex *x, const char *sign) MUST_CHECK;
bool php_lex_is_word(const struct php_lex *x, const char *word) MUST_CHECK;

/*
 * Takes the comments that begin in or before that line (0: all of them) out of those that
 * stand in front of the token, as one chain.
 */
const struct php_comment *php_lex_comments(struct php_lex *x, int up_to) MUST_CHECK;

/* Of php/lex_text.c: what begins at p, with a quote or with <<<. */
bool php_lex_quoted(struct php_lex *x, int *line, struct err *e) MUST_CHECK;
bool php_lex_heredoc(struct php_lex *x, int *line, struct err *e) MUST_CHECK;
/* Whether a heredoc begins at p: <<< and a name. */
bool php_lex_at_heredoc(const struct php_lex *x) MUST_CHECK;

#endif
