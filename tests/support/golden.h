/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/limits.h"

/*
 * Golden files: tests/golden/FOLDER/CASE.in and its references CASE.*ref. Whoever runs the
 * cases of a folder, or says which there are, takes the same list.
 */
struct golden {
	const char *folder;
	glob_t in;
};

static inline void
golden_glob(const char *folder, const char *name, glob_t *out)
{
	char pattern[512];

	snprintf(
	    pattern, sizeof(pattern), TOP_SRCDIR "/tests/golden/%s/%s", folder, name);
	cr_assert_eq(glob(pattern, 0, NULL, out), 0, "nothing is %s", pattern);
}

/* All cases of a folder; a reference whose input is gone fails the test. */
static inline struct golden
golden_open(const char *folder)
{
	struct golden g = { .folder = folder };
	glob_t refs;

	golden_glob(folder, "*.in", &g.in);
	golden_glob(folder, "*.ref", &refs);
	for (size_t i = 0; i < refs.gl_pathc; i++) {
		const char *ref = refs.gl_pathv[i];
		bool has_input = false;

		for (size_t k = 0; k < g.in.gl_pathc && !has_input; k++) {
			size_t n = strlen(g.in.gl_pathv[k]) - strlen("in");

			has_input = strncmp(ref, g.in.gl_pathv[k], n) == 0;
		}
		cr_expect(has_input, "no input for %s", ref);
	}
	globfree(&refs);
	return g;
}

static inline void
golden_close(struct golden *g)
{
	globfree(&g->in);
}

static inline size_t
golden_count(const struct golden *g)
{
	return g->in.gl_pathc;
}

/* Without the folder and ".in": "305-bullets". */
static inline void
golden_name(const struct golden *g, size_t i, char out[128])
{
	const char *base = strrchr(g->in.gl_pathv[i], '/') + 1;

	snprintf(out, 128, "%.*s", (int)(strlen(base) - strlen(".in")), base);
}

/* Reads the file of a case that ends so: ".in", ".sms.ref". */
static inline void
golden_read(const char *folder, const char *name, const char *suffix, struct buf *out)
{
	char path[512];
	struct err e;

	snprintf(path, sizeof(path), TOP_SRCDIR "/tests/golden/%s/%s%s", folder, name,
	    suffix);
	cr_assert(file_read(AT_FDCWD, path, out, &e), "%s", e.text);
}

/* Prints a text so that its empty lines and the blanks at its line ends are seen. */
static inline void
golden_print(struct buf *out, const char *title, const struct buf *text)
{
	buf_printf(out, "\n--- %s\n|", title);
	for (size_t i = 0; i < text->len; i++)
		buf_printf(out, text->data[i] == '\n' ? "$\n|" : "%c", text->data[i]);
}

/* Compares what came out of a case with its reference. */
static inline void
golden_compare(
    const char *folder, const char *name, const char *suffix, const struct buf *got)
{
	CLEANUP(buf_fini) struct buf want = BUF_INIT(LIMIT_HTML);
	CLEANUP(buf_fini) struct buf both = BUF_INIT(4 * LIMIT_HTML);

	golden_read(folder, name, suffix, &want);
	if (got->len == want.len && memcmp(got->data, want.data, want.len) == 0)
		return;
	golden_print(&both, "wanted", &want);
	golden_print(&both, "got", got);
	cr_expect(false, "%s/%s%s%s", folder, name, suffix, both.data);
}

#endif
