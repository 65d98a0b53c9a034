/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REPLIES_H
#define SANDBOX_REPLIES_H

#include "sandbox/sender.h"

/*
 * What goes back to a phone that has written: the messages of the TwiML, and Twilio's own
 * answer to an opt-out word. Each is in Twilio's list; the status of one that asks for it
 * (statusCallback) is told as that of a message by the REST API is.
 */

/* Twilio's answer, before the webhook is asked. */
void replies_stock(struct sandbox *sb, const struct sending *w);

/*
 * Those that do not arrive are taken out of the result; the debugger has a fault when that
 * is by an opt-out (21610) or too many in a row (14107).
 */
void replies_send(struct sandbox *sb, struct arena *a, const struct sending *w,
    struct webhook_result *res);

#endif
