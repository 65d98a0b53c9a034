/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_OFFICE_RIG_H
#define UNIT_OFFICE_RIG_H

#include "unit/inbenta_rig.h"

#include <signal.h>
#include <time.h>

#include "agent/tickets.h"
#include "conf/cfg.h"
#include "support/env_conf.h"

/* Messenger as the dialogue meets it, with a scripted server in its place. */
struct office_rig {
	struct rig r;
	struct conf *conf;
	const struct cfg *cfg;
	struct tickets *tickets;
};

enum { OFFICE_SETTINGS = 8 };

#define OFFICE_SET(name) "BOTLINE_CHAT__CHAT__" name "="

/* An answer of /v1/auth to Messenger's key. */
#define OFFICE_AUTH(token) \
	{ \
		.on = "POST /v1/auth", \
		.body = "{\"accessToken\":\"" token "\",\"expires_in\":1200,\"apis\":" \
			"{\"ticketing\":\"$URL/tickets/\"}}" \
	}

/* In place of the variable of that name, or behind the last one. */
static inline void
office_set(char **all, char *variable)
{
	size_t n = strcspn(variable, "=") + 1;

	while (*all != NULL && strncmp(*all, variable, n) != 0)
		all++;
	*all = variable;
}

/*
 * With further settings, "BOTLINE_…=…", NULL ends. The date is the real one, as the ages of
 * cache files are.
 */
static inline void
office_init(struct office_rig *o, const struct upstream_step *steps, size_t n,
    const char *const *more)
{
	char url[200], key[] = "BOTLINE_CHAT__MESSENGER__KEY=" RIG_KEY,
		       secret[] = "BOTLINE_CHAT__MESSENGER__SECRET=eyJ.s",
		       zone[] = OFFICE_SET("TIMEZONEWORKINGHOURS") "UTC";
	char *all[OFFICE_SETTINGS + 8] = { key, secret, url, zone };
	struct err e = { 0 };

	signal(SIGPIPE, SIG_IGN);
	rig_init(&o->r, steps, n);
	o->r.clock.now_s = time(NULL);
	snprintf(url, sizeof(url), "BOTLINE_CHAT__MESSENGER__AUTH_URL=%s",
	    upstream_url(o->r.up));
	for (; more != NULL && *more != NULL; more++)
		office_set(all, arena_strdup(o->r.arena, *more));
	o->conf = env_conf(all);
	o->cfg = conf_cfg(o->conf, CONF_PRODUCTION);
	o->tickets = tickets_new("messenger", o->r.store, &o->r.clock.clock, &e);
	cr_assert_not_null(o->tickets, "%s", e.text);
}

static inline void
office_fini(struct office_rig *o)
{
	tickets_free(o->tickets);
	conf_unref(o->conf);
	rig_fini(&o->r);
}

/* As another process that shares the folder would be, or ours after a restart. */
static inline void
office_restart(struct office_rig *o)
{
	struct err e = { 0 };

	tickets_free(o->tickets);
	o->tickets = tickets_new("messenger", o->r.store, &o->r.clock.clock, &e);
	cr_assert_not_null(o->tickets, "%s", e.text);
}

static inline struct agent_call
office_call(struct office_rig *o)
{
	return (struct agent_call){ .http = o->r.http,
		.cfg = o->cfg,
		.env = "production",
		.arena = o->r.arena,
		.until_ms = rig_until(&o->r, PATIENCE_MS) };
}

/* What Messenger was asked so far, without tokens: "GET users?address=a, POST tickets". */
static inline const char *
office_asked(struct office_rig *o)
{
	static const char base[] = " /tickets/v1/";
	CLEANUP(buf_fini) struct buf b = BUF_INIT(16 * 1024);
	size_t n = upstream_requests(o->r.up);

	for (size_t i = 0; i < n; i++) {
		const char *line = upstream_get(o->r.up, i)->line;
		const char *path = strstr(line, base);

		if (path == NULL)
			continue;
		buf_printf(
		    &b, "%s%.*s ", b.len > 0 ? ", " : "", (int)(path - line), line);
		path += sizeof(base) - 1;
		buf_add(&b, path, strcspn(path, " "));
	}
	cr_assert(buf_ok(&b));
	return arena_strdup(o->r.arena, b.data);
}

#endif
