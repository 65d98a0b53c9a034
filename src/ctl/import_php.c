/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl import-php: the configuration and the texts of Inbenta's PHP template, as ours. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/check.h"
#include "ctl/ctl.h"
#include "ctl/import.h"
#include "ctl/opts.h"

#define OUTPUT_BYTES (4 * 1024 * 1024)

extern char **environ;

static int
say(struct import *im, bool json)
{
	CLEANUP(conf_report_fini) struct conf_report check = { 0 };
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);
	/* A folder that is no root yet has nothing to be checked with. */
	const struct conf_look look = { .root = im->to, .variables = environ };
	bool whole = access(arena_printf(im->a, "%s/conf/default", im->to), F_OK) == 0;

	if (whole)
		conf_unref(conf_look(&look, &check));
	(json ? import_report_json : import_report)(im, whole ? &check : NULL, &out);
	if (!buf_ok(&out) || fwrite(out.data, 1, out.len, stdout) != out.len ||
	    fflush(stdout) != 0)
		return ctl_fail(EX_IOERR, "standard output cannot be written");
	return im->n_lost > 0 ? EX_DATAERR : EXIT_SUCCESS;
}

int
ctl_import_php(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *to = opts_value(o, "to");
	struct err e = { .text = "" };
	struct import im;
	int status;

	import_init(&im, a);
	im.from = opts_word(o, 0);
	im.to = to != NULL ? to : ctl->root;
	im.root = ctl->root;
	im.force = opts_has(o, "force");
	if (!import_read(&im, &e))
		return ctl_fail(EX_NOINPUT, e.text);
	import_print(&im);
	if (!import_write(&im, &status, &e))
		return ctl_fail(status, e.text);
	return say(&im, opts_has(o, "json"));
}
