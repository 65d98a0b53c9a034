/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "dialog/jobs.h"
#include "http/http.h"
#include "store/queue_run.h"
#include "web/jobs.h"
#include "web/web.h"

struct jobs {
	struct queue_run_opts opts;
	struct queue_kind *kinds; /* one for each row of dialog_jobs */
	struct queue_run *run;
};

/* What one thread of the queue has for itself. */
struct hand {
	const struct web *web;
	struct http *http;
};

static void *
hand_new(void *ctx)
{
	struct hand *hand = xcalloc(1, sizeof(*hand));

	hand->web = ctx;
	hand->http = http_new(hand->web->http);
	return hand;
}

static void
hand_free(void *arg)
{
	struct hand *hand = arg;

	http_free(hand->http);
	free(hand);
}

static const struct dialog_job *
find(const char *kind)
{
	for (size_t i = 0; i < n_dialog_jobs; i++)
		if (strcmp(dialog_jobs[i].kind, kind) == 0)
			return &dialog_jobs[i];
	abort(); /* the queue's table is made of this one */
}

/* Asked of each job anew, so that a reload counts. */
static bool
is_too_old(const struct hand *hand, const struct conf *conf, const struct job *job)
{
	const struct cfg *cfg = conf_cfg(conf, CONF_PRODUCTION);
	int64_t age_ms = clock_wall_ms(hand->web->clock) - job->made_ms;

	return age_ms > cfg_int(cfg, CFG_DELIVERY_MAX_AGE_S) * 1000;
}

static enum job_end
work_one(const struct hand *hand, const struct dialog_job *kind, struct conf *conf,
    struct arena *a, const struct job *job, struct job_result *out)
{
	const struct turn t = {
		.conf = conf,
		.http = hand->http,
		.arena = a,
		.until_ms = clock_mono_ms(hand->web->clock) + LIMIT_TURN_MS,
	};

	if (!kind->ages || !is_too_old(hand, conf, job))
		return kind->work(hand->web->dialog, &t, job, out);
	dialog_job_log(job);
	out->unsure = job->unsure;
	out->why = *job->why == '\0'
	    ? "too old"
	    : arena_printf(a, "too old; the last try: %s", job->why);
	return JOB_DEAD;
}

static enum job_end
work(void *mine, struct arena *a, const struct job *job, struct job_result *out)
{
	const struct hand *hand = mine;
	struct conf *conf = conf_box_get(hand->web->conf);
	enum job_end end = work_one(hand, find(job->kind), conf, a, job, out);

	http_alarm(hand->http, 0, NULL, NULL);
	conf_unref(conf);
	return end;
}

/* Its part of so many threads, one at least. */
static size_t
part_of(size_t threads, size_t most)
{
	size_t part = most * threads / LIMIT_QUEUE_THREADS;

	return most == 0 || part > 0 ? part : 1;
}

static void
jobs_init(struct jobs *j, const struct web *web, size_t threads)
{
	const size_t all = threads != 0 ? threads : LIMIT_QUEUE_THREADS;

	*j = (struct jobs){ .kinds = xcalloc(n_dialog_jobs, sizeof(*j->kinds)) };
	for (size_t i = 0; i < n_dialog_jobs; i++)
		j->kinds[i] = (struct queue_kind){
			.kind = dialog_jobs[i].kind,
			.work = work,
			.most = part_of(all, dialog_jobs[i].most),
		};
	j->opts = (struct queue_run_opts){
		.kinds = j->kinds,
		.n_kinds = n_dialog_jobs,
		.threads = threads,
		.begin = hand_new,
		.end = hand_free,
		.ctx = (void *)(uintptr_t)web, /* hand_new() does not change it */
	};
}

struct jobs *
jobs_start(const struct web *web, struct err *e)
{
	struct jobs *j = xcalloc(1, sizeof(*j));

	jobs_init(j, web, 0);
	j->run = queue_run_start(web->dialog->state, &j->opts, e);
	if (j->run != NULL)
		return j;
	free(j->kinds);
	free(j);
	return NULL;
}

bool
jobs_stop(struct jobs *j, int64_t ms)
{
	if (!queue_run_stop(j->run, ms))
		return false;
	free(j->kinds);
	free(j);
	return true;
}

bool
jobs_once(const struct web *web, size_t threads, int64_t ms, struct jobs_done *out,
    struct err *e)
{
	struct state *st = web->dialog->state;
	int64_t until_ms = clock_wall_ms(web->clock) + ms, next_ms;
	struct jobs_done done = { 0 };
	struct jobs j;
	bool ok;

	/* What the dead have left may be all there is. */
	if (!queue_recover(st, e) || !queue_next_ms(st, &next_ms, e))
		return false;
	if (next_ms < until_ms) {
		jobs_init(&j, web, threads);
		ok = queue_run_once(st, &j.opts, until_ms, &done.tries, e);
		free(j.kinds);
		if (!ok || !queue_next_ms(st, &next_ms, e))
			return false;
	}
	done.left = next_ms <= clock_wall_ms(web->clock);
	*out = done;
	return true;
}
