/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_ONCE_H
#define DIALOG_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/attr.h"
#include "base/err.h"
#include "dialog/begun.h"

struct conv;
struct session;
struct work;

/*
 * Nothing is said twice to an agent, and nothing is lost: what cannot be undone is noted in
 * the record just before it is done (begun.h), with the record else as it was before the
 * turn. Whoever works the message again, since it comes again or its job does, looks at the
 * agents' side whether that was done, and goes on behind it. What cannot be looked at now is
 * tried again later, up to LIMIT_AGENT_UNSURE_S; then the user is told that it did not arrive,
 * and nothing is said again. Without a queue that is told at once.
 */

/* Of one turn. Zeroes: nothing was begun before. */
struct once {
	struct conv *conv;
	struct session *before; /* the record, with the notes of this turn in it */
	struct begun was; /* the note of an earlier try of this message … */
	bool resumes; /* … if there is one */
	bool opened; /* the chat was begun by this message */
	bool lost, refused; /* a part of the message did not arrive, or was not taken */
	bool halted; /* the turn ends, uncommitted, and comes again: why */
	struct err why;
};

/* With the record loaded, in the conversation. */
void once_begin(struct work *w, struct conv *conv);

/*
 * Goes on where an earlier try of this message was interrupted. False: there was none, or
 * nothing came of it; the message is worked as any.
 */
bool once_go_on(struct work *w) MUST_CHECK;

/* The chat that the earlier try was about is gone: all of the message is new. */
void once_forget(struct work *w);

/* Before the commit that ends the turn. */
void once_end(struct work *w);

/*
 * Notes what is done next, in w->s.chat; the form is of BEGUN_OPEN and BEGUN_TICKET, the file
 * of BEGUN_SAY.
 * False: that cannot be noted, so it must not be done; w->once.halted.
 */
struct once_next {
	enum begun_kind kind;
	int64_t step;
	const char *file;
	const struct bot_form *form;
};
bool once_note(struct work *w, const struct once_next *next) MUST_CHECK;

enum once_seen {
	ONCE_NEW, /* it is not in the chat: say it */
	ONCE_DONE, /* it is, or an earlier try was done with it */
	ONCE_OVER, /* the chat is closed or unknown */
	ONCE_UNKNOWN /* nobody can tell; *e, or w->once.halted */
};

/* What became of this step of the message, whose text it is if it is no file. */
enum once_seen once_look(
    struct work *w, int64_t step, const char *text, struct err *e) MUST_CHECK;

/*
 * Something may have been done, and nobody can tell: the turn is tried again, w->once.halted.
 * False: not any more, or there is nobody who would.
 */
bool once_again(struct work *w, const struct err *why) MUST_CHECK;

/* Says again, to the user, what the earlier try had to say. */
void once_say_again(struct work *w);

/* The bot is where the earlier try had left it, unless it was asked since. */
void once_recall_bot(struct work *w);

#endif
