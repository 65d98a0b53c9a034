/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ATTACH_H
#define SANDBOX_ATTACH_H

#include "sandbox/server.h"
#include "sandbox/webhook.h"

enum { MEDIA_MAX = 10, MEDIA_TYPE_BYTES = 100 };

/*
 * What a message of a phone carries besides its text. Reads the members `media` (a list of
 * {"type","url"}; without a URL it gets one of Twilio's form), `button` {"text","payload"}
 * and `location` {"latitude","longitude","label","address"} of a request into
 * out->carries, as the phones show it, and out->extra, the form fields that Twilio adds;
 * both stay NULL without them, else they are the caller's. Address, body and sid of `out`
 * must be set; a button's text becomes the body when that is empty, and media give a
 * MessageSid that is not a repeat its MM. Answers and returns false when something is wrong. Sources: Twilio,
 * "Webhook request", "Media".
 */
bool attach_read(js *request, const struct request *q, const char *account_sid,
    struct outgoing *out, struct reply *r) MUST_CHECK;

#endif
