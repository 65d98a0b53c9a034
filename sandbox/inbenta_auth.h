/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_AUTH_H
#define SANDBOX_INBENTA_AUTH_H

#include "sandbox/server.h"

/* Inbenta's Authorization API: access tokens for a key and its secret. */
struct tokens;

enum { TOKENS_MAX = 1024, TOKEN_TTL_S = 1200 };

struct tokens *tokens_new(void);
void tokens_free(struct tokens *t);
/* All tokens given out so far are as good as expired. */
void tokens_expire(struct tokens *t);
/* The life of tokens from now on. */
void tokens_set_ttl(struct tokens *t, int64_t seconds);

handler_fn auth_post, refresh_post;

/* Whether key and bearer let the call pass; answers it when not. */
bool inbenta_gate(
    struct sandbox *sb, const struct request *q, struct reply *r) MUST_CHECK;

#endif
