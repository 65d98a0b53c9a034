/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_SHAPE_H
#define HYPERCHAT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/js.h"

/* How HyperChat writes small things: liberally read, strictly handed on. */

/*
 * Whether a text can be an id: 1 to LIMIT_HYPERCHAT_ID visible ASCII characters, and not
 * "." or "..", which would climb in a path.
 */
bool hyperchat_id_ok(const char *id) MUST_CHECK;

/* The id at the path, a text or a whole number; NULL when it is none. */
const char *hyperchat_id(js *o, const char *path, struct arena *a) MUST_CHECK;

/* true, "true", 1 and "1"; all else is false. */
bool hyperchat_truth(js *o, const char *path) MUST_CHECK;

/*
 * A moment given in Unix time, in s or ms, as a number or as digits: in ms; 0 when there is
 * none.
 */
int64_t hyperchat_moment_ms(js *o, const char *path) MUST_CHECK;

/* The text at the path, cut at a character to at most `max` bytes; "" when it is none. */
const char *hyperchat_text(
    js *o, const char *path, size_t max, struct arena *a) MUST_CHECK;

#endif
