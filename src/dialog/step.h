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
	EVENT_PICK, /* a choice */
	EVENT_NUMBER, /* a bare number that no choice has, the first in a row */
	EVENT_NO, /* a yes/no question is open, and the text begins with a no */
	EVENT_TEXT, /* anything else */
	EVENT_TEXT_AGAIN, /* the same, in a list whose one wrong answer was given */
	EVENTS
};

enum act {
	ACT_NOTHING, /* an empty reply */
	ACT_ASK_TEXT, /* the bot gets the text as typed */
	ACT_ASK_NO, /* the bot gets the translated "no" as text */
	ACT_ASK_UNRATED, /* the label no_rating_given, then the text to the bot */
	ACT_PICK, /* what the choice's kind says: acts.c */
	ACT_COMMENT, /* the text is the comment of the rating */
	ACT_UNWANTED, /* no agent is wanted */
	ACT_SAY_RANGE, /* the label out_of_range */
	ACTS
};

/*
 * What is pending afterwards. NEXT_NEW, NEXT_STAYS and NEXT_SPENT are NEXT_SAME when the
 * bot had to be asked and gave no answer.
 */
enum next {
	NEXT_SAME, /* as before */
	NEXT_WARNED, /* as before, and the user was told the range */
	NEXT_NEW, /* what was asked in this turn, or nothing */
	NEXT_GONE, /* the same, though the bot gave no answer */
	NEXT_STAYS, /* what was asked, else the list, its one wrong answer given */
	NEXT_SPENT /* as NEXT_NEW; the same list again has had its wrong answer */
};

struct step {
	enum pending_kind in;
	enum event on;
	enum act act;
	enum next next;
};

extern const struct step steps[];
extern const size_t n_steps;

/* What a user sent, as the table sees it. */
struct heard {
	const char *text; /* cleaned */
	const char *pick; /* id of what was pressed; NULL: nothing */
	const char *no_label; /* the user's word for no */
};

/*
 * Reads it in the pending state: first the id, which may fit nothing, then the text. *m
 * tells the choice of EVENT_PICK. The arena serves for work only.
 */
enum event step_event(struct arena *a, const struct pending *p, const struct heard *h,
    struct match *m) MUST_CHECK;

/* The row of a state and event; every event that step_event() gives has one. */
const struct step *step_find(enum pending_kind in, enum event on);

#endif
