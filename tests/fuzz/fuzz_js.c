/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as JSON: what is accepted and written is accepted again, and written the
 * same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(js_putp) js *first = NULL;
	CLEANUP(js_putp) js *second = NULL;
	CLEANUP(buf_fini) struct buf one = BUF_INIT(8 << 20);
	CLEANUP(buf_fini) struct buf two = BUF_INIT(8 << 20);
	struct err e;

	if (!js_parse((const char *)data, size, &first, &e))
		return 0;
	(void)js_str(first, "a.b", "");
	(void)js_int_loose(first, "a", 0);
	js_write(&one, first);
	if (memmem(one.data, one.len, "Infinity", 8) != NULL)
		return 0; /* 1e400: json-c reads it so, and we only ever write our own */
	if (!js_parse(one.data, one.len, &second, &e))
		abort();
	js_write(&two, second);
	if (one.len != two.len || memcmp(one.data, two.data, one.len) != 0)
		abort();
	return 0;
}
