/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

struct state;
struct store;

/*
 * A folder belongs to one bot, which is the folder of its conf/ and lang/: two that shared
 * one would work each other's queue, with the wrong accounts. The first that comes writes
 * its name into the folder's file "bot"; where that one is no more (moved, or removed), the
 * next takes its place. ERR_CONFIG: it is another's, with a text that says what to do;
 * ERR_IO: the file cannot be read or written. root need not be absolute.
 */
bool store_claim(const struct store *s, const char *root, struct err *e) MUST_CHECK;
bool state_claim(const struct state *st, const char *root, struct err *e) MUST_CHECK;

/*
 * A process that serves a socket says so, with a lock on that file which is gone with it,
 * whatever ended it. Call once, behind store_claim(); ERR_IO.
 */
bool store_attend(struct store *s, struct err *e) MUST_CHECK;

/* Whether any process does, in the folder of that path; false also when it cannot be seen. */
bool store_attended(const char *path) MUST_CHECK;

#endif
