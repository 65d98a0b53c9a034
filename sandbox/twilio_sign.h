/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TWILIO_SIGN_H
#define SANDBOX_TWILIO_SIGN_H

#include <stddef.h>

/*
 * X-Twilio-Signature as Twilio makes it: base64 of the HMAC-SHA1, keyed with the account's
 * auth token, of the URL and, sorted by name, each parameter's name and value. Written
 * apart from the connector's own code on purpose, so that neither proves itself.
 * Source: Twilio "Webhooks security".
 */

enum { TWILIO_SIGNATURE_SIZE = 29 }; /* with the NUL */

struct twilio_param {
	const char *name, *value;
	size_t name_len, value_len;
};

/*
 * url     as typed at Twilio; a fragment is left out
 * params  sorted in place; the same name and value twice counts once. n 0 for a GET
 */
void twilio_sign(const char *token, const char *url, struct twilio_param *params,
    size_t n, char out[TWILIO_SIGNATURE_SIZE]);

#endif
