/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_SOURCE_H
#define CONF_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <libconfig.h>

#include "base/attr.h"
#include "conf/conf.h"

enum source_state { SOURCE_OK, SOURCE_MISSING, SOURCE_BROKEN };

/*
 * Reads one file in libconfig's notation: at most LIMIT_CONFIG_FILE, UTF-8, with or without
 * a BOM, LF or CRLF. path is where it is, name what messages call it. A broken file gives
 * one error in the report, a missing one none. cfg is initialised by the caller, who also
 * destroys it.
 */
enum source_state source_read(config_t *cfg, const char *path, const char *name,
    struct conf_report *report) MUST_CHECK;

/*
 * The same from memory: the value of a variable, put behind "value = ". name is the whole
 * place ("environment BOTLINE_LOG__LEVEL"), without lines.
 */
bool source_value(config_t *cfg, const char *text, const char *name,
    struct conf_report *report) MUST_CHECK;

#endif
