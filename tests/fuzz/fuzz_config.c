/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of conf/custom: the first byte says which, the rest is its content. Whatever loads
 * without an error is dumped, loaded again from the dump, and dumped the same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/conf_inner.h"
#include "fuzz/fuzz.h"
#include "support/conf_root.h"

static struct tmpdir one, two;

static void
clean_up(void)
{
	tmpdir_fini(&one);
	tmpdir_fini(&two);
}

static void
set_up(void)
{
	if (one.path[0] != '\0')
		return;
	one = tmpdir_new();
	two = tmpdir_new();
	atexit(clean_up);
}

/* There is no conf/default and no language here: the table's defaults do, and the errors
 * that say so are always the same ones. */
static struct conf *
load(const struct tmpdir *root, size_t *errors)
{
	struct conf_opts opts = { .root = root->path };
	struct conf_report report = { 0 };
	struct conf *c = conf_build(&opts, &report);

	*errors = report.errors;
	conf_report_fini(&report);
	return c;
}

/* Puts the part of a dump that belongs in the file into the second root. */
static void
put_part(const char *file, const char *dump)
{
	char head[100];
	const char *at, *end;

	snprintf(head, sizeof(head), "### %s\n", file);
	at = strstr(dump, head);
	if (at == NULL)
		abort();
	at += strlen(head);
	end = strstr(at, "\n### ");
	snprintf(head, sizeof(head), "conf/custom/%s", file);
	conf_root_put_bytes(
	    &two, head, at, end != NULL ? (size_t)(end - at) : strlen(at));
}

/* The file loads without errors of its own: its values must survive a dump. */
static void
round_trip(const char *file, struct conf *c, size_t errors)
{
	CLEANUP(buf_fini) struct buf dump = BUF_INIT(8 << 20);
	struct conf *again;
	size_t errors_again;

	conf_dump(c, CONF_PRODUCTION, true, &dump);
	if (!buf_ok(&dump))
		abort();
	put_part(file, dump.data);
	again = load(&two, &errors_again);
	if (errors_again != errors)
		abort();
	for (size_t i = 0; i < CFG_KEYS; i++)
		if (!value_equal(&c->cfg[CONF_PRODUCTION].v[i],
			&again->cfg[CONF_PRODUCTION].v[i], key_rows[i].type) &&
		    strncmp(key_rows[i].key, file, strcspn(file, ".")) == 0)
			abort();
	conf_unref(again);
	snprintf(dump.data, 100, "conf/custom/%s", file);
	conf_root_remove(&two, dump.data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = { "api.cfg", "chat.cfg", "conversation.cfg",
		"environments.cfg", "twilio.cfg", "store.cfg" };
	static size_t errors_of_nothing;
	char name[100];
	const char *file;
	size_t errors;
	struct conf *c;

	if (size == 0)
		return 0;
	set_up();
	if (errors_of_nothing == 0)
		conf_unref(load(&one, &errors_of_nothing));
	file = files[data[0] % NELEMS(files)];
	snprintf(name, sizeof(name), "conf/custom/%s", file);
	conf_root_put_bytes(&one, name, data + 1, size - 1);
	c = load(&one, &errors);
	conf_root_remove(&one, name);
	/* Another language, or none of the environments, changes the errors, too. */
	if (errors == errors_of_nothing)
		round_trip(file, c, errors);
	conf_unref(c);
	return 0;
}
