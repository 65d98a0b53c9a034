/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_HISTORY_H
#define INBENTA_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "inbenta/call.h"

struct inbenta_line {
	bool by_bot;
	const char *text; /* the bot's is HTML; not blank */
	int64_t said_at; /* Unix time; 0: not told in a form we know */
};

struct inbenta_history {
	const struct inbenta_line *lines; /* oldest first, in the arena */
	size_t n;
};

/*
 * Reads a history: [{"user","message","datetime"},…]; what is no line or blank is left out.
 * Of a longer one the newest LIMIT_HISTORY_LINES are kept whose texts fit into
 * LIMIT_HISTORY_BYTES; the newest is cut to it. ERR_UPSTREAM when it is no list.
 * Source: Inbenta, "Chatbot API: conversation history".
 */
bool inbenta_history_read(
    struct inbenta_history *out, js *root, struct arena *a, struct err *e) MUST_CHECK;

/*
 * Asks for the history of the conversation whose session (token) this is. May be repeated.
 * Errors as inbenta_call_do() says, ERR_UPSTREAM also when the session has expired.
 */
bool inbenta_history_get(const struct inbenta_call *c, const char *session,
    struct inbenta_history *out, struct err *e) MUST_CHECK;

#endif
