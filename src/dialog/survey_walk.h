/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SURVEY_WALK_H
#define DIALOG_SURVEY_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/survey.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"
#include "dialog/compose.h"

struct lang;

/*
 * A survey in a conversation: where it is, what comes next, what was answered. No network,
 * no clock, no record of its own: whoever runs one keeps the struct, a plain value whose
 * texts live in an arena, and shows what it says. One thread.
 *
 *	begin ─► OFFERED ─ yes ─► ASKED ─ none left ─► DONE
 *	  │         └─ else ─► LEFT │ ▲
 *	  └─ not to be confirmed ──►┘ │   two wrong in a row: DOUBTED
 *	DOUBTED ─ yes ─► ASKED, the same question; else LEFT
 *
 * Every answer takes at least its question away, and no way leads back, so that any survey
 * ends, whatever its jumps are.
 */

enum walk_stage {
	WALK_NONE, /* there is no survey */
	WALK_OFFERED, /* whether he wants it was asked: yes or no */
	WALK_ASKED, /* a question is open */
	WALK_DOUBTED, /* whether he wants to go on was asked: yes or no */
	WALK_DONE, /* over: hand the answers in, if there are any */
	WALK_LEFT, /* over: the user did not want it, nothing is handed in */
	WALK_STAGES
};

/* A word for records and logs: "none", "offered"… */
const char *walk_stage_name(enum walk_stage stage);

/* Zeroes: there is none. */
struct survey_walk {
	struct survey
	    left; /* what is still needed; of WALK_ASKED up to its question … */
	size_t question; /* … left.items[question], those before it were shown */
	const struct survey_answer *answers; /* in the order they were given */
	size_t n_answers;
	int64_t asked_s; /* Unix time of the last thing said */
	int wrong; /* answers to this question that were none */
	enum walk_stage stage;
};

struct walk_talk {
	struct arena *arena; /* of the walk's texts and of what is said */
	const struct lang *lang;
	int64_t now_s; /* Unix time */
};

/*
 * What to show, as one statement: compose_say(&c, said.blocks, said.n). The texts live as
 * long as the arena and the language. After an answer or an end it is never empty.
 */
struct walk_said {
	const struct block *blocks;
	size_t n;
};

/*
 * Begins a survey; confirm: asks first whether the user wants it. False when it has no
 * question, or its texts are too long for a record: *w and *out are then untouched. Items
 * for which there is no room (LIMIT_SURVEY_ITEMS, LIMIT_SURVEY_BYTES) are left out from
 * the last on, which is logged. Borrows the texts.
 */
bool walk_begin(struct survey_walk *w, const struct walk_talk *t,
    const struct survey *survey, bool confirm, struct walk_said *out) MUST_CHECK;

/* Whether the user's next message belongs to it: OFFERED, ASKED or DOUBTED. */
bool walk_runs(const struct survey_walk *w) MUST_CHECK;

/* Whether it runs and the user has let LIMIT_SURVEY_S pass: to be dropped in silence. */
bool walk_is_late(const struct survey_walk *w, int64_t now_s) MUST_CHECK;

/*
 * Takes what the user said to a survey that runs ("": nothing that can be read), as
 * said_clean() gives it. Numbers and labels are read by the rules of match.h; a number
 * question takes min to max, also with a sign. What is said freely is kept up to
 * LIMIT_SURVEY_ANSWER and what the record has room for. Ends as w->stage says, with the
 * thanks in *out.
 */
void walk_answer(struct survey_walk *w, const struct walk_talk *t, const char *text,
    struct walk_said *out);

/* The user leaves a survey that runs (a close word): LEFT, with our thanks. */
void walk_leave(
    struct survey_walk *w, const struct walk_talk *t, struct walk_said *out);

/*
 * Appends it as a JSON object, of at most LIMIT_SURVEY_BYTES; ask buf_ok(out). For one that
 * runs: one that is over is not kept.
 */
void walk_encode(const struct survey_walk *w, struct buf *out);

/* Reads what walk_encode() wrote; texts are copied. ERR_INPUT for anything else. */
bool walk_decode(
    struct survey_walk *w, struct arena *a, js *o, struct err *e) MUST_CHECK;

#endif
