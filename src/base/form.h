/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FORM_H
#define BASE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* A decoded application/x-www-form-urlencoded body, in order of arrival. */
struct form_field {
	const char *name, *value; /* NUL-terminated, but may hold NUL bytes inside */
	size_t name_len, value_len;
};

struct form {
	struct form_field *fields;
	size_t n;
};

/*
 * Decodes into the arena: `+` is a blank, %XX a byte; a broken escape stays as typed, as
 * browsers do. Bytes are not validated here: the signature is made over them as they are.
 * Fails with ERR_TOO_BIG above LIMIT_FORM_FIELDS.
 */
bool form_parse(struct form *f, struct arena *a, const char *body, size_t len,
    struct err *e) MUST_CHECK;

/* The first field of that name; NULL when absent. */
const struct form_field *form_find(const struct form *f, const char *name);

/* Its value when present and free of NUL bytes, else NULL. */
const char *form_get(const struct form *f, const char *name);

#endif
