/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_SIG_H
#define TWILIO_SIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/form.h"

/*
 * X-Twilio-Signature. Source: Twilio, "Webhooks security"; vectors: tests/vectors/.
 * All functions keep nothing and are safe in several threads.
 */
#define TWILIO_SIG_SIZE HMAC_SHA1_BASE64_SIZE

/* The signature of a URL, taken as it is, and a form (NULL: none, as for GET). */
void twilio_sig_make(const char *token, const char *url, const struct form *form,
    char out[TWILIO_SIG_SIZE]);

/*
 * Whether `given` (NULL never matches) is the signature of the request, compared in
 * constant time, under the URL as it is or with its port toggled: the written port removed,
 * or the scheme's standard port added. The URL is cut as text, never taken apart and
 * joined again. An empty token never matches.
 */
bool twilio_sig_ok(const char *token, const char *url, const struct form *form,
    const char *given) MUST_CHECK;

/* The same for a body that is no form: its SHA-256 must stand in the query's bodySHA256. */
bool twilio_sig_ok_body(const char *token, const char *url, const void *body,
    size_t len, const char *given) MUST_CHECK;

/*
 * Appends the URL as it is signed when it is the one typed at Twilio: without
 * user:password@, which a server never sees.
 */
void twilio_sig_url(struct buf *out, const char *url);

#endif
