/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "conf/keys.h"
#include "conf/nearest.h"

/* The types of cfg_keys.def as parts of a row. */
#define T_BOOL .type = KEY_BOOL
#define T_INT(lo, hi) .type = KEY_INT, .lowest = (lo), .highest = (hi)
#define T_TEXT .type = KEY_TEXT
#define T_ID .type = KEY_ID
#define T_URL .type = KEY_URL
#define T_PUBLIC_URL .type = KEY_PUBLIC_URL
#define T_PATH .type = KEY_PATH
#define T_WORD(list) .type = KEY_WORD, .words = (list)
#define T_RULE .type = KEY_RULE
#define T_ZONE .type = KEY_ZONE
#define T_LIST .type = KEY_LIST
#define T_HOURS .type = KEY_HOURS
#define T_ROOMS .type = KEY_ROOMS
#define T_RATINGS .type = KEY_RATINGS
#define T_EXCEPTIONS .type = KEY_EXCEPTIONS

const struct key_row key_rows[CFG_KEYS] = {
#define CFG_KEY(id, key_, type_, dflt_, flags_, help_) \
	[id] = { type_, .key = (key_), .dflt = (dflt_), .flags = (flags_), \
		.help = (help_) },
#include "conf/cfg_keys.def"
};

static const struct {
	const char *other;
	enum cfg_key key;
} aliases[] = {
#define CFG_ALIAS(other, id) { (other), (id) },
#include "conf/cfg_keys.def"
};

#define VARIABLE_PREFIX "BOTLINE_"

enum cfg_key
key_find(const char *name)
{
	for (size_t i = 0; i < CFG_KEYS; i++)
		if (strcmp(key_rows[i].key, name) == 0)
			return (enum cfg_key)i;
	for (size_t i = 0; i < NELEMS(aliases); i++)
		if (strcmp(aliases[i].other, name) == 0)
			return aliases[i].key;
	return CFG_KEYS;
}

const char *
key_alias(enum cfg_key key, size_t i)
{
	for (size_t j = 0; j < NELEMS(aliases); j++)
		if (aliases[j].key == key && i-- == 0)
			return aliases[j].other;
	return NULL;
}

bool
key_variable(const char *key, char *out, size_t size)
{
	size_t len = sizeof(VARIABLE_PREFIX) - 1;

	if (size <= len)
		return false;
	memcpy(out, VARIABLE_PREFIX, len);
	for (; *key != '\0'; key++) {
		if (len + 3 > size)
			return false;
		if (*key == '.')
			out[len++] = '_';
		out[len++] = *key == '.' ? '_' : (char)toupper((unsigned char)*key);
	}
	out[len] = '\0';
	return true;
}

static bool
is_variable_of(const char *name, const char *key)
{
	char variable[128];

	return key_variable(key, variable, sizeof(variable)) &&
	    strcmp(variable, name) == 0;
}

enum cfg_key
key_find_variable(const char *name)
{
	for (size_t i = 0; i < CFG_KEYS; i++)
		if (is_variable_of(name, key_rows[i].key))
			return (enum cfg_key)i;
	for (size_t i = 0; i < NELEMS(aliases); i++)
		if (is_variable_of(name, aliases[i].other))
			return aliases[i].key;
	return CFG_KEYS;
}

enum cfg_key
key_find_secret_file(const char *name)
{
	static const char suffix[] = "_file";
	size_t len = strlen(name), cut = sizeof(suffix) - 1;
	char key[128];
	enum cfg_key found;

	if (len <= cut || len >= sizeof(key) || strcmp(name + len - cut, suffix) != 0)
		return CFG_KEYS;
	memcpy(key, name, len - cut);
	key[len - cut] = '\0';
	found = key_find(key);
	return found != CFG_KEYS && key_rows[found].flags & KEY_SECRET ? found
								       : CFG_KEYS;
}

static bool
is_inside(const char *key, const char *group, size_t len)
{
	return strncmp(key, group, len) == 0 && key[len] == '.';
}

bool
key_is_group(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < CFG_KEYS; i++)
		if (is_inside(key_rows[i].key, name, len))
			return true;
	for (size_t i = 0; i < NELEMS(aliases); i++)
		if (is_inside(aliases[i].other, name, len))
			return true;
	return false;
}

static bool
answer(const struct nearest *n, char *out, size_t size)
{
	if (n->best[0] == '\0' || strlen(n->best) >= size)
		return false;
	memcpy(out, n->best, strlen(n->best) + 1);
	return true;
}

/* Offers the key's group of so many dots, "chat.chat" of "chat.chat.appId" for one. */
static void
offer_group(struct nearest *n, const char *key, size_t dots)
{
	char group[NEAREST_LONGEST + 1];
	const char *end = key;

	for (;; end++) {
		end = strchr(end, '.');
		if (end == NULL || dots-- == 0)
			break;
	}
	if (end == NULL || (size_t)(end - key) >= sizeof(group))
		return;
	memcpy(group, key, (size_t)(end - key));
	group[end - key] = '\0';
	nearest_offer(n, group);
}

bool
key_nearest(const char *name, char *out, size_t size)
{
	struct nearest n = NEAREST_INIT(name);
	size_t dots = 0;

	for (const char *s = name; (s = strchr(s, '.')) != NULL; s++)
		dots++;
	for (size_t i = 0; i < CFG_KEYS; i++) {
		nearest_offer(&n, key_rows[i].key);
		offer_group(&n, key_rows[i].key, dots);
	}
	for (size_t i = 0; i < NELEMS(aliases); i++)
		nearest_offer(&n, aliases[i].other);
	return answer(&n, out, size);
}

bool
key_nearest_variable(const char *name, char *out, size_t size)
{
	struct nearest n = NEAREST_INIT(name);
	char variable[NEAREST_LONGEST + 1];

	for (size_t i = 0; i < CFG_KEYS; i++)
		if (key_variable(key_rows[i].key, variable, sizeof(variable)))
			nearest_offer(&n, variable);
	return answer(&n, out, size);
}

const char *
key_type_name(enum key_type type)
{
	static const char *const names[] = {
		[KEY_BOOL] = "true or false",
		[KEY_INT] = "a whole number",
		[KEY_TEXT] = "a text in double quotes",
		[KEY_ID] = "a text in double quotes or a whole number",
		[KEY_URL] = "a URL in double quotes",
		[KEY_PUBLIC_URL] = "a URL in double quotes",
		[KEY_PATH] = "a path in double quotes",
		[KEY_WORD] = "a word in double quotes",
		[KEY_RULE] = "a rule in double quotes",
		[KEY_ZONE] = "a time zone in double quotes",
		[KEY_LIST] = "a list of texts: [ \"one\", \"two\" ]",
		[KEY_HOURS] = "a list of hours: [ \"09:00-13:00\", \"14:00-18:00\" ]",
		[KEY_ROOMS] = "a list of rooms with their levels: [ \"http=debug\" ]",
		[KEY_RATINGS] = "a list of ratings: ( { id = 1; label = \"yes\"; } )",
		[KEY_EXCEPTIONS] =
		    "a list of days: ( { date = \"12-25\"; hours = [ ]; } )",
	};

	return names[type];
}
