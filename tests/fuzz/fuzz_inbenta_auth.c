/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an answer of the Authorization API and as a cache file: a token that is
 * accepted can be sent, and its file reads back as the same token.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "inbenta/token.h"

static const char url[] = "https://api.inbenta.example";

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_base(const char *base)
{
	need(base == NULL || (base[0] != '\0' && strlen(base) <= LIMIT_URL));
	need(base == NULL || base[strlen(base) - 1] != '/');
}

static bool
same_base(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
check(const struct inbenta_token *t, bool ok, const struct err *e)
{
	if (!ok) {
		need(t->value == NULL && e->kind != ERR_NONE && e->text[0] != '\0');
		return;
	}
	need(inbenta_token_ok(t->value) && t->expires_at > 0);
	check_base(t->chatbot);
	check_base(t->ticketing);
	need(t->chatbot != NULL || t->ticketing != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t now_s = 1700000000;
	struct inbenta_token first = { 0 }, file = { 0 }, again = { 0 };
	const char *text = (const char *)data;
	struct err e = { 0 };
	bool ok;

	ok = inbenta_token_load(&file, text, size, url, &e);
	check(&file, ok, &e);
	ok = inbenta_token_parse(&first, text, size, url, ok ? &file : NULL, now_s, &e);
	check(&first, ok, &e);
	if (ok) {
		need(first.expires_at > now_s);
		need(inbenta_token_load(
		    &again, first.text, strlen(first.text), url, &e));
		need(strcmp(again.value, first.value) == 0 &&
		    same_base(again.chatbot, first.chatbot) &&
		    same_base(again.ticketing, first.ticketing) &&
		    again.expires_at == first.expires_at);
	}
	inbenta_token_fini(&first);
	inbenta_token_fini(&file);
	inbenta_token_fini(&again);
	return 0;
}
