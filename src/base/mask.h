/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MASK_H
#define BASE_MASK_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends a text for the log at debug level, with each phone number in it as log_masked()
 * has it: "To=whatsapp%3A%2B34600111222" -> "To=whatsapp%3A*1222". A number is 7 to 15
 * digits behind "+" (or %2B), behind the word "whatsapp", or where it has no sign: in one of
 * our session ids ("twilio-15550001-34600111222") and with another one before it and a
 * hyphen between. Other digits, such as times and order numbers, stay. Works on any bytes.
 * Thread-safe.
 */
void mask_phones(struct buf *out, const char *text, size_t len);

/* The same of a text that should be one number alone, with or without its "+". */
void mask_phone(struct buf *out, const char *text, size_t len);

/*
 * The same with e-mail addresses, as log_masked_mail() has them: "write to a***@b.example". The
 * sign in the middle may be %40.
 */
void mask_mails(struct buf *out, const char *text, size_t len);

#endif
