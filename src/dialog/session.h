/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SESSION_H
#define DIALOG_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "conf/conf.h"
#include "dialog/message.h"

/*
 * What botline remembers of one conversation between two messages, and its form on
 * disk: JSON with a version. Plain values; all texts live in an arena. One thread.
 */

/* What the next message may answer. A new kind also needs its rows in step.c. */
enum pending_kind {
	PENDING_NONE,
	PENDING_POLAR, /* yes/no questions only */
	PENDING_CHOICE, /* numbered options, yes and no may be among them */
	PENDING_KINDS
};

/* A word for records and logs: "none", "polar"… */
const char *pending_kind_name(enum pending_kind kind);

/* One numbered option as the phone showed it. */
struct choice {
	const char *label; /* plain text, in the user's language */
	const char *value; /* the engine's own, see bot_option */
	bool as_text; /* see bot_option */
	bool polar; /* a yes or a no: its first letter will do */
};

struct pending {
	enum pending_kind kind;
	bool warned; /* a number out of range was just typed */
	const struct choice *choices; /* number N means choices[N - 1] */
	size_t n;
};

/* A message that was answered, and how. */
struct claim {
	const char *sid;
	const struct message *messages;
	size_t n;
};

struct session {
	enum conf_env env; /* the first message's; kept for good */
	int64_t used_at; /* Unix time of the last turn */
	const char *memory; /* the bot's; NULL: none */
	struct pending pending;
	struct claim claims[LIMIT_CLAIMS]; /* oldest first, no sid twice */
	size_t n_claims;
};

/* Reads a record that session_encode() wrote. ERR_INPUT for anything else. */
bool session_decode(struct session *s, struct arena *a, const char *data, size_t len,
    struct err *e) MUST_CHECK;

/*
 * Appends the record; ask buf_ok(out). The replies of the newest claims are kept, up to
 * LIMIT_CLAIM_BYTES as written; a claim whose reply does not fit keeps its sid, and
 * answers with no text.
 */
void session_encode(const struct session *s, struct buf *out);

/* The claim of that sid; NULL when there is none, and always for "". */
const struct claim *session_find(const struct session *s, const char *sid);

/*
 * Adds a claim and forgets the oldest beyond LIMIT_CLAIMS. Borrows its messages. A sid
 * that is "" or longer than LIMIT_SID is not kept: such a message has no repeats.
 */
void session_claim(
    struct session *s, const char *sid, const struct message *messages, size_t n);

#endif
