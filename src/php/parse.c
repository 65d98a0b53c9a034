/* SPDX-License-Identifier: Apache-2.0 */
/* The statements of a file of settings, up to its return. */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "php/parse_i.h"

bool
php_next(struct php_parser *p)
{
	return php_lex_next(&p->x, p->line, p->e);
}

bool
php_refuse(struct php_parser *p, int line, const char *why)
{
	*p->line = line;
	err_set(p->e, ERR_INPUT, 0, "%s", why);
	return false;
}

bool
php_want(struct php_parser *p, const char *sign)
{
	if (php_lex_is(&p->x, sign))
		return php_next(p);
	return php_refuse(p, p->x.at, arena_printf(p->a, "a %s is missing here", sign));
}

void
php_remark(struct php_parser *p, int line, const char *text)
{
	struct php_remark *r = arena_alloc(p->a, sizeof(*r));

	r->text = text;
	r->line = line;
	*p->last_remark = r;
	p->last_remark = &r->next;
}

struct php_variable *
php_variable(struct php_parser *p, const char *name)
{
	for (struct php_variable *v = p->variables; v != NULL; v = v->next)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

static struct php_variable *
make_variable(struct php_parser *p, const char *name)
{
	struct php_variable *v = php_variable(p, name);

	if (v != NULL)
		return v;
	v = arena_alloc(p->a, sizeof(*v));
	v->name = name;
	v->next = p->variables;
	p->variables = v;
	return v;
}

/* Appends comments to those at the top of the file. */
static void
add_head(struct php_parser *p, const struct php_comment *c)
{
	for (; c != NULL; c = c->next) {
		struct php_comment *copy = arena_alloc(p->a, sizeof(*copy));

		copy->text = c->text;
		*p->last_head = copy;
		p->last_head = &copy->next;
	}
}

/* Whether the statement goes on behind a block. */
static bool
goes_on(const struct php_parser *p)
{
	static const char *const words[] = { "else", "elseif", "catch", "finally",
		"while" };

	for (size_t i = 0; i < NELEMS(words); i++)
		if (php_lex_is_word(&p->x, words[i]))
			return true;
	return false;
}

/* Passes a statement with its blocks. */
static bool
skip_statement(struct php_parser *p)
{
	size_t depth = 0;

	while (p->x.token != TOKEN_END) {
		char sign = p->x.token == TOKEN_SIGN ? p->x.sign[0] : '\0';
		bool opens = sign == '(' || sign == '[' || sign == '{';
		bool closes = sign == ')' || sign == ']' || sign == '}';

		if (!php_next(p))
			return false;
		depth += opens;
		depth -= closes && depth > 0;
		if (depth == 0 && (sign == ';' || (sign == '}' && !goes_on(p))))
			return true;
	}
	return true;
}

static bool
skip_code(struct php_parser *p, const char *what)
{
	static const char *const silent[] = { "declare", "namespace", "use", "define",
		"const", "defined" };
	int line = p->x.at;

	for (size_t i = 0; i < NELEMS(silent); i++)
		if (php_lex_is_word(&p->x, silent[i]))
			return skip_statement(p);
	php_remark(p, line,
	    arena_printf(
		p->a, "%.60s: code is not run, its effect is not carried over", what));
	return skip_statement(p);
}

/* One [key] or [] of an assignment: moves *place to the entry, made where it is missing. */
static bool
enter_place(struct php_parser *p, struct php_value **place, struct php_item **item)
{
	struct php_item key = { .key = "", .line = p->x.at };
	struct php_value *array = *place, index;
	bool known;

	if (array->type == PHP_NULL)
		*array = (struct php_value){ .type = PHP_ARRAY, .line = p->x.at };
	if (!php_next(p))
		return false;
	if (php_lex_is(&p->x, "]")) {
		known = array->type == PHP_ARRAY && php_next_key(p->a, array, &key);
	} else {
		if (!php_expression(p, &index))
			return false;
		known = array->type == PHP_ARRAY && php_key(p->a, &index, &key);
	}
	if (!php_want(p, "]"))
		return false;
	if (!known) {
		*place = NULL;
		return true;
	}
	if (!php_made(p, 1, 0))
		return false;
	*item = php_enter(p, array, &key);
	if ((*item)->line == 0)
		(*item)->line = key.line;
	*place = &(*item)->value;
	return true;
}

static bool
assign(struct php_parser *p, struct php_variable *v, const struct php_comment *above)
{
	struct php_value *place = &v->value, value;
	struct php_item *item = NULL;
	int line = p->x.at, ended;

	while (place != NULL && php_lex_is(&p->x, "["))
		if (!enter_place(p, &place, &item))
			return false;
	if (place == NULL || !php_lex_is(&p->x, "=")) {
		v->value = (struct php_value){ .type = PHP_UNKNOWN,
			.line = line,
			.text = arena_printf(
			    p->a, "the variable $%.80s, which code changes", v->name) };
		return skip_statement(p);
	}
	if (!php_next(p) || !php_expression(p, &value))
		return false;
	ended = p->x.at;
	/* The array may have grown and moved meanwhile: nothing here lets it. */
	*place = value;
	if (p->x.token != TOKEN_END && !php_want(p, ";"))
		return false;
	if (item == NULL) {
		add_head(p, above);
		add_head(p, php_lex_comments(&p->x, ended));
		return true;
	}
	item->earlier = item->line != line ? item->line : 0;
	item->line = line;
	item->above = above;
	item->behind = php_lex_comments(&p->x, ended);
	return true;
}

static bool
read_return(struct php_parser *p)
{
	int line = p->x.at;

	if (!php_next(p))
		return false;
	if (php_lex_is(&p->x, ";") || p->x.token == TOKEN_END)
		return php_refuse(p, line, "returns nothing");
	if (!php_expression(p, &p->out->value))
		return false;
	if (p->x.token != TOKEN_END && !php_want(p, ";"))
		return false;
	p->out->foot = php_lex_comments(&p->x, 0);
	return true;
}

/* One statement; *done once the file has returned. */
static bool
read_statement(struct php_parser *p, bool *done)
{
	const struct php_comment *above = php_lex_comments(&p->x, 0);
	const char *name = p->x.word;

	*done = false;
	if (p->x.token == TOKEN_VARIABLE) {
		if (!php_next(p))
			return false;
		return assign(p, make_variable(p, name), above);
	}
	add_head(p, above);
	if (php_lex_is_word(&p->x, "return")) {
		*done = true;
		return read_return(p);
	}
	if (php_lex_is(&p->x, ";") || php_lex_is(&p->x, "}"))
		return php_next(p);
	return skip_code(p, p->x.token == TOKEN_NAME ? name : "a statement");
}

bool
php_parse(const char *text, size_t n, struct arena *a, struct php_file *out, int *line,
    struct err *e)
{
	struct php_file file = { .value = { .line = 1 } };
	struct php_parser p = { .a = a,
		.out = &file,
		.last_remark = &file.remarks,
		.last_head = &file.head,
		.line = line,
		.e = e };
	bool done = false;

	*line = 1;
	if (n > LIMIT_PHP_FILE)
		return err_set(
		    e, ERR_TOO_BIG, 0, "is larger than %d bytes", LIMIT_PHP_FILE);
	if (!php_lex_begin(&p.x, text, n, a, line, e) || !php_next(&p))
		return false;
	while (!done) {
		if (p.x.token == TOKEN_END)
			return php_refuse(&p, p.x.at,
			    "returns nothing: a file of settings ends in return [ … ];");
		if (!read_statement(&p, &done))
			return false;
	}
	*out = file;
	return true;
}
