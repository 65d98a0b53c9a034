/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_HOOK_H
#define HYPERCHAT_HOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * Whether the value of X-Hook-Secret can be a secret: 1 to LIMIT_HOOK_SECRET visible ASCII
 * characters, so that it fits the header that echoes it. NULL is none.
 */
bool hyperchat_hook_secret_ok(const char *value) MUST_CHECK;

/* What an X-Hook-Signature is made over; HyperChat's documentation leaves it open. */
enum hyperchat_signed {
	HYPERCHAT_SIGNED_AUTO, /* the one or the other */
	HYPERCHAT_SIGNED_RAW, /* the whole body */
	HYPERCHAT_SIGNED_DATA /* the bytes of its member "data" */
};

/*
 * Tells whether an event really comes from HyperChat.
 *
 * secrets  of the handshakes, newest first; of more than LIMIT_HOOK_SECRETS the first count
 * body     as received
 * given    X-Hook-Signature: HMAC-SHA256 in hex (any case) or base64, perhaps with
 *          "sha256=" before it; NULL never matches
 *
 * All secrets and forms are tried in any case, so the time it takes tells nothing of them.
 * Where only `data` is signed, the trigger is not: AUTO accepts that for lack of a better
 * word from Inbenta. Keeps nothing; thread-safe. Source: Inbenta, "HyperChat webhooks:
 * signature"; vectors: tests/vectors/
 */
bool hyperchat_hook_proven(const char *const *secrets, size_t n,
    enum hyperchat_signed mode, const char *body, size_t len,
    const char *given) MUST_CHECK;

#endif
