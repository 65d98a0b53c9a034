/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_TRANSLITERATE_H
#define TWILIO_TRANSLITERATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/*
 * Makes the typographic characters of an SMS plain (curly quotes, dashes, the ellipsis,
 * bullets, blanks of a special width, characters nobody sees) where they alone keep it from
 * GSM-7 and it takes fewer segments then. Letters with accents, fractions and emoji are not
 * replaced: it would be another text. Neither is anything in a link, which would lead
 * elsewhere. Smaller than Twilio's Smart Encoding on purpose.
 *
 * text       one message, UTF-8. Not for WhatsApp, which has no segments
 * max_units  UTF-16 units a message may have: three dots are longer than an ellipsis
 *
 * True: appended to out, which needs room for n bytes at most. False: the text is to be
 * sent as it is, and out is as before; so it is when out has no room. Thread-safe.
 */
bool transliterate(
    const char *text, size_t n, size_t max_units, struct buf *out) MUST_CHECK;

#endif
