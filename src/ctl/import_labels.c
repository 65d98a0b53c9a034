/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of lang/<code>.php, put into lang/<code>.cfg in place of ours. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <libconfig.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "conf/nearest.h"
#include "conf/source.h"
#include "ctl/import.h"

/* Ends each file that was written here, and tells it from one as it is shipped. */
#define MARK "# Texts of the PHP template, by botlinectl import-php."

static const char *const known[] = {
#define LABEL(name, params, optional) name,
#include "conf/labels.def"
};

static bool
is_label(const struct import *im, const char *name)
{
	for (size_t i = 0; i < NELEMS(known); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	for (const struct import_name *l = im->labels; l != NULL; l = l->next)
		if (strcmp(l->text, name) == 0)
			return true;
	return false;
}

static void
lose_unknown(struct import *im, const char *file, const struct php_item *item)
{
	struct nearest near = NEAREST_INIT(item->key);

	for (size_t i = 0; i < NELEMS(known); i++)
		nearest_offer(&near, known[i]);
	import_find(im, IMPORT_LOST, file, item->line, item->key,
	    near.best[0] != '\0'
		? "botline has no such label, and no rating names it "
		  "(did you mean %s?)"
		: "botline has no such label, and no rating names it%s",
	    near.best);
}

/* The text of a label; NULL, with a finding, when it is none that can be carried over. */
static const char *
label_text(struct import *im, const char *file, const struct php_item *item)
{
	const struct php_value *v = &item->value;
	const char *why;

	if (v->type == PHP_UNKNOWN)
		why = arena_printf(
		    im->a, "%s: no PHP is run, so the text is not known", v->text);
	else if (v->type != PHP_TEXT)
		why = arena_printf(
		    im->a, "is %s, must be a text", php_type_name(v->type));
	else if (strlen(v->text) != v->len)
		why = "holds a NUL byte";
	else if (!utf8_valid(v->text, v->len))
		why = "is not UTF-8: save the file as UTF-8";
	else
		return v->text;
	import_find(im, IMPORT_LOST, file, item->line, item->key, "%s", why);
	return NULL;
}

static void
read_labels(struct import *im, struct import_lang *lang, const struct php_value *array)
{
	for (size_t i = 0; i < array->n; i++) {
		const struct php_item *item = &array->items[i];
		const char *text;

		if (item->is_number || !is_label(im, item->key)) {
			lose_unknown(im, lang->file, item);
			continue;
		}
		if (item->earlier > 0)
			import_find(im, IMPORT_NOTE, lang->file, item->line, item->key,
			    "stands in line %d too; the last one counts",
			    item->earlier);
		text = label_text(im, lang->file, item);
		if (text == NULL)
			continue;
		lang->labels[lang->n++] = (struct import_label){ .name = item->key,
			.text = text,
			.above = item->above,
			.line = item->line };
	}
}

static bool
is_language(const char *code)
{
	size_t n = strlen(code);

	for (const char *s = CFG_LANGUAGES; *s != '\0'; s += *s == ' ') {
		size_t len = strcspn(s, " ");

		if (len == n && memcmp(s, code, n) == 0)
			return true;
		s += len;
	}
	return false;
}

void
import_labels(
    struct import *im, const char *file, const char *code, const struct php_file *php)
{
	struct import_lang *lang = arena_alloc(im->a, sizeof(*lang));
	const struct php_value *v = &php->value;

	for (const struct php_remark *r = php->remarks; r != NULL; r = r->next)
		import_find(im, IMPORT_LOST, file, r->line, "", "%s", r->text);
	if (!is_language(code) || v->type != PHP_ARRAY) {
		import_find(im, IMPORT_LOST, file, v->line, "",
		    is_language(code) ? "the file does not return an array of texts"
				      : "no language that a bot can speak");
		return;
	}
	lang->code = arena_strdup(im->a, code);
	lang->file = file;
	lang->labels = arena_alloc(im->a, (v->n + 1) * sizeof(*lang->labels));
	read_labels(im, lang, v);
	*im->last_lang = lang;
	im->last_lang = &lang->next;
}

/* A file of ours while texts are put into it. */
struct patch {
	const struct import_lang *lang;
	bool *done; /* of each label */
	config_t now; /* what it says before */
	struct buf *out;
};

/* The label that a line sets by itself, "# " in front of it or not; lang->n: none. */
static size_t
label_of_line(const struct patch *p, const char *line, size_t n)
{
	size_t skip = n > 2 && memcmp(line, "# ", 2) == 0 ? 2 : 0;
	size_t len = skip;

	while (n > 0 && isspace((unsigned char)line[n - 1]))
		n--;
	while (len < n && (isalnum((unsigned char)line[len]) || line[len] == '_'))
		len++;
	if (n < len + 6 || memcmp(line + len, " = \"", 4) != 0 ||
	    memcmp(line + n - 2, "\";", 2) != 0)
		return p->lang->n;
	for (size_t i = 0; i < p->lang->n; i++) {
		const char *name = p->lang->labels[i].name;

		if (strlen(name) != len - skip ||
		    memcmp(name, line + skip, len - skip) != 0 || p->done[i])
			continue;
		/* An example in a comment counts where nothing else sets it. */
		if (skip > 0 && config_lookup(&p->now, name) != NULL)
			continue;
		return i;
	}
	return p->lang->n;
}

static void
put_label(struct patch *p, size_t i)
{
	buf_printf(p->out, "%s = ", p->lang->labels[i].name);
	import_put_text(p->out, p->lang->labels[i].text);
	buf_str(p->out, ";\n");
	p->done[i] = true;
}

static void
put_lines(struct patch *p, const char *text, size_t n)
{
	for (size_t at = 0; at < n;) {
		const char *nl = memchr(text + at, '\n', n - at);
		size_t len = nl != NULL ? (size_t)(nl - text) + 1 - at : n - at;
		size_t i = label_of_line(p, text + at, len);

		if (i < p->lang->n)
			put_label(p, i);
		else if (strncmp(text + at, MARK, sizeof(MARK) - 1) != 0)
			buf_add(p->out, text + at, len);
		at += len;
	}
	if (n > 0 && text[n - 1] != '\n')
		buf_chr(p->out, '\n');
}

static void
put_rest(struct patch *p)
{
	bool first = true;

	for (size_t i = 0; i < p->lang->n; i++) {
		if (p->done[i])
			continue;
		if (first)
			buf_str(p->out, "\n");
		first = false;
		import_put_comments(p->out, p->lang->labels[i].above, 0);
		put_label(p, i);
	}
	buf_str(p->out, MARK "\n");
}

/* Whether each label has its text, as libconfig reads what was made. */
static bool
says_all(const struct import_lang *lang, const char *text)
{
	bool all;
	config_t cfg;

	config_init(&cfg);
	all = config_read_string(&cfg, text) == CONFIG_TRUE;
	for (size_t i = 0; all && i < lang->n; i++) {
		const char *now = NULL;

		all = config_lookup_string(&cfg, lang->labels[i].name, &now) ==
			CONFIG_TRUE &&
		    strcmp(now, lang->labels[i].text) == 0;
	}
	config_destroy(&cfg);
	return all;
}

static size_t
count_same(const struct patch *p)
{
	size_t same = 0;

	for (size_t i = 0; i < p->lang->n; i++) {
		const char *now = NULL;

		if (config_lookup_string(&p->now, p->lang->labels[i].name, &now) ==
			CONFIG_TRUE &&
		    strcmp(now, p->lang->labels[i].text) == 0)
			same++;
	}
	return same;
}

/* Reads the file that the texts go into: of the folder that is written to, else the one that
 * botline has. An absent one is empty. */
static bool
read_base(struct import *im, const char *name, struct buf *text)
{
	const char *const roots[] = { im->to, im->root };
	struct err e;

	for (size_t i = 0; i < NELEMS(roots); i++) {
		if (file_read(AT_FDCWD, arena_printf(im->a, "%s/%s", roots[i], name),
			text, &e))
			return true;
		if (e.kind != ERR_IO || e.code != ENOENT)
			break;
	}
	return e.kind == ERR_IO && e.code == ENOENT;
}

static void
print_lang(struct import *im, const struct import_lang *lang)
{
	CLEANUP(buf_fini) struct buf base = BUF_INIT(LIMIT_CONFIG_FILE);
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_CONFIG_FILE);
	struct import_output o = { .is_lang = true };
	struct patch p = { .lang = lang, .out = &out };

	o.name = arena_printf(im->a, "lang/%s.cfg", lang->code);
	p.done = arena_alloc(im->a, (lang->n + 1) * sizeof(*p.done));
	config_init(&p.now);
	if (!read_base(im, o.name, &base) ||
	    config_read_string(&p.now, base.data) != CONFIG_TRUE) {
		import_find(im, IMPORT_LOST, lang->file, 0, "",
		    "%s cannot be read: botlinectl check tells why", o.name);
	} else {
		o.same = count_same(&p);
		o.settings = lang->n - o.same;
		o.has_settings = strstr(base.data, MARK) != NULL;
		put_lines(&p, base.data, base.len);
		put_rest(&p);
		o.text = arena_strdup(im->a, out.data);
		o.len = out.len;
		if (!buf_ok(&out) || !says_all(lang, out.data))
			import_find(im, IMPORT_LOST, lang->file, 0, "",
			    "%s is not one label a line: put the texts in by hand",
			    o.name);
		else if (o.settings > 0)
			import_add_output(im, &o);
	}
	config_destroy(&p.now);
}

void
import_print_langs(struct import *im)
{
	for (const struct import_lang *l = im->langs; l != NULL; l = l->next)
		print_lang(im, l);
}
