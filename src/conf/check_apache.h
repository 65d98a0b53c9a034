/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CHECK_APACHE_H
#define CONF_CHECK_APACHE_H

struct conf;
struct conf_report;

/*
 * By which road Apache, whose configuration is below `folder`, brings webhooks to botline,
 * and what is wrong with it. No Apache there is a note: it may run on another machine.
 */
void check_apache(const struct conf *c, const char *folder, struct conf_report *report);

#endif
