/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_ROWS_H
#define CONF_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <libconfig.h>

#include "base/arena.h"
#include "base/err.h"
#include "conf/cfg.h"

/*
 * The values that are lists of more than texts. Each reads a list setting into the arena,
 * or fails with what is wrong in which item.
 */
bool ratings_read(const config_setting_t *set, struct arena *a,
    const struct cfg_rating **out, size_t *n, struct err *e) MUST_CHECK;
bool exceptions_read(const config_setting_t *set, struct arena *a,
    const struct cfg_exception **out, size_t *n, struct err *e) MUST_CHECK;

/* What the texts of a list have to be besides. */
typedef bool items_check_fn(const char *const *items, size_t n, struct err *e);

/* Texts of one line each; check may be NULL. */
bool value_read_items(const config_setting_t *set, items_check_fn *check,
    struct arena *a, const char *const **out, size_t *n, struct err *e) MUST_CHECK;

/*
 * "HH:MM-HH:MM", with leading zeros, 24:00 allowed as an end. A range that ends before it
 * begins lasts until midnight. Ranges must not overlap.
 */
items_check_fn hours_check MUST_CHECK;

#endif
