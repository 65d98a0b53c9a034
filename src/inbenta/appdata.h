/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_APPDATA_H
#define INBENTA_APPDATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "inbenta/call.h"
#include "inbenta/extra.h"

struct store;

/*
 * The ExtraInfo of all accounts of the process, one per address and key, read again when it
 * is LIMIT_SETUP_AGE_S old. It is shared with the other processes of the host by the cache
 * file `cached-appdata-<KEY>`, whose age is that of its last change: an operator who removes
 * the file makes all processes read anew. An instance that has none (404) is remembered the
 * same way. Thread-safe.
 */
struct inbenta_appdata;

/* store: where the file lives; NULL: none is kept. Borrowed, like the clock. */
struct inbenta_appdata *inbenta_appdata_new(
    struct store *store, const struct clock *clock) MUST_CHECK;
void inbenta_appdata_free(struct inbenta_appdata *a); /* NULL is allowed */

/* What is set for one language; texts live in the call's arena. */
struct inbenta_setup {
	const struct inbenta_text *texts;
	size_t n;
	enum inbenta_only_chat only_chat;
};

/*
 * Fills *out with what is known, or with nothing. Takes LIMIT_SETUP_MS of the call's time at
 * most, and none but once in LIMIT_SETUP_AGE_S: one thread asks Inbenta, the others get what
 * was set before, and wait for it only when nothing is known. A failure is logged and not
 * tried again for LIMIT_SETUP_PAUSE_MS, by no process of the host; what was set before goes
 * on.
 */
void inbenta_appdata_get(struct inbenta_appdata *a, const struct inbenta_call *c,
    const char *lang, struct inbenta_setup *out);

/* Forgets it in memory and removes the file. False: there was neither. */
bool inbenta_appdata_forget(
    struct inbenta_appdata *a, const struct inbenta_account *account);

#endif
