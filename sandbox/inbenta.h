/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_H
#define SANDBOX_INBENTA_H

#include "sandbox/server.h"

/*
 * The stand-in for Inbenta: Authorization and Chatbot API, as strict as the wire contract
 * is written. Shared by inbenta_auth.c and inbenta_chat.c.
 */

/* Records the call, lets an armed fault act, runs the work. `call` is static. */
void inbenta_call(struct sandbox *sb, const struct request *q, struct reply *r,
    const char *call, handler_fn *work);

/* {"message":"…"}: the gateway in front of the API. */
void gateway_refuses(struct reply *r, int status, const char *message);
/* {"errors":[{"message":"…","code":…}]}: the API itself. */
void api_refuses(struct reply *r, int status, const char *fmt, ...) PRINTF(3, 4);

/* The value behind "Bearer " of a header; NULL when absent or of another form. */
const char *bearer(const struct request *q, const char *header);

/* A signed token of the claims (taken), as JWT writes it; of the arena. */
const char *token_make(struct arena *a, js *claims) MUST_CHECK;

/* Parses a JSON object of Content-Type application/json, else answers and returns NULL. */
js *inbenta_body(const struct request *q, struct reply *r) MUST_CHECK;

/* For paths nobody serves: what the gateway says to a wrong URL. */
handler_fn inbenta_unknown;

#endif
