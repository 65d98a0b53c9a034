/* SPDX-License-Identifier: Apache-2.0 */
/* The question of an entry: yes and no, or a list to choose from. */
#include "config.h"

#include "sandbox/know_load.h"

/* Where an option leads: `to` names an entry, `answer` says it here. */
static bool
read_target(struct load *l, const config_setting_t *s, struct know_option *o)
{
	struct know_entry *here = arena_alloc(l->c.a, sizeof(*here));
	const char *to = NULL;

	if (!kcfg_text(&l->c, s, "to", &to) ||
	    !kcfg_texts(&l->c, s, "answer", &here->answers, &here->n_answers))
		return false;
	if ((to != NULL) == (here->n_answers > 0))
		return kcfg_bad(&l->c, s, "an option needs either to or answer");
	here->name = here->title = "";
	o->to = to != NULL ? know_named(l->k, to) : here;
	if (o->to == NULL)
		return kcfg_bad(&l->c, s, "there is no entry \"%.40s\"", to);
	return true;
}

static bool
read_polar(struct load *l, config_setting_t *s, struct know_entry *en)
{
	static const char *const labels[] = { "yes", "no" },
				 *const values[] = { "1", "2" };
	struct know_option *o = arena_alloc(l->c.a, 2 * sizeof(*o));

	for (size_t i = 0; i < 2; i++) {
		config_setting_t *g = config_setting_get_member(s, labels[i]);

		if (g == NULL)
			return kcfg_bad(
			    &l->c, s, "a yes/no question needs both yes and no");
		if (!kcfg_group(&l->c, g, labels[i]) ||
		    !kcfg_only(&l->c, g, " to answer ") || !read_target(l, g, &o[i]))
			return false;
		o[i].label = o[i].title = labels[i];
		o[i].value = values[i];
		o[i].redirect = "";
	}
	en->kind = KNOW_POLAR;
	en->options = o;
	en->n_options = 2;
	return true;
}

static bool
read_choice(struct load *l, const config_setting_t *s, struct know_entry *en)
{
	config_setting_t *list;
	struct know_option *o;
	size_t n;

	if (!kcfg_list(&l->c, s, "choose", KNOW_OPTIONS, &list, &n))
		return false;
	if (n == 0)
		return kcfg_bad(&l->c, s, "choose is empty");
	o = arena_alloc(l->c.a, n * sizeof(*o));
	for (size_t i = 0; i < n; i++) {
		config_setting_t *g = config_setting_get_elem(list, (unsigned int)i);

		if (!kcfg_only(&l->c, g, " label title to answer redirect ") ||
		    !kcfg_need_text(&l->c, g, "label", &o[i].label) ||
		    !read_target(l, g, &o[i]))
			return false;
		o[i].title = o[i].label;
		o[i].redirect = "";
		if (!kcfg_text(&l->c, g, "title", &o[i].title) ||
		    !kcfg_text(&l->c, g, "redirect", &o[i].redirect))
			return false;
		/* Not the number a person types, so that nobody mixes up the two. */
		o[i].value = arena_printf(l->c.a, "%zu", 10 + i);
	}
	en->kind = KNOW_CHOICE;
	en->options = o;
	en->n_options = n;
	return true;
}

bool
load_options(struct load *l, config_setting_t *s, struct know_entry *en)
{
	bool polar = config_setting_get_member(s, "yes") != NULL ||
	    config_setting_get_member(s, "no") != NULL;
	bool choice = config_setting_get_member(s, "choose") != NULL;

	if (polar && choice)
		return kcfg_bad(
		    &l->c, s, "a question has yes and no, or choose, not both");
	if (en->ask == NULL)
		return !polar && !choice ? true
					 : kcfg_bad(&l->c, s, "options without ask");
	if (polar)
		return read_polar(l, s, en);
	return choice ? read_choice(l, s, en)
		      : kcfg_bad(&l->c, s, "ask without options");
}
