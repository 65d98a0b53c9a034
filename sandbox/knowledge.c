/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a knowledge file: libconfig's syntax tree into the plain structs of knowledge.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/know_load.h"

static bool
read_word(struct load *l, config_setting_t *s, struct know_word *w)
{
	CLEANUP(buf_fini) struct buf names = BUF_INIT(512);
	const char *kind;
	int64_t status = 0;

	if (!kcfg_only(&l->c, s, " say fault number ms status reset_s answer ") ||
	    !kcfg_need_text(&l->c, s, "say", &w->say) ||
	    !kcfg_need_text(&l->c, s, "fault", &kind) ||
	    !kcfg_need_text(&l->c, s, "answer", &w->answer) ||
	    !kcfg_text(&l->c, s, "number", &w->number) ||
	    !kcfg_int(&l->c, s, "ms", FAULT_MS_MAX, &w->fault.ms) ||
	    !kcfg_int(&l->c, s, "status", 599, &status) ||
	    !kcfg_int(&l->c, s, "reset_s", 3600, &w->fault.reset_s))
		return false;
	w->fault.status = (int)status;
	w->fault.kind = fault_kind(kind);
	fault_names(&names);
	if (w->fault.kind == NULL)
		return kcfg_bad(&l->c, s, "fault must be one of %s", names.data);
	if (status != 0 && status < 200)
		return kcfg_bad(&l->c, s, "status must be from 200 to 599");
	if (w->number != NULL && strcmp(w->number, "ms") != 0 &&
	    strcmp(w->number, "status") != 0 && strcmp(w->number, "reset_s") != 0)
		return kcfg_bad(&l->c, s, "number must be ms, status or reset_s");
	return true;
}

static bool
read_words(struct load *l, const config_setting_t *root)
{
	config_setting_t *list;
	struct know_word *w;
	size_t n;

	if (!kcfg_list(&l->c, root, "trouble", KNOW_ENTRIES, &list, &n))
		return false;
	l->k->words = w = arena_alloc(l->c.a, (n + 1) * sizeof(*w));
	l->k->n_words = n;
	for (size_t i = 0; i < n; i++)
		if (!read_word(
			l, config_setting_get_elem(list, (unsigned int)i), &w[i]))
			return false;
	return true;
}

static bool
read_bot(struct load *l, const config_setting_t *root)
{
	config_setting_t *bot = config_setting_get_member(root, "bot");
	struct knowledge *k = l->k;

	if (bot == NULL)
		return kcfg_bad(&l->c, NULL, "the group bot is missing");
	if (!kcfg_group(&l->c, bot, "bot") ||
	    !kcfg_only(&l->c, bot, " name welcome too_long fallback ") ||
	    !kcfg_need_text(&l->c, bot, "name", &k->bot_name) ||
	    !kcfg_need_text(&l->c, bot, "welcome", &k->welcome) ||
	    !kcfg_need_text(&l->c, bot, "too_long", &k->too_long) ||
	    !kcfg_texts(&l->c, bot, "fallback", &k->fallbacks, &k->n_fallbacks))
		return false;
	if (k->n_fallbacks == 0)
		return kcfg_bad(&l->c, bot, "fallback is missing");
	return true;
}

static bool
read_all(struct load *l, config_t *cfg)
{
	config_setting_t *root = config_root_setting(cfg);

	return kcfg_only(&l->c, root, " bot entries trouble ") && read_bot(l, root) &&
	    load_entries(l, root) && read_words(l, root);
}

/* libconfig would open the file named behind it; a knowledge file stands alone. */
static bool
has_include(const char *text)
{
	const char *at = text;

	while ((at = strstr(at, "@include")) != NULL) {
		const char *p = at;

		while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
			p--;
		if (p == text || p[-1] == '\n')
			return true;
		at++;
	}
	return false;
}

struct knowledge *
knowledge_parse(const char *text, size_t len, struct err *e)
{
	CLEANUP(freep) char *copy = NULL;
	struct load l = { .c = { arena_new(), e } };
	config_t cfg;
	bool ok = false;

	l.k = arena_alloc(l.c.a, sizeof(*l.k));
	l.k->arena = l.c.a;
	atomic_init(&l.k->users, 1);
	copy = xstrndup(text, len);
	config_init(&cfg);
	if (len > KNOW_FILE_BYTES)
		err_set(e, ERR_TOO_BIG, 0, "more than %d bytes", KNOW_FILE_BYTES);
	else if (memchr(text, '\0', len) != NULL)
		err_set(e, ERR_CONFIG, 0, "holds a NUL byte");
	else if (has_include(copy))
		err_set(e, ERR_CONFIG, 0, "@include is not supported");
	else if (!config_read_string(&cfg, copy))
		err_set(e, ERR_CONFIG, 0, "line %d: %s", config_error_line(&cfg),
		    config_error_text(&cfg));
	else
		ok = read_all(&l, &cfg);
	config_destroy(&cfg);
	if (ok)
		return l.k;
	arena_free(l.c.a);
	return NULL;
}

struct knowledge *
knowledge_use(struct knowledge *k)
{
	atomic_fetch_add_explicit(&k->users, 1, memory_order_relaxed);
	return k;
}

void
knowledge_put(struct knowledge *k)
{
	if (k != NULL &&
	    atomic_fetch_sub_explicit(&k->users, 1, memory_order_acq_rel) == 1)
		arena_free(k->arena); /* k itself is in there */
}

void
knowledge_putp(struct knowledge **k)
{
	knowledge_put(*k);
	*k = NULL;
}
