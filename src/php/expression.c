/* SPDX-License-Identifier: Apache-2.0 */
/* What PHP works out of literals alone. All else becomes PHP_UNKNOWN, with its reason. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "php/parse_i.h"

bool
php_made(struct php_parser *p, size_t values, size_t bytes)
{
	p->values += values;
	p->bytes += bytes;
	if (p->values <= LIMIT_PHP_VALUES && p->bytes <= LIMIT_PHP_BYTES)
		return true;
	*p->line = p->x.at;
	return err_set(p->e, ERR_TOO_BIG, 0,
	    "the file makes more than %d values or %d bytes", LIMIT_PHP_VALUES,
	    LIMIT_PHP_BYTES);
}

bool
php_skip(struct php_parser *p, bool arrows)
{
	size_t depth = 0;

	while (p->x.token != TOKEN_END) {
		if (p->x.token == TOKEN_SIGN) {
			char sign = p->x.sign[0];

			if (depth == 0 &&
			    (strchr(",;)]}", sign) != NULL ||
				(!arrows && php_lex_is(&p->x, "=>"))))
				return true;
			depth += strchr("([{", sign) != NULL;
			depth -= strchr(")]}", sign) != NULL;
		}
		if (!php_next(p))
			return false;
	}
	return true;
}

static bool
skip_as(struct php_parser *p, struct php_value *v, const char *why, bool arrows)
{
	php_set_unknown(v, v->line, why);
	return php_skip(p, arrows);
}

/* true, false and null, and the few of PHP's own whose value is the same everywhere. */
static bool
known_constant(const char *name, struct php_value *v)
{
	name += *name == '\\';
	if (strcasecmp(name, "true") == 0 || strcasecmp(name, "false") == 0)
		php_set_bool(v, strcasecmp(name, "true") == 0);
	else if (strcasecmp(name, "null") == 0)
		*v = (struct php_value){ .type = PHP_NULL, .line = v->line };
	else if (strcmp(name, "PHP_EOL") == 0)
		php_set_text(v, "\n", 1);
	else if (strcmp(name, "PHP_INT_MAX") == 0)
		php_set_int(v, INT64_MAX);
	else
		return false;
	return true;
}

static bool
is_keyword(const char *name)
{
	static const char *const words[] = { "new", "function", "fn", "include",
		"include_once", "require", "require_once", "static", "clone", "match",
		"print", "isset", "empty", "throw", "yield" };

	for (size_t i = 0; i < NELEMS(words); i++)
		if (strcasecmp(words[i], name) == 0)
			return true;
	return false;
}

static bool
read_word(struct php_parser *p, struct php_value *v)
{
	const char *name = p->x.word;

	if (!php_next(p))
		return false;
	if (strcasecmp(name, "array") == 0 && php_lex_is(&p->x, "("))
		return php_next(p) && php_array(p, ")", v);
	if (is_keyword(name))
		return skip_as(
		    p, v, arena_printf(p->a, "PHP code (%.40s)", name), true);
	if (php_lex_is(&p->x, "("))
		return skip_as(
		    p, v, arena_printf(p->a, "a call of %.80s()", name), false);
	if (php_lex_is(&p->x, "::")) {
		if (!php_next(p))
			return false;
		return skip_as(p, v,
		    arena_printf(p->a, "a constant or call of the class %.80s", name),
		    false);
	}
	if (!known_constant(name, v))
		php_set_unknown(
		    v, v->line, arena_printf(p->a, "the constant %.80s", name));
	return true;
}

/* [key] behind a variable: what stands there. */
static bool
read_index(struct php_parser *p, struct php_value *v, const char *name)
{
	struct php_item key = { .key = "" };
	struct php_value index;
	const struct php_item *item;

	if (!php_next(p) || !php_expression(p, &index) || !php_want(p, "]"))
		return false;
	if (v->type == PHP_UNKNOWN)
		return true;
	item = v->type == PHP_ARRAY && php_key(p->a, &index, &key) ? php_get(v, key.key)
								   : NULL;
	if (item == NULL) {
		php_set_unknown(v, v->line,
		    arena_printf(p->a, "an entry of $%.80s that is not there", name));
		return true;
	}
	index = item->value;
	index.line = v->line;
	*v = index;
	return true;
}

static bool
read_variable(struct php_parser *p, struct php_value *v)
{
	const char *name = p->x.word;
	const struct php_variable *known = php_variable(p, name);
	struct php_value value;
	int line = v->line;

	if (!php_next(p))
		return false;
	if (known == NULL)
		return skip_as(
		    p, v, arena_printf(p->a, "the variable $%.80s", name), false);
	*v = known->value;
	v->line = line;
	while (php_lex_is(&p->x, "["))
		if (!read_index(p, v, name))
			return false;
	if (v->type != PHP_ARRAY)
		return true;
	if (!php_made(p, php_size(v), 0))
		return false;
	value = *v;
	php_copy(p->a, v, &value);
	return true;
}

static bool
read_literal(struct php_parser *p, struct php_value *v)
{
	switch (p->x.token) {
	case TOKEN_INT:
		php_set_int(v, p->x.i);
		return true;
	case TOKEN_FLOAT:
		v->type = PHP_FLOAT;
		v->f = p->x.f;
		return true;
	case TOKEN_TEXT:
		php_set_text(v, p->x.word, p->x.len);
		return true;
	case TOKEN_MIXED:
		php_set_unknown(v, v->line,
		    arena_printf(p->a,
			"the variable $%.80s in double quotes, which PHP fills in "
			"(\\$ if the sign is meant)",
			p->x.word));
		return true;
	default:
		return false;
	}
}

static bool
read_primary(struct php_parser *p, struct php_value *v)
{
	*v = (struct php_value){ .line = p->x.at };
	if (!php_made(p, 1, 0))
		return false;
	if (p->x.token == TOKEN_NAME)
		return read_word(p, v);
	if (p->x.token == TOKEN_VARIABLE)
		return read_variable(p, v);
	if (read_literal(p, v))
		return php_next(p);
	if (php_lex_is(&p->x, "["))
		return php_next(p) && php_array(p, "]", v);
	if (php_lex_is(&p->x, "("))
		return php_next(p) && php_expression(p, v) && php_want(p, ")");
	if (p->x.token == TOKEN_END)
		return php_refuse(p, v->line, "the file ends in the middle of a value");
	if (php_lex_is(&p->x, ",") || php_lex_is(&p->x, ";") ||
	    php_lex_is(&p->x, ")") || php_lex_is(&p->x, "]") ||
	    php_lex_is(&p->x, "=>") || php_lex_is(&p->x, "}"))
		return php_refuse(p, v->line, "a value is missing here");
	return skip_as(p, v, "an expression that only PHP works out", false);
}

static bool
read_unary(struct php_parser *p, struct php_value *v)
{
	const char *cast = p->x.token == TOKEN_CAST ? p->x.word : NULL;
	char sign = p->x.token == TOKEN_SIGN && p->x.sign[1] == '\0' &&
		strchr("-+!@", p->x.sign[0]) != NULL
	    ? p->x.sign[0]
	    : '\0';
	int line = p->x.at;

	*v = (struct php_value){ .line = line };
	if (cast == NULL && sign == '\0')
		return read_primary(p, v);
	if (++p->depth > LIMIT_PHP_DEPTH)
		return php_refuse(p, p->x.at, "too deeply nested");
	if (!php_next(p) || !read_unary(p, v))
		return false;
	p->depth--;
	v->line = line;
	if (cast != NULL)
		php_cast(p, cast, v);
	else if (sign == '-')
		php_negate(v);
	else if (sign == '!' && v->type != PHP_UNKNOWN)
		php_set_bool(v, !php_is_true(v));
	else if (sign == '+' && v->type != PHP_INT && v->type != PHP_FLOAT &&
	    v->type != PHP_UNKNOWN)
		php_set_unknown(v, v->line, "a plus in front of what is no number");
	return true;
}

static bool
read_product(struct php_parser *p, struct php_value *v)
{
	struct php_value by = { .line = 0 };

	if (!read_unary(p, v))
		return false;
	while (php_lex_is(&p->x, "*")) {
		if (!php_next(p) || !read_unary(p, &by))
			return false;
		php_calculate(v, '*', &by);
	}
	return true;
}

/* Texts joined by `.`: collected, then made one. */
static bool
read_joined(struct php_parser *p, struct php_value *v)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_PHP_FILE);
	struct php_value part = *v;
	const char *why = NULL;
	char *text;

	for (;;) {
		if (part.type == PHP_UNKNOWN)
			why = why != NULL ? why : part.text;
		else if (!php_make_text(p, &part))
			why = why != NULL ? why : "texts joined that only PHP can join";
		else
			buf_add(&b, part.text, part.len);
		if (!php_lex_is(&p->x, "."))
			break;
		if (!php_next(p) || !read_product(p, &part))
			return false;
	}
	if (!php_made(p, 0, b.len))
		return false;
	if (!buf_ok(&b))
		why = why != NULL ? why : "a text that is too long";
	if (why != NULL) {
		php_set_unknown(v, v->line, why);
		return true;
	}
	text = arena_alloc(p->a, b.len + 1);
	memcpy(text, b.data, b.len);
	php_set_text(v, text, b.len);
	return true;
}

static bool
ends_here(const struct php_parser *p)
{
	return p->x.token == TOKEN_END ||
	    (p->x.token == TOKEN_SIGN &&
		((strchr(",;)]}", p->x.sign[0]) != NULL && p->x.sign[1] == '\0') ||
		    php_lex_is(&p->x, "=>")));
}

bool
php_expression(struct php_parser *p, struct php_value *v)
{
	struct php_value by = { .line = 0 };

	*v = (struct php_value){ .line = p->x.at };
	if (++p->depth > LIMIT_PHP_DEPTH)
		return php_refuse(p, p->x.at, "too deeply nested");
	if (!read_product(p, v))
		return false;
	if (php_lex_is(&p->x, ".") && !read_joined(p, v))
		return false;
	while (
	    v->type == PHP_INT && (php_lex_is(&p->x, "+") || php_lex_is(&p->x, "-"))) {
		char op = p->x.sign[0];

		if (!php_next(p) || !read_product(p, &by))
			return false;
		php_calculate(v, op, &by);
	}
	p->depth--;
	/* What is left: ?:, ??, ==, a `.` behind a sum, whose order PHP 8 has changed. */
	if (ends_here(p))
		return true;
	if (v->type == PHP_UNKNOWN)
		return php_skip(p, false);
	if (p->x.token != TOKEN_SIGN && p->x.token != TOKEN_NAME)
		return php_refuse(
		    p, p->x.at, "a comma or a semicolon is missing before this");
	return skip_as(p, v, "an expression that only PHP works out", false);
}
