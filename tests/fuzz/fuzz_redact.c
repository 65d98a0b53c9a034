/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes through the redactor: nothing is read behind them, little is added, and a
 * secret that stands in front of them as a whole member is masked.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "http/redact.h"

static const char before[] = "{\"secret\":\"Zq7 SeCrEt Zq7\",\"x\":\"";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_fini) struct buf in = BUF_INIT(size + sizeof(before));
	/* Three asterisks may stand for no character at all. */
	CLEANUP(buf_fini) struct buf out = BUF_INIT(4 * (size + sizeof(before)));
	CLEANUP(buf_fini) struct buf alone = BUF_INIT(4 * size + 16);

	http_redact(&alone, (const char *)data, size);
	buf_str(&in, before);
	buf_add(&in, data, size);
	http_redact(&out, in.data, in.len);
	if (!buf_ok(&alone) || !buf_ok(&out))
		abort();
	if (memmem(out.data, out.len, "SeCrEt", 6) != NULL &&
	    memmem(data, size, "SeCrEt", 6) == NULL)
		abort();
	return 0;
}
