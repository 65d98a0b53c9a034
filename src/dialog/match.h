/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_MATCH_H
#define DIALOG_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"

struct choice;

/* What a typed text means when numbered options are open. */
enum match_kind {
	MATCH_NONE,
	MATCH_CHOICE,
	MATCH_OUT_OF_RANGE /* a bare number that no choice has, neither as its label */
};

struct match {
	enum match_kind kind;
	size_t index; /* of the choice */
};

/*
 * Reads the text against the choices: first as a number over all of them, then as a
 * label, then as what a choice says (both folded; of two that fold the same the first is
 * meant), then as the first letter of a yes or no, when no other choice begins with it. A
 * number is digits with nothing around them but blanks, leading zeros and one closing
 * ) . or - behind; ASCII, full-width, keycap, Arabic, Persian and Thai digits. The arena
 * serves for work only.
 */
struct match match_text(struct arena *a, const struct choice *choices, size_t n,
    const char *text) MUST_CHECK;

/*
 * The same for the id of a button or a list row that was pressed: number, then value, then
 * label. An id that fits nothing is MATCH_NONE.
 */
struct match match_id(
    struct arena *a, const struct choice *choices, size_t n, const char *id) MUST_CHECK;

/*
 * Reads a text that is a number and nothing else, as match_text() does, with a sign in front
 * or not. INT64_MAX, or its negative: larger than can be told. False: it is none.
 */
bool match_integer(const char *text, int64_t *number) MUST_CHECK;

/* Whether the text says no: it is the label, or its first word is ("no, thanks"). */
bool match_negation(struct arena *a, const char *no_label, const char *text) MUST_CHECK;

#endif
