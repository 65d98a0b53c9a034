/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_PRINT_H
#define CONF_PRINT_H

#include <stdbool.h>

#include "conf/conf.h"

/*
 * The commands behind `botline --check` and `--dump` and behind botlinectl: they print to
 * standard output, errors of loading to standard error, and return the exit status: 0, 78
 * (EX_CONFIG) when the configuration is wrong, 74 (EX_IOERR) when nobody reads the output.
 */
int conf_check_print(const char *root, char *const *environ);
int conf_dump_print(
    const char *root, char *const *environ, enum conf_env env, bool show_secrets);

#endif
