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

#endif
