/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_SESSION_SEEN_H
#define CTL_SESSION_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/conv_look.h"

struct arena;

/*
 * What an operator is told of a conversation: what stands in its record, which the dialogue
 * writes as JSON, by the names of its members. A member that is missing, or a record of
 * another version, leaves its field at zero: it is shown with what is understood of it.
 * tests/unit/test_session_seen.c holds the names against what the dialogue writes.
 */
struct session_seen {
	struct conv_seen file;
	const char *env, *from, *to; /* NULL: not told */
	const char *pending; /* "none", "polar"…; NULL: not told */
	const char *chat; /* id of the open chat with agents; NULL: there is none */
	const char *hold; /* a rating that is still to be sent; NULL: none */
	int64_t version; /* of the record; 0: it cannot be read */
	int64_t chat_since_s, chat_position;
	int64_t choices; /* of the pending question */
	int64_t replies; /* messages whose repeats get the same reply again */
	int64_t known; /* ids of messages whose repeats are known without their reply */
	int64_t notes; /* of what was begun at the agents' side and has not ended */
	bool talking; /* with an agent, who is there */
	bool survey; /* one runs */
	bool flooded; /* more came than dialog.flood_per_min */
	const char *body; /* the record as it is kept */
};

/* Fills *out but for `file`; texts are in the arena. record as of conv_peek(). */
void session_seen_read(
    struct session_seen *out, struct arena *a, const char *record, size_t len);

/* Appends one line for a list, all there is to show, or an object for programs. */
void session_seen_line(struct buf *b, struct arena *a, const struct session_seen *s);
void session_seen_text(
    struct buf *b, struct arena *a, const struct session_seen *s, bool body);
void session_seen_json(
    struct buf *b, struct arena *a, const struct session_seen *s, bool body);

/* What is gone with it, a line each; nothing for one that has nothing to lose. */
void session_seen_losses(struct buf *b, struct arena *a, const struct session_seen *s);

#endif
