/* SPDX-License-Identifier: Apache-2.0 */
/* The text of our files: values in the order of the table of keys, with their comments. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "conf/source.h"
#include "ctl/import.h"

static void
indent(struct buf *b, size_t depth)
{
	while (depth-- > 0)
		buf_chr(b, '\t');
}

/* A comment is foreign bytes: it stays on its line and is UTF-8. */
static void
put_comment(struct buf *b, const char *text)
{
	size_t start = b->len;

	buf_str(b, "# ");
	utf8_repair(b, text, strlen(text));
	for (size_t i = start; i < b->len; i++)
		if (((unsigned char)b->data[i] < ' ' && b->data[i] != '\t') ||
		    b->data[i] == 0x7f)
			b->data[i] = ' ';
	buf_chr(b, '\n');
}

void
import_put_comments(struct buf *b, const struct php_comment *c, size_t depth)
{
	for (; c != NULL; c = c->next) {
		indent(b, depth);
		put_comment(b, c->text);
	}
}

/* Where what a line says ends: behind it on the same line if there is one comment. */
static void
put_behind(struct buf *b, const struct php_comment *c, size_t depth)
{
	if (c == NULL) {
		buf_chr(b, '\n');
		return;
	}
	buf_chr(b, ' ');
	put_comment(b, c->text);
	import_put_comments(b, c->next, depth);
}

static void
put_value(struct buf *b, const char *name, const struct import_value *v, size_t depth)
{
	import_put_comments(b, v->above, depth);
	indent(b, depth);
	buf_printf(b, "%s = ", name);
	for (const char *s = v->text; *s != '\0'; s++) {
		buf_chr(b, *s);
		if (*s == '\n')
			indent(b, depth);
	}
	buf_chr(b, ';');
	put_behind(b, v->behind, depth);
}

static bool
is_inside(const char *key, const char *group)
{
	size_t n = strlen(group);

	return strncmp(key, group, n) == 0 && key[n] == '.';
}

static size_t
count(const struct import_folder *f, const char *group)
{
	size_t n = 0;

	for (size_t i = 0; i < CFG_KEYS; i++)
		n += f->v[i].text != NULL && is_inside(key_rows[i].key, group);
	return n;
}

static const struct import_group *
find_group(const struct import_folder *f, const char *name)
{
	static const struct import_group none;

	for (const struct import_group *g = f->groups; g != NULL; g = g->next)
		if (strcmp(g->name, name) == 0)
			return g;
	return &none;
}

/* The members of a group, its keys and groups in the order of the table. */
static void
put_members(
    struct buf *b, const struct import_folder *f, const char *group, size_t depth)
{
	char last[128] = "", name[128];

	for (size_t i = 0; i < CFG_KEYS; i++) {
		const char *rest = key_rows[i].key + strlen(group) + 1;
		const struct import_group *g;
		size_t n;

		if (!is_inside(key_rows[i].key, group))
			continue;
		n = strcspn(rest, ".");
		if (rest[n] == '\0') {
			if (f->v[i].text != NULL)
				put_value(b, rest, &f->v[i], depth);
			continue;
		}
		snprintf(name, sizeof(name), "%s.%.*s", group, (int)n, rest);
		if (strcmp(name, last) == 0 || count(f, name) == 0)
			continue;
		memcpy(last, name, sizeof(last));
		g = find_group(f, name);
		import_put_comments(b, g->above, depth);
		indent(b, depth);
		buf_printf(b, "%.*s = {\n", (int)n, rest);
		put_members(b, f, name, depth + 1);
		import_put_comments(b, g->foot, depth + 1);
		indent(b, depth);
		buf_str(b, "};");
		put_behind(b, g->behind, depth);
	}
}

/* Whether what stands at that place says something: more than comments, or not readable. */
static bool
has_settings(struct import *im, const char *name)
{
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	const char *path = arena_printf(im->a, "%s/%s", im->to, name);
	enum source_state state;
	config_t cfg;
	bool has;

	/* A folder that is none is for import_write() to complain about. */
	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return false;
	config_init(&cfg);
	state = source_read(&cfg, path, name, &report);
	has = state == SOURCE_BROKEN ||
	    (state == SOURCE_OK &&
		config_setting_length(config_root_setting(&cfg)) > 0);
	config_destroy(&cfg);
	return has;
}

void
import_add_output(struct import *im, const struct import_output *o)
{
	struct import_output *copy = arena_alloc(im->a, sizeof(*copy));

	*copy = *o;
	*im->last_output = copy;
	im->last_output = &copy->next;
}

static void
print_file(struct import *im, const struct import_folder *f, const char *file)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT((size_t)4 * LIMIT_CONFIG_FILE);
	const struct import_group *g = find_group(f, file);
	struct import_output o = { .settings = count(f, file) };

	if (o.settings == 0)
		return;
	o.name = arena_printf(im->a, "conf/%s/%s.cfg", f->name, file);
	buf_printf(&b,
	    "# Imported from the PHP template by botlinectl import-php.\n"
	    "# conf/default/%s.cfg holds every key with its default; this file says what "
	    "differs.\n\n",
	    file);
	import_put_comments(&b, g->head, 0);
	if (g->head != NULL)
		buf_chr(&b, '\n');
	put_members(&b, f, file, 0);
	import_put_comments(&b, g->foot, 0);
	import_put_comments(&b, g->behind, 0);
	if (!buf_ok(&b) || b.len > LIMIT_CONFIG_FILE) {
		import_find(im, IMPORT_LOST, o.name, 0, "",
		    "the file would be larger than %d bytes: it is not written",
		    LIMIT_CONFIG_FILE);
		return;
	}
	o.text = arena_strdup(im->a, b.data);
	o.len = b.len;
	o.has_settings = has_settings(im, o.name);
	import_add_output(im, &o);
}

void
import_print(struct import *im)
{
	char file[64];

	for (size_t i = 0; i < IMPORT_FOLDERS; i++) {
		const struct import_folder *f = &im->folders[i];
		const char *last = "";

		for (size_t k = 0; k < CFG_KEYS; k++) {
			const char *key = key_rows[k].key;
			size_t n = strcspn(key, ".");

			if (strncmp(last, key, n + 1) != 0) {
				snprintf(file, sizeof(file), "%.*s", (int)n, key);
				print_file(im, f, file);
			}
			last = key;
		}
	}
	import_print_langs(im);
}
