/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what a bot can be asked. */
#include "config.h"

#include <string.h>

#include "sandbox/know_load.h"

/* The words of one phrase. */
static struct know_phrase
phrase_of(struct load *l, const char *text)
{
	const char *words[KNOW_WORDS];
	struct know_phrase p = { .n = know_split(l->c.a, text, words) };
	const char **kept = arena_alloc(l->c.a, (p.n + 1) * sizeof(*kept));

	memcpy(kept, words, p.n * sizeof(*kept));
	p.words = kept;
	return p;
}

/* What people say; the title is one of it, because a related content is chosen so. */
static bool
read_phrases(struct load *l, const config_setting_t *s, struct know_entry *en)
{
	const char *const *says;
	struct know_phrase *p;
	size_t n;

	if (!kcfg_texts(&l->c, s, "says", &says, &n))
		return false;
	en->phrases = p = arena_alloc(l->c.a, (n + 1) * sizeof(*p));
	for (size_t i = 0; i < n; i++)
		p[i] = phrase_of(l, says[i]);
	en->n_phrases = n;
	if (en->title != NULL)
		p[en->n_phrases++] = phrase_of(l, en->title);
	return true;
}

/* What an entry says in which way, and what does not go together. */
static bool
is_whole(struct load *l, const config_setting_t *s, const struct know_entry *en)
{
	int follows = (en->ask != NULL) + (en->form != NULL) + (en->n_pages > 0);

	if (en->n_answers == 0 && follows == 0 && en->callback == NULL)
		return kcfg_bad(&l->c, s,
		    "\"%.40s\" has neither answer nor ask, form or pages", en->name);
	if (follows > 1)
		return kcfg_bad(
		    &l->c, s, "only one of ask, form and pages can follow an answer");
	if (en->n_answers == 0 && (en->rate || en->side != NULL))
		return kcfg_bad(&l->c, s, "rate and side need an answer");
	if (en->n_answers == 0 && en->flag != NULL)
		return kcfg_bad(&l->c, s, "flag needs an answer");
	return true;
}

static bool
read_entry(struct load *l, config_setting_t *s, struct know_entry *en)
{
	if (!kcfg_only(&l->c, s,
		" name title says answer ask yes no choose form pages related rate "
		"side flag direct callback without_agents ") ||
	    !kcfg_need_text(&l->c, s, "name", &en->name) ||
	    !kcfg_text(&l->c, s, "title", &en->title) || !read_phrases(l, s, en) ||
	    !kcfg_texts(&l->c, s, "answer", &en->answers, &en->n_answers) ||
	    !kcfg_text(&l->c, s, "ask", &en->ask) ||
	    !kcfg_text(&l->c, s, "side", &en->side) ||
	    !kcfg_bool(&l->c, s, "rate", &en->rate) || !load_form(l, s, en) ||
	    !load_pages(l, s, en) || !load_escalation(l, s, en))
		return false;
	if (know_named(l->k, en->name) != en)
		return kcfg_bad(&l->c, s, "the name \"%.40s\" is taken", en->name);
	if (en->title == NULL)
		en->title = en->name;
	return is_whole(l, s, en);
}

/* All names first, since options and related contents may point forwards. */
bool
load_entries(struct load *l, const config_setting_t *root)
{
	config_setting_t *list;
	size_t n;

	if (!kcfg_list(&l->c, root, "entries", KNOW_ENTRIES, &list, &n))
		return false;
	l->entries = arena_alloc(l->c.a, (n + 1) * sizeof(*l->entries));
	l->k->entries = l->entries;
	for (size_t i = 0; i < n; i++) {
		config_setting_t *g = config_setting_get_elem(list, (unsigned int)i);

		l->k->n_entries = i + 1;
		l->entries[i].name = "";
		l->entries[i].id = (int)i + 1;
		if (!read_entry(l, g, &l->entries[i]))
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		config_setting_t *g = config_setting_get_elem(list, (unsigned int)i);

		if (!load_options(l, g, &l->entries[i]) ||
		    !load_related(l, g, &l->entries[i]) ||
		    !load_without_agents(l, g, &l->entries[i]))
			return false;
	}
	return true;
}
