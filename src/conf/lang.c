/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/lang.h"
#include "conf/lang_inner.h"

int
label_compare(const void *a, const void *b)
{
	return strcmp(((const struct label *)a)->name, ((const struct label *)b)->name);
}

static const struct label *
find(const struct lang *l, const char *name)
{
	struct label key = { .name = name };

	return bsearch(&key, l->labels, l->n, sizeof(key), label_compare);
}

const char *
lang_get(const struct lang *l, const char *label)
{
	const struct label *found = find(l, label);

	return found != NULL ? found->text : label;
}

bool
lang_has(const struct lang *l, const char *label)
{
	return find(l, label) != NULL;
}

const char *
lang_code(const struct lang *l)
{
	return l->code;
}

/* The parameter whose name stands at s, the longest of them; NULL when none does. */
static const struct lang_param *
param_at(const char *s, const struct lang_param *params, size_t n)
{
	const struct lang_param *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(params[i].name);

		if (len > longest && strncmp(s, params[i].name, len) == 0) {
			best = &params[i];
			longest = len;
		}
	}
	return best;
}

const char *
lang_say(const struct lang *l, struct arena *a, const char *label,
    const struct lang_param *params, size_t n)
{
	const char *text = lang_get(l, label);
	size_t most = strlen(text) + 1;
	char *out, *end;

	/* No parameter stands in a text more often than the text has dollar signs. */
	for (const char *s = text; (s = strchr(s, '$')) != NULL; s++) {
		const struct lang_param *p = param_at(s + 1, params, n);

		most += p != NULL ? strlen(p->value) : 0;
	}
	end = out = arena_alloc(a, most);
	while (*text != '\0') {
		const struct lang_param *p =
		    *text == '$' ? param_at(text + 1, params, n) : NULL;

		if (p == NULL) {
			*end++ = *text++;
			continue;
		}
		memcpy(end, p->value, strlen(p->value));
		end += strlen(p->value);
		text += 1 + strlen(p->name);
	}
	*end = '\0';
	return out;
}

/* A text to lay over; `at` is its place among those that were given. */
struct over {
	struct label label;
	size_t at;
};

/* By label; texts of one label stay in the order they were given. */
static int
compare_over(const void *a, const void *b)
{
	const struct over *x = a, *y = b;
	int by_label = label_compare(&x->label, &y->label);

	return by_label != 0 ? by_label : (x->at > y->at) - (x->at < y->at);
}

/* The texts that say something, sorted, the last one of each label. */
static size_t
sort_texts(struct over *sorted, const struct lang_text *texts, size_t n)
{
	size_t said = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		if (texts[i].text != NULL && *texts[i].text != '\0')
			sorted[said++] =
			    (struct over){ { texts[i].label, texts[i].text }, i };
	qsort(sorted, said, sizeof(*sorted), compare_over);
	for (size_t i = 0; i < said; i++)
		if (i + 1 == said ||
		    label_compare(&sorted[i].label, &sorted[i + 1].label) != 0)
			sorted[kept++] = sorted[i];
	return kept;
}

const struct lang *
lang_over(
    struct arena *a, const struct lang *base, const struct lang_text *texts, size_t n)
{
	struct over *sorted = arena_alloc(a, (n + 1) * sizeof(*sorted));
	size_t n_over = sort_texts(sorted, texts, n);
	size_t from = 0;
	struct lang *out;

	if (n_over == 0)
		return base;
	out = arena_alloc(a, sizeof(*out));
	out->code = base->code;
	out->labels = arena_alloc(a, (base->n + n_over) * sizeof(*out->labels));
	for (size_t i = 0; i < n_over; i++) {
		const struct label new = sorted[i].label;

		while (from < base->n && label_compare(&base->labels[from], &new) < 0)
			out->labels[out->n++] = base->labels[from++];
		if (from < base->n && label_compare(&base->labels[from], &new) == 0)
			from++;
		out->labels[out->n++] = new;
	}
	while (from < base->n)
		out->labels[out->n++] = base->labels[from++];
	return out;
}
