/* SPDX-License-Identifier: Apache-2.0 */
/* What leads from an entry to an agent. */
#include "config.h"

#include <string.h>

#include "sandbox/know_load.h"

/* One of these words: " a b ", with blanks at both ends; or none. */
static bool
read_word(struct load *l, config_setting_t *s, const char *name, const char *words,
    const char **out)
{
	const char *word = NULL, *at;
	size_t n;

	if (!kcfg_text(&l->c, s, name, &word))
		return false;
	if (word == NULL)
		return true;
	n = strlen(word);
	at = n > 0 ? strstr(words, word) : NULL;
	if (at == NULL || at[-1] != ' ' || at[n] != ' ')
		return kcfg_bad(&l->c, s, "%s must be one of:%s", name, words);
	*out = word;
	return true;
}

bool
load_escalation(struct load *l, config_setting_t *s, struct know_entry *en)
{
	return read_word(l, s, "flag", " escalate no-rating no-results ", &en->flag) &&
	    read_word(
		l, s, "direct", " escalationOffer escalationStart ", &en->direct) &&
	    read_word(l, s, "callback", " escalationStart ", &en->callback);
}

bool
load_without_agents(struct load *l, config_setting_t *s, struct know_entry *en)
{
	const char *name = NULL;

	if (!kcfg_text(&l->c, s, "without_agents", &name))
		return false;
	if (name == NULL)
		return true;
	en->without_agents = know_named(l->k, name);
	if (en->without_agents == NULL)
		return kcfg_bad(&l->c, s, "there is no entry \"%.40s\"", name);
	return true;
}
