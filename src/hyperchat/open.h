/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_OPEN_H
#define HYPERCHAT_OPEN_H

#include <stdbool.h>

#include "base/err.h"
#include "hyperchat/chats.h"
#include "hyperchat/users.h"

struct hyperchat_wish {
	const struct hyperchat_profile *user;
	int64_t room, source;
	const char *lang; /* "": any */
	const struct hyperchat_line *lines; /* said before, oldest first */
	size_t n_lines;
	/* An earlier try may have begun a chat, and did not live to tell: one that is open
	   may be its, and not be assigned yet. */
	bool again;
};

enum hyperchat_opening {
	HYPERCHAT_OPENED, /* a chat was begun */
	HYPERCHAT_REUSED, /* the user's chat, which was not over; no history was handed in */
	HYPERCHAT_NO_AGENT, /* nobody is there; chat is empty, and perhaps user */
	HYPERCHAT_MAYBE /* a chat may have been begun, and nobody could tell; *e */
};

struct hyperchat_opened {
	enum hyperchat_opening how;
	bool queue_mode;
	struct hyperchat_user user;
	struct hyperchat_chat chat;
};

/*
 * Brings a customer to an agent, in this order:
 *
 *  1 settings: queue mode
 *  2 the user is made or updated
 *  3 each of the user's listed chats is asked for: one that is not over is used as it is
 *  4 is an agent there? (asked again although the caller has: they come and go)
 *  5 the chat is begun; when HyperChat says that the user has one, or no answer came, the
 *    user's chats are looked at again and the open one is used
 *  6 without queue mode an agent is assigned; a chat for which that fails is closed again,
 *    for which up to LIMIT_CLOSE_AGAIN_MS beyond until_ms may be used
 *
 * With wish->again, a chat of 3 that waits without a queue is assigned; when HyperChat refuses
 * that although somebody is there, it was assigned before.
 *
 * MAYBE: neither 5 nor the look behind it was answered; or, with wish->again, not even 1 to 3.
 * The next try is to be one `again`.
 *
 * Two at once for one user would make two chats: the caller holds the conversation. Not to
 * be asked (1 or 4 fails) counts as nobody there, and is logged. False: errors as
 * hyperchat_call_do() says; no chat was left open that could be closed.
 * Source: Inbenta, "HyperChat API: opening a chat".
 */
bool hyperchat_open(const struct hyperchat_call *c, const struct hyperchat_wish *wish,
    struct hyperchat_opened *out, struct err *e) MUST_CHECK;

#endif
