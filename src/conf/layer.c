/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "conf/layer.h"
#include "conf/report.h"
#include "conf/setting.h"
#include "conf/source.h"

#define LONGEST_NAME 128 /* of a key with its groups */

/* One file while it is walked. */
struct walk {
	struct loader *l;
	struct layer *layer;
	enum folder_kind kind;
	const char *name; /* "conf/custom/api.cfg" */
	const char *file; /* "api" */
};

static const char *
origin_of(const struct walk *w, const config_setting_t *set)
{
	return arena_printf(
	    w->l->arena, "%s:%d", w->name, (int)config_setting_source_line(set));
}

static void
report_unknown(struct walk *w, const config_setting_t *set, const char *key)
{
	char near[LONGEST_NAME + 1];
	const char *where = origin_of(w, set);

	/* "twilio = { … };" in twilio.cfg: everybody tries that once. */
	if (config_setting_type(set) == CONFIG_TYPE_GROUP &&
	    strcmp(config_setting_name(set), w->file) == 0)
		report_add(w->l->report, CONF_ERROR, where,
		    "unknown group %s: leave out the outer \"%s = { };\", the name of the "
		    "file stands for it",
		    key, w->file);
	else if (key_nearest(key, near, sizeof(near)))
		report_add(w->l->report, CONF_ERROR, where,
		    "unknown key %s (did you mean %s?)", key, near);
	else
		report_add(w->l->report, CONF_ERROR, where, "unknown key %s", key);
}

/* Whether the key may stand in this folder; if not, says so. */
static bool
may_set(struct walk *w, const config_setting_t *set, enum cfg_key key)
{
	if (w->kind != FOLDER_ENVIRONMENT ||
	    (key_rows[key].flags & (KEY_START | KEY_PROCESS)) == 0)
		return true;
	report_add(w->l->report, CONF_ERROR, origin_of(w, set),
	    "%s is one for the whole program: set it in conf/custom/%s.cfg",
	    key_rows[key].key, w->file);
	return false;
}

static void
read_leaf(struct walk *w, const config_setting_t *set, const char *name)
{
	enum cfg_key key = key_find(name), secret;

	if (key != CFG_KEYS) {
		if (may_set(w, set, key))
			setting_put(w->l, w->layer, key, name, set, origin_of(w, set));
		return;
	}
	secret = key_find_secret_file(name);
	if (secret != CFG_KEYS)
		setting_put_file(w->l, w->layer, secret, name,
		    config_setting_get_string(set), origin_of(w, set));
	else if (key_is_group(name))
		report_add(w->l->report, CONF_ERROR, origin_of(w, set),
		    "%s is a group: write %s = { … };", name, config_setting_name(set));
	else
		report_unknown(w, set, name);
}

static void
read_group(struct walk *w, const config_setting_t *group, const char *prefix)
{
	char name[LONGEST_NAME + 1];

	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *set =
		    config_setting_get_elem(group, (unsigned)i);
		int n = snprintf(
		    name, sizeof(name), "%s.%s", prefix, config_setting_name(set));

		if (n < 0 || (size_t)n >= sizeof(name))
			report_add(w->l->report, CONF_ERROR, origin_of(w, set),
			    "unknown key %.40s…", config_setting_name(set));
		else if (config_setting_type(set) == CONFIG_TYPE_GROUP &&
		    key_is_group(name))
			read_group(w, set, name);
		else if (config_setting_type(set) == CONFIG_TYPE_GROUP &&
		    key_find(name) == CFG_KEYS)
			report_unknown(w, set, name);
		else
			read_leaf(w, set, name);
	}
}

/* Nothing is known of what a broken file wanted to say. */
static void
mark_bad(const char *file, struct layer *out)
{
	size_t n = strlen(file);

	for (size_t i = 0; i < CFG_KEYS; i++)
		if (strncmp(key_rows[i].key, file, n) == 0 && key_rows[i].key[n] == '.')
			out->v[i].bad = true;
}

static enum source_state
read_file(struct loader *l, enum folder_kind kind, const char *folder, const char *file,
    struct layer *out)
{
	struct walk w = { .l = l, .layer = out, .kind = kind, .file = file };
	const char *path;
	enum source_state state;
	config_t cfg;

	w.name = arena_printf(l->arena, "conf/%s/%s.cfg", folder, file);
	path = arena_printf(l->arena, "%s/%s", l->root, w.name);
	config_init(&cfg);
	state = source_read(&cfg, path, w.name, l->report);
	if (state == SOURCE_OK)
		read_group(&w, config_root_setting(&cfg), file);
	else if (state == SOURCE_BROKEN)
		mark_bad(file, out);
	config_destroy(&cfg);
	return state;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

/* The names in a folder, sorted; false when there is no such folder. */
static bool
list_folder(struct loader *l, const char *name, char ***out, size_t *n)
{
	const char *path = arena_printf(l->arena, "%s/%s", l->root, name);
	DIR *dir = opendir(path);
	struct dirent *d;
	char **names = NULL;

	*n = 0;
	*out = NULL;
	if (dir == NULL) {
		if (errno != ENOENT)
			report_add(l->report, CONF_ERROR, name, "cannot be read: %s",
			    strerror(errno));
		return errno != ENOENT;
	}
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		names = xrealloc(names, (*n + 1) * sizeof(*names));
		names[(*n)++] = arena_strdup(l->arena, d->d_name);
	}
	closedir(dir);
	if (*n > 0)
		qsort(names, *n, sizeof(*names), compare_names);
	*out = names;
	return true;
}

static void
report_strange_file(struct loader *l, const char *where, const char *file)
{
	char near[LONGEST_NAME + 1];

	if (strchr(file, '.') == NULL && key_nearest(file, near, sizeof(near)))
		report_add(l->report, CONF_ERROR, where,
		    "is no configuration file (did you mean %s.cfg?)", near);
	else
		report_add(l->report, CONF_ERROR, where,
		    "is no configuration file: botline.cfg(5) lists them");
}

/* "twilio.conf", "twilio": meant as a file of ours, and never read. */
static bool
is_slip(const struct loader *l, const char *entry)
{
	static const char *const endings[] = { "", ".conf", ".config", ".ini", ".txt" };
	size_t n = strcspn(entry, ".");

	for (size_t i = 0; i < NELEMS(endings); i++)
		if (strcmp(entry + n, endings[i]) == 0)
			return key_is_file(arena_strndup(l->arena, entry, n));
	return false;
}

static void
read_entry(struct loader *l, enum folder_kind kind, const char *folder,
    const char *entry, struct layer *out)
{
	const char *where = arena_printf(l->arena, "conf/%s/%s", folder, entry);
	char *file;

	if (ends_in(entry, ".php"))
		report_add(l->report, CONF_WARNING, where,
		    "is not read: write its settings into a .cfg file of that name");
	else if (is_slip(l, entry))
		report_add(l->report, CONF_WARNING, where,
		    "is not read: its name must end in .cfg");
	if (!ends_in(entry, ".cfg"))
		return;
	file = arena_strndup(l->arena, entry, strlen(entry) - 4);
	if (strchr(file, '.') != NULL || !key_is_file(file))
		report_strange_file(l, where, file);
	else if (read_file(l, kind, folder, file, out) == SOURCE_MISSING)
		report_add(l->report, CONF_ERROR, where, "cannot be read: a dead link");
}

/* conf/default is ours: whatever it lacks is missing for everybody. */
static void
read_default(struct loader *l, const char *folder, struct layer *out)
{
	enum source_state state = SOURCE_OK;
	char file[LONGEST_NAME + 1] = "";
	const char *path = arena_printf(l->arena, "%s/conf/%s", l->root, folder);

	if (access(path, F_OK) != 0) {
		report_add(l->report, CONF_ERROR,
		    arena_printf(l->arena, "conf/%s", folder),
		    "is missing under %s: name the right folder with --root, or install it "
		    "again",
		    l->root);
		return;
	}
	for (size_t i = 0; i < CFG_KEYS; i++) {
		const char *key = key_rows[i].key;
		size_t n = strcspn(key, ".");

		if (strncmp(file, key, n) != 0 || file[n] != '\0') {
			snprintf(file, sizeof(file), "%.*s", (int)n, key);
			state = read_file(l, FOLDER_DEFAULT, folder, file, out);
			if (state == SOURCE_MISSING)
				report_add(l->report, CONF_ERROR,
				    arena_printf(
					l->arena, "conf/%s/%s.cfg", folder, file),
				    "is missing: install it again");
		}
		if (state == SOURCE_OK && out->v[i].origin == NULL)
			report_add(l->report, CONF_ERROR,
			    arena_printf(l->arena, "conf/%s/%s.cfg", folder, file),
			    "lacks a good value of %s: install the file again", key);
		out->v[i].shipped = true;
	}
}

void
layer_read_folder(
    struct loader *l, enum folder_kind kind, const char *name, struct layer *out)
{
	char **entries;
	size_t n;

	if (kind == FOLDER_DEFAULT) {
		read_default(l, name, out);
		return;
	}
	if (!list_folder(l, arena_printf(l->arena, "conf/%s", name), &entries, &n))
		return;
	for (size_t i = 0; i < n; i++)
		read_entry(l, kind, name, entries[i], out);
	free(entries);
}

void
layer_read_table(struct loader *l, struct layer *out)
{
	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct key_row *row = &key_rows[i];
		config_t cfg;

		if (value_is_text(row->type)) {
			setting_put_text(
			    l, out, (enum cfg_key)i, row->key, row->dflt, "built in");
		} else {
			config_init(&cfg);
			if (source_value(&cfg, row->dflt, "built in", l->report))
				setting_put(l, out, (enum cfg_key)i, row->key,
				    config_setting_get_elem(
					config_root_setting(&cfg), 0),
				    "built in");
			config_destroy(&cfg);
		}
		out->v[i].shipped = true;
	}
}

void
layer_put_over(struct value under[CFG_KEYS], const struct layer *over)
{
	for (size_t i = 0; i < CFG_KEYS; i++) {
		if (over->v[i].origin != NULL)
			under[i] = over->v[i];
		else if (over->v[i].bad)
			under[i].bad = true;
	}
}
