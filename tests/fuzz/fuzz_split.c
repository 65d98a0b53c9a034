/* SPDX-License-Identifier: Apache-2.0 */
/* Any text, cut for a channel; its first byte says how long a message may be. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "fuzz/fuzz.h"
#include "support/split_check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(freep) char *text = NULL;
	struct channel c = { .name = "fuzz", .max_units = 1600 };
	const char *const *parts;
	size_t n;

	if (size == 0)
		return 0;
	if (data[0] < 0xff)
		c.max_units = 3 + data[0];
	text = xstrndup((const char *)data + 1, size - 1);
	for (char *p = text; *p != '\0'; p++)
		if (*p <= RENDER_MARKS && *p > 0)
			*p = '*'; /* raw marks come from render alone: fuzz_html */
	parts = channel_split(&c, a, text, &n);
	if (split_wrong(&c, text, parts, n) != NULL)
		abort();
	return 0;
}
