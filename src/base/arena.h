/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

/*
 * Everything one webhook needs, freed in one call. One arena belongs to one thread.
 * Results live until arena_reset() or arena_free(); they are never freed one by one.
 */
struct arena;

struct arena *arena_new(void) MUST_CHECK;
void arena_free(struct arena *a); /* NULL is allowed */
void arena_freep(struct arena **a); /* for CLEANUP */

/* Gives all memory back but one block that the next request will use. */
void arena_reset(struct arena *a);

/* Zeroed and aligned for any object. */
void *arena_alloc(struct arena *a, size_t n) MUST_CHECK;
char *arena_strdup(struct arena *a, const char *s) MUST_CHECK; /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n) MUST_CHECK;
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3) MUST_CHECK;

#endif
