/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a form: every field found is terminated, and shorter than what came in.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/form.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct form f;
	struct err e;
	size_t total = 0;

	if (!form_parse(&f, a, (const char *)data, size, &e))
		return 0;
	for (size_t i = 0; i < f.n; i++) {
		const struct form_field *field = &f.fields[i];

		if (field->name[field->name_len] != '\0' ||
		    field->value[field->value_len] != '\0')
			abort();
		total += field->name_len + field->value_len;
	}
	if (total > size)
		abort();
	(void)form_get(&f, "Body");
	return 0;
}
