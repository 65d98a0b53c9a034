/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SAID_H
#define DIALOG_SAID_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"

/*
 * What a person said, made fit to work with: UTF-8 repaired, line ends as LF, control
 * characters removed but LF and tab, blanks at both ends dropped, at most
 * LIMIT_USER_TEXT bytes (cut at a code point, which is logged). Lives in the arena; ""
 * when nothing is left.
 */
char *said_clean(struct arena *a, const char *text) MUST_CHECK;

/* The same of an agent: at most LIMIT_HTML bytes. */
char *said_whole(struct arena *a, const char *text) MUST_CHECK;

/*
 * What two texts share that say the same, in capitals or not, with accents or without; lives
 * in the arena. For who compares one text with many words.
 */
const char *said_key(struct arena *a, const char *text) MUST_CHECK;

/*
 * Whether what was said is that word, in capitals or not, with accents or without; a mark
 * more or less makes it another: "close" is not "/close". "" is never said.
 */
bool said_is(struct arena *a, const char *said, const char *word) MUST_CHECK;

#endif
