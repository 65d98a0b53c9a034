/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_PROOF_H
#define WEB_PROOF_H

#include <stdbool.h>

#include "base/err.h"

struct web_req;

/*
 * Proof before work: whether a webhook comes from whom it says. Costs hashes and nothing
 * else. ERR_DENIED with a text for the operator when it does not, or when no secret is set:
 * a missing secret closes the door. Thread-safe.
 */

/* X-Twilio-Signature over the public URL and the form, then AccountSid. */
bool proof_twilio(const struct web_req *r, struct err *e) MUST_CHECK;

#endif
