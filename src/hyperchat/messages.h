/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_MESSAGES_H
#define HYPERCHAT_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "hyperchat/call.h"
#include "hyperchat/message.h"

/* What became of something said to an agent. */
enum hyperchat_outcome {
	HYPERCHAT_DELIVERED,
	HYPERCHAT_OVER, /* the chat is closed or unknown: this may go to the bot */
	HYPERCHAT_NOT_DELIVERED, /* it is not in the chat: it may be tried again */
	HYPERCHAT_NOT_TAKEN, /* a file whose type or size HyperChat does not take */
	HYPERCHAT_UNSURE /* it may be in the chat, and nobody could tell: never repeat */
};

struct hyperchat_post {
	const char *chat_id, *sender;
	const char *text;
	/* Id of the newest message of this user in the chat, as *id told it; NULL: none yet. */
	const char *after;
};

/*
 * Says a text to the agent, once. *id: of the message, in the arena; NULL when HyperChat did
 * not tell it; written when it is DELIVERED. *e tells why in all other cases.
 *
 * OVER needs two witnesses: the post is refused, and the chat is closed or unknown when
 * asked for. When no answer came although the request may have arrived, the messages of the
 * chat are read: there is one of that sender with that text, newer than `after` (or than
 * the post, with LIMIT_CLOCK_SKEW_S to spare, when there is none) or there is not. A server
 * that takes it even later than that would be asked twice; of what they tell, nothing helps
 * against that. One third of the time is kept back for those questions.
 */
enum hyperchat_outcome hyperchat_message_post(const struct hyperchat_call *c,
    const struct hyperchat_post *post, const char **id, struct err *e) MUST_CHECK;

/* What may be in a chat, said by a call of which no answer is known. */
struct hyperchat_trace {
	const char *chat_id, *sender;
	const char *text; /* or: */
	const char *media_name;
	const char *after; /* as in struct hyperchat_post, when it was said */
	int64_t posted_at; /* Unix time of the first such call */
};

/*
 * Looks for it in the chat, by the rules of hyperchat_message_post(). DELIVERED: it is there,
 * *id as above. NOT_DELIVERED: it is not. OVER: HyperChat knows no such chat, and nobody can
 * tell. UNSURE: it cannot be told now. Says nothing. *e tells why unless it is DELIVERED or
 * NOT_DELIVERED.
 */
enum hyperchat_outcome hyperchat_look(const struct hyperchat_call *c,
    const struct hyperchat_trace *trace, const char **id, struct err *e) MUST_CHECK;

struct hyperchat_messages {
	struct hyperchat_message *list; /* oldest first, as far as they tell it */
	size_t n;
};

/* Reads a list of messages, bare or as "messages"; false when it is neither. */
bool hyperchat_messages_read(
    js *root, struct arena *a, struct hyperchat_messages *out) MUST_CHECK;

bool hyperchat_messages_get(const struct hyperchat_call *c, const char *chat_id,
    struct hyperchat_messages *out, struct err *e) MUST_CHECK;

#endif
