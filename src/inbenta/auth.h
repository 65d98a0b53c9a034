/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_AUTH_H
#define INBENTA_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "inbenta/account.h"

struct http;
struct store;

/*
 * The access tokens of all accounts of the process, one per address and key. A token is
 * shared with the other processes of the host by the cache file `cached-accesstoken-<KEY>`
 * (KEY: letters, digits and blanks of the API key): a newer one that another process wrote is taken,
 * and an operator who removes the file makes all processes ask anew. Thread-safe.
 */
struct inbenta_auth;

/* store: where the file lives; NULL: none is kept. Borrowed, like the clock. */
struct inbenta_auth *inbenta_auth_new(
    struct store *store, const struct clock *clock) MUST_CHECK;
void inbenta_auth_free(struct inbenta_auth *a); /* NULL is allowed */

/* What a call to a product's API needs; texts live in the arena. */
struct inbenta_access {
	const char *token;
	/* Base URLs without a "/" at the end. NULL: the key has no such product; that of the
	   account's own is always there. */
	const char *chatbot, *ticketing;
};

/*
 * A token that is good now. One thread asks Inbenta, the others wait for its result, each
 * until its own until_ms; nobody waits while a token that can still be used is renewed.
 *
 * ERR_DENIED   the key or the secret is not accepted; the text names the setting to mend.
 *              Remembered for LIMIT_REFUSED_MS: a wrong key does not hammer the service
 * ERR_CONFIG   key or secret are empty, the address is wrong, the key is not for account->api
 * ERR_TIMEOUT, ERR_UPSTREAM   no usable answer came
 */
bool inbenta_auth_get(struct inbenta_auth *a, struct http *http,
    const struct inbenta_account *account, int64_t until_ms, struct arena *arena,
    struct inbenta_access *out, struct err *e) MUST_CHECK;

/* An API refused this token (401, 403): it is not handed out again. */
void inbenta_auth_refused(
    struct inbenta_auth *a, const struct inbenta_account *account, const char *token);

#endif
