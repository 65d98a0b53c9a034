/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_BEGUN_H
#define DIALOG_BEGUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"
#include "dialog/message.h"

struct bot_form;
struct session;

/*
 * What a turn is about to do at the agents' side, which must not be done twice: in the record
 * from just before it is done until the turn is committed. A turn that finds such a note of
 * its own message was interrupted there, and goes on from there (once.c). All else in the
 * record is as it was before that turn.
 */
enum begun_kind {
	BEGUN_SAY, /* a text or a file of the message to the agent */
	BEGUN_OPEN, /* a chat */
	BEGUN_LEAVE, /* the user leaves it */
	BEGUN_TICKET, /* a ticket at the office behind them */
	BEGUN_KINDS
};

const char *begun_kind_name(enum begun_kind kind);

/* Texts are NULL where they are of no use. */
struct begun {
	const char *sid; /* of the message */
	enum begun_kind kind;
	int64_t since_ms; /* Unix time of the note */
	int64_t step; /* of SAY: 0 the text, 1 the first file… */
	const char *file; /* of SAY: the name of the file */
	const char *chat,
	    *memory; /* of SAY, LEAVE: see agent_chat, before it is done */
	const char *bot; /* of OPEN, TICKET: the bot's memory then; NULL: none */
	const struct bot_form *form; /* of them: what the user told; NULL: nothing */
	const struct message *said; /* the reply so far */
	size_t n_said;
	bool passed; /* another message was worked since */
	bool opened; /* of SAY: the chat was begun by this message */
	bool lost, refused; /* of SAY: of an earlier step of it; see once.c */
};

/* The note of that message; NULL: there is none. */
const struct begun *session_begun(const struct session *s, const char *sid) MUST_CHECK;

/*
 * Puts the note in place of the one of that message. The oldest of others go beyond
 * LIMIT_BEGUN notes or LIMIT_BEGUN_BYTES as written; so do the last messages of a reply that
 * is too long, which is logged. Borrows the texts.
 */
void session_begin(struct session *s, const struct begun *b);

/*
 * The turn of that message is over: its note goes, and those that are LIMIT_BEGUN_S old; the
 * others are passed.
 */
void session_begun_end(struct session *s, const char *sid, int64_t now_ms);

/* Whether a chat may have been begun of which nothing is known. */
bool session_may_have_chat(const struct session *s) MUST_CHECK;

/* For session.c and session_read.c: nothing is written when there are no notes. */
void begun_encode(const struct session *s, struct buf *out);
bool begun_decode(struct session *s, struct arena *a, js *o, struct err *e) MUST_CHECK;

#endif
