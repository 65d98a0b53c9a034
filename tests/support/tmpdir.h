/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_TMPDIR_H
#define SUPPORT_TMPDIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A private folder of mode 0700 for one test:
 *
 *	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
 *
 * removed with all its content at the end of the scope. Aborts when it cannot be made.
 */
struct tmpdir {
	char path[64];
};

static inline struct tmpdir
tmpdir_new(void)
{
	struct tmpdir d = { "/tmp/botline-test-XXXXXX" };

	if (mkdtemp(d.path) == NULL) {
		perror(d.path);
		abort();
	}
	return d;
}

static inline int
tmpdir_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline void
tmpdir_fini(struct tmpdir *d)
{
	if (nftw(d->path, tmpdir_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		perror(d->path);
}

#endif
