/* SPDX-License-Identifier: Apache-2.0 */
/* The layer of the process environment: BOTLINE_API__KEY is api.key. */
#include "config.h"

#include <string.h>

#include <libconfig.h>

#include "conf/layer.h"
#include "conf/report.h"
#include "conf/setting.h"
#include "conf/source.h"

#define LONGEST_NAME 128 /* of a variable */

/* A word where a number or a truth belongs is told so, not that quotes are missing. */
static bool
read_as_word(const char *text, enum key_type type, config_t *cfg)
{
	CLEANUP(conf_report_fini) struct conf_report unread = { 0 };
	config_setting_t *root, *set;
	bool ok;

	if (type != KEY_BOOL && type != KEY_INT)
		return false;
	config_init(cfg);
	ok = source_value(cfg, text, "", &unread);
	config_destroy(cfg);
	if (ok)
		return false;
	config_init(cfg);
	root = config_root_setting(cfg);
	set = config_setting_add(root, "value", CONFIG_TYPE_STRING);
	return set != NULL && config_setting_set_string(set, text) == CONFIG_TRUE;
}

static void
read_variable(
    struct loader *l, const char *variable, const char *text, struct layer *out)
{
	const char *where = arena_printf(l->arena, "environment %s", variable);
	enum cfg_key key = key_find_variable(variable);
	config_t cfg;

	/* Of a name that stands there twice the first one counts, as getenv(3) has it. */
	if (out->v[key].origin != NULL && strcmp(out->v[key].origin, where) == 0)
		return;
	if (value_is_text(key_rows[key].type)) {
		setting_put_text(l, out, key, key_rows[key].key, text, where);
		return;
	}
	if (read_as_word(text, key_rows[key].type, &cfg)) {
		setting_put(l, out, key, key_rows[key].key,
		    config_setting_get_elem(config_root_setting(&cfg), 0), where);
		config_destroy(&cfg);
		return;
	}
	config_init(&cfg);
	if (source_value(&cfg, text, where, l->report))
		setting_put(l, out, key, key_rows[key].key,
		    config_setting_get_elem(config_root_setting(&cfg), 0), where);
	else
		out->v[key].bad = true;
	config_destroy(&cfg);
}

/* The key whose file a variable such as BOTLINE_API__KEY_FILE names. */
static enum cfg_key
find_file_variable(const char *variable)
{
	static const char suffix[] = "_FILE";
	const size_t n = strlen(variable), cut = sizeof(suffix) - 1;
	char name[LONGEST_NAME + 1];
	enum cfg_key key;

	if (n <= cut || n >= sizeof(name) || strcmp(variable + n - cut, suffix) != 0)
		return CFG_KEYS;
	memcpy(name, variable, n - cut);
	name[n - cut] = '\0';
	key = key_find_variable(name);
	return key != CFG_KEYS && key_rows[key].flags & KEY_SECRET ? key : CFG_KEYS;
}

static void
read_other_variable(
    struct loader *l, const char *variable, const char *text, struct layer *out)
{
	const char *where = arena_printf(l->arena, "environment %s", variable);
	enum cfg_key key = find_file_variable(variable);
	char near[LONGEST_NAME + 1];

	/* A value in the environment wins over a file, wherever that is named. */
	if (key != CFG_KEYS && out->v[key].origin == NULL)
		setting_put_file(l, out, key, key_rows[key].key, text, where);
	else if (key == CFG_KEYS && key_nearest_variable(variable, near, sizeof(near)))
		report_add(l->report, CONF_ERROR, where,
		    "no key has this name (did you mean %s?)", near);
	else if (key == CFG_KEYS)
		report_add(l->report, CONF_ERROR, where, "no key has this name");
}

void
layer_read_environ(struct loader *l, char *const *variables, struct layer *out)
{
	/* Twice, so that values are there before files are looked at. */
	for (int pass = 0; variables != NULL && pass < 2; pass++) {
		for (char *const *entry = variables; *entry != NULL; entry++) {
			const char *equals = strchr(*entry, '=');
			const char *name;

			if (equals == NULL || strncmp(*entry, "BOTLINE_", 8) != 0)
				continue;
			name =
			    arena_strndup(l->arena, *entry, (size_t)(equals - *entry));
			if (strstr(name + 8, "__") == NULL)
				continue;
			if ((key_find_variable(name) != CFG_KEYS) != (pass == 0))
				continue;
			if (pass == 0)
				read_variable(l, name, equals + 1, out);
			else
				read_other_variable(l, name, equals + 1, out);
		}
	}
}
