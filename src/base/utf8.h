/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/*
 * Text is UTF-8 from the edge inward: checked or repaired once where it enters.
 * Well-formed as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
bool utf8_valid(const char *s, size_t n) MUST_CHECK;

/* Appends s with each ill-formed sequence replaced by one U+FFFD (maximal subparts). */
void utf8_repair(struct buf *out, const char *s, size_t n);

/*
 * Decodes the code point at *pos (< n) and moves *pos behind it. An ill-formed sequence
 * gives U+FFFD and moves over its maximal subpart, so loops always end.
 */
uint32_t utf8_next(const char *s, size_t n, size_t *pos);

/*
 * The same backwards: decodes the code point that ends at *pos (> 0), where utf8_next() came
 * to from the text's begin, and moves *pos in front of it. The two see the same code points,
 * in an ill-formed text as well.
 */
uint32_t utf8_before(const char *s, size_t *pos);

void utf8_put(struct buf *out, uint32_t code_point);

/* UTF-16 code units of a well-formed text: the unit of Twilio's limit of 1600. */
size_t utf8_utf16_units(const char *s, size_t n) MUST_CHECK;

/* Blanks in the sense of a person: ASCII white space and Unicode's Zs, Zl, Zp, BOM. */
bool utf8_is_blank(uint32_t code_point) MUST_CHECK;

/*
 * Whether the character turns the direction of writing: behind one, "gpj.exe" is read as
 * "exe.jpg". Names of files do without.
 */
bool utf8_turns(uint32_t code_point) MUST_CHECK;

/*
 * Whether a terminal takes the character as an order (C0, DEL and the C1 of ISO 6429, which
 * some obey in UTF-8, too), or turns the line around for it.
 */
bool utf8_orders(uint32_t code_point) MUST_CHECK;

/* Appends foreign text for one line of a terminal: what orders it is "?", what is ill-formed
 * one U+FFFD as with utf8_repair(). At most three bytes are appended for one of s. */
void utf8_shown(struct buf *out, const char *s, size_t n);

/*
 * Whether a person sees anything of a text: it has more than blanks, controls and the
 * characters that only steer others, such as the zero width spaces editors leave behind.
 */
bool utf8_shows(const char *s, size_t n) MUST_CHECK;

#endif
