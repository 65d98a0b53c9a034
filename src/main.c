/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Owns the process: its signals, its start, its end. The same program is a threaded FastCGI
 * responder on a socket and, started by the web server for one request, a CGI program; and
 * once in a while it works the queue by hand. What it is made of is put together in app.c.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "app.h"
#include "args.h"
#include "base/clock.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "conf/print.h"
#include "store/claim.h"
#include "store/due.h"
#include "store/handout.h"
#include "store/queue_look.h"
#include "store/state.h"
#include "store/store.h"
#include "web/cgi.h"
#include "web/jobs.h"
#include "web/listener.h"
#include "web/server.h"
#include "web/upkeep.h"

extern char **environ;

static void
raise_file_limit(void)
{
	struct rlimit r;

	/* Each request at hand holds four descriptors. */
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &r) != 0)
			LOG(LOG_WARN, "main", "limit of open files stays",
			    LI("errno", errno), LH(HINT_DESCRIPTORS));
	}
}

static void
on_hangup(void *arg)
{
	app_reload(arg);
}

static void
on_idle(void *arg)
{
	app_sweep(arg);
}

/* What the processes before have left, and what they have given up. */
static void
log_queue(struct app *app)
{
	struct queue_counts n;
	struct err e;

	if (!queue_count(app->state, &n, &e))
		LOG(LOG_ERROR, "main", "queue not looked at", LS("why", e.text),
		    LH(HINT_STATE));
	else if (n.jobs > 0 || n.dead > 0)
		LOG(LOG_INFO, "main", "queue", LI("jobs", n.jobs),
		    LI("oldest_s",
			n.oldest_ms == 0
			    ? 0
			    : clock_wall_s(&clock_system) - n.oldest_ms / 1000),
		    LI("dead", n.dead));
}

static int
serve_socket(struct app *app, struct conf *conf, struct listener *listener)
{
	const struct cfg *c = conf_cfg(conf, CONF_PRODUCTION);
	const struct server_opts so = {
		.workers = (size_t)cfg_int(c, CFG_SERVER_WORKERS),
		.drain_ms = cfg_int(c, CFG_SERVER_DRAIN_S) * 1000,
		.idle_s = LIMIT_SWEEP_EVERY_S,
		.reload = on_hangup,
		.idle = on_idle,
		.arg = app,
	};
	struct err e;

	raise_file_limit();
	if (!app_open(app, conf, true))
		return EX_CONFIG;
	LOG(LOG_INFO, "main", "sessions", LS("folder", store_path(app->store)),
	    LS("state", state_path(app->state)));
	if (!store_attend(app->store, &e))
		LOG(LOG_WARN, "main", "presence not told", LS("why", e.text),
		    LH("nothing to do: botlinectl status cannot see this process"));
	log_queue(app);
	app->self.workers = so.workers;
	switch (server_run(&app->web, listener, &so, &e)) {
	case SERVER_STUCK:
		_exit(EXIT_SUCCESS); /* threads still use what we would free */
	case SERVER_FAILED:
		LOG(LOG_ERROR, "main", "cannot start", LS("why", e.text),
		    LH(HINT_START));
		app_close(app);
		return EX_OSERR;
	case SERVER_STOPPED:
		break;
	}
	app_close(app);
	return EXIT_SUCCESS;
}

/* The answer is out, nobody waits any more: what there is to be done, a little of it. */
static void
work_after_cgi(struct app *app)
{
	struct jobs_done done;
	struct err e;

	store_sweep(app->store, LIMIT_CGI_SWEEP_FILES);
	handout_sweep(app->store, LIMIT_CGI_SWEEP_FILES);
	if (!state_sweep(app->state, LIMIT_CGI_SWEEP_ROWS, &e))
		LOG(LOG_ERROR, "main", "old state not removed", LS("why", e.text),
		    LH(HINT_STATE));
	if (due_any(app->store, clock_wall_s(&clock_system)))
		upkeep_some(&app->web, LIMIT_CGI_DUE);
	if (!jobs_once(&app->web, LIMIT_CGI_THREADS, LIMIT_CGI_JOBS_MS, &done, &e))
		LOG(LOG_ERROR, "main", "queue not worked", LS("why", e.text),
		    LH(HINT_STATE));
}

/* `left`: the web server does not wait for us, nor end us (cgi_leave()). */
static int
serve_cgi(struct app *app, struct conf *conf, bool left)
{
	bool accepted;

	if (!app_open(app, conf, false)) {
		cgi_unavailable();
		return EX_CONFIG;
	}
	accepted = cgi_serve(&app->web);
	/*
	 * The web server does not count us any more: behind requests that anybody can send
	 * there would be as many of us at work as he likes.
	 */
	if (left && accepted)
		work_after_cgi(app);
	app_close(app);
	return EXIT_SUCCESS;
}

/* Makes the socket of --listen. */
static bool
listen_on(const struct args *a, const struct cfg *c, struct listener *l)
{
	const struct listener_opts lo = {
		.path = a->listen,
		.group = a->socket_group,
		.mode = a->socket_mode,
		.backlog = (int)cfg_int(c, CFG_SERVER_BACKLOG),
	};
	struct err e;

	if (listener_open(l, &lo, &e))
		return true;
	LOG(LOG_ERROR, "main", "cannot start", LS("why", e.text), LH(HINT_START));
	return false;
}

/* The configuration, with the log set up by it. NULL: it is wrong, which was logged. */
static struct conf *
begin(const char *root)
{
	struct conf *conf = app_conf(root);

	if (conf == NULL)
		LOG(LOG_ERROR, "main", "configuration is wrong",
		    LH("botline --check says what to mend"));
	else
		app_log(conf_cfg(conf, CONF_PRODUCTION));
	return conf;
}

static int
serve(const struct args *a)
{
	struct listener listener = { .fd = -1 };
	struct app app = { .root = a->root };
	bool cgi = a->listen == NULL && cgi_is();
	bool left = cgi && cgi_leave();
	struct conf *conf;
	int rc;

	/* Before all else: who types the bare name wants no list of findings. */
	if (a->listen == NULL && !cgi && !listener_inherit(&listener)) {
		fputs(
		    "botline: nothing to serve: give --listen SOCKET, or let Apache or "
		    "systemd start it.\nTry botline --help.\n",
		    stderr);
		return EX_USAGE;
	}
	/* A reload that is asked for meanwhile would end us; as a stop, it waits its turn. */
	if (!cgi)
		server_signals();
	conf = begin(a->root);
	if (conf == NULL) {
		if (cgi)
			cgi_unavailable();
		return EX_CONFIG;
	}
	if (cgi)
		return serve_cgi(&app, conf, left);
	if (a->listen != NULL &&
	    !listen_on(a, conf_cfg(conf, CONF_PRODUCTION), &listener)) {
		conf_unref(conf);
		return EX_CONFIG;
	}
	rc = serve_socket(&app, conf, &listener);
	listener_close(&listener);
	return rc;
}

/* --run-queue: for cron, where botline is a CGI program and no process stays. */
static int
run_queue(const struct args *a)
{
	struct app app = { .root = a->root };
	struct conf *conf = begin(a->root);
	struct jobs_done done = { 0 };
	struct err e;
	bool ok;

	if (conf == NULL || !app_open(&app, conf, false))
		return EX_CONFIG;
	signal(SIGPIPE, SIG_IGN);
	raise_file_limit();
	upkeep_some(&app.web, LIMIT_DUE_FILES);
	ok = jobs_once(&app.web, 0, a->seconds * 1000, &done, &e);
	app_sweep(&app);
	if (!ok)
		LOG(LOG_ERROR, "main", "queue not worked", LS("why", e.text),
		    LH(HINT_STATE));
	else
		/* What cron has nothing to mail about is not said. */
		LOG(done.tries > 0 || done.left ? LOG_INFO : LOG_DEBUG, "main",
		    "queue worked", LI("tries", done.tries),
		    LS("left", done.left ? "yes" : "no"));
	app_close(&app);
	return ok && !done.left ? EXIT_SUCCESS : EX_TEMPFAIL;
}

int
main(int argc, char **argv)
{
	struct args a;

	/* The operator's, in a wrapper for one; never what a caller made of a query. */
	if (!args_parse(&a, cgi_is() && cgi_args_are_callers() ? 1 : argc, argv))
		return EX_USAGE;
	switch (a.command) {
	case CMD_SERVE:
		return serve(&a);
	case CMD_RUN_QUEUE:
		return run_queue(&a);
	case CMD_CHECK:
		return conf_check_print(a.root, environ);
	case CMD_DUMP:
		return conf_dump_print(a.root, environ, a.env, a.show_secrets);
	case CMD_VERSION:
		puts(PACKAGE_STRING);
		return EXIT_SUCCESS;
	case CMD_HELP:
		args_help();
		return EXIT_SUCCESS;
	}
	return EX_USAGE;
}
