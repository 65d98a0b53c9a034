/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any form as a message: what was said is well-formed, within its limits, and of the form
 * alone. A message that brings an id and nothing else says that id.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "twilio/inbound.h"

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
	struct twilio_said said, again;
	struct form f;
	struct err e;
	const struct twilio_file *files;
	const char *maps;
	size_t n;

	if (!form_parse(&f, a, (const char *)data, size, &e))
		return 0;
	twilio_said(&said, &f, a);
	need(utf8_valid(said.text, strlen(said.text)));
	need(said.n_media <= LIMIT_MEDIA);
	if (said.pick != NULL) {
		need(utf8_valid(said.pick, strlen(said.pick)));
		need(*said.pick != '\0' && strlen(said.pick) <= LIMIT_OPTION_VALUE);
		need(*said.text != '\0');
	}
	maps = strstr(said.text, "https://maps.google.com/?q=");
	if (maps != NULL && form_find(&f, "Body") == NULL &&
	    form_find(&f, "Label") == NULL && form_find(&f, "Address") == NULL &&
	    said.pick == NULL && form_find(&f, "ButtonText") == NULL &&
	    form_find(&f, "ListTitle") == NULL)
		need(strspn(maps + strlen("https://maps.google.com/?q="),
			 "0123456789.-,") ==
		    strlen(maps + strlen("https://maps.google.com/?q=")));
	n = twilio_files(&files, &f, a);
	need(n <= said.n_media);
	for (size_t i = 0; i < n; i++)
		need(strlen(files[i].url) <= LIMIT_URL &&
		    strlen(files[i].claimed) <= LIMIT_LABEL);
	twilio_said(&again, &f, a);
	need(strcmp(said.text, again.text) == 0 && said.n_media == again.n_media);
	return 0;
}
