/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf/scan.h"

#define DEEPEST 64 /* brackets whose opening line is remembered */

enum token { TOK_START, TOK_NAME, TOK_WORD, TOK_NUMBER, TOK_STRING, TOK_SIGN };

/* Where the scan stands in the text. */
struct cursor {
	const char *text, *end, *p;
	int line;
	enum token last; /* the token before this one */
	char last_sign; /* when it was a sign */
	struct {
		char sign;
		int line;
	} open[DEEPEST];
	size_t depth;
	struct scan *s;
	struct buf *out;
};

static const char long_text[] =
    "the text that begins here goes on in the next lines: is "
    "its closing quote missing?";
static const char missing_equals[] = "an = is missing between the name and its value";

static void
hint(struct cursor *c, int line, int last_line, const char *text)
{
	struct scan *s = c->s;

	if (s->n < SCAN_HINTS)
		s->hints[s->n++] = (struct scan_hint){ line, last_line, text };
}

static bool
refuse(struct cursor *c, int line, const char *why)
{
	c->s->bad_line = line;
	c->s->bad = why;
	return false;
}

static bool
at(const struct cursor *c, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(c->end - c->p) >= n && memcmp(c->p, s, n) == 0;
}

static char
peek(const struct cursor *c, size_t ahead)
{
	return (size_t)(c->end - c->p) > ahead ? c->p[ahead] : '\0';
}

/* Copies n bytes and counts their lines. */
static void
pass(struct cursor *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		c->line += c->p[i] == '\n';
	buf_add(c->out, c->p, n);
	c->p += n;
}

static void
pass_line(struct cursor *c)
{
	const char *nl = memchr(c->p, '\n', (size_t)(c->end - c->p));

	pass(c, (size_t)((nl != NULL ? nl : c->end) - c->p));
}

static bool
pass_comment(struct cursor *c)
{
	int line = c->line;

	pass(c, 2);
	while (c->p < c->end && !at(c, "*/"))
		pass(c, 1);
	if (c->p == c->end)
		return refuse(c, line, "this comment is never closed with */");
	pass(c, 2);
	return true;
}

static bool
pass_string(struct cursor *c)
{
	int line = c->line;

	if (c->last == TOK_NAME)
		hint(c, line, line, missing_equals);
	pass(c, 1);
	while (c->p < c->end && *c->p != '"') {
		if (at(c, "\\x00") || at(c, "\\X00"))
			return refuse(c, c->line, "\\x00 cannot stand in a text");
		pass(c, *c->p == '\\' && c->end - c->p > 1 ? 2 : 1);
	}
	if (c->p == c->end) {
		/* With an odd number of quotes, a text of many lines is the likelier one. */
		for (size_t i = 0; i < c->s->n; i++)
			if (c->s->hints[i].text == long_text)
				return refuse(c, c->s->hints[i].line, long_text);
		return refuse(c, line,
		    "this text has no closing quote (a \\\" does not close it)");
	}
	pass(c, 1);
	if (c->line != line)
		hint(c, line, c->line, long_text);
	c->last = TOK_STRING;
	return true;
}

/* Whether a value has to stand here, not a name. */
static bool
wants_value(const struct cursor *c)
{
	char around = c->depth > 0 ? c->open[c->depth - 1].sign : '{';

	if (c->last != TOK_SIGN)
		return false;
	return c->last_sign == '=' || c->last_sign == ':' || c->last_sign == '[' ||
	    c->last_sign == '(' || (c->last_sign == ',' && around != '{');
}

static bool
is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

static void
pass_name(struct cursor *c)
{
	static const char *const like_bool[] = { "yes", "no", "on", "off" };
	size_t n = 1;
	bool value = wants_value(c);

	while (isalnum((unsigned char)peek(c, n)) ||
	    (peek(c, n) != '\0' && strchr("-_*", peek(c, n)) != NULL))
		n++;
	if (value && !is_word(c->p, n, "true") && !is_word(c->p, n, "false")) {
		const char *text = "a text needs double quotes around it";

		for (size_t i = 0; i < NELEMS(like_bool); i++)
			if (is_word(c->p, n, like_bool[i]))
				text =
				    "write true or false, or a text in double quotes";
		hint(c, c->line, c->line, text);
	} else if (c->last == TOK_NAME) {
		hint(c, c->line, c->line, missing_equals);
	}
	if (!value && peek(c, n) == '.')
		hint(c, c->line, c->line,
		    "a name has no dots: write group = { name = value; };");
	c->last = value ? TOK_WORD : TOK_NAME;
	pass(c, n);
}

/* The length of the number at p, and whether it is a whole one; 0: it is none. */
static size_t
number_length(const struct cursor *c, bool *whole, bool *hex)
{
	size_t sign = peek(c, 0) == '+' || peek(c, 0) == '-', n = sign;

	*whole = true;
	*hex = sign == 0 && peek(c, 0) == '0' && (peek(c, 1) | 0x20) == 'x' &&
	    isxdigit((unsigned char)peek(c, 2));
	if (*hex) {
		for (n = 2; isxdigit((unsigned char)peek(c, n)); n++)
			;
		return n;
	}
	while (isdigit((unsigned char)peek(c, n)))
		n++;
	if (n == sign)
		return peek(c, n) == '.' ? *whole = false, n + 1 : 0;
	if (peek(c, n) == '.' || (peek(c, n) | 0x20) == 'e')
		*whole = false;
	return n;
}

static bool
pass_number(struct cursor *c)
{
	static const char too_large[] = "this number does not fit into 64 bits";
	bool whole, hex, wide;
	size_t n = number_length(c, &whole, &hex);
	char *stop;

	if (n == 0) {
		pass(c, 1);
		return true;
	}
	if (c->last == TOK_NAME)
		hint(c, c->line, c->line, missing_equals);
	else if (c->last == TOK_START || (c->last == TOK_SIGN && !wants_value(c)))
		hint(c, c->line, c->line, "a name begins with a letter");
	if (whole) {
		/* The text is followed by a NUL, and strtoll stops at the number's end. */
		errno = 0;
		if (hex) {
			unsigned long long u = strtoull(c->p, &stop, 16);

			if (errno == ERANGE || u > INT64_MAX)
				return refuse(c, c->line, too_large);
			wide = u > INT32_MAX;
		} else {
			long long v = strtoll(c->p, &stop, 10);

			if (errno == ERANGE)
				return refuse(c, c->line, too_large);
			wide = v > INT32_MAX || v < INT32_MIN;
		}
		pass(c, n);
		if (wide && peek(c, 0) != 'L')
			buf_chr(c->out, 'L');
		n = peek(c, 0) != 'L' ? 0 : peek(c, 1) != 'L' ? 1 : 2;
	}
	pass(c, n);
	c->last = TOK_NUMBER;
	return true;
}

static void
pass_bracket(struct cursor *c, char sign)
{
	char opener = sign == '}' ? '{' : sign == ')' ? '(' : '[';

	if (strchr("{([", sign) != NULL) {
		if (c->last == TOK_NAME)
			hint(c, c->line, c->line, missing_equals);
		if (c->depth < DEEPEST) {
			c->open[c->depth].sign = sign;
			c->open[c->depth].line = c->line;
			c->depth++;
		}
		return;
	}
	if (c->last == TOK_SIGN && c->last_sign == ',' && sign != '}')
		hint(c, c->line, c->line,
		    "no comma stands behind the last item of a list");
	if (c->depth == 0) {
		hint(c, c->line, c->line,
		    "nothing is open that this bracket could close");
		return;
	}
	c->depth--;
	if (c->open[c->depth].sign != opener)
		hint(c, c->open[c->depth].line, c->line,
		    "the bracket that opens here is closed by one of another kind");
}

static void
pass_sign(struct cursor *c)
{
	char sign = *c->p;

	if (at(c, "=>"))
		hint(c, c->line, c->line,
		    "write name = value; the arrow belongs to PHP");
	else if (sign == '\'')
		hint(c, c->line, c->line, "a text stands in double quotes");
	else if (at(c, "<?"))
		hint(c, c->line, c->line,
		    "this is PHP: write its settings as name = value;");
	else if (sign == '_')
		hint(c, c->line, c->line, "a name begins with a letter");
	else if (sign == ';' && c->last == TOK_SIGN && c->last_sign == ';')
		hint(c, c->line, c->line, "one ; too many");
	else if (sign == ';' && wants_value(c))
		hint(c, c->line, c->line, "a value is missing");
	if (strchr("{}()[]", sign) != NULL)
		pass_bracket(c, sign);
	c->last = TOK_SIGN;
	c->last_sign = sign;
	pass(c, 1);
}

static bool
step(struct cursor *c)
{
	char b = *c->p;

	if (b == '#' || at(c, "//"))
		pass_line(c);
	else if (at(c, "/*"))
		return pass_comment(c);
	else if (b == '"')
		return pass_string(c);
	else if (b == '@')
		return refuse(c, c->line,
		    "@include is not supported: every file of the folder is read");
	else if (isalpha((unsigned char)b) || b == '*')
		pass_name(c);
	else if (isdigit((unsigned char)b) || b == '+' || b == '-' || b == '.')
		return pass_number(c);
	else if (isspace((unsigned char)b))
		pass(c, 1);
	else
		pass_sign(c);
	return true;
}

bool
scan_text(struct scan *s, const char *text, size_t n, struct buf *out)
{
	struct cursor c = { .text = text,
		.end = text + n,
		.p = text,
		.line = 1,
		.s = s,
		.out = out,
		.last_sign = ';',
		.last = TOK_START };

	*s = (struct scan){ 0 };
	while (c.p < c.end)
		if (!step(&c))
			return false;
	/* libconfig does not take a comment for one that ends with the file. */
	buf_chr(out, '\n');
	if (c.depth > 0)
		hint(&c, c.open[c.depth - 1].line, c.line,
		    "the bracket that opens here is never closed");
	return true;
}

const char *
scan_explain(const struct scan *s, int *line)
{
	/* libconfig reports the line of the token it could not use, or the one behind. */
	for (size_t i = 0; i < s->n; i++) {
		const struct scan_hint *h = &s->hints[i];

		if (h->line <= *line && *line <= h->last_line + 1) {
			*line = h->line;
			return h->text;
		}
	}
	return NULL;
}
