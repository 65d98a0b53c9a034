/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_STAGE_H
#define SUPPORT_STAGE_H

#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "dialog/dialog.h"
#include "store/store.h"
#include "support/conf_root.h"
#include "support/fake_bot.h"
#include "support/fake_clock.h"

/*
 * What a dialogue needs, made for one test in a private folder: the shipped
 * configuration and languages with credentials filled in, without a flood limit, and Spanish in preproduction,
 * a real store, a fake bot, a clock that stands at the time the test began. Aborts when it
 * cannot be made.
 */
struct stage {
	struct tmpdir dir;
	struct conf *conf;
	struct store *store;
	struct fake_bot bot;
	struct fake_clock clock;
	const char *from; /* who writes */
	const char *url; /* where to; NULL: not known */
	struct dialog dialog;
};

static inline void
stage_must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	fprintf(stderr, "stage: %s: %s\n", what, why);
	abort();
}

/* A file of the configuration, such as "conf/custom/api.cfg". */
struct stage_file {
	const char *path, *text;
};

static inline struct conf *
stage_conf(const struct tmpdir *dir, const struct stage_file *files, size_t n)
{
	struct conf_opts opts = { .root = dir->path };
	struct conf_report report = { 0 };
	struct conf *conf;

	conf_root_put(dir, "conf/custom/api.cfg", "key = \"K\";\nsecret = \"S\";\n");
	conf_root_put(dir, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC00000000000000000000000000000000\";\n"
	    "auth_token = \"00000000000000000000000000000000\"; };\n");
	conf_root_put(dir, "conf/custom/environments.cfg",
	    "preproduction = { type = \"http_host\"; regex = \"/^stg/\"; };\n");
	conf_root_put(dir, "conf/preproduction/conversation.cfg",
	    "default = { lang = \"es\"; };\n");
	/* The clock stands: what a test says comes all at once. */
	conf_root_put(dir, "conf/custom/dialog.cfg", "flood_per_min = 0;\n");
	conf_root_put(dir, "conf/custom/delivery.cfg", "rate_per_s = 1000;\n");
	for (size_t i = 0; i < n; i++)
		conf_root_put(dir, files[i].path, files[i].text);
	conf = conf_load(&opts, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].grade == CONF_ERROR)
			fprintf(stderr, "%s: %s\n", report.findings[i].where,
			    report.findings[i].text);
	conf_report_fini(&report);
	stage_must(conf != NULL, "configuration", "refused");
	return conf;
}

/* With these files over or besides those of above. */
static inline void
stage_init_with(struct stage *s, const struct stage_file *files, size_t n)
{
	struct store_opts opts = { .session_ttl_s = 3600 };
	char path[200];
	struct err e;

	*s = (struct stage){ .dir = conf_root_new(),
		.bot = FAKE_BOT_INIT,
		.clock = FAKE_CLOCK(clock_wall_s(&clock_system)),
		.from = "+34600111222" };
	s->bot.trouble = (struct err){ ERR_UPSTREAM, 500, "answer 500" };
	s->conf = stage_conf(&s->dir, files, n);
	snprintf(path, sizeof(path), "%s/store", s->dir.path);
	opts.path = path;
	opts.clock = &s->clock.clock;
	s->store = store_open(&opts, &e);
	stage_must(s->store != NULL, "store", e.text);
	s->dialog = (struct dialog){
		.store = s->store,
		.bot = bot_from_ops(&fake_bot_ops, &s->bot),
		.clock = &s->clock.clock,
	};
}

static inline void
stage_init(struct stage *s)
{
	stage_init_with(s, NULL, 0);
}

static inline void
stage_fini(struct stage *s)
{
	bot_close(s->dialog.bot);
	store_close(s->store);
	conf_unref(s->conf);
	tmpdir_fini(&s->dir);
}

#endif
