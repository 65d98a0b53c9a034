/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a knowledge file: libconfig's syntax tree into the plain structs of knowledge.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "sandbox/knowledge.h"

/* What a load needs everywhere. */
struct load {
	struct arena *a;
	struct knowledge *k;
	struct know_entry *entries; /* = k->entries while they are still written */
	struct err *e;
};

static bool PRINTF(3, 4)
    bad(struct load *l, const config_setting_t *at, const char *fmt, ...)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(160);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return err_set(l->e, ERR_CONFIG, 0, "line %u: %s",
	    at != NULL ? config_setting_source_line(at) : 1, b.data);
}

/* --- typed access -------------------------------------------------------------------- */

static bool
only_known(struct load *l, config_setting_t *group, const char *names)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *m = config_setting_get_elem(group, (unsigned int)i);
		const char *name = config_setting_name(m);
		const char *hit = strstr(names, name);
		size_t n = strlen(name);

		/* `names` is " a b c ": the hit must be a whole word of it. */
		while (hit != NULL && (hit[-1] != ' ' || hit[n] != ' '))
			hit = strstr(hit + 1, name);
		if (hit == NULL)
			return bad(l, m, "\"%.40s\" is not known here; known are%s",
			    name, names);
	}
	return true;
}

static bool
need_group(struct load *l, const config_setting_t *s, const char *what)
{
	if (config_setting_is_group(s))
		return true;
	return bad(l, s, "%s must be a group { … }", what);
}

/* A string setting's text into *out. */
static bool
get_text(struct load *l, const config_setting_t *s, const char **out)
{
	const char *text;

	if (config_setting_type(s) != CONFIG_TYPE_STRING)
		return bad(l, s, "must be a string");
	text = config_setting_get_string(s);
	if (!utf8_valid(text, strlen(text)))
		return bad(l, s, "is not UTF-8");
	*out = arena_strdup(l->a, text);
	return true;
}

/* Member `name`; *out stays as it is when there is none. */
static bool
text_member(
    struct load *l, const config_setting_t *group, const char *name, const char **out)
{
	const config_setting_t *s = config_setting_get_member(group, name);

	return s == NULL || get_text(l, s, out);
}

static bool
need_text(
    struct load *l, const config_setting_t *group, const char *name, const char **out)
{
	*out = NULL;
	if (!text_member(l, group, name, out))
		return false;
	if (*out == NULL || **out == '\0')
		return bad(l, group, "%s is missing", name);
	return true;
}

/* A string, or a list or array of strings. */
static bool
texts_member(struct load *l, const config_setting_t *group, const char *name,
    const char *const **out, size_t *n)
{
	const config_setting_t *s = config_setting_get_member(group, name);
	bool one = s != NULL && config_setting_type(s) == CONFIG_TYPE_STRING;
	const char **list;

	*out = NULL;
	*n = 0;
	if (s == NULL)
		return true;
	if (!one && !config_setting_is_list(s) && !config_setting_is_array(s))
		return bad(l, s, "%s must be a string or a list of strings", name);
	*n = one ? 1 : (size_t)config_setting_length(s);
	if (*n > KNOW_PHRASES)
		return bad(l, s, "%s has more than %d texts", name, KNOW_PHRASES);
	*out = list = arena_alloc(l->a, (*n + 1) * sizeof(*list));
	for (size_t i = 0; i < *n; i++)
		if (!get_text(l, one ? s : config_setting_get_elem(s, (unsigned int)i),
			&list[i]))
			return false;
	return true;
}

static bool
int_member(struct load *l, const config_setting_t *group, const char *name, int max,
    int64_t *out)
{
	const config_setting_t *s = config_setting_get_member(group, name);
	int n;

	if (s == NULL)
		return true;
	n = config_setting_get_int(s);
	if (config_setting_type(s) != CONFIG_TYPE_INT || n < 0 || n > max)
		return bad(l, s, "%s must be a number from 0 to %d", name, max);
	*out = n;
	return true;
}

/* A list of groups; *n is 0 when the member is missing. */
static bool
list_member(struct load *l, const config_setting_t *group, const char *name, size_t max,
    config_setting_t **out, size_t *n)
{
	*out = config_setting_get_member(group, name);
	*n = 0;
	if (*out == NULL)
		return true;
	if (!config_setting_is_list(*out))
		return bad(l, *out, "%s must be a list ( { … }, { … } )", name);
	*n = (size_t)config_setting_length(*out);
	if (*n > max)
		return bad(l, *out, "%s has more than %zu entries", name, max);
	for (size_t i = 0; i < *n; i++)
		if (!need_group(
			l, config_setting_get_elem(*out, (unsigned int)i), name))
			return false;
	return true;
}

/* --- entries ------------------------------------------------------------------------- */

static bool
read_phrases(struct load *l, const config_setting_t *s, struct know_entry *en)
{
	const char *words[KNOW_WORDS];
	const char *const *says;
	struct know_phrase *p;
	size_t n;

	if (!texts_member(l, s, "says", &says, &n))
		return false;
	p = arena_alloc(l->a, (n + 1) * sizeof(*p));
	for (size_t i = 0; i < n; i++) {
		const char **kept;

		p[i].n = know_split(l->a, says[i], words);
		kept = arena_alloc(l->a, (p[i].n + 1) * sizeof(*kept));
		memcpy(kept, words, p[i].n * sizeof(*kept));
		p[i].words = kept;
	}
	en->phrases = p;
	en->n_phrases = n;
	return true;
}

static bool
read_entry(struct load *l, config_setting_t *s, struct know_entry *en)
{
	if (!only_known(l, s, " name says answer ask yes no choose ") ||
	    !need_text(l, s, "name", &en->name) || !read_phrases(l, s, en) ||
	    !texts_member(l, s, "answer", &en->answers, &en->n_answers) ||
	    !text_member(l, s, "ask", &en->ask))
		return false;
	if (know_named(l->k, en->name) != en)
		return bad(l, s, "the name \"%.40s\" is taken", en->name);
	if (en->n_answers == 0 && en->ask == NULL)
		return bad(l, s, "\"%.40s\" has neither answer nor ask", en->name);
	return true;
}

/* Where an option leads: `to` names an entry, `answer` says it here. */
static bool
read_target(struct load *l, const config_setting_t *s, struct know_option *o)
{
	struct know_entry *here = arena_alloc(l->a, sizeof(*here));
	const char *to = NULL;

	if (!text_member(l, s, "to", &to) ||
	    !texts_member(l, s, "answer", &here->answers, &here->n_answers))
		return false;
	if ((to != NULL) == (here->n_answers > 0))
		return bad(l, s, "an option needs either to or answer");
	here->name = "";
	o->to = to != NULL ? know_named(l->k, to) : here;
	if (o->to == NULL)
		return bad(l, s, "there is no entry \"%.40s\"", to);
	return true;
}

static bool
read_polar(struct load *l, config_setting_t *s, struct know_entry *en)
{
	static const char *const labels[] = { "yes", "no" },
				 *const values[] = { "1", "2" };
	struct know_option *o = arena_alloc(l->a, 2 * sizeof(*o));

	for (size_t i = 0; i < 2; i++) {
		config_setting_t *g = config_setting_get_member(s, labels[i]);

		if (g == NULL)
			return bad(l, s, "a yes/no question needs both yes and no");
		if (!need_group(l, g, labels[i]) || !only_known(l, g, " to answer ") ||
		    !read_target(l, g, &o[i]))
			return false;
		o[i].label = o[i].title = labels[i];
		o[i].value = values[i];
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

	if (!list_member(l, s, "choose", KNOW_OPTIONS, &list, &n))
		return false;
	if (n == 0)
		return bad(l, s, "choose is empty");
	o = arena_alloc(l->a, n * sizeof(*o));
	for (size_t i = 0; i < n; i++) {
		config_setting_t *g = config_setting_get_elem(list, (unsigned int)i);

		if (!only_known(l, g, " label title to answer ") ||
		    !need_text(l, g, "label", &o[i].label) || !read_target(l, g, &o[i]))
			return false;
		o[i].title = o[i].label;
		if (!text_member(l, g, "title", &o[i].title))
			return false;
		/* Not the number a person types, so that nobody mixes up the two. */
		o[i].value = arena_printf(l->a, "%zu", 10 + i);
	}
	en->kind = KNOW_CHOICE;
	en->options = o;
	en->n_options = n;
	return true;
}

static bool
read_options(struct load *l, config_setting_t *s, struct know_entry *en)
{
	bool polar = config_setting_get_member(s, "yes") != NULL ||
	    config_setting_get_member(s, "no") != NULL;
	bool choice = config_setting_get_member(s, "choose") != NULL;

	if (polar && choice)
		return bad(l, s, "a question has yes and no, or choose, not both");
	if (en->ask == NULL)
		return !polar && !choice ? true : bad(l, s, "options without ask");
	if (polar)
		return read_polar(l, s, en);
	return choice ? read_choice(l, s, en) : bad(l, s, "ask without options");
}

/* All names first, since options may point forwards. */
static bool
read_entries(struct load *l, const config_setting_t *root)
{
	config_setting_t *list;
	size_t n;

	if (!list_member(l, root, "entries", KNOW_ENTRIES, &list, &n))
		return false;
	l->entries = arena_alloc(l->a, (n + 1) * sizeof(*l->entries));
	l->k->entries = l->entries;
	for (size_t i = 0; i < n; i++) {
		config_setting_t *g = config_setting_get_elem(list, (unsigned int)i);

		l->k->n_entries = i + 1;
		l->entries[i].name = "";
		if (!read_entry(l, g, &l->entries[i]))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!read_options(l, config_setting_get_elem(list, (unsigned int)i),
			&l->entries[i]))
			return false;
	return true;
}

/* --- words and the bot --------------------------------------------------------------- */

static bool
read_word(struct load *l, config_setting_t *s, struct know_word *w)
{
	CLEANUP(buf_fini) struct buf names = BUF_INIT(512);
	const char *kind;
	int64_t status = 0;

	if (!only_known(l, s, " say fault number ms status reset_s answer ") ||
	    !need_text(l, s, "say", &w->say) || !need_text(l, s, "fault", &kind) ||
	    !need_text(l, s, "answer", &w->answer) ||
	    !text_member(l, s, "number", &w->number) ||
	    !int_member(l, s, "ms", FAULT_MS_MAX, &w->fault.ms) ||
	    !int_member(l, s, "status", 599, &status) ||
	    !int_member(l, s, "reset_s", 3600, &w->fault.reset_s))
		return false;
	w->fault.status = (int)status;
	w->fault.kind = fault_kind(kind);
	fault_names(&names);
	if (w->fault.kind == NULL)
		return bad(l, s, "fault must be one of %s", names.data);
	if (status != 0 && status < 200)
		return bad(l, s, "status must be from 200 to 599");
	if (w->number != NULL && strcmp(w->number, "ms") != 0 &&
	    strcmp(w->number, "status") != 0 && strcmp(w->number, "reset_s") != 0)
		return bad(l, s, "number must be ms, status or reset_s");
	return true;
}

static bool
read_words(struct load *l, const config_setting_t *root)
{
	config_setting_t *list;
	struct know_word *w;
	size_t n;

	if (!list_member(l, root, "trouble", KNOW_ENTRIES, &list, &n))
		return false;
	l->k->words = w = arena_alloc(l->a, (n + 1) * sizeof(*w));
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
		return bad(l, NULL, "the group bot is missing");
	if (!need_group(l, bot, "bot") ||
	    !only_known(l, bot, " name welcome too_long fallback ") ||
	    !need_text(l, bot, "name", &k->bot_name) ||
	    !need_text(l, bot, "welcome", &k->welcome) ||
	    !need_text(l, bot, "too_long", &k->too_long) ||
	    !texts_member(l, bot, "fallback", &k->fallbacks, &k->n_fallbacks))
		return false;
	if (k->n_fallbacks == 0)
		return bad(l, bot, "fallback is missing");
	return true;
}

static bool
read_all(struct load *l, config_t *cfg)
{
	config_setting_t *root = config_root_setting(cfg);

	return only_known(l, root, " bot entries trouble ") && read_bot(l, root) &&
	    read_entries(l, root) && read_words(l, root);
}

/* --- the whole ----------------------------------------------------------------------- */

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
	struct load l = { .a = arena_new(), .e = e };
	config_t cfg;
	bool ok = false;

	l.k = arena_alloc(l.a, sizeof(*l.k));
	l.k->arena = l.a;
	l.k->users = 1;
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
	arena_free(l.a);
	return NULL;
}

struct knowledge *
knowledge_use(struct knowledge *k)
{
	__atomic_add_fetch(&k->users, 1, __ATOMIC_RELAXED);
	return k;
}

void
knowledge_put(struct knowledge *k)
{
	if (k != NULL && __atomic_sub_fetch(&k->users, 1, __ATOMIC_ACQ_REL) == 0)
		arena_free(k->arena); /* k itself is in there */
}

void
knowledge_putp(struct knowledge **k)
{
	knowledge_put(*k);
	*k = NULL;
}
