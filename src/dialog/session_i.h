/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SESSION_I_H
#define DIALOG_SESSION_I_H

#include <stdbool.h>
#include <stddef.h>

#include "base/js.h"
#include "dialog/session.h"

/* What the files that write and read a record share. For them only. */

/* NULL when there is no list of that name, or it is longer than max. */
js *session_list(js *o, const char *name, size_t max, struct err *e) MUST_CHECK;

/* All messages of a list. */
bool session_messages(const struct message **out, size_t *n, struct arena *a, js *list,
    struct err *e) MUST_CHECK;

/* A form, as a JSON object. */
void session_put_form(struct buf *out, const struct bot_form *f);
bool session_read_form(
    const struct bot_form **out, struct arena *a, js *o, struct err *e) MUST_CHECK;

/* What session_messages() reads, without the brackets. */
void session_put_messages(struct buf *out, const struct message *messages, size_t n);

void session_put_guards(struct buf *out, const struct session *s);
void session_read_guards(struct session *s, struct arena *a, js *o);

bool session_read_agents(
    struct session *s, struct arena *a, js *o, struct err *e) MUST_CHECK;

#endif
