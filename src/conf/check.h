/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "base/attr.h"
#include "base/buf.h"

struct conf;
struct conf_report;

/*
 * `botline --check`: loads the configuration under root, says everything that is wrong with
 * it and how to mend it, one finding a line, and sums up:
 *
 *   error    conf/custom/twilio.cfg:3  twilio.reply_deadline_ms is 20000, must be …
 *
 * It finds what conf_load finds and also what lets the program start but not work: no
 * webhook_url, a folder that cannot be written, keys without effect. variables as environ
 * in struct conf_opts. Returns the exit status: 78 (EX_CONFIG) when there are errors, else 0.
 */
int conf_check(const char *root, char *const *variables, struct buf *out) MUST_CHECK;

/* The findings about values that fit each by itself, as far as a start is concerned. */
void check_start(const struct conf *c, struct conf_report *report);

#endif
