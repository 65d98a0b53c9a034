/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libconfig.h>

#include "base/arena.h"
#include "base/err.h"
#include "conf/cfg.h"
#include "conf/keys.h"

/* One key's value in one layer. origin is NULL where the layer does not set the key. */
struct value {
	const char *origin; /* "conf/custom/api.cfg:3", "environment BOTLINE_…" */
	const char *file; /* whose content it is, by <key>_file; else NULL */
	bool shipped; /* from conf/default: nobody asked for it */
	bool from_file; /* by <key>_file */
	bool bad; /* was set, but to something unusable: reported already */
	size_t n; /* of items, ratings, exceptions */
	union {
		bool b;
		int64_t i;
		const char
		    *s; /* KEY_TEXT, ID, URL, PUBLIC_URL, PATH, WORD, RULE, ZONE */
		const char *const *items; /* KEY_LIST, HOURS */
		const struct cfg_rating *ratings;
		const struct cfg_exception *exceptions;
	} u;
};

/*
 * Reads a key's value out of a setting, or out of a text where the key's type is kept as
 * one (value_is_text). What lies outside its type or range fails, with a text that says
 * what would be right. Strings are copied into the arena; origin is left to the caller.
 */
bool value_read(struct value *v, const struct key_row *row, const config_setting_t *set,
    struct arena *a, struct err *e) MUST_CHECK;
bool value_from_text(struct value *v, const struct key_row *row, const char *text,
    struct arena *a, struct err *e) MUST_CHECK;
bool value_is_text(enum key_type type) MUST_CHECK;

bool value_equal(
    const struct value *a, const struct value *b, enum key_type type) MUST_CHECK;

#endif
