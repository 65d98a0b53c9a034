/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_SETTING_H
#define CONF_SETTING_H

#include "conf/layer.h"

/*
 * Gives one key of a layer its value; what is wrong becomes a finding at `origin`. name is
 * what the operator wrote, an alias perhaps.
 */
void setting_put(struct loader *l, struct layer *layer, enum cfg_key key,
    const char *name, const config_setting_t *set, const char *origin);
void setting_put_text(struct loader *l, struct layer *layer, enum cfg_key key,
    const char *name, const char *text, const char *origin);

/*
 * The same out of the file that <key>_file names: its content without one newline at the
 * end, at most LIMIT_SECRET_FILE bytes. An empty path is none. It wins over <key>.
 */
void setting_put_file(struct loader *l, struct layer *layer, enum cfg_key key,
    const char *name, const char *path, const char *origin);

#endif
