/* SPDX-License-Identifier: Apache-2.0 */
/* A knowledge file; one that is accepted is asked something. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "sandbox/knowledge.h"

/* What the rest of the sandbox relies on without asking. */
static void
check_entry(const struct know_entry *en)
{
	if (en->title == NULL || en->id <= 0)
		abort();
	for (size_t i = 0; i < en->n_options; i++)
		if (en->options[i].to == NULL)
			abort();
	for (size_t i = 0; i < en->n_related; i++)
		if (en->related[i] == NULL || en->related_title == NULL)
			abort();
	for (size_t i = 0; i < en->n_pages; i++)
		if (en->pages[i].title == NULL || en->pages[i].text == NULL)
			abort();
	if (en->form != NULL &&
	    (en->form->n_fields == 0 || en->form->done == NULL ||
		en->form->leave == NULL || en->form->left == NULL))
		abort();
	for (size_t i = 0; en->form != NULL && i < en->form->n_fields; i++) {
		const struct know_field *f = &en->form->fields[i];

		if (strlen(f->name) > KNOW_VARIABLE_BYTES || f->wrong == NULL ||
		    (f->kind == KNOW_LIST) != (f->n_values > 0))
			abort();
	}
}

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
		check_entry(&k->entries[i]);
	}
	if (k->n_words > 0 && know_word(k, k->words[0].say, &f) == NULL)
		abort();
	return 0;
}
