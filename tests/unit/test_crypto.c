/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/crypto.h"
#include "support/leaks.h"

TestSuite(crypto, .fini = no_leaks);

Test(crypto, sha256)
{
	/* FIPS 180-4 examples. */
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	};
	char out[SHA256_HEX_SIZE];

	for (size_t i = 0; i < NELEMS(t); i++) {
		sha256_hex(t[i].in, strlen(t[i].in), out);
		cr_expect_str_eq(out, t[i].want, "\"%s\"", t[i].in);
	}
}

Test(crypto, hmac_sha1)
{
	/* RFC 2202 cases 1, 2 and 6, in base64; the empty key by python3 hmac. */
	char long_key[80];
	const struct {
		const char *name, *key;
		size_t key_len;
		struct bytes pieces[3];
		size_t n;
		const char *want;
	} t[] = {
		{ "one piece",
		    "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		    "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
		    20, { { "Hi There", 8 } }, 1, "thcxhlUFcmTii8C2+zeMjvFGvgA=" },
		{ "three pieces", "Jefe", 4,
		    { { "what do ya ", 11 }, { "", 0 }, { "want for nothing?", 17 } },
		    3, "7/zfauXrL6LSdBbV8YTfnCWafHk=" },
		{ "key longer than a block", long_key, sizeof(long_key),
		    { { "Test Using Larger Than Block-Size Key - Hash Key First",
			54 } },
		    1, "qkrl4VJy0A6VcFY3zoo7Ve1AIRI=" },
		{ "no key, no message", "", 0, { { NULL, 0 } }, 0,
		    "+9sdGxiqbAgyS31ktx+3Y3BpDh0=" },
	};
	char out[HMAC_SHA1_BASE64_SIZE];

	memset(long_key, 0xaa, sizeof(long_key));
	for (size_t i = 0; i < NELEMS(t); i++) {
		hmac_sha1_base64(t[i].key, t[i].key_len, t[i].pieces, t[i].n, out);
		cr_expect_str_eq(out, t[i].want, "%s", t[i].name);
	}
}

Test(crypto, ct_equal)
{
	cr_expect(ct_equal("abc", 3, "abc", 3));
	cr_expect(ct_equal("", 0, "", 0));
	cr_expect_not(ct_equal("abc", 3, "abd", 3));
	cr_expect_not(ct_equal("abc", 3, "ab", 2));
	cr_expect_not(ct_equal("a", 1, "", 0));
}

Test(crypto, crc32c)
{
	/* RFC 3720, B.4, and the customary check value. */
	unsigned char bytes[32];

	cr_expect_eq(crc32c("", 0), 0u);
	cr_expect_eq(crc32c("123456789", 9), 0xe3069283u);
	memset(bytes, 0, sizeof(bytes));
	cr_expect_eq(crc32c(bytes, sizeof(bytes)), 0x8a9136aau, "zeros");
	memset(bytes, 0xff, sizeof(bytes));
	cr_expect_eq(crc32c(bytes, sizeof(bytes)), 0x62a8ab43u, "ones");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	cr_expect_eq(crc32c(bytes, sizeof(bytes)), 0x46dd794eu, "rising");
}

Test(crypto, random_hex)
{
	char one[2 * 100 + 2], other[2 * 100 + 2];

	one[201] = '!';
	random_hex(one, 100);
	random_hex(other, 100);
	cr_expect_eq(strspn(one, "0123456789abcdef"), 200u);
	cr_expect_eq(one[200], '\0');
	cr_expect_eq(one[201], '!', "nothing is written behind the NUL");
	cr_expect_str_neq(one, other);
	random_hex(one, 0);
	cr_expect_str_eq(one, "");
}

Test(crypto, hmac_sha256)
{
	/* RFC 4231 cases 1, 2 and 6; the empty one by python3 hmac. */
	static char long_key[131];
	static const struct {
		const char *name, *key;
		size_t key_len;
		const char *data, *want;
	} t[] = {
		{ "case 1",
		    "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		    "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
		    20, "Hi There",
		    "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ "case 2", "Jefe", 4, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
		{ "case 6", long_key, sizeof(long_key),
		    "Test Using Larger Than Block-Size Key - Hash Key First",
		    "60e431591ee0b67f0d8a26aacbf5b77f"
		    "8e0bc6213728c5140546040f0ee37f54" },
		{ "no key, no message", "", 0, "",
		    "b613679a0814d9ec772f95d778c35fc5"
		    "ff1697c493715653c6c712144292c5ad" },
	};

	memset(long_key, 0xaa, sizeof(long_key));
	for (size_t i = 0; i < NELEMS(t); i++) {
		unsigned char md[HMAC_SHA256_SIZE];
		char hex[2 * HMAC_SHA256_SIZE + 1];

		hmac_sha256(t[i].key, t[i].key_len, t[i].data, strlen(t[i].data), md);
		for (size_t k = 0; k < sizeof(md); k++)
			snprintf(hex + 2 * k, 3, "%02x", md[k]);
		cr_expect_str_eq(hex, t[i].want, "%s", t[i].name);
	}
}
