/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_KEYS_H
#define CONF_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "conf/cfg_keys.h"

/* The table of keys, as the rest of this room sees it. All of it is constant. */

enum key_type {
	KEY_BOOL,
	KEY_INT,
	KEY_TEXT, /* one line */
	KEY_ID, /* a text, or a whole number that is kept as a text */
	KEY_URL, /* an upstream: https, or http on loopback or with server.allow_http */
	KEY_PUBLIC_URL, /* an address of ours: http or https */
	KEY_PATH, /* absolute, or empty */
	KEY_WORD, /* one of `words` */
	KEY_RULE, /* a regular expression as /…/flags, or empty (conf/rule.h) */
	KEY_ZONE, /* a time zone of the system: base/zone.h */
	KEY_LIST, /* texts */
	KEY_HOURS, /* "HH:MM-HH:MM" texts */
	KEY_ROOMS, /* "room=level" texts: conf/rooms.h */
	KEY_RATINGS, /* groups: id, label, comment, isNegative */
	KEY_EXCEPTIONS /* groups: date, hours */
};

enum key_flag {
	KEY_SECRET = 1, /* masked wherever it is shown; has a sibling <key>_file */
	KEY_START = 2, /* read at start only; not in an environment's folder */
	KEY_PROCESS = 4, /* one for all environments, but a reload changes it */
	KEY_NOEFFECT = 8, /* of the PHP template, accepted, never used */
	KEY_LATER = 16, /* known and checked; what it turns is not built yet */
	KEY_BARE = 32 /* KEY_URL: one without a scheme is https */
};

struct key_row {
	const char *key, *dflt, *words, *help; /* words: NULL, or divided by blanks */
	enum key_type type;
	unsigned flags;
	int64_t lowest, highest; /* KEY_INT */
};

extern const struct key_row key_rows[CFG_KEYS];

/* The key or alias of that name; CFG_KEYS when there is none. */
enum cfg_key key_find(const char *name) MUST_CHECK;

/* The i-th other name of a key; NULL: it has no more. */
const char *key_alias(enum cfg_key key, size_t i) MUST_CHECK;

/* As key_find, by the name of a variable: "BOTLINE_API__KEY". */
enum cfg_key key_find_variable(const char *name) MUST_CHECK;

/* "api.key" -> "BOTLINE_API__KEY". False when it does not fit. */
bool key_variable(const char *key, char *out, size_t size) MUST_CHECK;

/* The SECRET key whose sibling "<key>_file" this is; CFG_KEYS when it is none. */
enum cfg_key key_find_secret_file(const char *name) MUST_CHECK;

/* Whether some key begins with "name.". */
bool key_is_group(const char *name) MUST_CHECK;

/* Whether NAME.cfg is a configuration file: whether some key begins with "NAME.". */
#define key_is_file(name) key_is_group(name)

/*
 * What the writer of an unknown name may have meant: a key, an alias, or a group of as many
 * parts ("chat.caht"), which for a name of one part is a file ("twillio"). False when
 * nothing is near.
 */
bool key_nearest(const char *name, char *out, size_t size) MUST_CHECK;
bool key_nearest_variable(const char *name, char *out, size_t size) MUST_CHECK;

/* "a whole number"…, for messages: "must be …". */
const char *key_type_name(enum key_type type) MUST_CHECK;

#endif
