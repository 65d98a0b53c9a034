/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

/*
 * Foreign text for a terminal: what orders it, and what turns the direction of writing, is
 * "?", ill-formed UTF-8 is U+FFFD.
 */
const char *screen_line(struct arena *a, const char *text) MUST_CHECK;

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
