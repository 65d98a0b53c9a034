/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MULTIPART_H
#define SANDBOX_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* A body of multipart/form-data (RFC 7578), taken apart. */

enum { MULTIPART_PARTS = 20 };

struct multipart_part {
	const char *name;
	const char *filename, *type; /* NULL: not told */
	const char *data; /* in the body */
	size_t len;
};

struct multipart {
	struct multipart_part parts[MULTIPART_PARTS];
	size_t n;
};

/* NULL, or what is wrong. Names live in the arena, data in the body. */
const char *multipart_read(struct multipart *m, struct arena *a, const char *type,
    const char *body, size_t len) MUST_CHECK;

const struct multipart_part *multipart_find(
    const struct multipart *m, const char *name) MUST_CHECK;

#endif
