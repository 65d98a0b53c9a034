/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_TWIML_H
#define TWILIO_TWIML_H

#include <stddef.h>

#include "base/buf.h"

/* One message: a text, media, or both. */
struct twiml_message {
	const char *text; /* UTF-8; "" beside media alone */
	const char *const *media; /* URLs */
	size_t n_media;
	const char *status_callback; /* URL that hears what becomes of it; NULL: none */
};

/*
 * Appends a whole TwiML document with one <Message> for each, in order; none gives the
 * empty <Response/>. Limits (number, length, media, size of the document) are the caller's
 * to keep. Source: Twilio, "TwiML for Programmable Messaging".
 */
void twiml_messages(struct buf *out, const struct twiml_message *messages, size_t n);

#define TWIML_CONTENT_TYPE "text/xml; charset=utf-8"

#endif
