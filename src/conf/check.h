/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "base/attr.h"
#include "base/buf.h"

struct conf;
struct conf_report;

/* What a check looks at. */
struct conf_look {
	const char *root; /* folder of conf/ and lang/ */
	char *const *variables; /* as environ in struct conf_opts */
	const char *apache; /* folder of Apache's configuration; NULL: it is let be */
};

/* Where Debian has it. */
#define CONF_APACHE "/etc/apache2"

/*
 * `botline --check`: loads the configuration, finds everything that is wrong with it and how
 * to mend it: what conf_load() finds, and also what lets the program start but not work: no
 * webhook_url, a folder that cannot be written, secrets that anybody may read, keys without
 * effect, a road from Apache that leads nowhere. *report is zeroed by the caller
 * (conf_report_fini). The snapshot is the caller's, even where there are errors.
 */
struct conf *conf_look(
    const struct conf_look *look, struct conf_report *report) MUST_CHECK;

/*
 * The same for a reader: one finding a line, and a line that sums up:
 *
 *   error    conf/custom/twilio.cfg:3  twilio.reply_deadline_ms is 20000, must be …
 *
 * Returns the exit status: 78 (EX_CONFIG) when there are errors, else 0.
 */
int conf_check(const struct conf_look *look, struct buf *out) MUST_CHECK;

/* The findings about values that fit each by itself, as far as a start is concerned. */
void check_start(const struct conf *c, struct conf_report *report);

#endif
