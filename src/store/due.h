/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DUE_H
#define STORE_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

struct store;

/*
 * Conversations that have something to do later though nobody writes: one mark for each,
 * with a time, in a folder of the store, shared by all threads and processes of one host.
 * A mark is a reminder, no record: whoever takes it enters the conversation and looks. It
 * is set before the record that needs it is committed, and may come once too often, never
 * too seldom. Lost with the store.
 */

/* Sets the mark of a conversation, in place of its former. */
bool due_set(
    struct store *s, const char *conv_id, int64_t due_s, struct err *e) MUST_CHECK;

/* Removes it; there may be none. */
void due_clear(struct store *s, const char *conv_id);

/*
 * A conversation whose time has come: its id in place of what *conv_id held. The mark is
 * put off by retry_s, so that one process at a time works on it and one that dies leaves it
 * to others; who is done calls due_clear(). False: there is none at this time.
 */
bool due_take(struct store *s, int64_t now_s, int64_t retry_s, struct buf *conv_id);

#endif
