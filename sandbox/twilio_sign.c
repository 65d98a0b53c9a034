/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "sandbox/twilio_sign.h"

static int
compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int c = memcmp(a, b, a_len < b_len ? a_len : b_len);

	if (c != 0)
		return c;
	return (a_len > b_len) - (a_len < b_len);
}

/* By name; values of one name by value. */
static int
compare(const void *left, const void *right)
{
	const struct twilio_param *a = left, *b = right;
	int c = compare_bytes(a->name, a->name_len, b->name, b->name_len);

	return c != 0 ? c
		      : compare_bytes(a->value, a->value_len, b->value, b->value_len);
}

/* Failure here is a broken OpenSSL: nothing sensible could be sent. */
static void
must(int ok)
{
	if (ok != 1)
		abort();
}

static EVP_MAC_CTX *
hmac_sha1(const char *key)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
	char digest[] = "SHA1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	must(ctx != NULL);
	must(EVP_MAC_init(ctx, (const unsigned char *)key, strlen(key), params));
	EVP_MAC_free(mac);
	return ctx;
}

static void
feed(EVP_MAC_CTX *ctx, const char *data, size_t len)
{
	must(EVP_MAC_update(ctx, (const unsigned char *)data, len));
}

void
twilio_sign(const char *token, const char *url, struct twilio_param *params, size_t n,
    char out[TWILIO_SIGNATURE_SIZE])
{
	EVP_MAC_CTX *ctx = hmac_sha1(token);
	unsigned char digest[20], text[TWILIO_SIGNATURE_SIZE];
	size_t len = 0;

	feed(ctx, url, strcspn(url, "#"));
	if (n > 1)
		qsort(params, n, sizeof(*params), compare);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare(&params[i - 1], &params[i]) == 0)
			continue;
		feed(ctx, params[i].name, params[i].name_len);
		feed(ctx, params[i].value, params[i].value_len);
	}
	must(EVP_MAC_final(ctx, digest, &len, sizeof(digest)));
	EVP_MAC_CTX_free(ctx);
	EVP_EncodeBlock(text, digest, (int)sizeof(digest));
	memcpy(out, text, sizeof(text));
}
