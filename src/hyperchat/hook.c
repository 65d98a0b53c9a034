/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "hyperchat/hook.h"
#include "hyperchat/member.h"

enum { HEX_LEN = 2 * HMAC_SHA256_SIZE, BASE64_LEN = 44 };

bool
hyperchat_hook_secret_ok(const char *value)
{
	size_t n = value != NULL ? strlen(value) : 0;

	if (n == 0 || n > LIMIT_HOOK_SECRET)
		return false;
	for (; *value != '\0'; value++)
		if (*value < 0x21 || *value > 0x7e)
			return false;
	return true;
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at =
	    c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static bool
read_hex(const char *s, unsigned char md[HMAC_SHA256_SIZE])
{
	for (size_t i = 0; i < HMAC_SHA256_SIZE; i++) {
		int high = hex_digit(s[2 * i]), low = hex_digit(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		md[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* In its one canonical form: 32 bytes are 43 digits and one "=". */
static bool
read_base64(const char *s, unsigned char md[HMAC_SHA256_SIZE])
{
	unsigned char bytes[HMAC_SHA256_SIZE + 1], again[BASE64_LEN + 1];

	if (EVP_DecodeBlock(bytes, (const unsigned char *)s, BASE64_LEN) !=
	    (int)sizeof(bytes))
		return false;
	memcpy(md, bytes, HMAC_SHA256_SIZE);
	EVP_EncodeBlock(again, md, HMAC_SHA256_SIZE);
	return memcmp(again, s, BASE64_LEN) == 0;
}

/* The signature as bytes. What the sender wrote is no secret: this may stop early. */
static bool
read_given(const char *given, unsigned char md[HMAC_SHA256_SIZE])
{
	if (given == NULL)
		return false;
	if (strncasecmp(given, "sha256=", 7) == 0)
		given += 7;
	if (strlen(given) == HEX_LEN)
		return read_hex(given, md);
	return strlen(given) == BASE64_LEN && read_base64(given, md);
}

static bool
matches(const char *secret, const char *data, size_t len,
    const unsigned char given[HMAC_SHA256_SIZE])
{
	unsigned char made[HMAC_SHA256_SIZE];

	hmac_sha256(secret, strlen(secret), data, len, made);
	return ct_equal(made, sizeof(made), given, sizeof(made));
}

bool
hyperchat_hook_proven(const char *const *secrets, size_t n, enum hyperchat_signed mode,
    const char *body, size_t len, const char *given)
{
	unsigned char md[HMAC_SHA256_SIZE];
	size_t start = 0, data_len = 0;
	bool with_raw = mode != HYPERCHAT_SIGNED_DATA, with_data = false,
	     proven = false;

	if (!read_given(given, md))
		return false;
	if (mode != HYPERCHAT_SIGNED_RAW)
		with_data =
		    hyperchat_member_range(body, len, "data", &start, &data_len);
	for (size_t i = 0; i < n && i < LIMIT_HOOK_SECRETS; i++) {
		/* An empty key is one that everybody has. */
		if (!hyperchat_hook_secret_ok(secrets[i]))
			continue;
		if (with_raw)
			proven |= matches(secrets[i], body, len, md);
		if (with_data)
			proven |= matches(secrets[i], body + start, data_len, md);
	}
	return proven;
}
