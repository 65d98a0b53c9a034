/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SENDER_H
#define SANDBOX_SENDER_H

#include "sandbox/webhook.h"

struct sandbox;

/*
 * Messages on their way to the webhook: one after the other within a conversation, as many
 * conversations at once as there are workers. What comes back goes to the events.
 */
struct sender;

enum { SENDER_WORKERS = 256, SENDER_WAITING_MAX = 5000 };

struct sender *sender_new(struct sandbox *sb);
/* Ends webhooks on their way; whoever waits for one is answered. */
void sender_stop(struct sender *s);
void sender_free(struct sender *s); /* after sender_stop(); NULL is allowed */

struct sending {
	struct outgoing out; /* copied */
	const char *channel; /* "sms", "whatsapp"; static */
	bool foreign; /* not one of the page's own numbers */
	bool parallel; /* does not wait for earlier ones of its conversation */
};

/*
 * Queues a message and returns the number of its event; -1: too many are waiting. With
 * *result not NULL it waits, and *result is what happened as JSON (webhook_result_json);
 * the caller puts it.
 */
int64_t sender_send(
    struct sender *s, const struct sending *what, js **result) MUST_CHECK;

#endif
