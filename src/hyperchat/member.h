/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_MEMBER_H
#define HYPERCHAT_MEMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * Where the value of a member of a JSON object stands in its text, byte for byte: *n bytes
 * from body + *start, without the blanks around it. A signature over those bytes would not
 * survive being parsed and written anew.
 *
 * False when the text is not an object with exactly one such member, and also when a name
 * at its top level is written with a backslash: a parser might read that as a second one.
 * Only as much is checked as is needed to find the end: the caller parses the text before
 * using it. Linear time, no memory, thread-safe.
 */
bool hyperchat_member_range(const char *body, size_t len, const char *name,
    size_t *start, size_t *n) MUST_CHECK;

#endif
