/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ATTACH_H
#define SANDBOX_ATTACH_H

#include "sandbox/server.h"
#include "sandbox/webhook.h"

enum { MEDIA_MAX = 10, MEDIA_TYPE_BYTES = 100 };

struct sandbox;

/*
 * What a message of a phone carries besides its text. Reads the members `media` (a list of
 * {"type","url"}), `button` {"text","payload"} and `location`
 * {"latitude","longitude","label","address"} of a request into out->carries, as the phones
 * show it, and out->extra, the form fields that Twilio adds; both stay NULL without them,
 * else they are the caller's. Addresses, account, body and sid of `out` must be set; a
 * button's text becomes the body when that is empty, and media give a MessageSid that is
 * not a repeat its MM.
 *
 * A medium with a URL of the sandbox itself, or with "serve" (blobs.h), is kept below
 * /twilio/ as Twilio keeps it, and the webhook names it so; one without a URL gets an
 * address of Twilio's own. Answers and returns false when something is wrong. Sources:
 * Twilio, "Webhook request", "Media".
 */
bool attach_read(struct sandbox *sb, js *request, const struct request *q,
    struct outgoing *out, struct reply *r) MUST_CHECK;

#endif
