/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_OPTIONS_H
#define DIALOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "dialog/session.h"

struct bot_answer;
struct cfg_rating;
struct lang;

/*
 * Gathers the choices of all answers of one response under one numbering, so that each
 * number on the phone means one thing, and works: a choice for which the record has no
 * room (LIMIT_PENDING_BYTES) is not shown, which is logged.
 *
 *	struct options o = { .arena = a, .lang = lang };
 *	for each answer: shown = options_add(&o, answer);
 *	session.pending = options_pending(&o);
 */
struct options {
	struct arena *arena;
	const struct lang *lang; /* for yes and no */
	bool
	    by_label; /* from here on: the bot will not know its options by their values */
	struct choice *choices;
	size_t n, cap;
	size_t bytes; /* they take in a record */
	size_t polar; /* of them, those of yes/no questions */
	size_t kinds[CHOICE_KINDS]; /* how many of each */
};

/* What was added, as it is to be shown. */
struct numbered {
	const char *const *labels; /* plain text */
	size_t n;
	size_t first; /* number of the first */
};

/* The HTML of a choice's label as the phone shows it, on one line. Lives in the arena. */
char *options_plain(struct arena *a, const char *html) MUST_CHECK;

/*
 * The text of a label of ours as one plain line, also without a `_` at both ends, which
 * some language files have for italics. Lives in the arena.
 */
const char *options_word(
    struct arena *a, const struct lang *lang, const char *label) MUST_CHECK;

struct numbered options_add(struct options *o, const struct bot_answer *answer);
struct numbered options_add_related(struct options *o, const struct bot_answer *answer);

/*
 * Titles of pages. What a page says is kept with its choice; where all of them together
 * are too long, the long ones are cut at a character, outside of tags, which is logged.
 */
struct numbered options_add_pages(struct options *o, const struct bot_answer *answer);

struct numbered options_add_ratings(
    struct options *o, const struct cfg_rating *ratings, size_t n);

/* Yes and no to an agent. */
struct numbered options_add_agent(struct options *o);

/* What is pending after this response. The code of a rating is the caller's to add. */
struct pending options_pending(const struct options *o) MUST_CHECK;

#endif
