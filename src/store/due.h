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
 * too seldom. Lost with the store, and with the conversation when that expires.
 *
 * Marks are set and removed by who has entered the conversation, so that nobody removes
 * what another has just set. Thread-safe.
 */

/*
 * Sets the mark of a conversation, in place of its former, whole or not at all. Fails when
 * the disk refuses and for an id of more than LIMIT_CONV_ID bytes.
 */
bool due_set(
    struct store *s, const char *conv_id, int64_t due_s, struct err *e) MUST_CHECK;

/* Removes it; there may be none. */
void due_clear(struct store *s, const char *conv_id);

/*
 * A conversation whose time has come: its id in place of what *conv_id held, which has room
 * for LIMIT_CONV_ID bytes. The mark is put off by retry_s, so that one process at a time
 * works on it and one that dies leaves it to others. Who has entered the conversation and is
 * done calls due_clear(), or due_set() when it turns out to be due later. False: there is
 * none at this time.
 */
bool due_take(struct store *s, int64_t now_s, int64_t retry_s, struct buf *conv_id);

/* Whether due_take() would find one. */
bool due_any(struct store *s, int64_t now_s) MUST_CHECK;

#endif
