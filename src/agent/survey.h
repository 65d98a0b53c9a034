/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_SURVEY_H
#define AGENT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A survey as the dialogue knows it: pages of items, each shown or asked. Plain values,
 * texts are never NULL but where it is said. Whoever makes one keeps it within
 * LIMIT_SURVEY_ITEMS and LIMIT_SURVEY_CHOICES.
 */

enum survey_kind {
	SURVEY_SHOWN, /* html alone, no answer is expected */
	SURVEY_CHOICE, /* one of choices */
	SURVEY_NUMBER, /* a whole number, min to max */
	SURVEY_TEXT, /* whatever is said */
	SURVEY_UNKNOWN /* we cannot ask that: the questions end here */
};

struct survey_choice {
	const char *label; /* HTML or plain text */
	const char *value; /* that stands for it among the answers */
};

struct survey_item {
	const char *id; /* of the answer */
	const char *html; /* HTML or plain text; "" has nothing to show */
	const struct survey_choice *choices; /* of SURVEY_CHOICE */
	size_t n_choices;
	int64_t min, max; /* of SURVEY_NUMBER */
	int64_t page; /* its page's id */
	enum survey_kind kind;
};

/* Whoever gives the answer `value` goes on at that page. */
struct survey_jump {
	const char *value;
	int64_t page;
};

struct survey {
	const char *id; /* for handing in */
	const char *token; /* goes with the answers; "": none */
	const char *thanks; /* HTML or plain text; "": none of its own */
	const struct survey_item *items; /* of all pages, in order */
	size_t n_items;
	const struct survey_jump *jumps;
	size_t n_jumps;
};

struct survey_answer {
	const char *id; /* of the item */
	const char *value;
};

#endif
