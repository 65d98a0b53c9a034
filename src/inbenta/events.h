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

/* What became of a wish for an agent: {"value":{"chatId","appId","region"}}. */
struct inbenta_chat_event {
	const char *type; /* INBENTA_CHAT_* */
	const char *chat, *app;
	const char *region; /* as it is configured; "": `us` */
};

#define INBENTA_CHAT_ATTENDED "CHAT_ATTENDED" /* an agent took it */
#define INBENTA_CHAT_UNATTENDED "CHAT_UNATTENDED" /* agents were there, none took it */
#define INBENTA_CHAT_NO_AGENTS "CHAT_NO_AGENTS" /* nobody was there; a mark */

bool inbenta_event_chat(const struct inbenta_call *c, const char *session,
    const struct inbenta_chat_event *event, struct err *e) MUST_CHECK;

/* An event that says no more than its type, of at most LIMIT_LABEL: {"value":"true"}. */
bool inbenta_event_mark(const struct inbenta_call *c, const char *session,
    const char *type, struct err *e) MUST_CHECK;

#endif
