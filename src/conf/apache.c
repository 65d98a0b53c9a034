/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "conf/apache.h"

enum { MOST_WORDS = 64, MOST_DEPTH = 32, MOST_LINES = 100000 };

struct define {
	const char *name, *value;
	struct define *next;
};

struct module {
	const char *name;
	struct module *next;
};

/* Where in the sections a line stands. */
struct scope {
	const struct apache_host *host;
	const char *location;
	bool left_out;
	const char *section; /* whose end closes it */
};

struct reader {
	struct arena *a;
	struct apache *out;
	struct apache_line **tail;
	const char *root; /* ServerRoot */
	struct define *defines;
	struct module *modules;
	size_t n_lines;
	int depth; /* of files within files */
};

static const char *
find_define(const struct reader *r, const char *name, size_t n)
{
	for (const struct define *d = r->defines; d != NULL; d = d->next)
		if (strlen(d->name) == n && memcmp(d->name, name, n) == 0)
			return d->value;
	return NULL;
}

static void
define(struct reader *r, const char *name, const char *value)
{
	struct define *d = arena_alloc(r->a, sizeof(*d));

	*d = (struct define){ arena_strdup(r->a, name), arena_strdup(r->a, value),
		r->defines };
	r->defines = d;
}

/* Puts values in place of ${NAME}; an unknown one stays, as Apache leaves it. */
static const char *
resolve(const struct reader *r, const char *text)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_CONFIG_FILE);

	while (*text != '\0') {
		const char *end =
		    strncmp(text, "${", 2) == 0 ? strchr(text, '}') : NULL;
		const char *value = end != NULL
		    ? find_define(r, text + 2, (size_t)(end - text) - 2)
		    : NULL;

		if (value != NULL) {
			buf_str(&b, value);
			text = end + 1;
		} else {
			buf_chr(&b, *text++);
		}
	}
	return arena_strdup(r->a, b.data);
}

/* The next word of a line, its quotes taken off; NULL: there is none. */
static const char *
next_word(struct arena *a, const char **line)
{
	const char *s = *line + strspn(*line, " \t\r");
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_CONFIG_FILE);
	char quote = *s == '"' || *s == '\'' ? *s : '\0';

	if (*s == '\0')
		return NULL;
	s += quote != '\0';
	for (; *s != '\0'; s++) {
		if (quote != '\0' ? *s == quote : strchr(" \t\r", *s) != NULL)
			break;
		if (quote != '\0' && *s == '\\' && (s[1] == quote || s[1] == '\\'))
			s++;
		buf_chr(&b, *s);
	}
	*line = s + (*s != '\0');
	return arena_strdup(a, b.data);
}

/* Parts of the program where a distribution builds the rest as files. */
static bool
is_built_in(const char *module)
{
	static const char *const names[] = { "core", "so", "http", "http_core",
		"log_config", "logio", "version", "unixd", "watchdog" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (strcmp(module, names[i]) == 0)
			return true;
	return false;
}

/* "mod_proxy_fcgi.c" and "proxy_fcgi_module" are both "proxy_fcgi". */
static const char *
module_name(struct arena *a, const char *text)
{
	size_t n;

	text += strncmp(text, "mod_", 4) == 0 ? 4 : 0;
	n = strlen(text);
	if (n > 2 && strcmp(text + n - 2, ".c") == 0)
		n -= 2;
	else if (n > 7 && strcmp(text + n - 7, "_module") == 0)
		n -= 7;
	return arena_strndup(a, text, n);
}

static bool
is_loaded(const struct reader *r, const char *text)
{
	const char *name = module_name(r->a, text);

	if (is_built_in(name))
		return true;
	for (const struct module *m = r->modules; m != NULL; m = m->next)
		if (strcmp(m->name, name) == 0)
			return true;
	return !r->out->has_modules;
}

static const char *
below_root(const struct reader *r, const char *path)
{
	return *path == '/' ? path : arena_printf(r->a, "%s/%s", r->root, path);
}

/* Whether a section such as <IfModule !x> is read. Conditions of requests count as true. */
static bool
holds(const struct reader *r, const char *section, const char *what)
{
	bool no = *what == '!', is = true;

	what += no;
	if (strcasecmp(section, "IfModule") == 0)
		is = is_loaded(r, what);
	else if (strcasecmp(section, "IfDefine") == 0)
		is = find_define(r, what, strlen(what)) != NULL;
	else if (strcasecmp(section, "IfFile") == 0)
		is = access(below_root(r, what), F_OK) == 0;
	else
		no = false;
	return is != no;
}

static bool read_file(
    struct reader *r, const char *path, const struct scope *scope, struct err *e);

static bool
include(struct reader *r, const char *pattern, const struct scope *scope, struct err *e)
{
	glob_t found;
	bool ok = true;

	if (glob(below_root(r, pattern), 0, NULL, &found) != 0)
		return true; /* Apache itself says what it misses */
	for (size_t i = 0; ok && i < found.gl_pathc; i++)
		ok = read_file(r, found.gl_pathv[i], scope, e);
	globfree(&found);
	return ok;
}

static void
undefine(struct reader *r, const char *name)
{
	for (struct define **d = &r->defines; *d != NULL;)
		if (strcmp((*d)->name, name) == 0)
			*d = (*d)->next;
		else
			d = &(*d)->next;
}

/* What changes the reading itself. */
static bool
obey(struct reader *r, const struct apache_line *l, const struct scope *scope,
    struct err *e)
{
	const char *arg = apache_arg(l, 0);

	if (apache_is(l, "Include") || apache_is(l, "IncludeOptional"))
		return include(r, arg, scope, e);
	if (apache_is(l, "Define"))
		define(r, arg, apache_arg(l, 1));
	else if (apache_is(l, "UnDefine"))
		undefine(r, arg);
	else if (apache_is(l, "ServerRoot"))
		r->root = below_root(r, arg);
	else if (apache_is(l, "User"))
		r->out->user = arg;
	else if (apache_is(l, "Group"))
		r->out->group = arg;
	else if (apache_is(l, "LoadModule")) {
		struct module *m = arena_alloc(r->a, sizeof(*m));

		*m = (struct module){ module_name(r->a, arg), r->modules };
		r->modules = m;
		r->out->has_modules = true;
	}
	return true;
}

static struct apache_line *
make_line(struct reader *r, const char *text, const char *where, const struct scope *in)
{
	const char *words[MOST_WORDS], *word;
	struct apache_line *l = arena_alloc(r->a, sizeof(*l));
	const char **args;
	size_t n = 0;

	text = resolve(r, text);
	while (n < MOST_WORDS && (word = next_word(r->a, &text)) != NULL)
		words[n++] = word;
	args = arena_alloc(r->a, (n + 1) * sizeof(*args));
	memcpy(args, words + (n > 0), (n - (n > 0)) * sizeof(*args));
	*l = (struct apache_line){ .name = n > 0 ? words[0] : "",
		.args = args,
		.n = n - (n > 0),
		.where = where,
		.host = in->host,
		.location = in->location };
	return l;
}

static void
open_section(struct reader *r, char *text, const char *where, struct scope *s)
{
	size_t n = strlen(text);
	struct apache_line *l;

	text[n - (n > 0 && text[n - 1] == '>')] = '\0';
	l = make_line(r, text + 1, where, s);
	s->section = l->name;
	s->left_out = s->left_out || !holds(r, l->name, apache_arg(l, 0));
	if (apache_is(l, "VirtualHost")) {
		struct apache_host *h = arena_alloc(r->a, sizeof(*h));

		*h = (struct apache_host){ where, l->args, l->n };
		s->host = h;
	} else if (apache_is(l, "Location")) {
		s->location = apache_arg(l, 0);
	}
}

static bool
read_line(struct reader *r, char *text, const char *where, const struct scope *s,
    struct err *e)
{
	struct apache_line *l = make_line(r, text, where, s);

	if (++r->n_lines > MOST_LINES)
		return err_set(e, ERR_TOO_BIG, 0, "%s: too many lines", where);
	*r->tail = l;
	r->tail = &l->next;
	return obey(r, l, s, e);
}

/* Cuts a logical line off the text: a backslash at its end goes on with the next one. */
static char *
take_line(char **text, int *number)
{
	char *line = *text, *to = line, *from = line;

	while (*from != '\0' && *from != '\n') {
		if (from[0] == '\\' && from[1] == '\n') {
			from += 2;
			++*number;
		} else {
			*to++ = *from++;
		}
	}
	*text = from + (*from == '\n');
	++*number;
	*to = '\0';
	while (to > line && isspace((unsigned char)to[-1]))
		*--to = '\0';
	return line + strspn(line, " \t");
}

static bool
read_text(struct reader *r, const char *path, char *text, const struct scope *outer,
    struct err *e)
{
	struct scope stack[MOST_DEPTH] = { *outer };
	int top = 0, number = 0;

	while (*text != '\0') {
		int first = number + 1;
		char *line = take_line(&text, &number);
		const char *where = arena_printf(r->a, "%s:%d", path, first);

		if (*line == '\0' || *line == '#')
			continue;
		if (strncmp(line, "</", 2) == 0) {
			top -= top > 0;
		} else if (*line == '<') {
			if (top + 1 == MOST_DEPTH)
				return err_set(e, ERR_TOO_BIG, 0,
				    "%s: too many sections in each other", where);
			stack[top + 1] = stack[top];
			open_section(r, line, where, &stack[++top]);
		} else if (!stack[top].left_out &&
		    !read_line(r, line, where, &stack[top], e)) {
			return false;
		}
	}
	return true;
}

static bool
read_file(struct reader *r, const char *path, const struct scope *scope, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_CONFIG_FILE);
	bool ok;

	if (r->depth == MOST_DEPTH)
		return err_set(e, ERR_TOO_BIG, 0, "%s: included by itself?", path);
	if (!file_read(AT_FDCWD, path, &b, e))
		return err_wrap(e, "%s", path);
	r->depth++;
	ok = read_text(r, path, b.data, scope, e);
	r->depth--;
	return ok;
}

/* Debian's envvars: lines such as `export APACHE_RUN_USER=www-data`. */
static void
read_variables(struct reader *r)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_CONFIG_FILE);
	char *text;
	struct err e;
	int number = 0;

	if (!file_read(AT_FDCWD, arena_printf(r->a, "%s/envvars", r->root), &b, &e))
		return;
	for (text = b.data; *text != '\0';) {
		char *line = take_line(&text, &number), *equals;

		line += strncmp(line, "export ", 7) == 0 ? 7 : 0;
		equals = strchr(line, '=');
		if (*line == '#' || equals == NULL || strpbrk(equals, "`$") != NULL)
			continue;
		*equals = '\0';
		define(r, line, equals + 1);
	}
}

bool
apache_read(struct arena *a, const char *folder, struct apache *out, struct err *e)
{
	static const char *const mains[] = { "apache2.conf", "conf/httpd.conf",
		"httpd.conf" };
	static const char *const parts[] = { "mods-enabled/*.load",
		"conf-enabled/*.conf", "sites-enabled/*.conf" };
	struct reader r = { .a = a, .out = out, .tail = &out->first, .root = folder };
	const struct scope scope = { 0 };

	*out = (struct apache){ .folder = arena_strdup(a, folder) };
	read_variables(&r);
	for (size_t i = 0; i < NELEMS(mains); i++) {
		const char *path = arena_printf(a, "%s/%s", folder, mains[i]);

		if (access(path, F_OK) == 0)
			return read_file(&r, path, &scope, e);
	}
	for (size_t i = 0; i < NELEMS(parts); i++)
		if (!include(&r, parts[i], &scope, e))
			return false;
	return out->first != NULL ||
	    err_set(e, ERR_IO, 0, "no configuration of Apache in %s", folder);
}

bool
apache_is(const struct apache_line *line, const char *name)
{
	return strcasecmp(line->name, name) == 0;
}

const char *
apache_arg(const struct apache_line *line, size_t i)
{
	return i < line->n ? line->args[i] : "";
}

bool
apache_has_module(const struct apache *ap, const char *module)
{
	const size_t n = strlen(module);

	if (is_built_in(module) || !ap->has_modules)
		return true;
	for (const struct apache_line *l = ap->first; l != NULL; l = l->next) {
		const char *given = apache_arg(l, 0);

		if (apache_is(l, "LoadModule") && strncmp(given, module, n) == 0 &&
		    strcmp(given + n, "_module") == 0)
			return true;
	}
	return false;
}
