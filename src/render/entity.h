/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_ENTITY_H
#define RENDER_ENTITY_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the character reference at s, where s[0] is '&' and n the bytes left. Returns its
 * length and sets *code_point; 0 when it is none and the '&' is text.
 *
 * Names are those of libxml2 (HTML 4) and need their semicolon; numbers do not. &#128; to
 * &#159; mean Windows-1252, as HTML 5 and browsers read them; a number that is no
 * character gives U+FFFD.
 */
size_t entity_read(const char *s, size_t n, uint32_t *code_point);

#endif
