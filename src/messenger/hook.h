/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_HOOK_H
#define MESSENGER_HOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"

/*
 * Webhooks of an external ticket source: an agent has answered tickets. Source: Inbenta,
 * "Messenger: external ticket source".
 */

struct messenger_reply {
	char key[SHA256_HEX_SIZE];
	const char *number; /* of the ticket */
	const char *contact; /* of whoever made it: an e-mail address */
	const char *text; /* HTML or plain text */
};

struct messenger_replies {
	const struct messenger_reply *list;
	size_t n;
	size_t others; /* events that are no replies, or of which we can make nothing */
};

/*
 * Reads a body; results live in the arena. A reply's key is made of its event as it stands
 * there and of how many equal ones stand before it: the same when the body comes twice,
 * also with events more or less. ERR_INPUT, ERR_TOO_BIG when it is no such webhook.
 */
bool messenger_hook_read(struct messenger_replies *out, struct arena *a,
    const char *body, size_t len, struct err *e) MUST_CHECK;

/* Whether the signature is the configured secret. Constant time; "" and NULL never are. */
bool messenger_hook_proven(const char *secret, const char *given) MUST_CHECK;

#endif
