/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sysexits.h>

#include "conf/check.h"
#include "conf/check_apache.h"
#include "conf/check_needs.h"
#include "conf/check_places.h"
#include "conf/check_secrets.h"
#include "conf/conf_inner.h"
#include "conf/report.h"
#include "conf/url.h"

/* Where to mend it: the line that says so, or the file where a line is missing. */
static void
add_need(const struct conf *c, enum conf_env env, const struct conf_need *need,
    enum conf_grade grade, bool is_first, struct conf_report *report)
{
	const struct value *v = &c->cfg[env].v[need->key];
	const char *key = key_rows[need->key].key;
	CLEANUP(buf_fini) struct buf where = BUF_INIT(200);

	if (v->shipped)
		buf_printf(&where, "conf/%s/%.*s.cfg",
		    is_first ? "custom" : conf_env_name(env), (int)strcspn(key, "."),
		    key);
	else
		buf_str(&where, v->origin);
	if (is_first)
		report_add(report, grade, where.data, "%s %s", key, need->text);
	else
		report_add(report, grade, where.data, "in the environment %s, %s %s",
		    conf_env_name(env), key, need->text);
}

static void
check_need(const struct conf *c, const struct conf_need *need, int grade,
    struct conf_report *report)
{
	bool is_first = true;

	for (size_t i = 0; i < CONF_ENVS && grade != CONF_SILENT; i++) {
		enum conf_env env = (enum conf_env)i;
		const struct cfg *cfg = &c->cfg[i];

		if (!conf_env_used(c, env))
			continue;
		if (!cfg->v[need->key].bad && need->is_wrong(cfg, need->key)) {
			add_need(
			    c, env, need, (enum conf_grade)grade, is_first, report);
			/* What is wrong in the first one comes from files they share. */
			if (is_first)
				return;
		}
		is_first = false;
	}
}

static void
check_urls(const struct cfg *cfg, struct conf_report *report)
{
	if (cfg_bool(cfg, CFG_SERVER_ALLOW_HTTP) || cfg->v[CFG_SERVER_ALLOW_HTTP].bad)
		return;
	for (size_t i = 0; i < CFG_KEYS; i++)
		if (key_rows[i].type == KEY_URL && url_is_open(cfg->v[i].u.s))
			report_once(report, CONF_ERROR, cfg->v[i].origin,
			    "%s must begin with https:// (http only to this machine itself, or "
			    "with server.allow_http)",
			    key_rows[i].key);
}

static const struct value *
said_by_operator(const struct conf *c, size_t key)
{
	if (c->custom->v[key].origin != NULL)
		return &c->custom->v[key];
	for (size_t i = 0; i < CONF_ENVS; i++)
		if (c->folders[i]->v[key].origin != NULL)
			return &c->folders[i]->v[key];
	return c->variables->v[key].origin != NULL ? &c->variables->v[key] : NULL;
}

static void
note_idle_keys(
    const struct conf *c, unsigned flag, const char *what, struct conf_report *report)
{
	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct value *v = said_by_operator(c, i);

		if (v != NULL && key_rows[i].flags & flag)
			report_add(report, CONF_NOTE, v->origin, "%s has no effect%s",
			    key_rows[i].key, what);
	}
}

/* Commands are for the other environments; where there is none, the list is for nothing. */
static void
note_commands(const struct conf *c, struct conf_report *report)
{
	const struct value *v = said_by_operator(c, CFG_COMMANDS_ALLOWED_NUMBERS);

	if (v == NULL || conf_env_used(c, CONF_DEVELOPMENT) ||
	    conf_env_used(c, CONF_PREPRODUCTION))
		return;
	report_add(report, CONF_NOTE, v->origin,
	    "commands.allowed_numbers has no effect: there are no commands in production, "
	    "and environments.cfg names no other environment");
}

void
check_start(const struct conf *c, struct conf_report *report)
{
	for (size_t i = 0; i < n_conf_needs; i++)
		check_need(c, &conf_needs[i], conf_needs[i].at_start, report);
	for (size_t i = 0; i < CONF_ENVS; i++)
		if (conf_env_used(c, (enum conf_env)i))
			check_urls(&c->cfg[i], report);
	note_idle_keys(c, KEY_NOEFFECT, "", report);
}

static void
check_all(
    const struct conf *c, const struct conf_look *look, struct conf_report *report)
{
	for (size_t i = 0; i < n_conf_needs; i++)
		check_need(c, &conf_needs[i], conf_needs[i].in_check, report);
	for (size_t i = 0; i < CONF_ENVS; i++)
		if (conf_env_used(c, (enum conf_env)i))
			check_urls(&c->cfg[i], report);
	check_places(c, look->root, report);
	check_secrets(c, look->root, report);
	if (look->apache != NULL)
		check_apache(c, look->apache, report);
	note_commands(c, report);
	note_idle_keys(c, KEY_NOEFFECT, "", report);
	note_idle_keys(c, KEY_LATER, " yet", report);
}

struct conf *
conf_look(const struct conf_look *look, struct conf_report *report)
{
	const struct conf_opts opts = { .root = look->root,
		.environ = look->variables };
	struct conf *c = conf_build(&opts, report);

	check_all(c, look, report);
	return c;
}

int
conf_check(const struct conf_look *look, struct buf *out)
{
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };

	conf_unref(conf_look(look, &report));
	conf_report_print(&report, out);
	return report.errors > 0 ? EX_CONFIG : 0;
}
