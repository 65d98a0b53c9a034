/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/paths.h"

enum { PARTS = 4 };

/* The parts between slashes, one at the end aside; 0: too many, or an empty one. */
static size_t
split(struct arena *a, const char *path, const char *parts[PARTS])
{
	size_t n = 0;

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (n == PARTS || len == 0)
			return 0;
		parts[n++] = arena_strndup(a, path, len);
		path += len + (path[len] == '/');
	}
	return n;
}

bool
path_fits(struct arena *a, const char *pattern, const char *path, const char **id)
{
	const char *wanted[PARTS], *parts[PARTS];
	size_t n = split(a, path, parts);

	*id = NULL;
	if (n == 0 || split(a, pattern, wanted) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(wanted[i], "*") == 0)
			*id = parts[i];
		else if (strcmp(wanted[i], parts[i]) != 0)
			return false;
	}
	return true;
}
