/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "web/fcgi.h"
#include "web/listener.h"
#include "web/server.h"
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

/* Reloads and keeps house until the process is told to stop. */
static void
wait_for_stop(const struct server_opts *o)
{
	const struct timespec pause = { .tv_sec = o->idle_s };
	sigset_t set;

	own_signals(&set);
	for (;;) {
		int sig = sigtimedwait(&set, NULL, &pause);

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

/* The turns at hand are finished; what hangs longer than it may is told to give up. */
static enum server_end
drain(const struct web *web, struct fcgi_pool *pool, int64_t drain_ms)
{
	size_t left = fcgi_drain(pool, drain_ms);

	if (left > 0) {
		http_shared_stop(web->http);
		left = fcgi_drain(pool, LIMIT_LAST_WORDS_MS);
	}
	if (left > 0) {
		LOG(LOG_WARN, "web", "stopped in the middle of turns",
		    LI("turns", left),
		    LS("hint", "raise server.drain_s above twilio.reply_deadline_ms"));
		return SERVER_STUCK;
	}
	fcgi_free(pool);
	LOG(LOG_INFO, "web", "stopped");
	return SERVER_STOPPED;
}

enum server_end
server_run(const struct web *web, struct listener *l, const struct server_opts *o,
    struct err *e)
{
	struct fcgi_pool *pool = fcgi_start(web, l->fd, o->workers, e);

	if (pool == NULL)
		return SERVER_FAILED;
	signal(SIGPIPE, SIG_IGN); /* after libfcgi, which has a handler of its own */
	LOG(LOG_INFO, "web", "ready", LS("version", PACKAGE_VERSION),
	    LS("socket", l->path != NULL ? l->path : "inherited"),
	    LI("workers", o->workers), LI("pid", getpid()));
	wait_for_stop(o);
	fcgi_stop(pool);
	listener_retire(l);
	return drain(web, pool, o->drain_ms);
}
