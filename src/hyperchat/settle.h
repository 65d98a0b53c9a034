/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_SETTLE_H
#define HYPERCHAT_SETTLE_H

#include <stdbool.h>

#include "base/err.h"
#include "hyperchat/call.h"
#include "hyperchat/messages.h"

/* What goes into a chat, and by what it is known there. For this room only. */
struct hyperchat_sent {
	const char *chat_id, *sender;
	const char *text; /* or: */
	const char *media_name;
	const char *after; /* as in struct hyperchat_post */
};

/*
 * Makes the call that puts it there, and finds out what became of it, by asking where the
 * answer does not tell: see hyperchat_message_post().
 */
enum hyperchat_outcome hyperchat_settle(const struct hyperchat_call *c,
    const struct hyperchat_request *q, const struct hyperchat_sent *s, const char **id,
    struct err *e) MUST_CHECK;

/*
 * Whether a text in a chat is the one that was sent: blanks count as one, those at the ends
 * not at all, and it may have been escaped for HTML on its way.
 */
bool hyperchat_same_text(const char *ours, const char *theirs) MUST_CHECK;

#endif
