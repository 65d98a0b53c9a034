/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_PROOF_H
#define WEB_PROOF_H

#include <stdbool.h>

#include "base/err.h"

struct web_req;
struct web_worker;

/*
 * Proof before work: whether a webhook comes from whom it says. Costs hashes and hardly
 * more. ERR_DENIED with a text for the operator when it does not, or when no secret is set:
 * a missing secret closes the door. Thread-safe.
 */

typedef bool web_proof_fn(struct web_worker *w, struct web_req *r, struct err *e);

/* X-Twilio-Signature over the public URL and the form, then AccountSid. Fills r->url. */
web_proof_fn proof_twilio MUST_CHECK;

/*
 * The signature of an event of the agents' side. Reads our own few secrets from the state.
 * Fills r->agents. Where proofs are switched off, ERR_INPUT 429 when too many come.
 */
web_proof_fn proof_agent_event MUST_CHECK;

/*
 * The secret of the office that keeps tickets, in clear text; needs one that is set. ERR_CONFIG
 * when it is right, and there is nothing to do the work with.
 */
web_proof_fn proof_ticket MUST_CHECK;

/*
 * A caller of this machine, for himself, or one who shows server.monitor_token; ERR_INPUT 404
 * for anybody else. Looks at the variables of w->io.
 */
web_proof_fn proof_monitor MUST_CHECK;

#endif
