/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_EVENTS_H
#define INBENTA_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "inbenta/call.h"

/*
 * What the instance's reports count, sent for the session of a conversation (its token).
 * An event is counted as often as it arrives: it goes out once, and again only when the
 * API said that it did not take it (access token refused, throttled). A session that has
 * expired is not begun anew for it. False: with ERR_TIMEOUT nobody knows whether it was
 * counted; else it was not, and errors are as inbenta_call_do() says, ERR_TOO_BIG for a code
 * or comment beyond our limits.
 * Source: Inbenta, "Chatbot API: tracking events".
 */

/* value: id of one of the instance's content ratings; comment: "" for none. */
bool inbenta_event_rate(const struct inbenta_call *c, const char *session,
    const char *code, int64_t value, const char *comment, struct err *e) MUST_CHECK;

bool inbenta_event_click(const struct inbenta_call *c, const char *session,
    const char *code, struct err *e) MUST_CHECK;

#endif
