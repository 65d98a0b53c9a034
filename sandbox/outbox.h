/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OUTBOX_H
#define SANDBOX_OUTBOX_H

#include "sandbox/server.h"

/*
 * Twilio's REST API for messages: what is created there appears on the phones, its status
 * is told to the StatusCallback, and the files it names are fetched as Twilio fetches them.
 * All messages of the phones are in its list. Source: Twilio, "Messages resource", "Status
 * callbacks", "Media".
 */
struct outbox;

enum {
	OUTBOX_KEPT = 30000, /* messages; older ones go */
	OUTCOMES_MAX = 64,
	OUTBOX_FILE_BYTES = 16 * 1024 * 1024, /* WhatsApp's limit of one file */
	OUTBOX_MMS_BYTES = 5 * 1024 * 1024
};

struct outbox *outbox_new(struct sandbox *sb);
void outbox_free(struct outbox *ob); /* after chores_stop(); NULL is allowed */

/* A message of the phones that did not come through the REST API. */
struct outbox_note {
	const char *sid, *direction, *from, *to, *body, *status;
	size_t n_media;
};
void outbox_note(struct outbox *ob, const struct outbox_note *what);
/*
 * A message of a TwiML reply. callback: who is told its status; NULL: nobody. code: why it
 * fails; 0: it fails when an outcome for replies says so. The code it fails with, or 0.
 */
int outbox_reply(
    struct outbox *ob, const struct outbox_note *what, const char *callback, int code);

/* Everything below /twilio/. */
handler_fn twilio_rest;
/* /sandbox/twilio/account: what the account, its numbers and services are; reset. */
handler_fn control_twilio_account, control_twilio_account_clear;
/* /sandbox/twilio: what becomes of messages; what there is; reset. */
handler_fn control_twilio, control_twilio_state, control_twilio_clear;

#endif
