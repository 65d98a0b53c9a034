/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* Hashes, by OpenSSL. All are safe in several threads; failure inside OpenSSL aborts. */

#define SHA256_HEX_SIZE 65 /* with the NUL */
#define HMAC_SHA1_BASE64_SIZE 29 /* with the NUL */
#define HMAC_SHA256_SIZE 32

/* One piece of a message that is hashed without being joined first. */
struct bytes {
	const void *data;
	size_t len;
};

void sha256_hex(const void *data, size_t len, char out[SHA256_HEX_SIZE]);

/* base64(HMAC-SHA1(key, piece0 piece1 …)): RFC 2104, RFC 4648. */
void hmac_sha1_base64(const void *key, size_t key_len, const struct bytes *pieces,
    size_t n, char out[HMAC_SHA1_BASE64_SIZE]);

/* HMAC-SHA256(key, data) as bytes: RFC 2104, RFC 6234. */
void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
    unsigned char out[HMAC_SHA256_SIZE]);

/* Compares in time that depends on the lengths only. */
bool ct_equal(const void *a, size_t a_len, const void *b, size_t b_len) MUST_CHECK;

/* CRC-32C (Castagnoli) of the bytes: detects torn writes, proves nothing. */
uint32_t crc32c(const void *data, size_t len) MUST_CHECK;

/* n random bytes as 2n hex digits plus NUL, from the system's generator. */
void random_hex(char *out, size_t n);

#endif
