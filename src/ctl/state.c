/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration, state and store, for the commands that look into a botline at work. */
#include "config.h"

#include <stdio.h>
#include <sysexits.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "conf/report.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/screen.h"
#include "store/state.h"
#include "store/store.h"

extern char **environ;

/* As much is said of an error. */
enum { FAIL_BYTES = 4096 };

int
ctl_fail(int status, const char *why)
{
	CLEANUP(buf_fini) struct buf shown = BUF_INIT(FAIL_BYTES);

	screen_text(&shown, why);
	fprintf(stderr, "botlinectl: %s\n", shown.data);
	return status;
}

int
ctl_fail_err(const struct err *e)
{
	return ctl_fail(e->kind == ERR_TIMEOUT ? EX_TEMPFAIL
		: e->kind == ERR_CONFIG        ? EX_CONFIG
					       : EX_IOERR,
	    e->text);
}

bool
ctl_env(const struct opts *o, enum conf_env *env)
{
	const char *name = opts_value(o, "env");

	*env = CONF_PRODUCTION;
	if (name == NULL || conf_env_parse(name, env))
		return true;
	(void)opts_wrong(o, "no environment", name);
	return false;
}

struct conf *
ctl_conf(const struct ctl *ctl)
{
	const struct conf_opts o = { .root = ctl->root, .environ = environ };
	struct conf_report report = { 0 };
	struct conf *conf = conf_load(&o, &report);

	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].grade == CONF_ERROR)
			fprintf(stderr, "botlinectl: %s: %s\n",
			    report.findings[i].where, report.findings[i].text);
	conf_report_fini(&report);
	return conf;
}

struct conf *
ctl_conf_as_it_is(const struct ctl *ctl)
{
	const struct conf_opts o = { .root = ctl->root, .environ = environ };
	struct conf_report report = { 0 };
	struct conf *conf = conf_build(&o, &report);
	size_t errors = report.errors;

	conf_report_fini(&report);
	if (errors > 0)
		(void)ctl_fail(0,
		    "the configuration has errors, which botlinectl check names; what "
		    "can be read of it says where to look");
	return conf;
}

int
ctl_no_state(const struct err *e)
{
	(void)ctl_fail(0, e->text);
	return ctl_fail(e->kind == ERR_TIMEOUT ? EX_TEMPFAIL : EX_CONFIG,
	    "run it as botline's user, with the configuration and the STATE_DIRECTORY "
	    "that botline has, once botline has been started");
}

struct state *
ctl_state(const struct conf *conf, int *status)
{
	const struct state_opts o = {
		.path = cfg_str(conf_cfg(conf, CONF_PRODUCTION), CFG_STORE_STATE_PATH),
		.clock = &clock_system,
		.existing = true,
	};
	struct err e = { 0 };
	struct state *st = state_open(&o, &e);

	if (st != NULL)
		return st;
	*status = ctl_no_state(&e);
	return NULL;
}

struct store *
ctl_store(const struct conf *conf, int *status)
{
	const struct cfg *c = conf_cfg(conf, CONF_PRODUCTION);
	const struct store_opts o = {
		.path = cfg_str(c, CFG_STORE_PATH),
		.session_ttl_s = cfg_int(c, CFG_STORE_SESSION_TTL_S),
		.clock = &clock_system,
	};
	struct err e = { 0 };
	struct store *s = store_open_existing(&o, &e);

	if (s != NULL)
		return s;
	(void)ctl_fail(0, e.text);
	*status = ctl_fail(EX_CONFIG,
	    "run it as botline's user, with the configuration that botline has, once "
	    "botline has been started");
	return NULL;
}
