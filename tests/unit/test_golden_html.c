/* SPDX-License-Identifier: Apache-2.0 */
/* The golden files of tests/golden/html and tests/golden/label: their README has the rules. */
#include "config.h"

#include <criterion/criterion.h>

#include "render/html.h"
#include "support/golden.h"
#include "support/leaks.h"

TestSuite(golden_html, .init = render_init, .fini = no_leaks);

static void
html_case(const char *name)
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

	golden_read("html", name, ".in", &in);
	for (size_t i = 0; i < NELEMS(styles); i++) {
		buf_reset(&got);
		render_html(&got, in.data, in.len, styles[i].style, NULL);
		golden_compare("html", name, styles[i].suffix, &got);
	}
}

static void
label_case(const char *name)
{
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(LIMIT_HTML), got = BUF_INIT(LIMIT_HTML);

	golden_read("label", name, ".in", &in);
	render_label(&got, in.data, in.len);
	golden_compare("label", name, ".ref", &got);
}

static void
run(const char *folder, void (*one_case)(const char *name))
{
	CLEANUP(golden_close) struct golden g = golden_open(folder);
	char name[128];

	for (size_t i = 0; i < golden_count(&g); i++) {
		golden_name(&g, i, name);
		one_case(name);
	}
}

Test(golden_html, answers)
{
	run("html", html_case);
}

Test(golden_html, labels)
{
	run("label", label_case);
}
