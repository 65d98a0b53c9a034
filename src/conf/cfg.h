/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CFG_H
#define CONF_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "conf/cfg_keys.h" /* enum cfg_key, made from the table cfg_keys.def */

struct lang;

/*
 * The effective values of one environment: default, custom, the environment's folder,
 * <key>_file and process environment, merged and checked. Constant once loaded: any
 * thread may read it for as long as it holds the snapshot (conf/conf.h) it came from.
 * Asking a key for another type than the table gives is a programming error (assert).
 */
struct cfg;

const char *cfg_str(const struct cfg *c, enum cfg_key key); /* never NULL */
int64_t cfg_int(const struct cfg *c, enum cfg_key key);
bool cfg_bool(const struct cfg *c, enum cfg_key key);

/* Lists of strings. */
size_t cfg_len(const struct cfg *c, enum cfg_key key);
const char *cfg_item(const struct cfg *c, enum cfg_key key, size_t i);

/* The labels in the environment's conversation.default.lang. */
const struct lang *cfg_lang(const struct cfg *c);

/* One row of conversation.content_ratings.ratings. */
struct cfg_rating {
	int64_t id;
	const char *label; /* key of a label */
	bool comment, is_negative;
};
size_t cfg_ratings(const struct cfg *c, const struct cfg_rating **out);

/* A day with service hours of its own: chat.chat.timetable.exceptions. */
struct cfg_exception {
	const char *date; /* "2026-12-24" or, every year, "12-24" */
	const char *const *hours;
	size_t n_hours;
};

size_t cfg_exceptions(const struct cfg *c, const struct cfg_exception **out);

#endif
