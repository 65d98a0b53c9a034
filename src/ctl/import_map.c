/* SPDX-License-Identifier: Apache-2.0 */
/* From the entries of a PHP file to keys. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "ctl/import.h"

#define LONGEST_NAME 128 /* of a key with its groups */

/* One file while it is walked. */
struct walk {
	struct import *im;
	struct import_folder *folder;
	const char *file; /* "conf/custom/chat.php" */
	const char *name; /* "chat" */
};

void
import_init(struct import *im, struct arena *a)
{
	*im = (struct import){ .a = a };
	im->last_read = &im->read;
	im->last_output = &im->outputs;
	im->last_lang = &im->langs;
	im->folders = arena_alloc(a, IMPORT_FOLDERS * sizeof(*im->folders));
	im->folders[0].name = "custom";
	for (size_t i = 0; i < CONF_ENVS; i++)
		im->folders[1 + i].name = conf_env_name((enum conf_env)i);
}

void
import_find(struct import *im, enum import_grade grade, const char *file, int line,
    const char *key, const char *fmt, ...)
{
	struct import_finding *f;
	char text[600];
	va_list ap;

	im->n_lost += grade == IMPORT_LOST;
	if (im->n == LIMIT_IMPORT_FINDINGS)
		return;
	if (im->n == im->cap) {
		size_t cap = im->cap > 0 ? 2 * im->cap : 32;

		f = arena_alloc(im->a, cap * sizeof(*f));
		if (im->n > 0)
			memcpy(f, im->findings, im->n * sizeof(*f));
		im->findings = f;
		im->cap = cap;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	im->findings[im->n++] = (struct import_finding){ .grade = grade,
		.file = file,
		.line = line,
		.key = arena_strdup(im->a, key),
		.text = arena_strdup(im->a, text) };
}

static struct import_group *
add_group(struct walk *w, const char *name)
{
	struct import_group *g = arena_alloc(w->im->a, sizeof(*g));

	g->name = arena_strdup(w->im->a, name);
	g->next = w->folder->groups;
	w->folder->groups = g;
	return g;
}

static void
lose(struct walk *w, const struct php_item *item, const char *key, const char *why)
{
	import_find(w->im, IMPORT_LOST, w->file, item->line, key, "%s", why);
}

static void
note(struct walk *w, const struct php_item *item, const char *key, const char *text)
{
	import_find(w->im, IMPORT_NOTE, w->file, item->line, key, "%s", text);
}

/* How many settings an entry holds, for messages. */
static size_t
leaves(const struct php_value *v)
{
	size_t n = 0;

	if (v->type != PHP_ARRAY)
		return 1;
	for (size_t i = 0; i < v->n; i++)
		n += leaves(&v->items[i].value);
	return n;
}

static void
lose_unknown(struct walk *w, const struct php_item *item, const char *key)
{
	char near[LONGEST_NAME + 1];
	size_t n = leaves(&item->value);
	const char *rest = item->value.type == PHP_ARRAY
	    ? arena_printf(w->im->a, ", with its %zu setting%s", n, n == 1 ? "" : "s")
	    : "";

	if (item->value.type == PHP_ARRAY && strcmp(item->key, w->name) == 0)
		import_find(w->im, IMPORT_LOST, w->file, item->line, key,
		    "no group of this file%s: the file stands for \"%s\" already", rest,
		    w->name);
	else if (key_nearest(key, near, sizeof(near)))
		import_find(w->im, IMPORT_LOST, w->file, item->line, key,
		    "botline has no such key%s (did you mean %s?)", rest, near);
	else
		import_find(w->im, IMPORT_LOST, w->file, item->line, key,
		    "botline has no such key%s", rest);
}

/* Whether the key may get a value in this folder; if not, says so. */
static bool
may_set(struct walk *w, const struct php_item *item, enum cfg_key key)
{
	const struct key_row *row = &key_rows[key];
	const struct php_value *v = &item->value;

	if (row->flags & KEY_NOEFFECT) {
		note(w, item, row->key,
		    "has no effect, as it had none in the template: left out");
		return false;
	}
	if (w->folder != &w->im->folders[0] && row->flags & (KEY_START | KEY_PROCESS)) {
		lose(w, item, row->key,
		    "is one for the whole program: it can stand in conf/custom only");
		return false;
	}
	if (v->type == PHP_ARRAY && v->n == 0 &&
	    (row->type == KEY_LIST || row->type == KEY_RATINGS)) {
		note(w, item, row->key,
		    "an empty list changes nothing in the template: left out");
		return false;
	}
	return true;
}

/* A key may come by two names: the first value stays, another one is lost. */
static void
enter(struct walk *w, const struct php_item *item, enum cfg_key key, const char *text)
{
	struct import_value *v = &w->folder->v[key];

	if (v->text == NULL) {
		v->text = text;
		v->file = w->file;
		v->line = item->line;
		v->above = item->above;
		v->behind = item->behind;
	} else if (strcmp(v->text, text) != 0) {
		import_find(w->im, IMPORT_LOST, w->file, item->line, key_rows[key].key,
		    "has another value at %s:%d, which counts", v->file, v->line);
	}
}

static void
map_leaf(struct walk *w, const struct php_item *item, const char *name)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_CONFIG_FILE);
	enum cfg_key key = key_find(name);
	struct import_site site = { w->file, name, item->line };
	const char *why = "";

	if (key == CFG_KEYS) {
		if (key_is_group(name))
			lose(w, item, name,
			    arena_printf(w->im->a,
				"is %s, must be an array of settings",
				item->value.type == PHP_UNKNOWN
				    ? item->value.text
				    : php_type_name(item->value.type)));
		else
			lose_unknown(w, item, name);
		return;
	}
	if (!may_set(w, item, key))
		return;
	if (item->earlier > 0)
		note(w, item, name,
		    arena_printf(w->im->a, "stands in line %d too; the last one counts",
			item->earlier));
	if (!import_value(w->im, &site, &key_rows[key], &item->value, &text, &why)) {
		lose(w, item, name, why);
		return;
	}
	if (strcmp(name, key_rows[key].key) != 0)
		note(w, item, name,
		    arena_printf(w->im->a, "is %s here", key_rows[key].key));
	enter(w, item, key, arena_strdup(w->im->a, text.data));
}

static void
map_items(struct walk *w, const struct php_value *array, const char *prefix)
{
	char name[LONGEST_NAME + 1];

	for (size_t i = 0; i < array->n; i++) {
		const struct php_item *item = &array->items[i];
		int n = snprintf(name, sizeof(name), "%s.%s", prefix, item->key);

		if (n < 0 || (size_t)n >= sizeof(name) || item->is_number ||
		    strpbrk(item->key, ".\r\n") != NULL) {
			lose(w, item, prefix,
			    item->is_number ? "an entry without a name"
					    : "an entry whose name no key has");
		} else if (item->value.type == PHP_ARRAY && key_is_group(name)) {
			struct import_group *g = add_group(w, name);

			g->above = item->above;
			g->behind = item->behind;
			g->foot = item->value.foot;
			if (item->earlier > 0)
				note(w, item, name,
				    arena_printf(w->im->a,
					"stands in line %d too; the last one counts",
					item->earlier));
			map_items(w, &item->value, name);
		} else {
			map_leaf(w, item, name);
		}
	}
}

void
import_map(struct import *im, struct import_folder *folder, const char *file,
    const char *name, const struct php_file *php)
{
	struct walk w = { .im = im, .folder = folder, .file = file, .name = name };
	const struct php_value *v = &php->value;
	struct import_group *g;

	for (const struct php_remark *r = php->remarks; r != NULL; r = r->next)
		import_find(im, IMPORT_LOST, file, r->line, name, "%s", r->text);
	if (v->type != PHP_ARRAY) {
		import_find(im, IMPORT_LOST, file, v->line, name,
		    "the file returns %s, must be an array of settings",
		    v->type == PHP_UNKNOWN ? v->text : php_type_name(v->type));
		return;
	}
	g = add_group(&w, name);
	g->head = php->head;
	g->foot = v->foot;
	g->behind = php->foot;
	map_items(&w, v, name);
}
