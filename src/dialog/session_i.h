/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SESSION_I_H
#define DIALOG_SESSION_I_H

#include <stdbool.h>
#include <stddef.h>

#include "base/js.h"
#include "dialog/session.h"

/* What the files that read a record share. For them only. */

/* NULL when there is no list of that name, or it is longer than max. */
js *session_list(js *o, const char *name, size_t max, struct err *e) MUST_CHECK;

/* All messages of a list. */
bool session_messages(const struct message **out, size_t *n, struct arena *a, js *list,
    struct err *e) MUST_CHECK;

bool session_read_agents(
    struct session *s, struct arena *a, js *o, struct err *e) MUST_CHECK;

#endif
