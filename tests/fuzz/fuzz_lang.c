/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A language file: what loads is asked for labels, with parameters; and so is a language
 * that lacks almost all of them and takes them from this file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "conf/lang_load.h"
#include "fuzz/fuzz.h"
#include "support/conf_root.h"

static struct tmpdir root;

static void
clean_up(void)
{
	tmpdir_fini(&root);
}

static void
ask(const struct lang *l, struct arena *a)
{
	static const char *const labels[] = { "yes", "out_of_range", "queue_estimation",
		"agent_joined", "x", "" };
	static const struct lang_param params[] = { { "max", "$max" },
		{ "queuePosition", "2" }, { "agentName", "" } };

	for (size_t i = 0; i < NELEMS(labels); i++) {
		const char *said = lang_say(l, a, labels[i], params, NELEMS(params));

		if (!utf8_valid(said, strlen(said)))
			abort();
		if (!lang_has(l, labels[i]) && strcmp(said, labels[i]) != 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const extra[] = { "maybe" };
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct loader l = { .root = root.path, .arena = a, .report = &report };
	struct lang_loader loader = { .loader = &l, .extra = extra };
	const struct lang *lang, *poor;

	loader.n_extra = NELEMS(extra);
	if (root.path[0] == '\0') {
		root = tmpdir_new();
		atexit(clean_up);
		conf_root_put(&root, "lang/es.cfg", "yes = \"S\xc3\xad\";\n");
	}
	conf_root_put_bytes(&root, "lang/en.cfg", data, size);
	lang = lang_load(&loader, "en");
	if ((lang == NULL) != (report.errors > 0))
		abort();
	if (lang != NULL)
		ask(lang, a);
	poor = lang_load(&loader, "es");
	if (poor == NULL)
		abort();
	ask(poor, a);
	if (lang != NULL && strcmp(lang_get(poor, "no"), lang_get(lang, "no")) != 0)
		abort();
	return 0;
}
