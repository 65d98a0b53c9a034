/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PATHS_H
#define SANDBOX_PATHS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"

/*
 * Whether a path without its first slash fits a pattern, in which a star alone between
 * slashes stands for an id. A slash at the path's end does not count. *id: what stands for
 * the last star, of the arena; NULL: there is none.
 */
bool path_fits(
    struct arena *a, const char *pattern, const char *path, const char **id) MUST_CHECK;

#endif
