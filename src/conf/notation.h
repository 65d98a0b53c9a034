/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_NOTATION_H
#define CONF_NOTATION_H

#include <stdbool.h>

#include "base/buf.h"
#include "conf/keys.h"
#include "conf/value.h"

/* How values are written; secrets, and logins within a URL, are "***" unless show_secrets. */

/* In libconfig's notation, on one line without its end. */
void notation_put(
    struct buf *b, const struct key_row *row, const struct value *v, bool show_secrets);

/*
 * For scripts: texts without quotes, the items of a list one a line, all else as above.
 * Every line has its end.
 */
void notation_put_bare(
    struct buf *b, const struct key_row *row, const struct value *v, bool show_secrets);

#endif
