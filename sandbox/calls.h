/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CALLS_H
#define SANDBOX_CALLS_H

#include "sandbox/server.h"

/* A record of every call to the stand-ins, for tests to look at. */
struct calls;

enum { CALLS_KEPT = 20000, CALL_BODY_KEPT = 16 * 1024 };

struct calls *calls_new(void);
void calls_free(struct calls *cs);
void calls_clear(struct calls *cs); /* the numbers go on */

/* Notes a call when it arrives, so that one that never gets an answer is seen too. */
int64_t calls_begin(struct calls *cs, const char *call, const struct request *q);
/* How it was answered: an HTTP status, 0 when the connection was closed instead. */
void calls_end(struct calls *cs, int64_t n, int status);

/*
 * {"calls":[…],"first":m,"last":n} of those with a number above since, at most `max` of
 * them (0: all). m: the oldest that is kept; n: where to go on, for `since`. The caller
 * puts it.
 */
js *calls_list(struct calls *cs, int64_t since, int64_t max) MUST_CHECK;

#endif
