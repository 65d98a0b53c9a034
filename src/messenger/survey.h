/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_SURVEY_H
#define MESSENGER_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/js.h"

/*
 * A survey as the answer to "surveys/{id}/start" has it. Texts are never NULL, UTF-8, and
 * HTML or plain text where people see them. Source: Inbenta, "Messenger API: surveys".
 */

enum messenger_item_kind {
	MESSENGER_SHOWN, /* a layout: nothing is answered */
	MESSENGER_CHOICE, /* one of choices, of which there is at least one */
	MESSENGER_NUMBER, /* a whole number, min to max; min <= max */
	MESSENGER_TEXT,
	MESSENGER_UNKNOWN /* of a type we do not know, or without an id */
};

struct messenger_choice {
	const char *label; /* not "" */
	const char *value; /* not "" */
};

struct messenger_item {
	const char *id; /* "" only of SHOWN and UNKNOWN */
	const char *html; /* of its first setting; "": none */
	const struct messenger_choice *choices;
	size_t n_choices; /* 0 but of MESSENGER_CHOICE */
	int64_t min, max; /* of MESSENGER_NUMBER; else 0 */
	int64_t page; /* its page's id; where that has none, its place from 1 on */
	enum messenger_item_kind kind;
};

/* Whoever gives the answer `value` goes on at that page. */
struct messenger_jump {
	const char *value; /* not "" */
	int64_t page;
};

struct messenger_survey {
	const char *id; /* "": not told */
	const char *token; /* "": none */
	const char *thanks; /* "": none */
	const struct messenger_item *items; /* of all pages, in order, no headers */
	size_t n_items;
	const struct messenger_jump *jumps;
	size_t n_jumps;
};

/*
 * Reads the whole answer: what stands in its `response`, or its `data`. Left out, which is
 * logged: items beyond LIMIT_SURVEY_ITEMS, choices beyond LIMIT_SURVEY_CHOICES of an item or
 * longer than LIMIT_LABEL or LIMIT_OPTION_VALUE. A survey without pages has no items. Texts
 * are copied into the arena. ERR_UPSTREAM when it is no survey: *out is then untouched.
 */
bool messenger_survey_read(
    struct messenger_survey *out, js *root, struct arena *a, struct err *e) MUST_CHECK;

#endif
