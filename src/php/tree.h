/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PHP_TREE_H
#define PHP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"

/*
 * What a PHP file of settings says: values with their lines and comments. Plain data, made
 * by php/parse.h in one arena and constant afterwards; any thread may read it.
 */
enum php_type {
	PHP_NULL,
	PHP_BOOL,
	PHP_INT,
	PHP_FLOAT,
	PHP_TEXT,
	PHP_ARRAY,
	PHP_UNKNOWN /* only running PHP would tell; `text` says why */
};

struct php_item;

/* One line of a comment, without the signs around it. NULL ends the chain. */
struct php_comment {
	const struct php_comment *next;
	const char *text; /* no line ends, no NUL; any other bytes */
};

struct php_value {
	const char *text; /* PHP_TEXT: bytes, with a NUL behind; PHP_UNKNOWN: why */
	size_t len; /* of a text, which may hold NUL bytes */
	struct php_item *items; /* PHP_ARRAY, in PHP's order */
	size_t n, cap; /* how many, and for how many there is room */
	const struct php_comment *foot; /* PHP_ARRAY: comments behind the last item */
	int64_t i; /* PHP_INT, and the next number an item gets in a PHP_ARRAY */
	double f; /* PHP_FLOAT */
	enum php_type type;
	int line; /* where it begins; the first is 1 */
	bool b; /* PHP_BOOL */
};

/* One entry of an array. Its key is a number or a text, as PHP makes it of what is written. */
struct php_item {
	const char *key; /* as a text; of a number its digits. It may hold no NUL */
	struct php_value value;
	const struct php_comment *above; /* on lines of their own, in front of it */
	const struct php_comment *behind; /* on the line it ends in */
	int64_t number;
	int line; /* where the entry begins */
	int earlier; /* line of the entry of the same key that it replaces; 0: none */
	bool is_number;
};

/* The entry of that key, a number's digits for a number; NULL when there is none. */
struct php_item *php_get(const struct php_value *array, const char *key) MUST_CHECK;

/* Appends without looking whether the key is there. Room is taken from the arena. */
struct php_item *php_add(struct arena *a, struct php_value *array) MUST_CHECK;

/* Makes *key the key that PHP makes of a value: "7" is the number 7, true is 1, 2.9 is 2.
 * False for what can be none: an array, an unknown value, a text with a NUL. */
bool php_key(
    struct arena *a, const struct php_value *from, struct php_item *key) MUST_CHECK;
/* The same for the next number of a list. False when the numbers are used up. */
bool php_next_key(
    struct arena *a, struct php_value *array, struct php_item *key) MUST_CHECK;
/* Tells the array that such a key is used, so that the next number comes behind it. */
void php_note_key(struct php_value *array, const struct php_item *key);

/* A copy that shares no items, and how many values it has in all levels. */
void php_copy(struct arena *a, struct php_value *to, const struct php_value *from);
size_t php_size(const struct php_value *v) MUST_CHECK;

/* "a text", "a whole number"… for messages. */
const char *php_type_name(enum php_type type) MUST_CHECK;

#endif
