/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl check: what is wrong here, and with --online what the upstreams say of it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/js.h"
#include "conf/cfg.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/online.h"
#include "ctl/opts.h"
#include "ctl/paint.h"
#include "ctl/show.h"

extern char **environ;

enum { OUTPUT_BYTES = 4 << 20 };

static size_t
count(const struct conf_report *r, enum conf_grade grade)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->findings[i].grade == grade;
	return n;
}

static void
put_json(struct buf *out, const struct conf_report *r, size_t unreachable)
{
	buf_printf(out,
	    "{\"errors\":%zu,\"unreachable\":%zu,\"warnings\":%zu,\"notes\":%zu,"
	    "\"findings\":",
	    r->errors, unreachable, count(r, CONF_WARNING), count(r, CONF_NOTE));
	show_findings_json(out, r);
	buf_str(out, "}\n");
}

/* The lines as botline --check prints them; on a terminal their first words have colours. */
static void
put_text(struct buf *out, const struct conf_report *r)
{
	static const enum paint colours[] = {
		[CONF_ERROR] = PAINT_BAD,
		[CONF_WARNING] = PAINT_WARN,
		[CONF_NOTE] = PAINT_DIM,
	};
	CLEANUP(buf_fini) struct buf plain = BUF_INIT(OUTPUT_BYTES);

	conf_report_print(r, &plain);
	for (const char *line = plain.data; *line != '\0';) {
		size_t n = strcspn(line, "\n"), word = strcspn(line, " \n");
		enum paint p = PAINT_OFF;

		for (size_t i = 0; i < NELEMS(colours); i++)
			if (strlen(show_grade(i)) == word &&
			    memcmp(show_grade(i), line, word) == 0)
				p = colours[i];
		if (p != PAINT_OFF)
			buf_printf(out, "%s%.*s%s", paint(p), (int)word, line,
			    paint(PAINT_OFF));
		else
			word = 0;
		buf_add(out, line + word, n - word + (line[n] == '\n'));
		line += n + (line[n] == '\n');
	}
}

/* What is wrong with what we were told weighs more than who cannot be reached now. */
static int
status_of(const struct conf_report *r, size_t unreachable)
{
	return r->errors > unreachable ? EX_CONFIG
	    : r->errors > 0            ? EX_UNAVAILABLE
				       : EXIT_SUCCESS;
}

static int
print(const struct conf_report *r, size_t unreachable, bool json)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);

	if (json)
		put_json(&out, r, unreachable);
	else
		put_text(&out, r);
	if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		return ctl_fail(EX_IOERR, "standard output cannot be written");
	return status_of(r, unreachable);
}

int
ctl_check(const struct ctl *ctl, const struct opts *o)
{
	const char *apache = opts_value(o, "apache");
	const struct conf_look look = { .root = ctl->root,
		.variables = environ,
		.apache = apache != NULL ? apache : CONF_APACHE };
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	size_t unreachable = 0;
	enum conf_env env;
	const char *fixed;
	struct conf *c;
	int status;

	if (!ctl_env(o, &env))
		return EX_USAGE;
	c = conf_look(&look, &report);
	fixed = cfg_str(conf_cfg(c, CONF_PRODUCTION), CFG_ENVIRONMENTS_FIXED);
	if (!opts_has(o, "env") && *fixed != '\0' && !conf_env_parse(fixed, &env))
		env = CONF_PRODUCTION; /* no such one: a finding */
	if (opts_has(o, "online"))
		unreachable = online_check(c, env, &report);
	status = print(&report, unreachable, opts_has(o, "json"));
	conf_unref(c);
	return status;
}
