/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes through the redactor: nothing is read behind them, little is added, and a
 * secret that stands in front of them as a whole member is masked. Then through the masks of
 * numbers and addresses: those that stand in front of them are not told either.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mask.h"
#include "fuzz/fuzz.h"
#include "http/redact.h"

typedef void mask_fn(struct buf *out, const char *text, size_t len);

/* front: something to be masked, whose `told` no text may have; a blank ends it. */
static void
mask(mask_fn *fn, const char *front, const char *told, const uint8_t *data, size_t size)
{
	CLEANUP(buf_fini) struct buf in = BUF_INIT(size + 100);
	CLEANUP(buf_fini) struct buf out = BUF_INIT(4 * size + 400);

	buf_str(&in, front);
	buf_add(&in, data, size);
	fn(&out, in.data, in.len);
	if (!buf_ok(&out))
		abort();
	if (memmem(out.data, out.len, told, strlen(told)) != NULL &&
	    memmem(data, size, told, strlen(told)) == NULL)
		abort();
}

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
	mask(mask_phones, "To=+34600111222 ", "4600111", data, size);
	mask(mask_phones, "twilio-15550001-34600111222 ", "4600111", data, size);
	mask(mask_mails, "ann@mail.example ", "nn@", data, size);
	return 0;
}
