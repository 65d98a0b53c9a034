/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_OPTIONS_H
#define DIALOG_OPTIONS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "dialog/session.h"

struct bot_answer;
struct lang;

/*
 * Gathers the options of all answers of one response under one numbering, so that each
 * number on the phone means one thing.
 *
 *	struct options o = { .arena = a, .lang = lang };
 *	for each answer: first = options_add(&o, answer, &labels);
 *	session.pending = options_pending(&o);
 */
struct options {
	struct arena *arena;
	const struct lang *lang; /* for yes and no */
	struct choice *choices;
	size_t n, cap;
	size_t others; /* of them, those that are neither a yes nor a no */
};

/*
 * Adds an answer's options and gives their labels as shown. Returns the first one's
 * number.
 */
size_t options_add(
    struct options *o, const struct bot_answer *answer, const char *const **labels);

/*
 * What is pending after this response. Options beyond LIMIT_PENDING_BYTES are not kept,
 * which is logged.
 */
struct pending options_pending(const struct options *o) MUST_CHECK;

#endif
