/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_KNOWLEDGE_H
#define SANDBOX_KNOWLEDGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "sandbox/faults.h"

/*
 * What the sandbox's bot knows: a libconfig file that a person edits (knowledge.cfg tells
 * how). Read only once loaded, so any thread may use it; counted, so that a conversation
 * can go on with the one it began with.
 */

enum {
	KNOW_FILE_BYTES = 1024 * 1024,
	KNOW_ENTRIES = 1000,
	KNOW_OPTIONS = 20, /* of a question; also values, pages, related contents */
	KNOW_FIELDS = 20, /* of a form */
	KNOW_WORDS = 64 /* of a text that are looked at */
};

struct know_entry;

struct know_option {
	const char *label, *title;
	const char *value; /* what comes back when it is chosen */
	const char *redirect; /* its DYNAMIC_REDIRECT; "" for none */
	const struct know_entry *to;
};

enum know_kind { KNOW_STATEMENT, KNOW_POLAR, KNOW_CHOICE };

/* Words of a phrase, folded, without a plural's s. */
struct know_phrase {
	const char *const *words;
	size_t n;
};

enum know_field_kind { KNOW_TEXT, KNOW_LIST, KNOW_DATE, KNOW_EMAIL };

struct know_value {
	const char *label; /* shown */
	const char *option; /* what comes back */
	bool is_number; /* the option is sent as one */
};

struct know_field {
	const char *name; /* the form's variable, of KNOW_VARIABLE_CHARS */
	const char *ask,
	    *wrong; /* HTML; wrong is said before asking again, may be "" */
	enum know_field_kind kind;
	const struct know_value *values; /* of a list */
	size_t n_values;
};

enum { KNOW_VARIABLE_BYTES = 40 };
#define KNOW_VARIABLE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

struct know_form {
	const struct know_field *fields;
	size_t n_fields;
	const char *done; /* HTML; $NAME stands for what was said to that field */
	const char *leave, *left; /* HTML: a yes/no question after failures; when yes */
	const char *callback; /* gets what was filled in; NULL: none */
};

struct know_page {
	const char *title, *text; /* text: HTML */
	const char *url; /* NULL: it has none */
};

struct know_entry {
	const char *name; /* "" for an answer written inside an option */
	const char *title; /* the name when the file has none */
	int id; /* from 1 */
	const struct know_phrase *phrases;
	size_t n_phrases;
	const char *const
	    *answers; /* HTML, one message each, before all that follows */
	size_t n_answers;
	enum know_kind kind;
	const char *ask; /* HTML of the question; NULL for a statement */
	const struct know_option *options;
	size_t n_options;
	const struct know_form *form; /* NULL: none */
	const char *found; /* HTML above the pages */
	const struct know_page *pages;
	size_t n_pages;
	const char *related_title; /* text above the related contents */
	const struct know_entry *const *related;
	size_t n_related;
	bool rate; /* the answer can be rated */
	const char *side; /* HTML of the side bubble; NULL: none */
	const char *flag; /* of the last answer; NULL: none */
	const char *direct; /* DIRECT_CALL of its answers and question; NULL: none */
	const char *callback; /* an action of the last answer; NULL: none */
	/* Said instead when the variable agents_available is "false"; NULL: none. */
	const struct know_entry *without_agents;
};

/* A word said on the phone that makes the upstream misbehave: "!slow 3000". */
struct know_word {
	const char *say; /* folded as it is: exact, up to the first blank */
	struct fault fault;
	const char *number; /* the figure a number behind it sets: "ms"…; NULL: none */
	const char *answer; /* HTML, said when the fault lets an answer through */
};

struct knowledge {
	const char *bot_name;
	const char *welcome, *too_long; /* HTML */
	const char *const *fallbacks; /* HTML, in turn */
	size_t n_fallbacks;
	const struct know_entry *entries;
	size_t n_entries;
	const struct know_word *words;
	size_t n_words;
	struct arena *arena; /* owns all of it */
	atomic_int users;
};

/* The text of a file; e tells the line. The result has one user. */
struct knowledge *knowledge_parse(
    const char *text, size_t len, struct err *e) MUST_CHECK;

struct knowledge *knowledge_use(struct knowledge *k); /* one more user; returns k */
void knowledge_put(struct knowledge *k); /* one less; NULL is allowed */
void knowledge_putp(struct knowledge **k); /* for CLEANUP */

/* know_match.c */

/* The entry that fits the text best; NULL when none does. Scratch is for its own use. */
const struct know_entry *know_match(
    const struct knowledge *k, struct arena *scratch, const char *text);
const struct know_entry *know_named(const struct knowledge *k, const char *name);

/* The word the text begins with, and its fault with the number said; NULL for none. */
const struct know_word *know_word(
    const struct knowledge *k, const char *text, struct fault *out);

/* Splits and folds a text into at most KNOW_WORDS words of the arena. */
size_t know_split(struct arena *a, const char *text, const char *words[KNOW_WORDS]);

/* Know_file.c: the file, read again when it changes. */

struct know_file;

/* Fails when the file cannot be used; later faults are logged and the old one kept. */
struct know_file *know_file_open(const char *path, struct err *e) MUST_CHECK;
void know_file_close(struct know_file *f);
/* The newest usable content; knowledge_put() when done. */
struct knowledge *know_file_get(struct know_file *f) MUST_CHECK;

#endif
