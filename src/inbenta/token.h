/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_TOKEN_H
#define INBENTA_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "inbenta/account.h"

/*
 * An access token with what came with it. Its text is the JSON of the cache file: the
 * answer of /v1/auth with two changes. `expiration` is the moment by our own clock, so that
 * a wrong clock does no harm, and `auth_url` tells whose token it is. Zeroed means none.
 */
struct inbenta_token {
	char *value;
	/* Base URLs of its products, at least one; no "/" at the end. NULL: it has none. */
	char *chatbot, *ticketing;
	char *text;
	int64_t expires_at; /* wall_s */
};

void inbenta_token_fini(struct inbenta_token *t); /* leaves it zeroed */
void inbenta_token_copy(struct inbenta_token *to, const struct inbenta_token *from);

/*
 * Reads the answer of /v1/auth, or with `old` that of /v1/refreshToken, which has no
 * `apis`: the old ones go on. ERR_UPSTREAM when it is no such answer, ERR_CONFIG when the
 * key has no product that we know. Source: Inbenta, "Authorization".
 */
bool inbenta_token_parse(struct inbenta_token *t, const char *body, size_t len,
    const char *auth_url, const struct inbenta_token *old, int64_t now_s,
    struct err *e) MUST_CHECK;

/*
 * Reads a cache file, written by us or by Inbenta's own connectors. ERR_INPUT when it is
 * damaged, ERR_CONFIG when its token belongs to another auth_url. May be expired.
 */
bool inbenta_token_load(struct inbenta_token *t, const char *text, size_t len,
    const char *auth_url, struct err *e) MUST_CHECK;

/* The product's base URL, borrowed; NULL when the token has none. */
const char *inbenta_token_base(
    const struct inbenta_token *t, enum inbenta_api api) MUST_CHECK;

/* Whether a text may stand in a header as a token: visible ASCII, not empty, not too long. */
bool inbenta_token_ok(const char *value) MUST_CHECK;

#endif
