/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_PARTS_H
#define CHANNEL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "render/html.h"

/* The parts of a text that was cut; all lives in the arena. Inside of channel only. */
struct parts {
	struct arena *arena;
	const char **texts;
	size_t n, cap;
};

void parts_add(struct parts *p, const char *s, size_t len);

/* Whether a text has raw marks (render/html.h). */
bool marks_any(const char *text);

/* What writing them out may add to a part: each kind ends and begins once more. */
#define MARKS_ROOM (2 * RENDER_MARKS)

/* Writes the raw marks out: what is open at the end of a part goes on in the next. */
void marks_write(struct parts *p);

#endif
