/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the entry a text means. A phrase fits when the text is it, when the text has all
 * its words, or, for phrases of three words and more, two thirds of them; longer phrases
 * win over shorter ones, the first in the file over later ones.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "sandbox/knowledge.h"

static bool
is_word_byte(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/* "hours" is "hour", "invoices" is "invoice"; "gas" stays. */
static size_t
without_plural(const char *w, size_t n)
{
	return n > 3 && w[n - 1] == 's' && w[n - 2] != 's' ? n - 1 : n;
}

size_t
know_split(struct arena *a, const char *text, const char *words[KNOW_WORDS])
{
	const char *p = fold_text(a, text, strlen(text));
	size_t n = 0;

	while (*p != '\0' && n < KNOW_WORDS) {
		size_t len = 0;

		while (p[len] == '\'' || is_word_byte((unsigned char)p[len]))
			len++;
		if (len > 0)
			words[n++] = arena_strndup(a, p, without_plural(p, len));
		p += len > 0 ? len : 1;
	}
	return n;
}

static bool
has_word(const char *const *words, size_t n, const char *w)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], w) == 0)
			return true;
	return false;
}

/* 0: does not fit. */
static int
score(const struct know_phrase *p, const char *const *words, size_t n)
{
	size_t hits = 0;

	for (size_t i = 0; i < p->n; i++)
		hits += has_word(words, n, p->words[i]);
	if (p->n == 0 || hits == 0)
		return 0;
	if (hits == p->n)
		return (n == p->n ? 10000 : 1000) + (int)hits;
	return p->n >= 3 && hits * 3 >= p->n * 2 ? (int)hits : 0;
}

const struct know_entry *
know_match(const struct knowledge *k, struct arena *scratch, const char *text)
{
	const char *words[KNOW_WORDS];
	size_t n = know_split(scratch, text, words);
	const struct know_entry *best = NULL;
	int best_score = 0;

	for (size_t i = 0; i < k->n_entries; i++)
		for (size_t j = 0; j < k->entries[i].n_phrases; j++) {
			int s = score(&k->entries[i].phrases[j], words, n);

			if (s > best_score) {
				best_score = s;
				best = &k->entries[i];
			}
		}
	return best;
}

const struct know_entry *
know_named(const struct knowledge *k, const char *name)
{
	for (size_t i = 0; i < k->n_entries; i++)
		if (strcmp(k->entries[i].name, name) == 0)
			return &k->entries[i];
	return NULL;
}

static void
set_number(const struct know_word *w, const char *text, struct fault *f)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (w->number == NULL || end == text || n < 0)
		return;
	if (strcmp(w->number, "ms") == 0)
		f->ms = n < FAULT_MS_MAX ? n : FAULT_MS_MAX;
	else if (strcmp(w->number, "reset_s") == 0)
		f->reset_s = n;
	else if (n >= 200 && n <= 599)
		f->status = (int)n;
}

const struct know_word *
know_word(const struct knowledge *k, const char *text, struct fault *out)
{
	for (size_t i = 0; i < k->n_words; i++) {
		const struct know_word *w = &k->words[i];
		size_t n = strlen(w->say);

		if (strncmp(text, w->say, n) != 0 ||
		    (text[n] != '\0' && text[n] != ' '))
			continue;
		*out = w->fault;
		set_number(w, text + n, out);
		return w;
	}
	return NULL;
}
