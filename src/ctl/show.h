/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_SHOW_H
#define CTL_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"

struct arena;
struct buf;

/* What commands print of foreign texts. Results live in the arena. */

/* For the eye of whoever stands behind the operator: numbers of phones lose their middle, up
 * to the last two digits. */
const char *show_masked(struct arena *a, const char *text);

/* A moment of the Unix clock: 2026-09-21T14:13:20Z. */
const char *show_moment_ms(struct arena *a, int64_t ms);

/* "error", "warning", "note". */
const char *show_grade(enum conf_grade grade);

/* Appends the findings as a JSON array: grade, where and text of each. */
void show_findings_json(struct buf *out, const struct conf_report *r);

/* Writes the buffer to standard output and empties it. False: it overflowed, or could not. */
bool show_flush(struct buf *b);

#endif
