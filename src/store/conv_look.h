/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONV_LOOK_H
#define STORE_CONV_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "store/conv.h"

/*
 * What the folder has of conversations, for an operator: looked at without standing in
 * line, so nobody at work is held up, and removed in line. A conversation is named by its
 * key, which its id gives and which does not tell the id.
 */
#define CONV_KEY_SIZE SHA256_HEX_SIZE

/* The key of an id. */
void conv_key(const char *conv_id, char key[CONV_KEY_SIZE]);

struct conv_seen {
	char key[CONV_KEY_SIZE];
	int64_t used_s; /* Unix time of the last commit */
	int64_t bytes; /* of the file, its holes included */
	int in_line; /* who works on it or waits for it; no more than 1 + LIMIT_WAITING */
};

typedef bool conv_seen_fn(const struct conv_seen *seen, void *arg);

/*
 * Tells of each conversation that has a record and has not expired, in no order; those that
 * come or go meanwhile are told of or not. fn returns false to end it. False: see *e; that
 * fn ended it is no failure.
 */
bool conv_each(struct store *s, conv_seen_fn *fn, void *arg, struct err *e) MUST_CHECK;

enum conv_found {
	CONV_FOUND,
	CONV_NONE, /* no such conversation, or it has expired */
	CONV_DAMAGED, /* its file holds no record that can be believed */
	CONV_UNREADABLE /* see *e */
};

/*
 * The record that stood at some moment of the call, in place of what *record held; a commit
 * of another meanwhile does no harm. record->max should be LIMIT_RECORD.
 */
enum conv_found conv_peek(struct store *s, const char *key, struct buf *record,
    struct conv_seen *seen, struct err *e) MUST_CHECK;

/*
 * conv_enter() by key, of a conversation that has a file: CONV_FAILED with ERR_NONE where it
 * has none. Who enters finds the record empty where it was dropped while he waited.
 */
enum conv_entry conv_enter_key(struct store *s, const char *key, int64_t until_ms,
    struct conv **out, struct err *e) MUST_CHECK;

/*
 * Forgets the record and the mark (due.h) of a conversation that was entered: after a crash
 * at any instruction it stands, or is gone. The next turn, also one that stands in line
 * already, begins anew. To be left as ever.
 */
bool conv_drop(struct conv *c, struct err *e) MUST_CHECK;

#endif
