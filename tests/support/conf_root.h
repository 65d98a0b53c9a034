/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_CONF_ROOT_H
#define SUPPORT_CONF_ROOT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tmpdir.h"

/*
 * A root folder for one test, with the shipped conf/default and lang:
 *
 *	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
 *	conf_root_put(&root, "conf/custom/api.cfg", "key = \"k\"; secret = \"s\";");
 *
 * Every function aborts when the file system does not play along.
 */
static inline void
conf_root_path(const struct tmpdir *root, const char *name, char out[512])
{
	if (snprintf(out, 512, "%s/%s", root->path, name) >= 512)
		abort();
}

/* Makes the folders in which name lies. */
static inline void
conf_root_parents(const struct tmpdir *root, const char *name)
{
	char path[512];

	conf_root_path(root, name, path);
	for (char *s = path + strlen(root->path) + 1; (s = strchr(s, '/')) != NULL;
	     s++) {
		*s = '\0';
		if (mkdir(path, 0700) != 0 && access(path, F_OK) != 0) {
			perror(path);
			abort();
		}
		*s = '/';
	}
}

static inline void
conf_root_put_bytes(
    const struct tmpdir *root, const char *name, const void *data, size_t n)
{
	char path[512];
	FILE *f;

	conf_root_parents(root, name);
	conf_root_path(root, name, path);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		abort();
	}
}

static inline void
conf_root_put(const struct tmpdir *root, const char *name, const char *text)
{
	conf_root_put_bytes(root, name, text, strlen(text));
}

/* Puts a link to a file or folder of the source tree there: "conf/default". */
static inline void
conf_root_link(const struct tmpdir *root, const char *source, const char *name)
{
	char path[512];

	conf_root_parents(root, name);
	conf_root_path(root, name, path);
	if (symlink(source, path) != 0) {
		perror(path);
		abort();
	}
}

static inline void
conf_root_remove(const struct tmpdir *root, const char *name)
{
	char path[512];

	conf_root_path(root, name, path);
	if (remove(path) != 0) {
		perror(path);
		abort();
	}
}

#ifdef TOP_SRCDIR
static inline struct tmpdir
conf_root_new(void)
{
	struct tmpdir root = tmpdir_new();

	conf_root_link(&root, TOP_SRCDIR "/conf/default", "conf/default");
	conf_root_link(&root, TOP_SRCDIR "/lang", "lang");
	return root;
}
#endif

#endif
