/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as a request: four lines of variables, then the body. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "support/web_fixture.h"
#include "web/request.h"

static struct conf *
conf_once(void)
{
	static struct conf *c;
	char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
		(char[]){ "BOTLINE_API__SECRET=s" }, NULL };

	if (c == NULL && (c = conf_with(env)) == NULL)
		abort();
	return c;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "REQUEST_METHOD", "REQUEST_URI",
		"CONTENT_TYPE", "CONTENT_LENGTH" };
	struct fake_var vars[NELEMS(names) + 1] = { 0 };
	struct arena *a = arena_new();
	char *text = arena_strndup(a, (const char *)data, size), *at = text;
	struct web_req r = { 0 };
	struct fake_io io;
	struct err e = { 0 };

	for (size_t i = 0; i < NELEMS(names); i++) {
		size_t len = strcspn(at, "\n");

		vars[i] = (struct fake_var){ names[i], at };
		if (at[len] == '\0') {
			at += len;
			break;
		}
		at[len] = '\0';
		at += len + 1;
	}
	fake_io_init(&io, vars, at, size - (size_t)(at - text));
	if (!web_read(&r, &io.io, a, conf_once(), &clock_system, &e) &&
	    e.kind == ERR_NONE)
		abort(); /* a refusal says why */
	arena_free(a);
	return 0;
}
