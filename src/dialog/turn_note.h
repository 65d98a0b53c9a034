/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_TURN_NOTE_H
#define DIALOG_TURN_NOTE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "conf/conf.h"
#include "dialog/dialog.h"

/* A message of a user in the queue: the body of a job "turn", JSON. */

/*
 * The text is cleaned (said.h). The conversation is not written: it is the lane. NULL: it is
 * more than a job may hold.
 */
const char *turn_note_write(
    struct arena *a, enum conf_env env, const struct inbound *in) MUST_CHECK;

/*
 * Reads it into *in, but for in->conv_id; *ref is the id of the log's lines about it, "" when
 * it had none. Texts are in the arena. ERR_INPUT for what turn_note_write() has not written.
 */
bool turn_note_read(struct inbound *in, enum conf_env *env, const char **ref,
    const char *json, struct arena *a, struct err *e) MUST_CHECK;

#endif
