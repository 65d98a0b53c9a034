/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_SCAN_H
#define CONF_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/*
 * A first look at a configuration text, before libconfig reads it. libconfig 1.5 wraps
 * whole numbers of more than 32 bits in silence, drops \x00, takes an open comment for the
 * end of the file and says "syntax error" to everything else. The scan mends the first,
 * refuses the next two, and remembers what may explain the last.
 */
#define SCAN_HINTS 8

struct scan {
	int bad_line; /* of what is refused; 0: nothing is */
	const char *bad; /* why, in our words */
	struct scan_hint {
		int line, last_line;
		const char *text;
	} hints[SCAN_HINTS];
	size_t n;
};

/*
 * Appends the text to out, an L behind every whole number that needs 64 bits, so that
 * libconfig reads it as one, and a newline at the end. Line numbers stay. False: *s says
 * what is refused.
 */
bool scan_text(struct scan *s, const char *text, size_t n, struct buf *out) MUST_CHECK;

/*
 * What stands behind a syntax error that libconfig reports at *line; *line becomes the line
 * to look at. NULL when the scan saw nothing odd.
 */
const char *scan_explain(const struct scan *s, int *line) MUST_CHECK;

#endif
