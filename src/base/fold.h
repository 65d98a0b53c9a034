/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stddef.h>

#include "base/arena.h"

/*
 * The form in which a label and what a person typed are compared: Unicode case fold,
 * compatibility decomposition, accents removed, typographic apostrophes plain, the dotless
 * i of Turkish as i, runs of blanks as one blank, blanks and punctuation at both ends
 * dropped. "  ¡Opción Uno! " -> "opcion uno". A text of punctuation alone folds to itself
 * without blanks, so that "?" still equals "?". Input is UTF-8; the result lives in the
 * arena, never NULL. Source: Unicode, via utf8proc.
 */
char *fold_text(struct arena *a, const char *s, size_t n) MUST_CHECK;

#endif
