/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include <stddef.h>

#include "base/attr.h"

/*
 * Memory that is always there: running out ends the process with one line on stderr.
 * In exchange every foreign input has a limit before it is copied (base/limits.h).
 * Results belong to the caller and go back with free().
 */
void *xmalloc(size_t n) MUST_CHECK;
void *xcalloc(size_t n, size_t size) MUST_CHECK;
void *xrealloc(void *p, size_t n) MUST_CHECK;
char *xstrdup(const char *s) MUST_CHECK;
char *xstrndup(const char *s, size_t n) MUST_CHECK;

/* For CLEANUP: `CLEANUP(freep) char *s = NULL;` */
void freep(void *pointer_to_pointer);

#endif
