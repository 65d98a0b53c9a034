/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEDIA_TYPE_H
#define BASE_MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum media_family { MEDIA_PICTURE, MEDIA_SOUND, MEDIA_FILM, MEDIA_DOCUMENT };

/* A kind of file that people send each other. Rows of one constant table; thread-safe. */
struct media_type {
	const char *ext; /* "jpg": in lower case, without the dot */
	const char *mime; /* "image/jpeg" */
	enum media_family family;
	bool (*begins)(const unsigned char *head, size_t n); /* media_type_fits() */
};

/* How many bytes from its beginning tell what a file is. */
enum { MEDIA_TYPE_HEAD = 1024 };

/*
 * The type a Content-Type names, in any case, by another of its names, with or without
 * parameters; NULL when it is none of the table, or mime is NULL.
 */
const struct media_type *media_type_of(const char *mime) MUST_CHECK;

/* The type of an extension, in any case, "jpeg" too; NULL when it is none of the table. */
const struct media_type *media_type_by_ext(const char *ext) MUST_CHECK;

/*
 * Whether a file that begins with these bytes (all, or MEDIA_TYPE_HEAD) may be of the type.
 * Types that differ inside only look the same: DOC and XLS, DOCX and XLSX, MP4 and 3GP.
 */
bool media_type_fits(
    const struct media_type *type, const void *head, size_t n) MUST_CHECK;

const struct media_type *media_types(size_t *n);

#endif
