/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_NFC_H
#define TWILIO_NFC_H

#include "base/arena.h"
#include "base/attr.h"

/*
 * The text with each letter and its accent as one character where Unicode has one (NFC).
 * Twilio does not compose: "e" and a combining accent would put a whole SMS into UCS-2,
 * though GSM-7 has the letter. It looks the same on any phone. Links are left as they are.
 *
 * text  UTF-8; what is ill-formed is left alone
 *
 * The text itself when there is nothing to do, else in the arena. Thread-safe, linear.
 * Source: Unicode, via utf8proc; Twilio, "What the SMS character limit is".
 */
const char *nfc_text(struct arena *a, const char *text) MUST_CHECK;

#endif
