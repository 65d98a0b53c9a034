/* SPDX-License-Identifier: Apache-2.0 */
/* The golden files of tests/golden/html and tests/golden/label: their README has the rules. */
#include "config.h"

#include <fcntl.h>
#include <glob.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/limits.h"
#include "render/html.h"
#include "support/leaks.h"

TestSuite(golden_html, .init = render_init, .fini = no_leaks);

static void
read_file(const char *path, struct buf *out)
{
	struct err e;

	cr_assert(file_read(AT_FDCWD, path, out, &e), "%s", e.text);
}

/* Compares what came out for PATH.in with PATH and the suffix. */
static void
compare(const char *in_path, const char *suffix, const struct buf *got)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(4096), want = BUF_INIT(LIMIT_HTML);

	buf_add(&path, in_path, strlen(in_path) - strlen(".in"));
	buf_str(&path, suffix);
	read_file(path.data, &want);
	cr_expect(got->len == want.len && memcmp(got->data, want.data, want.len) == 0,
	    "%s\n--- wanted\n%s\n--- got\n%s\n---", strrchr(path.data, '/') + 1,
	    want.data, got->data);
}

static void
html_case(const char *path)
{
	static const struct {
		enum render_style style;
		const char *suffix;
	} styles[] = {
		{ RENDER_PLAIN, ".sms.ref" },
		{ RENDER_WHATSAPP, ".whatsapp.ref" },
	};
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(LIMIT_HTML), got = BUF_INIT(LIMIT_HTML);

	read_file(path, &in);
	for (size_t i = 0; i < NELEMS(styles); i++) {
		buf_reset(&got);
		render_html(&got, in.data, in.len, styles[i].style, NULL);
		compare(path, styles[i].suffix, &got);
	}
}

static void
label_case(const char *path)
{
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(LIMIT_HTML), got = BUF_INIT(LIMIT_HTML);

	read_file(path, &in);
	render_label(&got, in.data, in.len);
	compare(path, ".ref", &got);
}

/* How many references the folder has for each .in, and whether their numbers agree. */
static void
walk(const char *folder, size_t refs_each, void (*one_case)(const char *path))
{
	CLEANUP(buf_fini) struct buf pattern = BUF_INIT(4096);
	glob_t in, ref;

	buf_printf(&pattern, TOP_SRCDIR "/tests/golden/%s/*.in", folder);
	cr_assert_eq(glob(pattern.data, 0, NULL, &in), 0, "%s", pattern.data);
	buf_reset(&pattern);
	buf_printf(&pattern, TOP_SRCDIR "/tests/golden/%s/*.ref", folder);
	cr_assert_eq(glob(pattern.data, 0, NULL, &ref), 0, "%s", pattern.data);
	cr_expect_eq(
	    ref.gl_pathc, refs_each * in.gl_pathc, "a reference without input");
	for (size_t i = 0; i < in.gl_pathc; i++)
		one_case(in.gl_pathv[i]);
	globfree(&in);
	globfree(&ref);
}

Test(golden_html, answers)
{
	walk("html", 2, html_case);
}

Test(golden_html, labels)
{
	walk("label", 1, label_case);
}
