/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CHECK_SECRETS_H
#define CONF_CHECK_SECRETS_H

struct conf;
struct conf_report;

/*
 * Who may read and change what secrets stand in: files of the configuration and files that a
 * <key>_file names. What lies below a folder that others may not enter is well, whatever
 * its own mode.
 */
void check_secrets(const struct conf *c, const char *root, struct conf_report *report);

#endif
