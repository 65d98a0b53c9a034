/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LANG_H
#define CONF_LANG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The labels of one language. Constant after load; any thread may read it. */
struct lang;

/* The text of a label; the label's own name when no file defines it. Never NULL. */
const char *lang_get(const struct lang *l, const char *label);

/* Whether the label is defined: optional labels are asked for this way. */
bool lang_has(const struct lang *l, const char *label) MUST_CHECK;

const char *lang_code(const struct lang *l); /* "en" */

struct lang_param {
	const char *name; /* without the dollar sign */
	const char *value;
};

/* lang_get with every $name replaced by its value, literally, longest name first. */
const char *lang_say(const struct lang *l, struct arena *a, const char *label,
    const struct lang_param *params, size_t n) MUST_CHECK;

struct lang_text {
	const char *label, *text;
};

/*
 * The language base with these texts laid over it, one of each label or the last of them.
 * A label may be one that no file knows. An empty text, or none, changes nothing. The
 * result is of the arena's life; base and every text have to live as long. The cost is one
 * sort of the texts: once a turn is cheap.
 */
const struct lang *lang_over(struct arena *a, const struct lang *base,
    const struct lang_text *texts, size_t n) MUST_CHECK;

#endif
