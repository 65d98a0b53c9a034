/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct cfg;

/*
 * Everything an operator can say, as one immutable snapshot: the values of the three
 * environments, the rules that tell them apart, the languages. Loaded whole or not at all.
 * Shared by reference count; a request keeps the snapshot it began with.
 */
struct conf;

enum conf_env { CONF_PRODUCTION, CONF_PREPRODUCTION, CONF_DEVELOPMENT, CONF_ENVS };

/* What loading found. Errors forbid the start; warnings and notes do not. */
enum conf_grade { CONF_ERROR, CONF_WARNING, CONF_NOTE };

struct conf_finding {
	enum conf_grade grade;
	char *where; /* "conf/custom/api.cfg:3", a variable, or "" */
	char *text; /* what is wrong and how to mend it; never a secret */
};

struct conf_report {
	struct conf_finding *findings;
	size_t n, errors;
};

void conf_report_fini(struct conf_report *r);

/* One finding a line, errors first, and a line that counts them: conf/check.h has one. */
void conf_report_print(const struct conf_report *r, struct buf *out);

struct conf_opts {
	const char *root; /* folder that holds conf/ and lang/ */
	char *const *environ; /* NULL: none is read */
};

/*
 * Reads every file, finds every error, writes them all to *report (zeroed by the caller,
 * conf_report_fini). NULL when one of them is an error. The caller owns one reference.
 */
struct conf *conf_load(
    const struct conf_opts *opts, struct conf_report *report) MUST_CHECK;
/* The same without its verdict, never NULL: a snapshot even where the report holds errors. */
struct conf *conf_build(
    const struct conf_opts *opts, struct conf_report *report) MUST_CHECK;
struct conf *conf_ref(struct conf *c); /* thread-safe */
void conf_unref(struct conf *c); /* thread-safe; NULL is allowed */

const struct cfg *conf_cfg(const struct conf *c, enum conf_env env);

/*
 * Which environment a request belongs to: environments.fixed, else the first rule that
 * matches host (Host header) or path (path of REQUEST_URI), else production. NULL is "".
 */
enum conf_env conf_detect(const struct conf *c, const char *host, const char *path);

const char *conf_env_name(enum conf_env env);
bool conf_env_parse(const char *name, enum conf_env *env) MUST_CHECK;

/*
 * The keys whose change a reload cannot bring about, because they are read at start only:
 * writes the first `most` names that differ, returns how many differ.
 */
size_t conf_start_changes(const struct conf *now, const struct conf *next,
    const char **names, size_t most) MUST_CHECK;

/*
 * The holder that a reload swaps. One in the process; all functions are thread-safe.
 */
struct conf_box;
struct conf_box *conf_box_new(struct conf *first) MUST_CHECK; /* takes the reference */
void conf_box_free(struct conf_box *b);
struct conf *conf_box_get(struct conf_box *b) MUST_CHECK; /* caller unrefs */
void conf_box_set(struct conf_box *b, struct conf *next); /* takes the reference */

/*
 * The effective values of an environment as configuration files: "### api.cfg" and so on
 * head the part that belongs in each file; every value has its origin as a trailing
 * comment. Secrets are "***" unless show_secrets. Loading a dump with secrets gives the same
 * values, which then come from the files it was put in.
 */
void conf_dump(
    const struct conf *c, enum conf_env env, bool show_secrets, struct buf *out);

#endif
