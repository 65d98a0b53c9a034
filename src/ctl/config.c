/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl config: all effective values, one of them, or what a key is about. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "conf/explain.h"
#include "conf/print.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"

extern char **environ;

enum { OUTPUT_BYTES = 1 << 20 };

/* The environment may be named in either way, not in both: as an option or the i-th word. */
static int
find_env(const struct opts *o, size_t i, enum conf_env *env)
{
	const char *word = opts_word(o, i);

	if (word != NULL && opts_has(o, "env"))
		return opts_wrong(o, "the environment is named twice", word);
	if (!ctl_env(o, env))
		return EX_USAGE;
	if (word != NULL && !conf_env_parse(word, env))
		return opts_wrong(o, "no environment", word);
	return EXIT_SUCCESS;
}

int
ctl_config_dump(const struct ctl *ctl, const struct opts *o)
{
	enum conf_env env = CONF_PRODUCTION;
	int status = find_env(o, 0, &env);

	if (status != EXIT_SUCCESS)
		return status;
	return conf_dump_print(ctl->root, environ, env, opts_has(o, "show-secrets"));
}

static int
print(bool ok, const struct buf *out, const struct err *e)
{
	if (!ok)
		return ctl_fail(EX_NOINPUT, e->text);
	if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return ctl_fail(EX_IOERR, "standard output cannot be written");
	return EXIT_SUCCESS;
}

int
ctl_config_get(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);
	enum conf_env env = CONF_PRODUCTION;
	int status = find_env(o, 1, &env);
	struct conf *c;
	struct err e;

	if (status != EXIT_SUCCESS)
		return status;
	c = ctl_conf(ctl);
	if (c == NULL)
		return EX_CONFIG;
	status = print(
	    conf_get(c, env, opts_word(o, 0), opts_has(o, "show-secrets"), &out, &e),
	    &out, &e);
	conf_unref(c);
	return status;
}

/* A configuration with errors is explained, too: that is when it is needed. */
int
ctl_config_explain(const struct ctl *ctl, const struct opts *o)
{
	const struct conf_opts opts = { .root = ctl->root, .environ = environ };
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);
	struct conf_report report = { 0 };
	struct explain_opts how = { .show_secrets = opts_has(o, "show-secrets"),
		.json = opts_has(o, "json") };
	int status = find_env(o, 1, &how.env);
	struct conf *c;
	struct err e;

	if (status != EXIT_SUCCESS)
		return status;
	c = conf_build(&opts, &report);
	status = print(conf_explain(c, &how, opts_word(o, 0), &out, &e), &out, &e);
	conf_unref(c);
	conf_report_fini(&report);
	return status;
}
