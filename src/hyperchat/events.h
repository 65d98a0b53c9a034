/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_EVENTS_H
#define HYPERCHAT_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "hyperchat/message.h"

enum hyperchat_trigger {
	HYPERCHAT_ON_UNKNOWN, /* a trigger we have never heard of */
	HYPERCHAT_ON_QUEUE, /* queues:update */
	HYPERCHAT_ON_INVITED, /* invitations:new */
	HYPERCHAT_ON_ACCEPTED, /* invitations:accept: user_id is the agent */
	HYPERCHAT_ON_ALONE, /* forever:alone: no agent is left to be invited */
	HYPERCHAT_ON_CLOSED, /* chats:close: user_id, or by_system */
	HYPERCHAT_ON_MESSAGE, /* messages:new */
	HYPERCHAT_ON_ACTIVITY, /* users:activity */
	HYPERCHAT_ON_INFO, /* system:info: the ticket made at the close */
	/* Known, and of no use to us: */
	HYPERCHAT_ON_CREATED, /* chats:create */
	HYPERCHAT_ON_JOINED, /* chats:join */
	HYPERCHAT_ON_LEFT, /* chats:leave */
	HYPERCHAT_ON_ASSIGNED, /* chats:assign */
	HYPERCHAT_ON_READ /* messages:read */
};

/*
 * An event as a plain value. Ids and texts are NULL when they are missing or unusable;
 * unknown members are ignored, and members of a wrong type count as missing.
 */
struct hyperchat_event {
	enum hyperchat_trigger trigger;
	const char
	    *name; /* of the trigger, at most LIMIT_HYPERCHAT_ID bytes; for logs */
	const char *app_id; /* to be compared with ours by the caller */
	const char *chat_id;
	const char
	    *user_id; /* who did it; of a message its sender; NULL when by_system */
	bool by_system; /* it was no user, but "system" */
	struct hyperchat_message message; /* of HYPERCHAT_ON_MESSAGE, else empty */
	int64_t queue_position; /* -1: none */
	const char *reason; /* of a close: "inactivity" */
	const char *activity; /* "writing" */
	const char *ticket_id;
	int64_t created_ms; /* Unix time in ms; 0: not told */
};

/*
 * Reads the body of an event; what it holds lives in the arena. False (ERR_INPUT,
 * ERR_TOO_BIG): not a JSON object with a text "trigger".
 * Source: Inbenta, "HyperChat webhooks: events".
 */
bool hyperchat_event_read(struct hyperchat_event *out, struct arena *a,
    const char *body, size_t len, struct err *e) MUST_CHECK;

/*
 * The key by which an event that comes twice is known: trigger and id of the message, else
 * the bytes of the body. HyperChat itself gives events no id.
 */
void hyperchat_event_key(const struct hyperchat_event *ev, const char *body, size_t len,
    char out[SHA256_HEX_SIZE]);

#endif
