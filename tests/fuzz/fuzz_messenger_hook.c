/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the body of a webhook about tickets: replies are whole, their keys differ. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "messenger/call.h"
#include "messenger/hook.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct messenger_replies got;
	struct err e = { 0 };

	if (!messenger_hook_read(&got, a, (const char *)data, size, &e)) {
		need(e.kind == ERR_INPUT || e.kind == ERR_TOO_BIG);
		return 0;
	}
	need(got.n + got.others <= LIMIT_TICKET_EVENTS);
	for (size_t i = 0; i < got.n; i++) {
		const struct messenger_reply *r = &got.list[i];

		need(messenger_id_ok(r->number));
		need(r->contact[0] != '\0' && strlen(r->contact) <= LIMIT_LABEL);
		need(utf8_shows(r->text, strlen(r->text)));
		need(strlen(r->key) == SHA256_HEX_SIZE - 1);
		for (size_t j = 0; j < i; j++)
			need(strcmp(got.list[j].key, r->key) != 0);
	}
	return 0;
}
