/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_EXPLAIN_H
#define CONF_EXPLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "conf/conf.h"

/*
 * What one key is and where its value comes from, for botlinectl config. name is a key or one
 * of its other names; ERR_INPUT when there is none, with the nearest one in the text.
 */

/* The effective value in an environment, bare, for scripts: conf/notation.h. */
bool conf_get(const struct conf *c, enum conf_env env, const char *name,
    bool show_secrets, struct buf *out, struct err *e) MUST_CHECK;

/* How explanations are written. */
struct explain_opts {
	enum conf_env env;
	bool show_secrets, json;
};

/*
 * Type, range, default, meaning, other names, variable, and each place that says something,
 * the one that counts marked. c may have errors: what is unusable is told as such.
 */
bool conf_explain(const struct conf *c, const struct explain_opts *o, const char *name,
    struct buf *out, struct err *e) MUST_CHECK;

#endif
