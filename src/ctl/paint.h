/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_PAINT_H
#define CTL_PAINT_H

/*
 * Colours for people: what switches one on at the standard output. It is "" unless that is a
 * terminal that knows colours (TERM is not "dumb") and NO_COLOR is unset or empty
 * (no-color.org). Each use is ended by PAINT_OFF.
 */
enum paint { PAINT_OFF, PAINT_BOLD, PAINT_DIM, PAINT_GOOD, PAINT_WARN, PAINT_BAD };

const char *paint(enum paint p);

#endif
