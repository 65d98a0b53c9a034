/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl lang check: every language, label by label. */
#include "config.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/js.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "conf/lang_inner.h"
#include "conf/lang_load.h"
#include "conf/report.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/show.h"
#include "twilio/segments.h"

extern char **environ;

enum { OUTPUT_BYTES = 4 << 20, LONG_SEGMENTS = 3 };

static const struct label_row {
	const char *name, *params;
} known[] = {
#define LABEL(name, params, optional) { (name), (params) },
#include "conf/labels.def"
};

/* What is told of one language. */
struct tally {
	const char *code;
	size_t labels, findings, errors;
	size_t longest, segments; /* of the longest label */
	const char *label;
	struct tally *next;
};

struct look {
	struct loader loader;
	const char *const *own; /* labels that the operator's ratings name */
	size_t n_own;
	struct tally *first, **tail;
};

static const char *
file_name(struct look *k, const char *code)
{
	return arena_printf(k->loader.arena, "lang/%s.cfg", code);
}

/* A parameter that a text does not show: users miss what the others are told. */
static void
check_params(struct look *k, const struct lang *lang, const struct label_row *row)
{
	const char *p = row->params;

	while (*p != '\0') {
		size_t n = strcspn(p, " ");
		const char *name = arena_printf(k->loader.arena, "$%.*s", (int)n, p);

		if (lang_has(lang, row->name) &&
		    strstr(lang_get(lang, row->name), name) == NULL)
			report_add(k->loader.report, CONF_WARNING,
			    file_name(k, lang->code),
			    "label %s does not show %s: put it where the value belongs",
			    row->name, name);
		p += n + (p[n] == ' ');
	}
}

static void
check_length(struct look *k, struct tally *t, const struct label *l)
{
	const struct seg_bill bill = seg_count(l->text, strlen(l->text));

	if (bill.segments > t->segments ||
	    (bill.segments == t->segments && bill.units > t->longest)) {
		t->segments = bill.segments;
		t->longest = bill.units;
		t->label = l->name;
	}
	if (bill.segments >= LONG_SEGMENTS)
		report_add(k->loader.report, CONF_WARNING, file_name(k, t->code),
		    "label %s is %zu SMS segments long (%zu units of %s): shorten it",
		    l->name, bill.segments, bill.units,
		    seg_alphabet_name(bill.alphabet));
}

static void
check_language(struct look *k, const char *code)
{
	struct lang_loader ll = {
		.loader = &k->loader, .extra = k->own, .n_extra = k->n_own
	};
	struct conf_report *r = k->loader.report;
	const size_t before = r->n, errors = r->errors;
	struct tally *t = arena_alloc(k->loader.arena, sizeof(*t));
	const struct lang *lang = lang_load(&ll, code);

	*t = (struct tally){ .code = arena_strdup(k->loader.arena, code), .label = "" };
	for (size_t i = 0; lang != NULL && i < NELEMS(known); i++)
		check_params(k, lang, &known[i]);
	for (size_t i = 0; lang != NULL && i < lang->n; i++)
		check_length(k, t, &lang->labels[i]);
	t->labels = lang != NULL ? lang->n : 0;
	t->findings = r->n - before;
	t->errors = r->errors - errors;
	*k->tail = t;
	k->tail = &t->next;
}

static bool
has_file(struct look *k, const char *code)
{
	const char *path =
	    arena_printf(k->loader.arena, "%s/lang/%s.cfg", k->loader.root, code);

	return access(path, F_OK) == 0;
}

/* All languages that a bot may speak and that have a file. */
static void
check_all(struct look *k)
{
	const char *list = CFG_LANGUAGES;

	while (*list != '\0') {
		size_t n = strcspn(list, " ");
		const char *code = arena_strndup(k->loader.arena, list, n);

		if (has_file(k, code))
			check_language(k, code);
		list += n + (list[n] == ' ');
	}
}

/* Labels of the operator's own are not unknown where his ratings name them. */
static void
find_own(struct look *k, const struct conf *c)
{
	const struct cfg_rating *rows;
	const char **own;
	size_t n = 0;

	for (size_t i = 0; i < CONF_ENVS; i++)
		n += cfg_ratings(conf_cfg(c, (enum conf_env)i), &rows);
	k->own = own = arena_alloc(k->loader.arena, (n + 1) * sizeof(*own));
	for (size_t i = 0; i < CONF_ENVS; i++) {
		n = cfg_ratings(conf_cfg(c, (enum conf_env)i), &rows);
		for (size_t j = 0; j < n; j++)
			own[k->n_own++] = arena_strdup(k->loader.arena, rows[j].label);
	}
}

/* The code in ".../lang/es.cfg", and the folder that has lang/ in it. */
static bool
split_name(struct look *k, const char *path, const char **code)
{
	struct arena *a = k->loader.arena;
	const char *slash = strrchr(path, '/'),
		   *name = slash != NULL ? slash + 1 : path;
	const char *folder = slash != NULL
	    ? arena_strndup(a, path, (size_t)(slash - path) + (slash == path))
	    : ".";
	const size_t n = strlen(name);
	char *real = realpath(folder, NULL);

	if (real == NULL || n < 5 || strcmp(name + n - 4, ".cfg") != 0 ||
	    strcmp(basename(real), "lang") != 0) {
		free(real);
		return false;
	}
	real[strlen(real) - strlen("/lang")] = '\0';
	k->loader.root = arena_strdup(a, real);
	free(real);
	*code = arena_strndup(a, name, n - 4);
	return true;
}

/* What users read with the one file and with the other. */
static void
compare(struct look *k, const struct lang *now, const struct lang *then)
{
	const char *where = file_name(k, then->code);

	for (size_t i = 0; i < then->n; i++) {
		const struct label *l = &then->labels[i];

		if (!lang_has(now, l->name))
			report_add(k->loader.report, CONF_NOTE, where,
			    "label %s is new: \"%s\"", l->name, l->text);
		else if (strcmp(lang_get(now, l->name), l->text) != 0)
			report_add(k->loader.report, CONF_NOTE, where,
			    "label %s changes from \"%s\" to \"%s\"", l->name,
			    lang_get(now, l->name), l->text);
	}
	for (size_t i = 0; i < now->n; i++)
		if (!lang_has(then, now->labels[i].name))
			report_add(k->loader.report, CONF_NOTE, where,
			    "label %s goes: \"%s\"", now->labels[i].name,
			    now->labels[i].text);
}

/* One file, and what it would change in place of the one that is installed. */
static bool
check_file(struct look *k, const char *path)
{
	CLEANUP(conf_report_fini) struct conf_report unread = { 0 };
	struct loader theirs = { k->loader.root, k->loader.arena, &unread };
	struct loader mine = theirs;
	struct lang_loader ours = { .loader = &theirs }, new = { .loader = &mine };
	const struct lang *now, *then;
	const char *code;

	if (!split_name(k, path, &code))
		return false;
	mine.root = k->loader.root;
	check_language(k, code);
	then = lang_load(&new, code);
	now = lang_load(&ours, code);
	if (now != NULL && then != NULL)
		compare(k, now, then);
	return true;
}

static void
put_text(struct buf *out, const struct look *k)
{
	for (const struct tally *t = k->first; t != NULL; t = t->next)
		buf_printf(out,
		    "%-3s %zu labels, longest: %s, %zu SMS segment%s (%zu units); %zu "
		    "finding%s\n",
		    t->code, t->labels, t->label, t->segments,
		    t->segments == 1 ? "" : "s", t->longest, t->findings,
		    t->findings == 1 ? "" : "s");
	conf_report_print(k->loader.report, out);
}

static void
put_json(struct buf *out, const struct look *k)
{
	const struct conf_report *r = k->loader.report;

	buf_str(out, "{\"languages\":[");
	for (const struct tally *t = k->first; t != NULL; t = t->next) {
		js_put_text(
		    out, t == k->first ? "{\"code\":" : ",\n{\"code\":", t->code);
		buf_printf(
		    out, ",\"labels\":%zu,\"findings\":%zu", t->labels, t->findings);
		js_put_text(out, ",\"longest\":", t->label);
		buf_printf(
		    out, ",\"units\":%zu,\"segments\":%zu}", t->longest, t->segments);
	}
	buf_printf(out, "],\n\"errors\":%zu,\"findings\":", r->errors);
	show_findings_json(out, r);
	buf_str(out, "}\n");
}

int
ctl_lang_check(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	struct look k = { .loader = { ctl->root, a, &report }, .tail = &k.first };
	const struct conf_opts opts = { .root = ctl->root, .environ = environ };
	CLEANUP(conf_report_fini) struct conf_report unread = { 0 };
	struct conf *c = conf_build(&opts, &unread);
	const char *path = opts_word(o, 0);

	find_own(&k, c);
	conf_unref(c);
	if (path == NULL)
		check_all(&k);
	else if (!check_file(&k, path))
		return ctl_fail(EX_NOINPUT,
		    "a file of a language is lang/CODE.cfg, in a folder that is called lang");
	if (path == NULL && k.first == NULL)
		report_add(&report, CONF_ERROR, "lang",
		    "there is no file of any language below %s", ctl->root);
	if (opts_has(o, "json"))
		put_json(&out, &k);
	else
		put_text(&out, &k);
	if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		return ctl_fail(EX_IOERR, "standard output cannot be written");
	return report.errors > 0 ? EX_CONFIG : EXIT_SUCCESS;
}
