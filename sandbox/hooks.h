/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HOOKS_H
#define SANDBOX_HOOKS_H

#include "sandbox/server.h"

/*
 * HyperChat's webhooks: each event goes to the connector's URL, signed with the secret of
 * the handshake, and again after a while when it is not taken (any 2xx). On demand they
 * come twice, late, unsigned, forged. Source: Inbenta, "HyperChat webhooks".
 */
struct hooks;

enum {
	HOOK_SECRET_BYTES = 256,
	HOOK_TRIES = 5, /* of one event, unless told otherwise */
	HOOK_RETRY_MS = 1000, /* before the second; then twice as long each time */
	HOOK_TIMEOUT_MS = 10000,
	HOOKS_LOGGED = 5000 /* events that are remembered */
};

struct hooks *hooks_new(struct sandbox *sb);
void hooks_free(struct hooks *hk); /* after chores_stop(); NULL is allowed */
void hooks_reset(struct hooks *hk); /* settings, odd events and log as at start */

/* Sends the event when its trigger is registered. data is taken. Any thread. */
void hooks_tell(struct hooks *hk, const char *trigger, const char *chat, js *data);

/* Settings and log since that number, the caller's. */
js *hooks_state(struct hooks *hk, int64_t since) MUST_CHECK;
/*
 * Changes settings: url, secret, over ("raw", "data"), as ("hex", "base64"), prefix, tries,
 * retry_ms, triggers. NULL, or what is wrong.
 */
const char *hooks_set(struct hooks *hk, js *settings) MUST_CHECK;

/* POST /sandbox/hyperchat/handshake, /sandbox/hyperchat/event, /sandbox/hyperchat/odd */
handler_fn control_handshake, control_event, control_odd;

#endif
