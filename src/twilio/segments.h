/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_SEGMENTS_H
#define TWILIO_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * What a text costs as an SMS: it is sent, and billed, in segments of 1120 bits. The counts
 * are those of Twilio's own counter, message-segment-calculator: what belongs together on
 * the screen (a flag, a letter and its accents) stays in one segment of UCS-2, and so do
 * the two septets of an escaped character in GSM-7. Senders in America that are toll-free
 * have a septet less in each of several segments; what is billed, the API's num_segments says.
 *
 * Texts are UTF-8; an ill-formed sequence counts as one U+FFFD. No function allocates or
 * keeps anything; thread-safe, linear in the text.
 * Sources: 3GPP TS 23.038, 23.040; Twilio "What the SMS character limit is"; vectors:
 * tests/vectors/segment-vectors.json.
 */

/* One character that GSM-7 does not have puts the whole text into UCS-2. */
enum seg_alphabet { SEG_GSM7, SEG_UCS2 };

/* "GSM-7", "UCS-2". */
const char *seg_alphabet_name(enum seg_alphabet a) MUST_CHECK;

/* What a character takes in GSM-7: 1, 2 behind an escape, 0 when GSM-7 does not have it. */
size_t seg_septets(uint32_t code_point) MUST_CHECK;

struct seg_bill {
	size_t segments; /* at least 1, also for an empty text */
	size_t units; /* of the whole text: septets in GSM-7, UTF-16 units in UCS-2 */
	size_t room; /* units that fit in one of these segments */
	enum seg_alphabet alphabet;
};

struct seg_bill seg_count(const char *text, size_t n) MUST_CHECK;

/*
 * The units of the segment that begins at *pos, which moves behind it; 0 at the end. b is
 * the bill of the whole text. From 0 on there are b->segments of them, unless it is empty.
 */
size_t seg_next(
    const struct seg_bill *b, const char *text, size_t n, size_t *pos) MUST_CHECK;

#endif
