/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LANG_LOAD_H
#define CONF_LANG_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/lang.h"
#include "conf/layer.h"

/*
 * Reads lang/<code>.cfg into the loader's arena. NULL, with an error in the report, when it
 * is missing, broken or empty. Unknown labels, missing ones and unknown $parameters are
 * warnings. extra: labels that the configuration itself names (ratings).
 */
struct lang *lang_load(struct loader *l, const char *code, const char *const *extra,
    size_t n_extra) MUST_CHECK;

#endif
