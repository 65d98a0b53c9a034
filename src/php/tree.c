/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "php/tree.h"

struct php_item *
php_get(const struct php_value *array, const char *key)
{
	for (size_t i = 0; i < array->n; i++)
		if (strcmp(array->items[i].key, key) == 0)
			return &array->items[i];
	return NULL;
}

struct php_item *
php_add(struct arena *a, struct php_value *array)
{
	if (array->n == array->cap) {
		size_t cap = array->cap > 0 ? 2 * array->cap : 8;
		struct php_item *items = arena_alloc(a, cap * sizeof(*items));

		if (array->n > 0)
			memcpy(items, array->items, array->n * sizeof(*items));
		array->items = items;
		array->cap = cap;
	}
	array->items[array->n] = (struct php_item){ .key = "" };
	return &array->items[array->n++];
}

/* Whether PHP takes the text for a number: decimal, no plus, no leading zero, in range. */
static bool
is_decimal(const char *s, int64_t *out)
{
	const char *digits = s + (*s == '-');
	char *stop;

	if (!isdigit((unsigned char)*digits) ||
	    (*digits == '0' && (digits[1] != '\0' || digits > s)))
		return false;
	errno = 0;
	*out = strtoll(s, &stop, 10);
	return errno == 0 && *stop == '\0';
}

static bool
number_key(struct arena *a, int64_t number, struct php_item *key)
{
	key->is_number = true;
	key->number = number;
	key->key = arena_printf(a, "%" PRId64, number);
	return true;
}

bool
php_key(struct arena *a, const struct php_value *from, struct php_item *key)
{
	int64_t number;

	switch (from->type) {
	case PHP_NULL:
		key->key = "";
		return true;
	case PHP_BOOL:
		return number_key(a, from->b, key);
	case PHP_INT:
		return number_key(a, from->i, key);
	case PHP_FLOAT:
		if (!(fabs(from->f) < 9e18))
			return false;
		return number_key(a, (int64_t)from->f, key);
	case PHP_TEXT:
		if (strlen(from->text) != from->len)
			return false;
		if (is_decimal(from->text, &number))
			return number_key(a, number, key);
		key->key = from->text;
		return true;
	default:
		return false;
	}
}

bool
php_next_key(struct arena *a, struct php_value *array, struct php_item *key)
{
	/* Behind INT64_MAX: see php_note_key(). */
	if (array->i < 0)
		return false;
	return number_key(a, array->i, key);
}

void
php_note_key(struct php_value *array, const struct php_item *key)
{
	/* PHP 7.3: behind a negative key comes 0. */
	if (!key->is_number || array->i < 0 || key->number < array->i)
		return;
	array->i = key->number < INT64_MAX ? key->number + 1 : -1;
}

void
php_copy(struct arena *a, struct php_value *to, const struct php_value *from)
{
	*to = *from;
	if (from->type != PHP_ARRAY || from->n == 0)
		return;
	to->cap = from->n;
	to->items = arena_alloc(a, from->n * sizeof(*to->items));
	for (size_t i = 0; i < from->n; i++) {
		to->items[i] = from->items[i];
		php_copy(a, &to->items[i].value, &from->items[i].value);
	}
}

size_t
php_size(const struct php_value *v)
{
	size_t n = 1;

	for (size_t i = 0; v->type == PHP_ARRAY && i < v->n; i++)
		n += php_size(&v->items[i].value);
	return n;
}

const char *
php_type_name(enum php_type type)
{
	static const char *const names[] = {
		[PHP_NULL] = "null",
		[PHP_BOOL] = "true or false",
		[PHP_INT] = "a whole number",
		[PHP_FLOAT] = "a number with a fraction",
		[PHP_TEXT] = "a text",
		[PHP_ARRAY] = "an array",
		[PHP_UNKNOWN] = "not known",
	};

	return names[type];
}
