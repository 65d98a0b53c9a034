/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a moment and, when they are JSON, as a history: what comes out keeps the
 * limits and the promises of inbenta/history.h.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "inbenta/history.h"
#include "inbenta/moment.h"

/* The last second of the year 9999, as far behind UTC as a zone can be. */
#define LAST_MOMENT (INT64_C(253402300799) + 16 * 3600)

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check(const struct inbenta_history *h)
{
	size_t bytes = 0;

	need(h->n <= LIMIT_HISTORY_LINES);
	for (size_t i = 0; i < h->n; i++) {
		const struct inbenta_line *l = &h->lines[i];
		size_t n = strlen(l->text);

		need(l->text[strspn(l->text, " \t\r\n")] != '\0');
		need(utf8_valid(l->text, n));
		need(l->said_at >= 0 && l->said_at <= LAST_MOMENT);
		bytes += n;
	}
	need(bytes <= LIMIT_HISTORY_BYTES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	int64_t at = inbenta_moment(arena_strndup(a, (const char *)data, size));
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_history got = { 0 };
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	need(at >= 0 && at <= LAST_MOMENT);
	if (js_parse((const char *)data, size, &root, &e)) {
		if (inbenta_history_read(&got, root, a, &e))
			check(&got);
		else
			need(e.kind == ERR_UPSTREAM && got.n == 0);
	}
	arena_free(a);
	return 0;
}
