/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_AUTH_CALL_H
#define INBENTA_AUTH_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "inbenta/account.h"
#include "inbenta/token.h"

struct http;

/*
 * The two calls of the Authorization API, without any memory. *out (zeroed) is the
 * caller's. Errors as inbenta_auth_get() promises.
 */

/* POST /v1/auth with key and secret. */
bool inbenta_auth_call(struct http *http, const struct inbenta_account *account,
    const struct clock *clock, int64_t until_ms, struct inbenta_token *out,
    struct err *e) MUST_CHECK;

/* POST /v1/refreshToken with a token that is still good. */
bool inbenta_auth_call_refresh(struct http *http, const struct inbenta_account *account,
    const struct clock *clock, const struct inbenta_token *old, int64_t until_ms,
    struct inbenta_token *out, struct err *e) MUST_CHECK;

/*
 * Whether the token opens the product at an address that may be called; when not, *t is
 * zeroed. Addresses of other products that may not be called are taken out of it.
 */
bool inbenta_auth_usable(struct http *http, enum inbenta_api api,
    struct inbenta_token *t, struct err *e) MUST_CHECK;

#endif
