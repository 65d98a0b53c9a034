/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "web/upkeep.h"
#include "web/web.h"

struct upkeep {
	const struct web *web;
	pthread_t thread;
	pthread_mutex_t lock; /* guards stopping and ended */
	pthread_cond_t changed;
	bool stopping, ended;
};

/* Works conversations that are due now; returns how many there were. */
static size_t
work(struct web_worker *w, size_t max, int64_t until_ms)
{
	struct conf *conf = conf_box_get(w->web->conf);
	const struct turn t = {
		.conf = conf,
		.http = w->http,
		.arena = w->arena,
		.until_ms = until_ms,
	};
	char id[17];
	size_t n;

	random_hex(id, 8);
	log_turn(id);
	n = dialog_due(w->web->dialog, &t, max);
	log_turn("");
	conf_unref(conf);
	arena_reset(w->arena);
	return n;
}

static int64_t
deadline(const struct web *web)
{
	return clock_mono_ms(web->clock) + LIMIT_DUE_MS;
}

size_t
upkeep_some(const struct web *web, size_t max)
{
	struct web_worker w;
	size_t n;

	web_worker_init(&w, web);
	n = work(&w, max, deadline(web));
	web_worker_fini(&w);
	return n;
}

static bool
is_stopping(struct upkeep *u)
{
	bool stopping;

	pthread_mutex_lock(&u->lock);
	stopping = u->stopping;
	pthread_mutex_unlock(&u->lock);
	return stopping;
}

/* Pauses, unless it is to stop; false then. */
static bool
pause_between(struct upkeep *u)
{
	const struct timespec until = clock_after(LIMIT_DUE_EVERY_S * 1000);
	bool stopping;
	int rc = 0;

	pthread_mutex_lock(&u->lock);
	while (!u->stopping && rc == 0)
		rc = pthread_cond_timedwait(&u->changed, &u->lock, &until);
	stopping = u->stopping;
	pthread_mutex_unlock(&u->lock);
	return !stopping;
}

static void *
upkeep_main(void *arg)
{
	struct upkeep *u = arg;
	struct web_worker w;

	web_worker_init(&w, u->web);
	do
		/* One at a time: each has the whole time, and the end waits for one only. */
		while (!is_stopping(u) && work(&w, 1, deadline(u->web)) > 0)
			;
	while (pause_between(u));
	web_worker_fini(&w);
	pthread_mutex_lock(&u->lock);
	u->ended = true;
	pthread_cond_broadcast(&u->changed);
	pthread_mutex_unlock(&u->lock);
	return NULL;
}

static void
upkeep_free(struct upkeep *u)
{
	pthread_cond_destroy(&u->changed);
	pthread_mutex_destroy(&u->lock);
	free(u);
}

struct upkeep *
upkeep_start(const struct web *web, struct err *e)
{
	struct upkeep *u = xcalloc(1, sizeof(*u));
	int rc;

	u->web = web;
	pthread_mutex_init(&u->lock, NULL);
	clock_cond_init(&u->changed);
	rc = pthread_create(&u->thread, NULL, upkeep_main, u);
	if (rc == 0)
		return u;
	upkeep_free(u);
	errno = rc;
	err_io(e, "thread for conversations that are due");
	return NULL;
}

void
upkeep_stop(struct upkeep *u)
{
	if (u == NULL)
		return;
	pthread_mutex_lock(&u->lock);
	u->stopping = true;
	pthread_cond_broadcast(&u->changed);
	pthread_mutex_unlock(&u->lock);
}

bool
upkeep_end(struct upkeep *u, int64_t ms)
{
	const struct timespec until = clock_after(ms);
	bool ended;
	int rc = 0;

	pthread_mutex_lock(&u->lock);
	while (!u->ended && rc == 0)
		rc = pthread_cond_timedwait(&u->changed, &u->lock, &until);
	ended = u->ended;
	pthread_mutex_unlock(&u->lock);
	if (!ended)
		return false;
	pthread_join(u->thread, NULL);
	upkeep_free(u);
	return true;
}
