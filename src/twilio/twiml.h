/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_TWIML_H
#define TWILIO_TWIML_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends a whole TwiML document with one <Message> per text, in order; none gives the
 * empty <Response/>. Texts are UTF-8 and not empty. Limits (number, length, size of the
 * document) are the caller's to keep. Source: Twilio, "TwiML for Programmable Messaging".
 */
void twiml_messages(struct buf *out, const char *const *texts, size_t n);

#define TWIML_CONTENT_TYPE "text/xml; charset=utf-8"

#endif
