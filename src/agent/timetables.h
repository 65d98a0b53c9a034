/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_TIMETABLES_H
#define AGENT_TIMETABLES_H

#include "base/clock.h"
#include "base/js.h"
#include "inbenta/account.h"
#include "messenger/call.h"

struct store;

/*
 * Messenger's service hours, of all accounts of the process, asked for again when they are
 * LIMIT_HOURS_KEPT_S old. They are shared with the other processes of the host by the cache
 * file `cached-cm-data-<KEY>` (inbenta/cached_file.h), whose age is that of its last change: an
 * operator who removes the file makes all processes ask anew. Thread-safe.
 */
struct timetables;

/* store: where the file lives; NULL: none is kept. Borrowed, like the clock. */
struct timetables *timetables_new(
    struct store *store, const struct clock *clock) MUST_CHECK;
void timetables_free(struct timetables *t); /* NULL is allowed */

/*
 * The answer of Messenger, the caller's (js_putp); NULL when nothing is known. Takes
 * LIMIT_HOURS_MS of the call's time at most, and none but once in LIMIT_HOURS_KEPT_S: one
 * thread asks, the others get what was known before, and wait for it only when nothing is.
 * A failure is logged and not tried again for LIMIT_SETUP_PAUSE_MS, by no process of the
 * host; what was known before goes on.
 */
js *timetables_get(struct timetables *t, const struct inbenta_account *account,
    const struct messenger_call *c) MUST_CHECK;

#endif
