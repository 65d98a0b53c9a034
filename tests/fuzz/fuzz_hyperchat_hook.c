/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first line is an X-Hook-Signature, the rest a body. Whatever they are: no signature
 * proves a body but those made for it, and the bytes cut out for `data` are what a JSON
 * parser finds there.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/js.h"
#include "fuzz/fuzz.h"
#include "hyperchat/hook.h"
#include "hyperchat/member.h"

static const char *const secrets[] = { "one", "s3cr3t" };

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static bool
proven(enum hyperchat_signed mode, const char *body, size_t len, const char *given)
{
	return hyperchat_hook_proven(secrets, NELEMS(secrets), mode, body, len, given);
}

static void
check_range(const char *body, size_t len, size_t start, size_t n)
{
	CLEANUP(js_putp) js *root = NULL;
	CLEANUP(js_putp) js *data = NULL;
	struct err e;

	need(n > 0 && start + n <= len);
	if (!js_parse(body, len, &root, &e))
		return;
	need(js_parse(body + start, n, &data, &e));
	need(json_object_equal(data, js_get(root, "data")));
}

static void
check_made(
    const char *body, size_t len, size_t start, size_t n, enum hyperchat_signed mode)
{
	unsigned char md[HMAC_SHA256_SIZE];
	char hex[2 * HMAC_SHA256_SIZE + 1];

	hmac_sha256("s3cr3t", 6, body + start, n, md);
	for (size_t i = 0; i < sizeof(md); i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	need(proven(mode, body, len, hex));
	need(proven(HYPERCHAT_SIGNED_AUTO, body, len, hex));
	hex[len % (sizeof(hex) - 1)] ^= 1;
	need(!proven(HYPERCHAT_SIGNED_AUTO, body, len, hex));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *text = (const char *)data;
	const char *nl = size > 0 ? memchr(text, '\n', size) : NULL;
	const char *body = nl != NULL ? nl + 1 : text + size;
	const char *given =
	    arena_strndup(a, text, nl != NULL ? (size_t)(nl - text) : size);
	size_t len = (size_t)(text + size - body), start = 0, n = 0;

	(void)!hyperchat_hook_secret_ok(given);
	need(!proven(HYPERCHAT_SIGNED_AUTO, body, len, given));
	check_made(body, len, 0, len, HYPERCHAT_SIGNED_RAW);
	if (hyperchat_member_range(body, len, "data", &start, &n)) {
		check_range(body, len, start, n);
		check_made(body, len, start, n, HYPERCHAT_SIGNED_DATA);
	}
	return 0;
}
