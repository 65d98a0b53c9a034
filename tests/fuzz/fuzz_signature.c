/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first line is a URL, the rest a form body. Whatever they are: the signature made for
 * them is accepted, in any order of the fields, and one changed in any place is not.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "fuzz/fuzz.h"
#include "twilio/sig.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
reverse(struct form *f)
{
	for (size_t i = 0; i < f->n / 2; i++) {
		struct form_field swap = f->fields[i];

		f->fields[i] = f->fields[f->n - 1 - i];
		f->fields[f->n - 1 - i] = swap;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *text = (const char *)data;
	const char *nl = size > 0 ? memchr(text, '\n', size) : NULL;
	const char *body = nl != NULL ? nl + 1 : text + size;
	size_t url_len = nl != NULL ? (size_t)(nl - text) : size;
	size_t body_len = (size_t)(text + size - body);
	const char *url = arena_strndup(a, text, url_len);
	char made[TWILIO_SIG_SIZE];
	struct form form;
	struct err e;

	if (!form_parse(&form, a, body, body_len, &e))
		return 0;
	twilio_sig_make("secret", url, &form, made);
	need(twilio_sig_ok("secret", url, &form, made));
	reverse(&form);
	need(twilio_sig_ok("secret", url, &form, made));
	made[size % (sizeof(made) - 1)] ^= 1;
	need(!twilio_sig_ok("secret", url, &form, made));
	twilio_sig_make("secret", url, NULL, made);
	need(twilio_sig_ok("secret", url, NULL, made));
	if (twilio_sig_ok_body("secret", url, body, body_len, made))
		need(strstr(url, "bodySHA256=") != NULL);
	return 0;
}
