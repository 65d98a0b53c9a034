/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "php/lex.h"

static bool
at(const struct php_lex *x, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(x->end - x->p) >= n && memcmp(x->p, s, n) == 0;
}

static char
peek(const struct php_lex *x, size_t ahead)
{
	return (size_t)(x->end - x->p) > ahead ? x->p[ahead] : '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
pass(struct php_lex *x, size_t n)
{
	for (; n > 0; n--, x->p++)
		x->line += *x->p == '\n';
}

static bool
refuse(const struct php_lex *x, int *line, struct err *e, const char *why)
{
	*line = x->at;
	return err_set(e, ERR_INPUT, 0, "%s", why);
}

static void
pass_blank(struct php_lex *x)
{
	while (x->p < x->end && is_blank(*x->p))
		pass(x, 1);
}

/* Passes <?php, or <? with a blank behind it. */
static bool
pass_tag(struct php_lex *x)
{
	size_t n = 2;

	if (!at(x, "<?"))
		return false;
	if (x->end - x->p >= 5 && strncasecmp(x->p + 2, "php", 3) == 0)
		n = 5;
	if ((size_t)(x->end - x->p) > n && !is_blank(x->p[n]))
		return false;
	pass(x, n);
	return true;
}

bool
php_lex_begin(struct php_lex *x, const char *text, size_t n, struct arena *a, int *line,
    struct err *e)
{
	*x = (struct php_lex){
		.text = text, .end = text + n, .p = text, .a = a, .line = 1, .at = 1
	};
	x->last_comment = &x->comments;
	if (at(x, "\xef\xbb\xbf"))
		x->p += 3;
	pass_blank(x);
	x->at = x->line;
	if (pass_tag(x))
		return true;
	return refuse(x, line, e, "does not begin with <?php");
}

/* One line of a comment, without blanks and stars around it, into the chain. */
static void
keep_comment(struct php_lex *x, const char *from, const char *to, bool starred)
{
	struct lex_comment *c;

	while (from < to && is_blank(*from))
		from++;
	while (starred && from < to && *from == '*')
		from++;
	while (starred && from < to && *from == ' ')
		from++;
	while (to > from && (is_blank(to[-1]) || (starred && to[-1] == '*')))
		to--;
	if (from == to || memchr(from, '\0', (size_t)(to - from)) != NULL)
		return;
	c = arena_alloc(x->a, sizeof(*c));
	c->c.text = arena_strndup(x->a, from, (size_t)(to - from));
	c->line = x->line;
	*x->last_comment = c;
	x->last_comment = &c->next;
}

static void
line_comment(struct php_lex *x)
{
	const char *stop = x->p + (*x->p == '#' ? 1 : 2), *from = stop;

	while (stop < x->end && *stop != '\n' && *stop != '\r' &&
	    !(*stop == '?' && x->end - stop > 1 && stop[1] == '>'))
		stop++;
	keep_comment(x, from, stop, false);
	x->p = stop;
}

/* All its lines count as where it begins, so that they stay together. */
static bool
block_comment(struct php_lex *x, int *line, struct err *e)
{
	const char *from = x->p + 2, *stop = from;

	while (stop < x->end && !(*stop == '*' && x->end - stop > 1 && stop[1] == '/'))
		stop++;
	x->at = x->line;
	if (stop == x->end)
		return refuse(
		    x, line, e, "the comment that begins here is never closed");
	while (from < stop) {
		const char *nl = memchr(from, '\n', (size_t)(stop - from));

		keep_comment(x, from, nl != NULL ? nl : stop, true);
		from = nl != NULL ? nl + 1 : stop;
	}
	pass(x, (size_t)(stop + 2 - x->p));
	return true;
}

const struct php_comment *
php_lex_comments(struct php_lex *x, int up_to)
{
	const struct php_comment *first = NULL, **last = &first;

	while (x->comments != NULL && (up_to == 0 || x->comments->line <= up_to)) {
		struct lex_comment *c = x->comments;

		*last = &c->c;
		last = &c->c.next;
		x->comments = c->next;
	}
	if (x->comments == NULL)
		x->last_comment = &x->comments;
	return first;
}

/* Up to the next token. */
static bool
pass_between(struct php_lex *x, int *line, struct err *e)
{
	for (;;) {
		pass_blank(x);
		if (at(x, "/*")) {
			if (!block_comment(x, line, e))
				return false;
		} else if (at(x, "#") || at(x, "//")) {
			line_comment(x);
		} else {
			return true;
		}
	}
}

static bool
is_letter(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void
read_name(struct php_lex *x)
{
	bool variable = *x->p == '$';
	size_t n = variable;

	while (is_letter(peek(x, n)) || isdigit((unsigned char)peek(x, n)) ||
	    (!variable && peek(x, n) == '\\'))
		n++;
	x->token = variable ? TOKEN_VARIABLE : TOKEN_NAME;
	x->len = n - variable;
	x->word = arena_strndup(x->a, x->p + variable, x->len);
	pass(x, n);
}

/* The base of the whole number at p, and how many bytes say so. */
static int
base_of(const struct php_lex *x, size_t *skip)
{
	char c = (char)tolower((unsigned char)peek(x, 1));

	*skip = 0;
	if (*x->p != '0')
		return 10;
	*skip = 2;
	if (c == 'x' || c == 'b' || c == 'o')
		return c == 'x' ? 16 : c == 'b' ? 2 : 8;
	*skip = isdigit((unsigned char)c) || c == '_';
	return *skip > 0 ? 8 : 10;
}

/* How many bytes of digits and _ stand at p + skip. */
static size_t
digits_at(const struct php_lex *x, size_t skip, bool hex)
{
	size_t n = 0;

	while (isdigit((unsigned char)peek(x, skip + n)) ||
	    (hex && isxdigit((unsigned char)peek(x, skip + n))) ||
	    (peek(x, skip + n) == '_' && (n > 0 || skip == 1)))
		n++;
	return n;
}

/* The bytes of a number with a fraction or an exponent; 0: it is a whole one. */
static size_t
float_length(const struct php_lex *x)
{
	size_t n = digits_at(x, 0, false), exp;
	bool is_float = false;

	if (peek(x, n) == '.' && (n > 0 || isdigit((unsigned char)peek(x, n + 1))) &&
	    peek(x, n + 1) != '.') {
		n += 1 + digits_at(x, n + 1, false);
		is_float = true;
	}
	exp = n + 1;
	if ((peek(x, n) | 0x20) == 'e') {
		exp += peek(x, exp) == '+' || peek(x, exp) == '-';
		if (isdigit((unsigned char)peek(x, exp))) {
			n = exp + digits_at(x, exp, false);
			is_float = true;
		}
	}
	return is_float ? n : 0;
}

static bool
read_number(struct php_lex *x, int *line, struct err *e)
{
	size_t skip, n = float_length(x), len = 0;
	int base = base_of(x, &skip);
	char plain[80], *stop;

	if (n > 0 && (base == 10 || skip < 2)) {
		base = 0;
		skip = 0;
	} else {
		n = skip + digits_at(x, skip, base == 16);
	}
	for (size_t i = skip; i < n; i++) {
		if (x->p[i] == '_')
			continue;
		if (len + 1 == sizeof(plain))
			return refuse(x, line, e, "this number is too long");
		plain[len++] = x->p[i];
	}
	plain[len] = '\0';
	if (len == 0 || x->p[n - 1] == '_' || is_letter(peek(x, n)))
		return refuse(x, line, e, "this is no number");
	errno = 0;
	x->token = base == 0 ? TOKEN_FLOAT : TOKEN_INT;
	if (base == 0)
		x->f = strtod(plain, &stop);
	else
		x->i = strtoll(plain, &stop, base);
	if (*stop != '\0')
		return refuse(x, line, e, "this is no number");
	if (base != 0 && errno == ERANGE) {
		/* PHP makes such a one a number with a fraction. */
		x->token = TOKEN_FLOAT;
		x->f = base == 10 ? strtod(plain, &stop) : 1e19;
	}
	pass(x, n);
	return true;
}

static bool
read_cast(struct php_lex *x)
{
	static const char *const types[] = { "int", "integer", "bool", "boolean",
		"float", "double", "real", "string", "array", "object", "binary",
		"unset" };
	size_t n = 1, len = 0;
	const char *name;

	while (peek(x, n) == ' ' || peek(x, n) == '\t')
		n++;
	name = x->p + n;
	while (isalpha((unsigned char)peek(x, n + len)))
		len++;
	n += len;
	while (peek(x, n) == ' ' || peek(x, n) == '\t')
		n++;
	if (peek(x, n) != ')')
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i]) != len || strncasecmp(types[i], name, len) != 0)
			continue;
		x->token = TOKEN_CAST;
		x->word = types[i];
		x->len = len;
		pass(x, n + 1);
		return true;
	}
	return false;
}

static void
read_sign(struct php_lex *x)
{
	/* The longest first: what is an operator of PHP's must not be read as another. */
	static const char *const signs[] = { "<=>", "===", "!==", "...",
		"**=", "?\?=", "?->", "<<=", ">>=", "=>", "::", "->", "==", "!=", "<>",
		"<=", ">=", "&&", "||", "??", "++", "--", "**", "<<", ">>",
		"+=", "-=", "*=", "/=", ".=", "%=", "&=", "|=", "^=" };
	size_t n = 1;

	for (size_t i = 0; n == 1 && i < sizeof(signs) / sizeof(signs[0]); i++)
		if (at(x, signs[i]))
			n = strlen(signs[i]);
	x->token = TOKEN_SIGN;
	memset(x->sign, 0, sizeof(x->sign));
	memcpy(x->sign, x->p, n);
	pass(x, n);
}

/* Text outside of <?php … ?> is printed by PHP and means nothing here. */
static void
pass_outside(struct php_lex *x)
{
	pass(x, 2);
	while (x->p < x->end && !pass_tag(x))
		pass(x, 1);
	x->token = TOKEN_SIGN;
	memcpy(x->sign, ";\0\0", sizeof(x->sign));
}

bool
php_lex_next(struct php_lex *x, int *line, struct err *e)
{
	x->last_at = x->line;
	if (!pass_between(x, line, e))
		return false;
	x->at = x->line;
	if (x->p == x->end) {
		x->token = TOKEN_END;
		return true;
	}
	if (at(x, "?>"))
		pass_outside(x);
	else if (*x->p == '\'' || *x->p == '"')
		return php_lex_quoted(x, line, e);
	else if (*x->p == '`')
		return refuse(x, line, e, "a command between ` and ` is not run");
	else if (is_letter(*x->p) || *x->p == '\\' ||
	    (*x->p == '$' && is_letter(peek(x, 1))))
		read_name(x);
	else if (isdigit((unsigned char)*x->p) ||
	    (*x->p == '.' && isdigit((unsigned char)peek(x, 1))))
		return read_number(x, line, e);
	else if (php_lex_at_heredoc(x))
		return php_lex_heredoc(x, line, e);
	else if (*x->p != '(' || !read_cast(x))
		read_sign(x);
	return true;
}

bool
php_lex_is(const struct php_lex *x, const char *sign)
{
	return x->token == TOKEN_SIGN && strcmp(x->sign, sign) == 0;
}

bool
php_lex_is_word(const struct php_lex *x, const char *word)
{
	return x->token == TOKEN_NAME && strcasecmp(x->word, word) == 0;
}
