/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_CHATS_H
#define HYPERCHAT_CHATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "hyperchat/call.h"

enum hyperchat_status {
	HYPERCHAT_WAITING, /* no agent yet */
	HYPERCHAT_ACTIVE, /* an agent is in */
	HYPERCHAT_CLOSED, /* over, or unknown to HyperChat (404) */
	HYPERCHAT_STATUS_OTHER /* a word we do not know: the chat is not over */
};

/* Texts are never NULL, but for id. */
struct hyperchat_chat {
	const char *id; /* NULL: there is no such chat; status is then CLOSED */
	const char *creator; /* user id of the customer; "": not told */
	const char *external_id, *lang;
	enum hyperchat_status status;
	bool in_queue; /* waiting, and in the queue */
	int64_t source, room; /* -1: not told */
};

/* One line of what was said before the agent came. */
struct hyperchat_line {
	bool by_bot;
	const char *text; /* the bot's may be HTML; a blank one is left out */
	int64_t said_at; /* Unix time; 0: not told */
};

struct hyperchat_new_chat {
	const char *creator; /* user id */
	int64_t room, source;
	const char *lang; /* "": not told */
	const struct hyperchat_line *lines; /* oldest first */
	size_t n_lines;
};

/*
 * Begins a chat; what was said before goes with it, the newest lines of it when it is more
 * than LIMIT_HYPERCHAT_HISTORY. It goes out once.
 *
 * False: *already tells that the user has a chat (whose id is not told), *sent that a chat
 * may have been made although no answer came.
 */
struct hyperchat_not_created {
	bool already, sent;
};
bool hyperchat_chat_create(const struct hyperchat_call *c,
    const struct hyperchat_new_chat *new_chat, struct hyperchat_chat *out,
    struct hyperchat_not_created *why, struct err *e) MUST_CHECK;

bool hyperchat_chat_get(const struct hyperchat_call *c, const char *id,
    struct hyperchat_chat *out, struct err *e) MUST_CHECK;

/* Reads a chat object; false when it has no id: *out is then untouched. */
bool hyperchat_chat_read(js *o, struct arena *a, struct hyperchat_chat *out) MUST_CHECK;

/* Looks for an agent who takes the chat; only without queue mode. */
bool hyperchat_chat_assign(
    const struct hyperchat_call *c, const char *id, struct err *e) MUST_CHECK;

/*
 * Ends a chat in the name of a user; user_id NULL: in the name of the system. A chat that
 * is over already, or unknown, is a success.
 */
bool hyperchat_chat_close(const struct hyperchat_call *c, const char *id,
    const char *user_id, struct err *e) MUST_CHECK;

/* Hands in what was said before to a chat that stands; limits as at its creation. */
bool hyperchat_chat_history(const struct hyperchat_call *c, const char *id,
    const char *user_id, const struct hyperchat_line *lines, size_t n,
    struct err *e) MUST_CHECK;

#endif
