/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "ctl/opts.h"

/* As much of a wrong word is shown. */
enum { WRONG_BYTES = 400 };

#define DOTS "\xe2\x80\xa6" /* the ellipsis that says: more of it */

/* One piece of a usage line. */
struct piece {
	const char *name; /* of an option, behind its dashes; else of the word */
	size_t len;
	bool option, needed, many;
	enum { VALUE_NONE, VALUE_MAY, VALUE_MUST } value; /* of an option */
};

/* Where the bracket that opens at line is closed. */
static const char *
closing(const char *line)
{
	int depth = 0;

	for (;; line++) {
		assert(*line != '\0');
		depth += *line == '[' ? 1 : *line == ']' ? -1 : 0;
		if (depth == 0)
			return line;
	}
}

static bool
ends_with_dots(const char *from, const char *to)
{
	const size_t n = sizeof(DOTS) - 1;

	return (size_t)(to - from) >= n && memcmp(to - n, DOTS, n) == 0;
}

/* Takes the next piece off the line; false: there is none. */
static bool
next_piece(const char **line, struct piece *p)
{
	const char *s = *line + strspn(*line, " "), *end;

	if (*s == '\0')
		return false;
	*p = (struct piece){ .needed = *s != '[' };
	end = p->needed ? s + strcspn(s, " ") : closing(s);
	*line = p->needed ? end : end + strcspn(end, " ");
	p->many = ends_with_dots(s, *line) || ends_with_dots(s, end);
	p->name = p->needed ? s : s + 1;
	p->option = strncmp(p->name, "--", 2) == 0;
	if (p->option) {
		p->name += 2;
		p->len = strcspn(p->name, " []");
		p->value = p->name[p->len] == ' ' ? VALUE_MUST
		    : p->name[p->len] == '['      ? VALUE_MAY
						  : VALUE_NONE;
	} else {
		p->len = (size_t)(end - p->name);
		p->len -= ends_with_dots(p->name, end) ? sizeof(DOTS) - 1 : 0;
	}
	return true;
}

static bool
find_option(const char *line, const char *name, size_t len, struct piece *p)
{
	while (next_piece(&line, p))
		if (p->option && p->len == len && memcmp(p->name, name, len) == 0)
			return true;
	return false;
}

int
opts_wrong(const struct opts *o, const char *why, const char *what)
{
	CLEANUP(buf_fini) struct buf shown = BUF_INIT(WRONG_BYTES);

	if (what != NULL)
		utf8_shown(&shown, what, strlen(what));
	fprintf(stderr, "botlinectl: %s: %s%s%s\nUsage: botlinectl %s%s%s\n",
	    o->command, why, what != NULL ? ": " : "", shown.data, o->command,
	    *o->usage != '\0' ? " " : "", o->usage);
	return EX_USAGE;
}

static bool
wrong(const struct opts *o, const char *why, const char *what)
{
	(void)opts_wrong(o, why, what);
	return false;
}

static bool
is_given(const struct opts *o, const struct piece *p)
{
	for (size_t i = 0; i < o->n_given; i++)
		if (o->given[i].name == p->name)
			return true;
	return false;
}

/* argv[*i] is an option; its value may be the word behind it. */
static bool
read_option(struct opts *o, int argc, char **argv, int *i)
{
	char *word = argv[*i];
	const char *name = word + 2, *value = NULL;
	size_t len = strcspn(name, "=");
	struct piece p;

	if (!find_option(o->usage, name, len, &p))
		return wrong(o,
		    "there is no such option, and a text that begins with two dashes "
		    "stands behind --",
		    word);
	if (!p.many && p.value != VALUE_NONE && is_given(o, &p))
		return wrong(o, "it is given twice", word);
	if (name[len] == '=')
		value = name + len + 1;
	else if (p.value == VALUE_MUST && *i + 1 < argc)
		value = argv[++*i];
	if (p.value == VALUE_MUST && value == NULL)
		return wrong(o, "its value is missing", word);
	if (p.value == VALUE_NONE && value != NULL)
		return wrong(o, "it takes no value", word);
	if (p.value == VALUE_NONE && is_given(o, &p))
		return true;
	if (o->n_given == NELEMS(o->given))
		return wrong(o, "there are too many options", NULL);
	o->given[o->n_given++] = (struct opts_given){ p.name, value };
	return true;
}

/* Whether there are as many words as the usage line says. */
static bool
count_words(const struct opts *o)
{
	const char *line = o->usage;
	size_t most = 0, needed = 0;
	bool many = false;
	struct piece p;

	while (next_piece(&line, &p)) {
		if (p.option)
			continue;
		most++;
		needed += p.needed;
		many = many || p.many;
		if (p.needed && needed > o->n_words) {
			char name[40];

			snprintf(name, sizeof(name), "%.*s", (int)p.len, p.name);
			return wrong(o, "a word is missing", name);
		}
	}
	return o->n_words <= most || many ||
	    wrong(o, "there is a word too many (quote a text that has several)",
		o->words[most]);
}

bool
opts_read(struct opts *o, const char *command, const char *usage, int argc, char **argv)
{
	bool options = true;

	*o = (struct opts){ .command = command, .usage = usage, .words = argv };
	for (int i = 0; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (!options || strncmp(argv[i], "--", 2) != 0)
			argv[o->n_words++] = argv[i];
		else if (!read_option(o, argc, argv, &i))
			return false;
	}
	return count_words(o);
}

const char *
opts_nth(const struct opts *o, const char *name, size_t i)
{
	struct piece p;
	bool known = find_option(o->usage, name, strlen(name), &p);

	assert(known);
	for (size_t g = 0; known && g < o->n_given; g++)
		if (o->given[g].name == p.name && i-- == 0)
			return o->given[g].value;
	return NULL;
}

const char *
opts_value(const struct opts *o, const char *name)
{
	return opts_nth(o, name, 0);
}

bool
opts_has(const struct opts *o, const char *name)
{
	struct piece p;
	bool known = find_option(o->usage, name, strlen(name), &p);

	assert(known);
	return known && is_given(o, &p);
}

const char *
opts_word(const struct opts *o, size_t i)
{
	return i < o->n_words ? o->words[i] : NULL;
}

bool
opts_number(const struct opts *o, const char *name, long min, long max, long *out)
{
	const char *text = opts_value(o, name);
	char why[120], *end;
	long n;

	if (text == NULL)
		return true;
	errno = 0;
	n = strtol(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && n >= min && n <= max) {
		*out = n;
		return true;
	}
	snprintf(why, sizeof(why), "--%s is a whole number from %ld to %ld, not", name,
	    min, max);
	return wrong(o, why, text);
}
