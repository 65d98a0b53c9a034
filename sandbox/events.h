/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_EVENTS_H
#define SANDBOX_EVENTS_H

#include "base/js.h"

/*
 * What happened on the phones, in order, for the page to follow. Only the last EVENTS_KEPT
 * are kept. An event is a JSON object with seq, at, channel, kind and what belongs to it.
 */
struct events;

enum { EVENTS_KEPT = 20000, EVENTS_WAIT_MAX_MS = 30000 };

struct events *events_new(void);
void events_free(struct events *ev);
/* Ends all waiting, now and later. */
void events_wake(struct events *ev);

/*
 * Adds one and returns its number. more: further members, taken; NULL: none. from: the
 * user's address when it is not the page's own, else NULL; such events are shown only to
 * who asks for all.
 */
int64_t events_add(struct events *ev, const char *channel, const char *kind,
    const char *from, js *more);

int64_t events_last(struct events *ev);

/*
 * {"events":[…],"first":m,"last":n} of those with a number above since, at most `max` of
 * them (0: all). m: the oldest that is kept; n: where to go on, for `since`. Waits until
 * there is one, at most wait_ms.
 */
void events_list(struct events *ev, int64_t since, int64_t wait_ms, bool all,
    int64_t max, struct buf *out);

#endif
