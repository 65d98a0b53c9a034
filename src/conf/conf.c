/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "conf/cfg.h"
#include "conf/check.h"
#include "conf/conf_inner.h"
#include "conf/lang_load.h"
#include "conf/report.h"

static struct layer *
new_layer(struct loader *l)
{
	return arena_alloc(l->arena, sizeof(struct layer));
}

static void
read_values(struct conf *c, struct loader *l, char *const *variables)
{
	struct layer *table = new_layer(l), *shipped = new_layer(l);

	c->custom = new_layer(l);
	c->variables = new_layer(l);
	layer_read_table(l, table);
	layer_read_folder(l, FOLDER_DEFAULT, "default", shipped);
	layer_read_folder(l, FOLDER_CUSTOM, "custom", c->custom);
	layer_read_environ(l, variables, c->variables);
	for (size_t i = 0; i < CONF_ENVS; i++) {
		struct value *v = c->cfg[i].v;

		c->folders[i] = new_layer(l);
		layer_read_folder(l, FOLDER_ENVIRONMENT,
		    conf_env_name((enum conf_env)i), c->folders[i]);
		layer_put_over(v, table);
		layer_put_over(v, shipped);
		layer_put_over(v, c->custom);
		layer_put_over(v, c->folders[i]);
		layer_put_over(v, c->variables);
	}
}

/* The labels that ratings name: an operator's own ones are not unknown. */
static size_t
rating_labels(const struct conf *c, struct loader *l, const char *const **out)
{
	const struct cfg_rating *rows;
	size_t n = 0, used = 0;
	const char **labels;

	for (size_t i = 0; i < CONF_ENVS; i++)
		n += cfg_ratings(&c->cfg[i], &rows);
	labels = arena_alloc(l->arena, (n + 1) * sizeof(*labels));
	for (size_t i = 0; i < CONF_ENVS; i++) {
		size_t len = cfg_ratings(&c->cfg[i], &rows);

		for (size_t j = 0; j < len; j++) {
			size_t k = 0;

			while (k < used && strcmp(labels[k], rows[j].label) != 0)
				k++;
			if (k == used)
				labels[used++] = rows[j].label;
		}
	}
	*out = labels;
	return used;
}

static void
read_languages(struct conf *c, struct loader *l)
{
	struct lang_loader loader = { .loader = l };
	const char *failed = "";

	loader.n_extra = rating_labels(c, l, &loader.extra);
	for (size_t i = 0; i < CONF_ENVS; i++) {
		const char *code = cfg_str(&c->cfg[i], CFG_CONVERSATION_DEFAULT_LANG);

		if (!conf_env_used(c, (enum conf_env)i))
			continue;
		for (size_t j = 0; j < i; j++)
			if (c->cfg[j].lang != NULL &&
			    strcmp(lang_code(c->cfg[j].lang), code) == 0)
				c->cfg[i].lang = c->cfg[j].lang;
		if (c->cfg[i].lang == NULL && strcmp(failed, code) != 0)
			c->cfg[i].lang = lang_load(&loader, code);
		if (c->cfg[i].lang == NULL)
			failed = code;
	}
	/* What is never used still has a language, so that cfg_lang is never NULL. */
	for (size_t i = 0; i < CONF_ENVS; i++)
		for (size_t j = 0; j < CONF_ENVS && c->cfg[i].lang == NULL; j++)
			c->cfg[i].lang = c->cfg[j].lang;
}

struct conf *
conf_build(const struct conf_opts *opts, struct conf_report *report)
{
	struct conf *c = xcalloc(1, sizeof(*c));
	struct loader l = { .root = opts->root, .report = report };

	l.arena = c->arena = arena_new();
	c->rules = arena_alloc(c->arena, CONF_ENVS * sizeof(*c->rules));
	atomic_init(&c->refs, 1);
	read_values(c, &l, opts->environ);
	env_make_rules(c);
	read_languages(c, &l);
	return c;
}

struct conf *
conf_load(const struct conf_opts *opts, struct conf_report *report)
{
	struct conf *c = conf_build(opts, report);

	check_start(c, report);
	if (report->errors == 0)
		return c;
	conf_unref(c);
	return NULL;
}

struct conf *
conf_ref(struct conf *c)
{
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return c;
}

void
conf_unref(struct conf *c)
{
	if (c == NULL ||
	    atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) > 1)
		return;
	for (size_t i = 0; i < CONF_ENVS; i++)
		rule_free(c->rules[i].rule);
	arena_free(c->arena);
	free(c);
}

const struct cfg *
conf_cfg(const struct conf *c, enum conf_env env)
{
	return &c->cfg[env];
}

size_t
conf_start_changes(
    const struct conf *now, const struct conf *next, const char **names, size_t most)
{
	const struct value *a = now->cfg[CONF_PRODUCTION].v;
	const struct value *b = next->cfg[CONF_PRODUCTION].v;
	size_t n = 0;

	for (size_t i = 0; i < CFG_KEYS; i++) {
		if ((key_rows[i].flags & KEY_START) == 0 ||
		    value_equal(&a[i], &b[i], key_rows[i].type))
			continue;
		if (n < most)
			names[n] = key_rows[i].key;
		n++;
	}
	return n;
}
