/* SPDX-License-Identifier: Apache-2.0 */
/* What is found besides an entry's own text: pages of a search, related contents. */
#include "config.h"

#include <string.h>

#include "sandbox/know_load.h"

static bool
read_page(struct load *l, config_setting_t *s, struct know_page *page)
{
	return kcfg_only(&l->c, s, " title text url ") &&
	    kcfg_need_text(&l->c, s, "title", &page->title) &&
	    kcfg_need_text(&l->c, s, "text", &page->text) &&
	    kcfg_text(&l->c, s, "url", &page->url);
}

bool
load_pages(struct load *l, config_setting_t *s, struct know_entry *en)
{
	config_setting_t *pages, *list;
	struct know_page *p;
	size_t n;

	if (!kcfg_part(&l->c, s, "pages", &pages))
		return false;
	if (pages == NULL)
		return true;
	if (!kcfg_only(&l->c, pages, " found list ") ||
	    !kcfg_need_text(&l->c, pages, "found", &en->found) ||
	    !kcfg_list(&l->c, pages, "list", KNOW_OPTIONS, &list, &n))
		return false;
	if (n == 0)
		return kcfg_bad(&l->c, pages, "list is missing or empty");
	en->pages = p = arena_alloc(l->c.a, n * sizeof(*p));
	for (size_t i = 0; i < n; i++)
		if (!read_page(
			l, config_setting_get_elem(list, (unsigned int)i), &p[i]))
			return false;
	en->n_pages = n;
	return true;
}

/* An entry by its name, else by its title. */
static const struct know_entry *
entry_called(const struct knowledge *k, const char *what)
{
	const struct know_entry *en = know_named(k, what);

	for (size_t i = 0; en == NULL && i < k->n_entries; i++)
		if (strcmp(k->entries[i].title, what) == 0)
			en = &k->entries[i];
	return en;
}

bool
load_related(struct load *l, config_setting_t *s, struct know_entry *en)
{
	const char *const *names;
	const struct know_entry **to;
	config_setting_t *group;
	size_t n;

	if (!kcfg_part(&l->c, s, "related", &group))
		return false;
	if (group == NULL)
		return true;
	if (en->n_answers == 0)
		return kcfg_bad(&l->c, group, "related needs an answer");
	if (!kcfg_only(&l->c, group, " title to ") ||
	    !kcfg_need_text(&l->c, group, "title", &en->related_title) ||
	    !kcfg_texts(&l->c, group, "to", &names, &n))
		return false;
	if (n == 0 || n > KNOW_OPTIONS)
		return kcfg_bad(
		    &l->c, group, "to must name 1 to %d entries", KNOW_OPTIONS);
	to = arena_alloc(l->c.a, n * sizeof(const struct know_entry *));
	en->related = to;
	for (size_t i = 0; i < n; i++) {
		to[i] = entry_called(l->k, names[i]);
		if (to[i] == NULL)
			return kcfg_bad(
			    &l->c, group, "there is no entry \"%.40s\"", names[i]);
	}
	en->n_related = n;
	return true;
}
