/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/utf8.h"

/* A terminal takes some characters as orders, and some turn the line around. */
static inline bool
screen_is_order(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || utf8_turns(c);
}

/*
 * Foreign text for a terminal: what orders it, and what turns the direction of writing, is
 * "?", ill-formed UTF-8 is U+FFFD.
 */
const char *screen_line(struct arena *a, const char *text) MUST_CHECK;

/* The same, appended: what an operator typed may be a stranger's text. */
void screen_word(struct buf *out, const char *text);

/* The same of a text with several lines and tabs, which stay. */
void screen_text(struct buf *out, const char *text);

/* Prints what is in the buffer, for programs or after the above. EX_IOERR when it cannot be
 * printed whole, which is said. */
int screen_print(const struct buf *out) MUST_CHECK;

/*
 * Reads a file that an operator named, "-" being standard input, of at most out->max bytes.
 * A status: EX_NOINPUT, EX_DATAERR when it is too large, EX_IOERR; all are said.
 */
int screen_read(const char *name, struct buf *out) MUST_CHECK;

#endif
