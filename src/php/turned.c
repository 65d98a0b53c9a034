/* SPDX-License-Identifier: Apache-2.0 */
/* What a value becomes: by a cast, by a sign in front of it, by what it is added to. */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "php/parse_i.h"

void
php_set_unknown(struct php_value *v, int line, const char *why)
{
	*v = (struct php_value){ .type = PHP_UNKNOWN, .line = line, .text = why };
}

void
php_set_int(struct php_value *v, int64_t i)
{
	*v = (struct php_value){ .type = PHP_INT, .line = v->line, .i = i };
}

void
php_set_bool(struct php_value *v, bool b)
{
	*v = (struct php_value){ .type = PHP_BOOL, .line = v->line, .b = b };
}

void
php_set_text(struct php_value *v, const char *text, size_t len)
{
	*v = (struct php_value){
		.type = PHP_TEXT, .line = v->line, .text = text, .len = len
	};
}

/* A value as PHP's conditions see it. */
bool
php_is_true(const struct php_value *v)
{
	switch (v->type) {
	case PHP_BOOL:
		return v->b;
	case PHP_INT:
		return v->i != 0;
	case PHP_FLOAT:
		return v->f < 0 || v->f > 0 || isnan(v->f);
	case PHP_TEXT:
		return v->len > 0 && !(v->len == 1 && *v->text == '0');
	case PHP_ARRAY:
		return v->n > 0;
	default:
		return false;
	}
}

/* The text PHP makes of a value; false: an array, or a number that PHP rounds. */
bool
php_make_text(struct php_parser *p, struct php_value *v)
{
	const char *s;

	switch (v->type) {
	case PHP_TEXT:
		return true;
	case PHP_NULL:
		s = "";
		break;
	case PHP_BOOL:
		s = v->b ? "1" : "";
		break;
	case PHP_INT:
		s = arena_printf(p->a, "%" PRId64, v->i);
		break;
	default:
		return false;
	}
	php_set_text(v, s, strlen(s));
	return true;
}

/* The whole number PHP makes of a value, where nothing is lost. */
static bool
make_int(struct php_parser *p, struct php_value *v)
{
	struct php_item key = { .key = "" };

	switch (v->type) {
	case PHP_INT:
		return true;
	case PHP_NULL:
		php_set_int(v, 0);
		return true;
	case PHP_BOOL:
	case PHP_FLOAT:
	case PHP_TEXT:
		/* The rules of keys are the same for these. */
		if (!php_key(p->a, v, &key) || !key.is_number)
			return false;
		php_set_int(v, key.number);
		return true;
	default:
		return false;
	}
}

void
php_cast(struct php_parser *p, const char *type, struct php_value *v)
{
	if (v->type == PHP_UNKNOWN)
		return;
	if (type[0] == 'b' && type[1] == 'o') {
		php_set_bool(v, php_is_true(v));
		return;
	}
	if (type[0] == 'i'                         ? make_int(p, v)
		: type[0] == 's' || type[0] == 'b' ? php_make_text(p, v)
		: type[0] == 'a'                   ? v->type == PHP_ARRAY
						   : v->type == PHP_FLOAT)
		return;
	php_set_unknown(v, v->line,
	    arena_printf(p->a, "a cast to %s that only PHP works out", type));
	return;
}

void
php_negate(struct php_value *v)
{
	if (v->type == PHP_INT && v->i != INT64_MIN)
		v->i = -v->i;
	else if (v->type == PHP_FLOAT)
		v->f = -v->f;
	else if (v->type != PHP_UNKNOWN)
		php_set_unknown(v, v->line, "a minus in front of what is no number");
}

void
php_calculate(struct php_value *v, char op, const struct php_value *by)
{
	int64_t i;

	if (v->type == PHP_INT && by->type == PHP_INT &&
	    !(op == '*'         ? __builtin_mul_overflow(v->i, by->i, &i)
		    : op == '+' ? __builtin_add_overflow(v->i, by->i, &i)
				: __builtin_sub_overflow(v->i, by->i, &i)))
		php_set_int(v, i);
	else if (by->type == PHP_UNKNOWN && v->type != PHP_UNKNOWN)
		php_set_unknown(v, v->line, by->text);
	else if (v->type != PHP_UNKNOWN)
		php_set_unknown(v, v->line, "a calculation that only PHP works out");
}
