/* SPDX-License-Identifier: Apache-2.0 */
/* A language file: what loads is asked for labels, with parameters. */
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
	struct lang *lang;

	if (root.path[0] == '\0') {
		root = tmpdir_new();
		atexit(clean_up);
	}
	conf_root_put_bytes(&root, "lang/en.cfg", data, size);
	lang = lang_load(&l, "en", extra, NELEMS(extra));
	if ((lang == NULL) != (report.errors > 0))
		abort();
	if (lang != NULL)
		ask(lang, a);
	return 0;
}
