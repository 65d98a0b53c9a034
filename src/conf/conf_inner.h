/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CONF_INNER_H
#define CONF_CONF_INNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "conf/layer.h"
#include "conf/rule.h"

/* What a snapshot is made of, for the files of this room only. */

struct cfg {
	struct value v[CFG_KEYS];
	const struct lang *lang;
};

struct env_rule {
	struct rule *rule; /* NULL: never matches */
	bool by_host;
	atomic_bool gave_up; /* said once in the log */
};

struct conf {
	atomic_int refs;
	struct arena *arena; /* every text and language; written by loading only */
	struct cfg cfg[CONF_ENVS];
	struct env_rule *rules; /* CONF_ENVS of them */
	bool is_fixed;
	enum conf_env fixed; /* environments.fixed */

	/* What the operator said, place by place: for findings about it. */
	struct layer *custom, *folders[CONF_ENVS], *variables;
};

/* Fills rules and fixed from the values. */
void env_make_rules(struct conf *c);

/* Whether a request may ever fall into the environment. */
bool conf_env_used(const struct conf *c, enum conf_env env) MUST_CHECK;

#endif
