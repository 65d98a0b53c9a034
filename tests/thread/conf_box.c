/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests read the configuration while reloads swap it under them: each sees one snapshot,
 * whole and unchanged, for as long as it holds it. A plain program, for ThreadSanitizer.
 */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "conf/lang.h"
#include "support/conf_root.h"

#define READERS 4
#define RELOADS 20

struct shared {
	struct conf_box *box;
	atomic_bool stop;
	atomic_int wrong, seen;
};

/* In a snapshot of ours the number of workers stands in the environment's rule, too. */
static bool
is_whole(const struct conf *c)
{
	const struct cfg *cfg = conf_cfg(c, CONF_PRODUCTION);
	char host[32];

	snprintf(host, sizeof(host), "host-%d", (int)cfg_int(cfg, CFG_SERVER_WORKERS));
	return conf_detect(c, host, "/") == CONF_DEVELOPMENT &&
	    conf_detect(c, "other", "/") == CONF_PRODUCTION &&
	    strcmp(cfg_str(cfg, CFG_API_KEY), host) == 0 &&
	    strcmp(lang_get(cfg_lang(cfg), "yes"), "Yes") == 0;
}

static void *
read_on(void *arg)
{
	struct shared *s = arg;

	while (!atomic_load(&s->stop)) {
		struct conf *c = conf_box_get(s->box), *again = conf_ref(c);

		if (!is_whole(c))
			atomic_fetch_add(&s->wrong, 1);
		conf_unref(c);
		if (!is_whole(again))
			atomic_fetch_add(&s->wrong, 1);
		conf_unref(again);
		atomic_fetch_add(&s->seen, 1);
	}
	return NULL;
}

static struct conf *
load(const struct tmpdir *root, int number)
{
	struct conf_opts opts = { .root = root->path };
	struct conf_report report = { 0 };
	struct conf *c;
	char text[200];

	snprintf(text, sizeof(text), "key = \"host-%d\"; secret = \"s\";", number);
	conf_root_put(root, "conf/custom/api.cfg", text);
	snprintf(text, sizeof(text), "workers = %d;", number);
	conf_root_put(root, "conf/custom/server.cfg", text);
	snprintf(text, sizeof(text),
	    "development = { type = \"http_host\"; regex = \"/^host-%d$/\"; };",
	    number);
	conf_root_put(root, "conf/custom/environments.cfg", text);
	c = conf_load(&opts, &report);
	conf_report_fini(&report);
	return c;
}

int
main(void)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	pthread_t readers[READERS];
	struct conf *first = load(&root, 1);
	struct shared s = { 0 };
	int failed = first == NULL;

	printf("1..1\n");
	if (failed) {
		printf("not ok 1 - the first configuration loads\n");
		return 1;
	}
	s.box = conf_box_new(first);
	for (int i = 0; i < READERS; i++)
		if (pthread_create(&readers[i], NULL, read_on, &s) != 0)
			abort();
	for (int i = 2; i < RELOADS; i++) {
		struct conf *next = load(&root, i);
		int before = atomic_load(&s.seen);

		failed |= next == NULL;
		if (next != NULL)
			conf_box_set(s.box, next);
		/* Every snapshot is read by somebody. */
		while (atomic_load(&s.seen) < before + READERS)
			sched_yield();
	}
	atomic_store(&s.stop, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	failed |= atomic_load(&s.wrong) != 0;
	conf_box_free(s.box);
	printf("%s 1 - readers see whole snapshots while reloads swap them\n",
	    failed ? "not ok" : "ok");
	return failed;
}
