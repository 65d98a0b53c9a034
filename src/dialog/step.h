/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_STEP_H
#define DIALOG_STEP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "dialog/match.h"
#include "dialog/session.h"

/*
 * The dialogue as a table: in this state, on this event, do that. Turns follow the row;
 * nothing else decides what a message means.
 */

/* What a message is, seen from the pending state. */
enum event {
	EVENT_EMPTY, /* no text is left of it */
	EVENT_PICK, /* an option */
	EVENT_NUMBER, /* a bare number that no option has */
	EVENT_NUMBER_AGAIN, /* the same, right after one that was already answered so */
	EVENT_NO, /* a yes/no question is open, and the text begins with a no */
	EVENT_TEXT, /* anything else */
	EVENTS
};

enum act {
	ACT_NOTHING, /* an empty reply */
	ACT_ASK_TEXT, /* the bot gets the text as typed */
	ACT_ASK_CHOICE, /* the bot gets the option */
	ACT_ASK_NO, /* the bot gets the translated "no" as text */
	ACT_SAY_RANGE, /* the label out_of_range */
	ACTS
};

/*
 * What is pending afterwards. When the bot had to be asked and gave no answer:
 * NEXT_SAME.
 */
enum next {
	NEXT_SAME, /* as before */
	NEXT_WARNED, /* as before, and the user was told the range */
	NEXT_BOT /* the options of the bot's answers, or nothing */
};

struct step {
	enum pending_kind in;
	enum event on;
	enum act act;
	enum next next;
};

extern const struct step steps[];
extern const size_t n_steps;

/*
 * Reads a cleaned text in the pending state. *m tells the option of EVENT_PICK;
 * no_label is the user's word for no. The arena serves for work only.
 */
enum event step_event(struct arena *a, const struct pending *p, const char *no_label,
    const char *text, struct match *m) MUST_CHECK;

/* The row of a state and event; every event that step_event() gives has one. */
const struct step *step_find(enum pending_kind in, enum event on);

#endif
