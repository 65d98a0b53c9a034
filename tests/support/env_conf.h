/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_ENV_CONF_H
#define SUPPORT_ENV_CONF_H

#include <criterion/criterion.h>

#include "conf/conf.h"

enum { ENV_CONF_MOST = 16 };

/*
 * Our own defaults with the least that is needed, and these variables of the process
 * environment over them ("BOTLINE_API__URL=…"; NULL ends). The test fails when that is no
 * good configuration. The caller unrefs it: CLEANUP(env_conf_putp).
 */
static inline struct conf *
env_conf(char *const *variables)
{
	static char key[] = "BOTLINE_API__KEY=k", secret[] = "BOTLINE_API__SECRET=s",
		    url[] = "BOTLINE_TWILIO__WEBHOOK_URL=https://bot.example/";
	char *all[ENV_CONF_MOST + 4] = { key, secret, url };
	struct conf_opts o = { .root = TOP_SRCDIR, .environ = all };
	struct conf_report report = { 0 };
	struct conf *c;

	for (size_t i = 0; variables[i] != NULL; i++) {
		cr_assert_lt(i, ENV_CONF_MOST);
		all[3 + i] = variables[i];
	}
	c = conf_load(&o, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].grade == CONF_ERROR)
			cr_log_error("%s: %s", report.findings[i].where,
			    report.findings[i].text);
	cr_assert_not_null(c);
	conf_report_fini(&report);
	return c;
}

static inline void
env_conf_putp(struct conf **c)
{
	conf_unref(*c);
}

#endif
