/* SPDX-License-Identifier: Apache-2.0 */
/* PHP's four kinds of texts. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "php/lex.h"

/* A byte a name may begin with: PHP takes each byte above ASCII for a letter. */
static bool
begins_name(const char *p, const char *end)
{
	return p < end &&
	    (isalpha((unsigned char)*p) || *p == '_' || (unsigned char)*p >= 0x80);
}

static size_t
name_length(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (begins_name(p + n, end) || isdigit((unsigned char)p[n])))
		n++;
	return n;
}

/* Moves p behind `stop`, counting lines. */
static void
pass_to(struct php_lex *x, const char *stop)
{
	for (; x->p < stop; x->p++)
		x->line += *x->p == '\n';
}

static bool
unclosed(const struct php_lex *x, int *line, struct err *e)
{
	*line = x->at;
	return err_set(e, ERR_INPUT, 0, "the text that begins here is never closed");
}

static bool
take(struct php_lex *x, struct buf *b)
{
	x->len = b->len;
	x->word = arena_strndup(x->a, b->data, b->len);
	return true;
}

/* arena_strndup() ends at a NUL byte, so that texts are copied as bytes. */
static bool
take_bytes(struct php_lex *x, const struct buf *b)
{
	char *copy = arena_alloc(x->a, b->len + 1);

	memcpy(copy, b->data, b->len);
	x->len = b->len;
	x->word = copy;
	return true;
}

static bool
read_single(struct php_lex *x, int *line, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_PHP_FILE);
	const char *p = x->p + 1;

	for (; p < x->end && *p != '\''; p++) {
		if (*p == '\\' && x->end - p > 1 && (p[1] == '\'' || p[1] == '\\'))
			p++;
		buf_chr(&b, *p);
	}
	if (p == x->end)
		return unclosed(x, line, e);
	pass_to(x, p + 1);
	x->token = TOKEN_TEXT;
	return take_bytes(x, &b);
}

static size_t
digits(const char *p, const char *end, int base, size_t most, unsigned *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < most && p + n < end; n++) {
		unsigned char c = (unsigned char)p[n];
		unsigned digit;

		if (!isxdigit(c))
			break;
		digit = (unsigned)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
		if (digit >= (unsigned)base)
			break;
		*value = *value * (unsigned)base + digit;
	}
	return n;
}

/* \u{…}; 0 where it is none, which PHP refuses. */
static size_t
read_code_point(const char *p, const char *end, struct buf *out)
{
	unsigned value;
	size_t n;

	if (end - p < 5 || p[2] != '{')
		return 0;
	n = digits(p + 3, end, 16, 7, &value);
	if (n == 0 || p + 3 + n >= end || p[3 + n] != '}' || value > 0x10ffff)
		return 0;
	utf8_put(out, value);
	return n + 4;
}

/* The escape at p of a text in double quotes, its length; 0: it is none and stays. */
static size_t
read_escape(const char *p, const char *end, char quote, struct buf *out)
{
	static const char from[] = "nrtvef\\$", to[] = "\n\r\t\v\033\f\\$";
	unsigned value;
	const char *known;
	size_t n;

	if (end - p < 2 || p[1] == '\0')
		return 0;
	if (p[1] == 'u')
		return read_code_point(p, end, out);
	if (quote != '\0' && p[1] == quote) {
		buf_chr(out, quote);
		return 2;
	}
	known = strchr(from, p[1]);
	if (known != NULL) {
		buf_chr(out, to[known - from]);
		return 2;
	}
	n = p[1] == 'x' ? digits(p + 2, end, 16, 2, &value) : 0;
	if (n > 0) {
		buf_chr(out, (char)value);
		return n + 2;
	}
	n = digits(p + 1, end, 8, 3, &value);
	if (n == 0)
		return 0;
	buf_chr(out, (char)(value & 0xff));
	return n + 1;
}

/* Whether a variable begins at p: $name, ${name or {$name. *name is where its name does. */
static bool
at_variable(const char *p, const char *end, const char **name)
{
	if (*p == '$' && begins_name(p + 1, end))
		*name = p + 1;
	else if (end - p > 2 && *p == '$' && p[1] == '{')
		*name = p + 2;
	else if (end - p > 2 && *p == '{' && p[1] == '$' &&
	    (begins_name(p + 2, end) || p[2] == '{'))
		*name = p + 2 + (p[2] == '{');
	else
		return false;
	return true;
}

/*
 * What stands between p and end, with the escapes of double quotes; the quote itself is
 * one that may be escaped ('\0': none). A variable in it makes the token TOKEN_MIXED.
 */
static bool
read_double(struct php_lex *x, const char *p, const char *end, char quote)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT((size_t)2 * LIMIT_PHP_FILE);
	const char *name;

	while (p < end) {
		size_t n = *p == '\\' ? read_escape(p, end, quote, &b) : 0;

		if (n == 0 && at_variable(p, end, &name)) {
			buf_reset(&b);
			buf_add(&b, name, name_length(name, end));
			x->token = TOKEN_MIXED;
			return take(x, &b);
		}
		if (n == 0) {
			/* The backslash of an unknown escape stays as well. */
			buf_chr(&b, *p);
			n = 1;
		}
		p += n;
	}
	x->token = TOKEN_TEXT;
	return take_bytes(x, &b);
}

bool
php_lex_quoted(struct php_lex *x, int *line, struct err *e)
{
	const char *p = x->p + 1;

	if (*x->p == '\'')
		return read_single(x, line, e);
	while (p < x->end && *p != '"')
		p += *p == '\\' && x->end - p > 1 ? 2 : 1;
	if (p >= x->end)
		return unclosed(x, line, e);
	if (!read_double(x, x->p + 1, p, '"'))
		return false;
	pass_to(x, p + 1);
	return true;
}

/* The name and its quote behind <<< at p; false when this is no heredoc. */
static bool
heredoc_name(const struct php_lex *x, const char **name, size_t *n, char *quote)
{
	const char *p = x->p + 3;

	while (p < x->end && (*p == ' ' || *p == '\t'))
		p++;
	*quote = p < x->end && (*p == '\'' || *p == '"') ? *p : '\0';
	p += *quote != '\0';
	if (!begins_name(p, x->end))
		return false;
	*name = p;
	*n = name_length(p, x->end);
	p += *n;
	if (*quote != '\0' && (p == x->end || *p++ != *quote))
		return false;
	return p < x->end && (*p == '\n' || *p == '\r');
}

bool
php_lex_at_heredoc(const struct php_lex *x)
{
	const char *name;
	size_t n;
	char quote;

	return x->end - x->p > 3 && memcmp(x->p, "<<<", 3) == 0 &&
	    heredoc_name(x, &name, &n, &quote);
}

/* The line whose first word is the name; *indent bytes stand before it. NULL: none. */
static const char *
find_close(const char *p, const char *end, const char *name, size_t n, size_t *indent)
{
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t blank = 0;

		while (p + blank < end && (p[blank] == ' ' || p[blank] == '\t'))
			blank++;
		if ((size_t)(end - p) >= blank + n && memcmp(p + blank, name, n) == 0 &&
		    name_length(p + blank, end) == n) {
			*indent = blank;
			return p;
		}
		p = nl != NULL ? nl + 1 : end;
	}
	return NULL;
}

/* Appends the lines without what the closing name is indented by, and their last end. */
static bool
take_off(struct buf *b, const char *p, const char *close, size_t indent)
{
	while (p < close) {
		const char *nl = memchr(p, '\n', (size_t)(close - p));
		const char *stop = nl != NULL ? nl + 1 : close;
		size_t blank = 0;

		while (blank < indent && (p[blank] == ' ' || p[blank] == '\t'))
			blank++;
		if (blank < indent && p[blank] != '\n' && p[blank] != '\r')
			return false;
		buf_add(b, p + blank, (size_t)(stop - p) - blank);
		p = stop;
	}
	if (b->len > 0 && b->data[b->len - 1] == '\n')
		buf_truncate(b, b->len - 1);
	if (b->len > 0 && b->data[b->len - 1] == '\r')
		buf_truncate(b, b->len - 1);
	return true;
}

bool
php_lex_heredoc(struct php_lex *x, int *line, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_PHP_FILE);
	const char *name, *body, *close;
	size_t n, indent;
	char quote;

	if (!heredoc_name(x, &name, &n, &quote))
		return unclosed(x, line, e);
	body = memchr(name, '\n', (size_t)(x->end - name));
	if (body == NULL)
		return unclosed(x, line, e);
	body++;
	close = find_close(body, x->end, name, n, &indent);
	if (close == NULL)
		return unclosed(x, line, e);
	if (!take_off(&b, body, close, indent)) {
		*line = x->at;
		return err_set(e, ERR_INPUT, 0,
		    "a line of this text is indented less than the word that ends it");
	}
	x->token = TOKEN_TEXT;
	if (quote == '\'')
		(void)take_bytes(x, &b);
	else if (!read_double(x, b.data, b.data + b.len, '\0'))
		return false;
	pass_to(x, close + indent + n);
	return true;
}
