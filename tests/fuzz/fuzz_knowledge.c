/* SPDX-License-Identifier: Apache-2.0 */
/* A knowledge file; one that is accepted is asked something. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "sandbox/knowledge.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(knowledge_putp) struct knowledge *k = NULL;
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct err e = { 0 };
	struct fault f = { 0 };

	k = knowledge_parse((const char *)data, size, &e);
	if (k == NULL) {
		if (e.text[0] == '\0')
			abort();
		return 0;
	}
	(void)know_match(k, a, "What are your opening hours?");
	for (size_t i = 0; i < k->n_entries; i++) {
		if (know_named(k, k->entries[i].name) != &k->entries[i])
			abort();
		for (size_t j = 0; j < k->entries[i].n_options; j++)
			if (k->entries[i].options[j].to == NULL)
				abort();
	}
	if (k->n_words > 0 && know_word(k, k->words[0].say, &f) == NULL)
		abort();
	return 0;
}
