/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the rooms together and owns the process: its signals, its start, its end. The same
 * program is a threaded FastCGI responder on a socket and, started by the web server for one
 * request, a CGI program.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "args.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "bot/bot.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "conf/print.h"
#include "dialog/dialog.h"
#include "http/http.h"
#include "render/html.h"
#include "store/due.h"
#include "store/store.h"
#include "web/cgi.h"
#include "web/listener.h"
#include "web/server.h"
#include "web/upkeep.h"
#include "web/web.h"

extern char **environ;

/* Named one by one in the log of a reload; there are hardly more. */
#define MOST_START_CHANGES 16

struct app {
	const char *root;
	struct conf_box *conf;
	struct http_shared *http;
	struct store *store;
	struct bot *bot;
	struct dialog dialog;
	struct web web;
};

static void
log_findings(const struct conf_report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct conf_finding *f = &report->findings[i];
		enum log_level level = f->grade == CONF_ERROR ? LOG_ERROR
		    : f->grade == CONF_WARNING                ? LOG_WARN
							      : LOG_INFO;

		LOG(level, "conf", "configuration", LS("where", f->where),
		    LS("what", f->text));
	}
}

/* Loads the configuration and says everything there is to say about it. */
static struct conf *
load_conf(const char *root)
{
	const struct conf_opts opts = { .root = root, .environ = environ };
	struct conf_report report = { 0 };
	struct conf *conf = conf_load(&opts, &report);

	log_findings(&report);
	conf_report_fini(&report);
	return conf;
}

static void
setup_log(const struct cfg *c)
{
	static const char *const levels[] = { "error", "warn", "info", "debug" };
	enum log_level level = LOG_INFO;

	for (size_t i = 0; i < NELEMS(levels); i++)
		if (strcmp(levels[i], cfg_str(c, CFG_LOG_LEVEL)) == 0)
			level = (enum log_level)i;
	log_setup(
	    level, strcmp(cfg_str(c, CFG_LOG_FORMAT), "json") == 0 ? LOG_JSON : LOG_KV);
}

static void
app_close(struct app *app)
{
	bot_close(app->bot);
	store_close(app->store);
	http_shared_free(app->http);
	conf_box_free(app->conf);
}

/* Opens all that turns share. What cannot be opened is logged. */
static bool
app_open(struct app *app, struct conf *conf)
{
	const struct cfg *c = conf_cfg(conf, CONF_PRODUCTION);
	const struct http_shared_opts http = {
		.ca_file = cfg_str(c, CFG_SERVER_CA_FILE),
		.allow_http = cfg_bool(c, CFG_SERVER_ALLOW_HTTP),
		.clock = &clock_system,
	};
	const struct store_opts store = {
		.path = cfg_str(c, CFG_STORE_PATH),
		.session_ttl_s = cfg_int(c, CFG_STORE_SESSION_TTL_S),
		.clock = &clock_system,
	};
	struct err e;

	render_init();
	app->conf = conf_box_new(conf);
	if ((app->http = http_shared_new(&http, &e)) == NULL ||
	    (app->store = store_open(&store, &e)) == NULL ||
	    (app->bot = bot_open("inbenta", app->store, &clock_system, &e)) == NULL) {
		LOG(LOG_ERROR, "main", "cannot start", LS("why", e.text));
		app_close(app);
		return false;
	}
	app->dialog = (struct dialog){
		.store = app->store, .bot = app->bot, .clock = &clock_system
	};
	app->web = (struct web){ app->conf, &app->dialog, app->http, &clock_system };
	return true;
}

/* Says which of the new values wait for the next start. */
static void
log_start_changes(const struct conf *now, const struct conf *next)
{
	const char *names[MOST_START_CHANGES];
	size_t n = conf_start_changes(now, next, names, NELEMS(names));

	for (size_t i = 0; i < n && i < NELEMS(names); i++)
		LOG(LOG_WARN, "main", "key needs a restart", LS("key", names[i]));
}

/* A file bad enough to forbid the reload changes nothing. */
static void
reload(struct app *app)
{
	struct conf *next = load_conf(app->root), *now;
	const struct cfg *c;

	if (next == NULL) {
		LOG(LOG_ERROR, "main", "reload refused",
		    LS("hint", "the configuration of before stays in force"));
		return;
	}
	now = conf_box_get(app->conf);
	log_start_changes(now, next);
	conf_unref(now);
	c = conf_cfg(next, CONF_PRODUCTION);
	setup_log(c);
	http_shared_allow_http(app->http, cfg_bool(c, CFG_SERVER_ALLOW_HTTP));
	store_set_ttl(app->store, cfg_int(c, CFG_STORE_SESSION_TTL_S));
	conf_box_set(app->conf, next);
	LOG(LOG_INFO, "main", "reloaded");
}

static void
raise_file_limit(void)
{
	struct rlimit r;

	/* Each request at hand holds four descriptors. */
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &r) != 0)
			LOG(LOG_WARN, "main", "limit of open files stays",
			    LI("errno", errno));
	}
}

static void
on_hangup(void *arg)
{
	reload(arg);
}

static void
on_idle(void *arg)
{
	struct app *app = arg;
	size_t gone = store_sweep(app->store, LIMIT_SWEEP_FILES);

	if (gone > 0)
		LOG(LOG_INFO, "main", "old sessions removed", LI("sessions", gone));
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

	server_signals();
	raise_file_limit();
	if (!app_open(app, conf))
		return EX_CONFIG;
	LOG(LOG_INFO, "main", "sessions", LS("folder", store_path(app->store)));
	switch (server_run(&app->web, listener, &so, &e)) {
	case SERVER_STUCK:
		_exit(EXIT_SUCCESS); /* threads still use what we would free */
	case SERVER_FAILED:
		LOG(LOG_ERROR, "main", "cannot start", LS("why", e.text));
		app_close(app);
		return EX_OSERR;
	case SERVER_STOPPED:
		break;
	}
	app_close(app);
	return EXIT_SUCCESS;
}

/* `left`: the web server does not wait for us, nor end us (cgi_leave()). */
static int
serve_cgi(struct app *app, struct conf *conf, bool left)
{
	if (!app_open(app, conf)) {
		cgi_unavailable();
		return EX_CONFIG;
	}
	cgi_serve(&app->web);
	if (left) {
		store_sweep(app->store, LIMIT_CGI_SWEEP_FILES);
		if (due_any(app->store, clock_wall_s(&clock_system)))
			upkeep_some(&app->web, LIMIT_CGI_DUE);
	}
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
	LOG(LOG_ERROR, "main", "cannot start", LS("why", e.text));
	return false;
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
	conf = load_conf(a->root);
	if (conf == NULL) {
		if (cgi)
			cgi_unavailable();
		LOG(LOG_ERROR, "main", "configuration is wrong",
		    LS("hint", "botline --check says what to mend"));
		return EX_CONFIG;
	}
	setup_log(conf_cfg(conf, CONF_PRODUCTION));
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
