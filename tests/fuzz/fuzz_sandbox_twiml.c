/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a webhook: first byte chooses the Content-Type, the rest is the body. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "sandbox/twiml.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "text/xml", "text/plain; charset=utf-8",
		"text/html", NULL };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct twiml t = { 0 };

	if (size == 0)
		return 0;
	twiml_read(&t, a, types[data[0] / 2 % NELEMS(types)], data[0] & 1,
	    (const char *)data + 1, size - 1, size & 1);
	for (size_t i = 0; i < t.n; i++) {
		size_t len = strlen(t.messages[i].body);

		if (!utf8_valid(t.messages[i].body, len) ||
		    utf8_utf16_units(t.messages[i].body, len) > TWIML_TEXT_UNITS)
			abort();
	}
	return 0;
}
