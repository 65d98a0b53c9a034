/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PHP_PARSE_I_H
#define PHP_PARSE_I_H

#include "base/attr.h"
#include "php/lex.h"
#include "php/parse.h"

/* The parser at work, for the files of this room only. False from any of its functions: the
 * file is refused, *line and *e say why. */
struct php_variable {
	struct php_variable *next;
	const char *name;
	struct php_value value;
};

struct php_parser {
	struct php_lex
	    x; /* the current token is the first that is not understood yet */
	struct arena *a;
	struct php_file *out;
	struct php_variable *variables;
	const struct php_remark **last_remark;
	const struct php_comment **last_head;
	int *line;
	struct err *e;
	size_t values, bytes; /* made so far: LIMIT_PHP_VALUES, LIMIT_PHP_BYTES */
	int depth;
};

bool php_next(struct php_parser *p) MUST_CHECK;
bool php_refuse(struct php_parser *p, int line, const char *why);
void php_remark(struct php_parser *p, int line, const char *text);

struct php_variable *php_variable(struct php_parser *p, const char *name) MUST_CHECK;

/* Of php/expression.c: reads one, up to the sign that ends it. */
bool php_expression(struct php_parser *p, struct php_value *out) MUST_CHECK;

/* Passes what is not understood: up to a , ; => or a bracket that nothing here opened. */
bool php_skip(struct php_parser *p, bool arrows) MUST_CHECK;

/* Counts what is made; false beyond the limits. */
bool php_made(struct php_parser *p, size_t values, size_t bytes) MUST_CHECK;

bool php_want(struct php_parser *p, const char *sign) MUST_CHECK;

/* Of php/array.c: from behind the bracket that opens it to behind the one that closes. */
bool php_array(
    struct php_parser *p, const char *closer, struct php_value *out) MUST_CHECK;

/* The entry of that key in the array: made when it is missing, with key and number. */
struct php_item *php_enter(struct php_parser *p, struct php_value *array,
    const struct php_item *key) MUST_CHECK;

/* Of php/turned.c: what is known of a value is replaced; its line stays. Texts are not copied. */
void php_set_unknown(struct php_value *v, int line, const char *why);
void php_set_int(struct php_value *v, int64_t i);
void php_set_bool(struct php_value *v, bool b);
void php_set_text(struct php_value *v, const char *text, size_t len);

/* A value as PHP's conditions see it. */
bool php_is_true(const struct php_value *v) MUST_CHECK;

/* The text PHP makes of a value; false: an array, or a number that PHP rounds. */
bool php_make_text(struct php_parser *p, struct php_value *v) MUST_CHECK;

/* What only PHP works out becomes unknown, with its reason. */
void php_cast(struct php_parser *p, const char *type, struct php_value *v);
void php_negate(struct php_value *v);
void php_calculate(struct php_value *v, char op, const struct php_value *by);

#endif
