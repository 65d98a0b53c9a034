/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of the PHP template are read, and how. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "ctl/import.h"

/* The names in a folder, sorted. */
struct names {
	char **names;
	size_t n;
};

static void
names_fini(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->names[i]);
	free(l->names);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* False: there is no such folder, or it cannot be read, which is said. */
static bool
list(struct import *im, const char *folder, struct names *out)
{
	DIR *dir = opendir(arena_printf(im->a, "%s/%s", im->from, folder));
	struct dirent *d;

	*out = (struct names){ 0 };
	if (dir == NULL) {
		if (errno != ENOENT && errno != ENOTDIR)
			import_find(im, IMPORT_LOST, folder, 0, "",
			    "cannot be read: %s", strerror(errno));
		return false;
	}
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		out->names = xrealloc(out->names, (out->n + 1) * sizeof(*out->names));
		out->names[out->n++] = xstrdup(d->d_name);
	}
	closedir(dir);
	if (out->n > 0)
		qsort(out->names, out->n, sizeof(*out->names), compare);
	return true;
}

/* "chat" of "chat.php"; NULL: it is none. */
static char *
name_of(struct import *im, const char *entry)
{
	size_t n = strlen(entry);

	if (n < 5 || strcmp(entry + n - 4, ".php") != 0)
		return NULL;
	return arena_strndup(im->a, entry, n - 4);
}

static bool
parse(struct import *im, const char *file, struct php_file *out)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_PHP_FILE);
	struct import_name *read = arena_alloc(im->a, sizeof(*read));
	struct err e = { .text = "" };
	int line = 0;

	read->text = file;
	*im->last_read = read;
	im->last_read = &read->next;
	*out = (struct php_file){ .value = { .line = 1 } };
	if (!file_read(
		AT_FDCWD, arena_printf(im->a, "%s/%s", im->from, file), &text, &e))
		import_find(im, IMPORT_LOST, file, 0, "", "cannot be read: %s", e.text);
	else if (!php_parse(text.data, text.len, im->a, out, &line, &e))
		import_find(im, IMPORT_LOST, file, line, "",
		    "%s: nothing of this file is carried over", e.text);
	else
		return true;
	return false;
}

/* Settings of the template are in six files; what else lies there may be anything. */
static void
read_conf_file(
    struct import *im, struct import_folder *folder, const char *file, const char *name)
{
	struct php_file php;
	char near[128];

	if (strchr(name, '.') == NULL && key_is_file(name)) {
		if (parse(im, file, &php))
			import_map(im, folder, file, name, &php);
	} else if (strchr(name, '.') == NULL && key_nearest(name, near, sizeof(near))) {
		import_find(im, IMPORT_LOST, file, 0, "",
		    "no file of settings that botline knows (did you mean %s.php?)",
		    near);
	} else {
		import_find(im, IMPORT_LOST, file, 0, "",
		    "no file of settings that botline knows");
	}
}

static void
read_folder(struct import *im, struct import_folder *folder)
{
	const char *path = arena_printf(im->a, "conf/%s", folder->name);
	CLEANUP(names_fini) struct names l;

	if (!list(im, path, &l))
		return;
	for (size_t i = 0; i < l.n; i++) {
		const char *name = name_of(im, l.names[i]);

		if (name != NULL)
			read_conf_file(im, folder,
			    arena_printf(im->a, "%s/%s", path, l.names[i]), name);
	}
}

static bool
is_ours(const struct import *im, const char *name)
{
	for (size_t i = 0; i < IMPORT_FOLDERS; i++)
		if (strcmp(im->folders[i].name, name) == 0)
			return true;
	return strcmp(name, "default") == 0;
}

/* Folders of environments that botline does not have. */
static void
report_strange_folders(struct import *im)
{
	CLEANUP(names_fini) struct names l;

	if (!list(im, "conf", &l))
		return;
	for (size_t i = 0; i < l.n; i++) {
		const char *path = arena_printf(im->a, "conf/%s", l.names[i]);
		CLEANUP(names_fini) struct names inner = { 0 };
		bool has_php = false;

		if (is_ours(im, l.names[i]) || !list(im, path, &inner))
			continue;
		for (size_t k = 0; k < inner.n; k++)
			has_php = has_php || name_of(im, inner.names[k]) != NULL;
		if (has_php)
			import_find(im, IMPORT_LOST, path, 0, "",
			    "no environment: they are production, preproduction and "
			    "development");
	}
}

static void
read_languages(struct import *im)
{
	CLEANUP(names_fini) struct names l;
	struct php_file php;

	if (!list(im, "lang", &l))
		return;
	for (size_t i = 0; i < l.n; i++) {
		const char *file = arena_printf(im->a, "lang/%s", l.names[i]);
		const char *code = name_of(im, l.names[i]);

		if (code != NULL && parse(im, file, &php))
			import_labels(im, file, code, &php);
	}
}

static bool
has_folder(struct import *im, const char *name)
{
	struct stat st;

	return stat(arena_printf(im->a, "%s/%s", im->from, name), &st) == 0 &&
	    S_ISDIR(st.st_mode);
}

static int
compare_findings(const void *a, const void *b)
{
	const struct import_finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	return order != 0 ? order : (x->nth > y->nth) - (x->nth < y->nth);
}

/* By file and line, as the reader goes through them. */
static void
sort_findings(struct import *im)
{
	for (size_t i = 0; i < im->n; i++)
		im->findings[i].nth = i;
	if (im->n > 0)
		qsort(im->findings, im->n, sizeof(*im->findings), compare_findings);
}

bool
import_read(struct import *im, struct err *e)
{
	if (!has_folder(im, "."))
		return err_set(e, ERR_IO, ENOENT, "%s: no such folder", im->from);
	if (!has_folder(im, "conf") && !has_folder(im, "lang"))
		return err_set(e, ERR_INPUT, 0,
		    "%s holds no conf/ and no lang/: name the folder of the PHP template%s",
		    im->from,
		    has_folder(im, "custom") ? ", which is the one above" : "");
	for (size_t i = 0; i < IMPORT_FOLDERS; i++)
		read_folder(im, &im->folders[i]);
	report_strange_folders(im);
	/* Behind the ratings, which name labels of their own. */
	read_languages(im);
	sort_findings(im);
	if (im->read != NULL || im->n > 0)
		return true;
	return err_set(e, ERR_INPUT, 0,
	    "%s: no .php file in conf/custom, the folders of environments or lang",
	    im->from);
}
