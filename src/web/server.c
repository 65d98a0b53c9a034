/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/hurry.h"
#include "base/limits.h"
#include "base/log.h"
#include "dialog/dialog.h"
#include "http/http.h"
#include "web/fcgi.h"
#include "web/jobs.h"
#include "web/listener.h"
#include "web/server.h"
#include "web/upkeep.h"
#include "web/web.h"

static void
own_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGUSR1); /* libfcgi would take it for an order to stop */
}

void
server_signals(void)
{
	sigset_t set;

	own_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/*
 * Orders to stop come first: of several signals the kernel hands out the lowest number, so that
 * who asks for reloads all the time would keep us from stopping.
 */
static int
next_signal(const struct timespec *pause)
{
	const struct timespec now = { 0 };
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sig = sigtimedwait(&set, NULL, &now);
	if (sig > 0)
		return sig;
	own_signals(&set);
	return sigtimedwait(&set, NULL, pause);
}

/* Reloads and keeps house until the process is told to stop. */
static void
wait_for_stop(const struct server_opts *o)
{
	const struct timespec pause = { .tv_sec = o->idle_s };

	for (;;) {
		int sig = next_signal(&pause);

		if (sig == SIGTERM || sig == SIGINT) {
			LOG(LOG_INFO, "web", "stopping", LI("signal", sig));
			return;
		}
		if (sig == SIGHUP)
			o->reload(o->arg);
		else if (sig < 0 && errno == EAGAIN)
			o->idle(o->arg);
	}
}

struct crew {
	struct fcgi_pool *pool;
	struct jobs *jobs; /* NULL: they have ended, or there is no queue */
	struct upkeep *upkeep; /* NULL: it has ended, or did not start */
};

static int64_t
left_ms(const struct web *web, int64_t until_ms)
{
	int64_t left = until_ms - clock_mono_ms(web->clock);

	return left > 0 ? left : 0;
}

/*
 * Waits for all; how many have not ended. The queue goes on until the turns are over, for
 * what they leave to it.
 */
static size_t
wait_for_crew(const struct web *web, struct crew *c, int64_t ms)
{
	int64_t until_ms = clock_mono_ms(web->clock) + ms;
	size_t left = fcgi_drain(c->pool, ms);

	if (c->jobs != NULL && jobs_stop(c->jobs, left_ms(web, until_ms)))
		c->jobs = NULL;
	if (c->upkeep != NULL && upkeep_end(c->upkeep, left_ms(web, until_ms)))
		c->upkeep = NULL;
	return left + (c->jobs != NULL) + (c->upkeep != NULL);
}

/* The turns at hand are finished; what hangs longer than it may is told to give up. */
static enum server_end
drain(const struct web *web, struct crew *c, int64_t drain_ms)
{
	size_t left = wait_for_crew(web, c, drain_ms);

	if (left > 0) {
		http_shared_stop(web->http);
		left = wait_for_crew(web, c, LIMIT_LAST_WORDS_MS);
	}
	if (left > 0) {
		LOG(LOG_WARN, "web", "stopped in the middle of turns",
		    LI("turns", left),
		    LH("what was acknowledged stands in the queue; for the "
		       "rest raise server.drain_s"));
		return SERVER_STUCK;
	}
	fcgi_free(c->pool);
	LOG(LOG_INFO, "web", "stopped");
	return SERVER_STOPPED;
}

/* Both or none: what is acknowledged to a caller may be in the queue, and has to be worked. */
static bool
start_threads(
    struct crew *c, const struct web *web, int fd, size_t workers, struct err *e)
{
	if (web->dialog->state != NULL && (c->jobs = jobs_start(web, e)) == NULL)
		return false;
	c->pool = fcgi_start(web, fd, workers, e);
	if (c->pool != NULL)
		return true;
	if (c->jobs != NULL && !jobs_stop(c->jobs, LIMIT_JOB_MS))
		_exit(EX_OSERR); /* they use what the caller would free */
	return false;
}

static bool
start_crew(struct crew *c, const struct web *web, int fd, size_t workers, struct err *e)
{
	struct err why;

	if (!start_threads(c, web, fd, workers, e))
		return false;
	c->upkeep = upkeep_start(web, &why);
	if (c->upkeep == NULL)
		LOG(LOG_ERROR, "web", "nobody here works what is due",
		    LS("why", why.text), LH(HINT_THREADS));
	return true;
}

/*
 * In the line of a socket that we have inherited others wait for the next process, which
 * begins when we have ended; what we do not finish is its to do.
 */
static int64_t
time_to_finish(const struct listener *l, const struct server_opts *o)
{
	bool inherited = l->path == NULL;

	return inherited && o->drain_ms > LIMIT_HANDOVER_MS ? LIMIT_HANDOVER_MS
							    : o->drain_ms;
}

enum server_end
server_run(const struct web *web, struct listener *l, const struct server_opts *o,
    struct err *e)
{
	struct crew crew = { 0 };
	int64_t drain_ms;

	if (!start_crew(&crew, web, l->fd, o->workers, e))
		return SERVER_FAILED;
	signal(SIGPIPE, SIG_IGN); /* after libfcgi, which has a handler of its own */
	LOG(LOG_INFO, "web", "ready", LS("version", PACKAGE_VERSION),
	    LS("socket", l->path != NULL ? l->path : "inherited"),
	    LI("workers", o->workers), LI("pid", getpid()));
	wait_for_stop(o);
	drain_ms = time_to_finish(l, o);
	/* Whoever waits has an answer in half the time; for his turn there is the rest. */
	hurry_set(clock_mono_ms(web->clock) + drain_ms / 2);
	fcgi_stop(crew.pool, listener_hide(l));
	upkeep_stop(crew.upkeep);
	return drain(web, &crew, drain_ms);
}
