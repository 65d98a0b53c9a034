/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_MESSAGE_H
#define HYPERCHAT_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/js.h"

/*
 * One message of a chat, as events and lists of messages hold it. Ids and texts are NULL
 * when they are missing or unusable.
 */
struct hyperchat_message {
	const char *id, *chat_id, *sender; /* sender: a user id */
	const char *text; /* plain, or HTML of the agent's desk */
	bool is_media;
	const char *media_url; /* for hyperchat_media_get(); at most LIMIT_URL */
	const char *media_type, *media_name; /* at most LIMIT_LABEL */
	int64_t created_ms; /* Unix time in ms; 0: not told */
};

/* Reads a message object; anything else gives an empty one. Texts live in the arena. */
struct hyperchat_message hyperchat_message_read(js *o, struct arena *a) MUST_CHECK;

#endif
