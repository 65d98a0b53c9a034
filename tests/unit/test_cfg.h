/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_TEST_CFG_H
#define UNIT_TEST_CFG_H

#include <criterion/criterion.h>
#include <string.h>

#include "conf/cfg.h"
#include "conf/conf.h"
#include "support/conf_root.h"

/* What the tests of configuration share. */

/* The least that lets a configuration load without an error. */

static inline char *const *
least_environ(void)
{
	static char key[] = "BOTLINE_API__KEY=k", secret[] = "BOTLINE_API__SECRET=s";
	static char *const least[] = { key, secret, NULL };

	return least;
}

static inline struct conf *
load_with(const struct tmpdir *root, char *const *variables, struct conf_report *report)
{
	struct conf_opts opts = { .root = root->path, .environ = variables };

	return conf_load(&opts, report);
}

/* Loads what must be good; on an error the test says which and ends. */
static inline struct conf *
load_good(const struct tmpdir *root, char *const *variables)
{
	struct conf_report report = { 0 };
	struct conf *c = load_with(root, variables, &report);

	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].grade == CONF_ERROR)
			cr_log_error("%s: %s", report.findings[i].where,
			    report.findings[i].text);
	conf_report_fini(&report);
	cr_assert_not_null(c);
	return c;
}

/* The first finding of that grade; NULL when there is none. */
static inline const struct conf_finding *
first_finding(const struct conf_report *r, enum conf_grade grade)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].grade == grade)
			return &r->findings[i];
	return NULL;
}

static inline const struct conf_finding *
finding_with(const struct conf_report *r, enum conf_grade grade, const char *text)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].grade == grade &&
		    strstr(r->findings[i].text, text) != NULL)
			return &r->findings[i];
	return NULL;
}

#endif
