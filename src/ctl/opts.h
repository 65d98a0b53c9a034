/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_OPTS_H
#define CTL_OPTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The one reader of botlinectl's command lines. What a command takes is its usage line, which
 * help prints, the completion is compared with and this parser obeys:
 *
 *	[--json]                a switch
 *	[--env ENVIRONMENT]     an option with a value: --env V or --env=V
 *	[--media URL]…          the same, any number of times
 *	[--watch[=SECONDS]]     an option whose value may be left out: --watch or --watch=V
 *	ID  [ID]  NAME=VALUE…   words: needed, optional, one or more ([NAME…]: none or more)
 *
 * Options come first in the line, but are taken anywhere among the words, up to "--". Only
 * what begins with two dashes is one. An optional word stands behind the needed ones.
 */
struct opts {
	const char *command; /* its words: "queue list" */
	const char *usage; /* its line */
	char **words; /* of argv, in their order, options taken out */
	size_t n_words;
	struct opts_given {
		const char *name, *value; /* in the usage line; NULL: a switch */
	} given[32];
	size_t n_given;
};

/*
 * Reads the words behind the command's own; reorders argv. All texts are borrowed.
 * False: the line is wrong, which is said on standard error with the usage line.
 */
bool opts_read(
    struct opts *o, const char *command, const char *usage, int argc, char **argv);

/* Whether it was given. A name is as in the usage line, without dashes, and must be in it. */
bool opts_has(const struct opts *o, const char *name);
/* Its value; NULL: not given, or given without one. */
const char *opts_value(const struct opts *o, const char *name);
/* The i-th value of an option that may be repeated; NULL: there are no more. */
const char *opts_nth(const struct opts *o, const char *name, size_t i);
/* The i-th word; NULL: it was left out. */
const char *opts_word(const struct opts *o, size_t i);

/* A value that is a whole number from min to max; *out stays where the option is not given.
 * False: it is something else, which is said. */
bool opts_number(const struct opts *o, const char *name, long min, long max, long *out);

/* Says on standard error that the command is used wrongly, with its usage line; returns
 * EX_USAGE. what may be NULL, else it is quoted behind why. */
int opts_wrong(const struct opts *o, const char *why, const char *what);

#endif
