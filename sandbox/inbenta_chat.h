/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_CHAT_H
#define SANDBOX_INBENTA_CHAT_H

#include "sandbox/server.h"

/* Inbenta's Chatbot API: conversations and messages. */

/* What a conversation has when it does not say; the most characters of a message. */
enum {
	MESSAGE_CHARS = 256,
	MAX_OPTIONS_DEFAULT = 3,
	MAX_RELATED_DEFAULT = 3,
	ERROR_RETRIES_DEFAULT = 3
};

handler_fn conversation_post, message_post;

#endif
