/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a conversation's record: what is read and written reads and writes the
 * same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "dialog/session.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf one = BUF_INIT(8 << 20);
	CLEANUP(buf_fini) struct buf two = BUF_INIT(8 << 20);
	struct session s;
	struct err e;

	if (!session_decode(&s, a, (const char *)data, size, &e))
		return 0;
	session_encode(&s, &one);
	if (!session_decode(&s, a, one.data, one.len, &e))
		abort();
	session_encode(&s, &two);
	if (one.len != two.len || memcmp(one.data, two.data, one.len) != 0)
		abort();
	session_claim(&s, "SMnew", NULL, NULL, 0);
	if (session_find(&s, "SMnew", NULL) == NULL)
		abort();
	return 0;
}
