/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "conf/lang_inner.h"
#include "conf/lang_load.h"
#include "conf/nearest.h"
#include "conf/report.h"
#include "conf/source.h"

static const struct label_row {
	const char *name, *params;
	bool optional;
} known[] = {
#define LABEL(name, params, optional) { (name), (params), (optional) },
#include "conf/labels.def"
};

static const struct label_row *
find_known(const char *name)
{
	for (size_t i = 0; i < NELEMS(known); i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

static bool
is_extra(const struct lang_loader *l, const char *name)
{
	for (size_t i = 0; i < l->n_extra; i++)
		if (strcmp(l->extra[i], name) == 0)
			return true;
	return false;
}

static bool
is_param(const char *params, const char *name, size_t n)
{
	while (*params != '\0') {
		size_t len = strcspn(params, " ");

		/* lang_say takes the longest name that fits, so a text may go on. */
		if (len > 0 && len <= n && strncmp(params, name, len) == 0)
			return true;
		params += len + (params[len] == ' ');
	}
	return false;
}

/* Warns of a $word in the text that nobody will fill in. */
static void
check_params(
    struct loader *l, const char *where, const struct label_row *row, const char *text)
{
	for (const char *s = text; (s = strchr(s, '$')) != NULL; s++) {
		size_t n = 0;

		while (isalnum((unsigned char)s[1 + n]) || s[1 + n] == '_')
			n++;
		if (n == 0 || isdigit((unsigned char)s[1]) ||
		    is_param(row->params, s + 1, n))
			continue;
		report_add(l->report, CONF_WARNING, where,
		    "label %s: $%.*s is no parameter of this label and stays as it is%s%s",
		    row->name, (int)n, s + 1, *row->params != '\0' ? "; known: $" : "",
		    row->params);
	}
}

static void
warn_unknown(struct loader *l, const char *where, const char *name)
{
	struct nearest near = NEAREST_INIT(name);

	for (size_t i = 0; i < NELEMS(known); i++)
		nearest_offer(&near, known[i].name);
	if (near.best[0] != '\0')
		report_add(l->report, CONF_WARNING, where,
		    "unknown label %s (did you mean %s?)", name, near.best);
	else
		report_add(l->report, CONF_WARNING, where,
		    "unknown label %s: nothing uses it", name);
}

static bool
read_label(struct lang_loader *ll, const char *file, const config_setting_t *set,
    struct label *out)
{
	struct loader *l = ll->loader;
	const char *name = config_setting_name(set);
	const char *text = config_setting_get_string(set);
	const char *where =
	    arena_printf(l->arena, "%s:%d", file, (int)config_setting_source_line(set));
	const struct label_row *row = find_known(name);

	if (text == NULL || !utf8_valid(text, strlen(text))) {
		report_add(l->report, CONF_ERROR, where, "label %s must be %s", name,
		    text == NULL ? "a text in double quotes"
				 : "UTF-8 (an escape \\x… is not)");
		return false;
	}
	if (*text == '\0')
		report_add(l->report, CONF_WARNING, where, "label %s is empty", name);
	if (row != NULL)
		check_params(l, where, row, text);
	else if (!is_extra(ll, name))
		warn_unknown(l, where, name);
	out->name = arena_strdup(l->arena, name);
	out->text = arena_strdup(l->arena, text);
	return true;
}

static struct lang *
read_labels(struct lang_loader *ll, const char *file, const config_setting_t *root)
{
	struct loader *l = ll->loader;
	size_t n = (size_t)config_setting_length(root);
	struct lang *lang = arena_alloc(l->arena, sizeof(*lang));
	bool good = true;

	lang->labels = arena_alloc(l->arena, (n + 1) * sizeof(*lang->labels));
	for (size_t i = 0; i < n; i++) {
		const config_setting_t *set =
		    config_setting_get_elem(root, (unsigned)i);

		if (read_label(ll, file, set, &lang->labels[lang->n]))
			lang->n++;
		else
			good = false;
	}
	if (n == 0) {
		report_add(
		    l->report, CONF_ERROR, file, "is empty: it defines no label");
		return NULL;
	}
	if (!good)
		return NULL;
	qsort(lang->labels, lang->n, sizeof(*lang->labels), label_compare);
	return lang;
}

static struct lang *
read_file(struct lang_loader *ll, const char *code, bool *missing)
{
	struct loader *l = ll->loader;
	const char *file = arena_printf(l->arena, "lang/%s.cfg", code);
	const char *path = arena_printf(l->arena, "%s/%s", l->root, file);
	struct lang *lang = NULL;
	enum source_state state;
	config_t cfg;

	config_init(&cfg);
	state = source_read(&cfg, path, file, l->report);
	if (state == SOURCE_OK)
		lang = read_labels(ll, file, config_root_setting(&cfg));
	config_destroy(&cfg);
	if (lang != NULL)
		lang->code = arena_strdup(l->arena, code);
	*missing = state == SOURCE_MISSING;
	return lang;
}

/* English, whose absence matters only to who needs it. NULL when it cannot be had. */
static struct lang *
english(struct lang_loader *l)
{
	if (!l->english_read)
		l->english = read_file(l, "en", &l->english_missing);
	l->english_read = true;
	return l->english;
}

/*
 * Warns of a label that the language lacks, and tells what to lay over it: the English
 * text, an empty one when English lacks it too.
 */
static struct lang_text
mend_label(struct lang_loader *l, const char *code, const char *name, const char *who)
{
	const struct lang *en = strcmp(code, "en") != 0 ? english(l) : NULL;
	const char *text = en != NULL && lang_has(en, name) ? lang_get(en, name) : "";

	report_add(l->loader->report, CONF_WARNING,
	    arena_printf(l->loader->arena, "lang/%s.cfg", code),
	    "label %s is missing%s: users will read %s", name, who,
	    *text != '\0' ? "the English text" : "its name");
	return (struct lang_text){ name, text };
}

/* The language with English texts for what it lacks. */
static const struct lang *
mend(struct lang_loader *l, const struct lang *lang)
{
	struct arena *a = l->loader->arena;
	struct lang_text *texts =
	    arena_alloc(a, (NELEMS(known) + l->n_extra) * sizeof(*texts));
	size_t n = 0;

	for (size_t i = 0; i < NELEMS(known); i++)
		if (!known[i].optional && !lang_has(lang, known[i].name))
			texts[n++] = mend_label(l, lang->code, known[i].name, "");
	for (size_t i = 0; i < l->n_extra; i++)
		if (find_known(l->extra[i]) == NULL && !lang_has(lang, l->extra[i]))
			texts[n++] = mend_label(l, lang->code, l->extra[i],
			    ", which a rating in conversation.cfg names");
	return lang_over(a, lang, texts, n);
}

const struct lang *
lang_load(struct lang_loader *l, const char *code)
{
	bool missing = false;
	const struct lang *lang;

	if (strcmp(code, "en") == 0) {
		lang = english(l);
		missing = l->english_missing;
	} else {
		lang = read_file(l, code, &missing);
	}
	if (missing)
		report_add(l->loader->report, CONF_ERROR,
		    arena_printf(l->loader->arena, "lang/%s.cfg", code),
		    "is missing: %s, or set conversation.default.lang to another language",
		    strcmp(code, "en") == 0
			? "copy it from botline's sources"
			: "copy lang/en.cfg to that name and translate it");
	return lang != NULL ? mend(l, lang) : NULL;
}
