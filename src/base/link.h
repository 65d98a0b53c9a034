/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LINK_H
#define BASE_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * Links in a text, as phones find them: "http://", "https://" or "www.", in capitals or not,
 * with something behind it. Whoever changes a text leaves them alone: they would lead
 * elsewhere.
 */

/* Whether one begins at s, of which n bytes are there. */
bool link_begins(const char *s, size_t n) MUST_CHECK;

/*
 * Behind the last byte of the one that begins at `begin` (< n): up to a blank. What people put
 * right behind a link, such as a bracket, counts as part of it: nobody can tell.
 */
size_t link_end(const char *s, size_t n, size_t begin) MUST_CHECK;

#endif
