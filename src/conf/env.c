/* SPDX-License-Identifier: Apache-2.0 */
/* Environments: their names, and the rules that tell which one a request belongs to. */
#include "config.h"

#include <string.h>

#include "base/log.h"
#include "conf/cfg.h"
#include "conf/conf_inner.h"

static const char *const env_names[CONF_ENVS] = {
	[CONF_PRODUCTION] = "production",
	[CONF_PREPRODUCTION] = "preproduction",
	[CONF_DEVELOPMENT] = "development",
};

const char *
conf_env_name(enum conf_env env)
{
	return env_names[env];
}

bool
conf_env_parse(const char *name, enum conf_env *env)
{
	for (size_t i = 0; i < CONF_ENVS; i++) {
		if (strcmp(name, env_names[i]) == 0) {
			*env = (enum conf_env)i;
			return true;
		}
	}
	return false;
}

bool
conf_env_used(const struct conf *c, enum conf_env env)
{
	if (c->is_fixed)
		return env == c->fixed;
	return env == CONF_PRODUCTION || c->rules[env].rule != NULL;
}

static bool
rule_says(struct env_rule *r, enum conf_env env, const char *host, const char *path)
{
	if (r->rule == NULL)
		return false;
	switch (rule_match(r->rule, r->by_host ? host : path)) {
	case RULE_YES:
		return true;
	case RULE_NO:
		return false;
	case RULE_GAVE_UP:
		break;
	}
	if (!atomic_exchange(&r->gave_up, true))
		LOG(LOG_WARN, "conf", "environment rule gave up, counted as no match",
		    LS("environment", env_names[env]),
		    LH("make the rule in conf/custom/environments.cfg simpler: less "
		       "of .* in a row"));
	return false;
}

enum conf_env
conf_detect(const struct conf *c, const char *host, const char *path)
{
	static const enum conf_env order[] = { CONF_DEVELOPMENT, CONF_PREPRODUCTION };

	if (c->is_fixed)
		return c->fixed;
	host = host != NULL ? host : "";
	path = path != NULL ? path : "";
	for (size_t i = 0; i < NELEMS(order); i++)
		if (rule_says(&c->rules[order[i]], order[i], host, path))
			return order[i];
	return CONF_PRODUCTION;
}

static void
make_rule(
    struct env_rule *r, const struct cfg *cfg, enum cfg_key type, enum cfg_key regex)
{
	const char *notation = cfg_str(cfg, regex);
	struct err e;

	r->by_host = strcmp(cfg_str(cfg, type), "http_host") == 0;
	/* Reading the value has made this very rule once: it can be made. */
	if (*notation != '\0' && !rule_new(notation, &r->rule, &e))
		r->rule = NULL;
}

void
env_make_rules(struct conf *c)
{
	const struct cfg *cfg = &c->cfg[CONF_PRODUCTION];

	c->is_fixed = conf_env_parse(cfg_str(cfg, CFG_ENVIRONMENTS_FIXED), &c->fixed);
	make_rule(&c->rules[CONF_DEVELOPMENT], cfg, CFG_ENVIRONMENTS_DEVELOPMENT_TYPE,
	    CFG_ENVIRONMENTS_DEVELOPMENT_REGEX);
	make_rule(&c->rules[CONF_PREPRODUCTION], cfg,
	    CFG_ENVIRONMENTS_PREPRODUCTION_TYPE, CFG_ENVIRONMENTS_PREPRODUCTION_REGEX);
}
