/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_AUTH_H
#define SANDBOX_INBENTA_AUTH_H

#include "sandbox/server.h"

/*
 * Inbenta's Authorization API: access tokens for a key and its secret. The chatbot and
 * Messenger have a key each; where both are the same text, it is good for both.
 */
struct tokens;

/* What a key or token is good for; several by |. */
enum product { PRODUCT_CHATBOT = 1, PRODUCT_TICKETING = 2 };

enum { TOKENS_MAX = 1024, TOKEN_TTL_S = 1200 };

struct tokens *tokens_new(void);
void tokens_free(struct tokens *t);
/* All tokens given out so far are as good as expired. */
void tokens_expire(struct tokens *t);
/* The life of tokens from now on. */
void tokens_set_ttl(struct tokens *t, int64_t seconds);

handler_fn auth_post, refresh_post;
/* The same of an address that knows Messenger's key only. */
handler_fn office_auth_post, office_refresh_post;

/* Whether key and bearer let a call of the chatbot pass; answers it when not. */
bool inbenta_gate(
    struct sandbox *sb, const struct request *q, struct reply *r) MUST_CHECK;
/* A call of Messenger. */
bool office_gate(
    struct sandbox *sb, const struct request *q, struct reply *r) MUST_CHECK;

#endif
