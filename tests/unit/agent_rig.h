/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_AGENT_RIG_H
#define UNIT_AGENT_RIG_H

#include "unit/hyperchat_rig.h"

#include "agent/agent.h"
#include "conf/cfg.h"
#include "support/env_conf.h"

/* HyperChat as the dialogue meets it, with a scripted server in its place. */
struct desk_rig {
	struct rig r;
	struct conf *conf;
	const struct cfg *cfg;
	struct agent *agent;
};

#define SET(name) "BOTLINE_CHAT__CHAT__" name "="

/* In place of the variable of that name, or behind the last one. */
static inline void
desk_set(char **all, char *variable)
{
	size_t n = strcspn(variable, "=") + 1;

	while (*all != NULL && strncmp(*all, variable, n) != 0)
		all++;
	*all = variable;
}

/* With up to two settings more, or others; NULL: none. */
static inline void
desk_init(struct desk_rig *d, const struct upstream_step *steps, size_t n,
    const char *more, const char *most)
{
	char server[200], a[200], b[200];
	char *all[8] = { (char[]){ SET("ENABLED") "true" },
		(char[]){ SET("APPID") RIG_APP }, (char[]){ SET("SECRET") RIG_SECRET },
		(char[]){ SET("LANG") "en" }, server };
	struct err e = { 0 };

	rig_init(&d->r, steps, n);
	snprintf(server, sizeof(server), SET("SERVER") "%s", upstream_url(d->r.up));
	snprintf(a, sizeof(a), "%s", more != NULL ? more : "");
	snprintf(b, sizeof(b), "%s", most != NULL ? most : "");
	if (more != NULL)
		desk_set(all, a);
	if (most != NULL)
		desk_set(all, b);
	d->conf = env_conf(all);
	d->cfg = conf_cfg(d->conf, CONF_PRODUCTION);
	d->agent = agent_new("hyperchat", &d->r.clock.clock, &e);
	cr_assert_not_null(d->agent, "%s", e.text);
}

static inline void
desk_fini(struct desk_rig *d)
{
	agent_free(d->agent);
	conf_unref(d->conf);
	rig_fini(&d->r);
}

static inline struct agent_call
desk_call_in(struct desk_rig *d, int64_t ms)
{
	return (struct agent_call){ .http = d->r.http,
		.cfg = d->cfg,
		.env = "production",
		.arena = d->r.arena,
		.until_ms = clock_mono_ms(&d->r.clock.clock) + ms };
}

static inline struct agent_call
desk_call(struct desk_rig *d)
{
	return desk_call_in(d, PATIENCE_MS);
}

static inline struct agent_event
desk_event(struct desk_rig *d, const char *body)
{
	struct agent_event ev = { 0 };
	struct err e = { 0 };

	cr_assert(
	    agent_event_read(d->agent, d->cfg, d->r.arena, body, strlen(body), &ev, &e),
	    "%s: %s", body, e.text);
	return ev;
}

#endif
