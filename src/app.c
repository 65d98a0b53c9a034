/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "agent/agent.h"
#include "agent/tickets.h"
#include "app.h"
#include "base/clock.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "bot/bot.h"
#include "channel/out.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "conf/rooms.h"
#include "http/http.h"
#include "render/html.h"
#include "store/handout.h"
#include "store/claim.h"
#include "store/state.h"
#include "store/store.h"

extern char **environ;

/* Named one by one in the log of a reload; there are hardly more. */
#define MOST_START_CHANGES 16

/* The finding itself says what to mend; this is how it gets in force. */
static const char *
finding_hint(enum conf_grade grade)
{
	return grade == CONF_ERROR
	    ? "mend the line that where= names; botline --check tells when all is well"
	    : "mend the line that where= names, then reload: kill -HUP, or systemctl "
	      "reload botline";
}

static void
log_findings(const struct conf_report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct conf_finding *f = &report->findings[i];
		enum log_level level = f->grade == CONF_ERROR ? LOG_ERROR
		    : f->grade == CONF_WARNING                ? LOG_WARN
							      : LOG_INFO;

		LOG(level, "conf", "configuration", LS("where", f->where),
		    LS("what", f->text), LH(finding_hint(f->grade)));
	}
}

struct conf *
app_conf(const char *root)
{
	const struct conf_opts opts = { .root = root, .environ = environ };
	struct conf_report report = { 0 };
	struct conf *conf = conf_load(&opts, &report);

	log_findings(&report);
	conf_report_fini(&report);
	return conf;
}

void
app_log(const struct cfg *c)
{
	enum log_level level;
	enum log_room room;
	struct err e;

	if (!log_level_find(cfg_str(c, CFG_LOG_LEVEL), &level))
		level = LOG_INFO; /* never: the key has no other words */
	log_setup(
	    level, strcmp(cfg_str(c, CFG_LOG_FORMAT), "json") == 0 ? LOG_JSON : LOG_KV);
	for (size_t i = 0; i < cfg_len(c, CFG_LOG_ROOMS); i++)
		if (rooms_read(cfg_item(c, CFG_LOG_ROOMS, i), &room, &level, &e))
			log_room_level(room, level); /* all are: rooms_check() */
}

void
app_close(struct app *app)
{
	out_free(app->out);
	tickets_free(app->tickets);
	agent_free(app->agent);
	bot_close(app->bot);
	state_close(app->state);
	store_close(app->store);
	http_shared_free(app->http);
	conf_box_free(app->conf);
}

static bool
open_all(struct app *app, const struct cfg *c, bool inspect, struct err *e)
{
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
	const struct state_opts state = {
		.path = cfg_str(c, CFG_STORE_STATE_PATH),
		.clock = &clock_system,
		.inspect = inspect,
	};

	app->out = out_new(&clock_system);
	return (app->http = http_shared_new(&http, e)) != NULL &&
	    (app->store = store_open(&store, e)) != NULL &&
	    store_claim(app->store, app->root, e) &&
	    (app->state = state_open(&state, e)) != NULL &&
	    state_claim(app->state, app->root, e) &&
	    (app->bot = bot_open("inbenta", app->store, &clock_system, e)) != NULL &&
	    (app->agent = agent_new("hyperchat", &clock_system, e)) != NULL &&
	    (app->tickets = tickets_new("messenger", app->store, &clock_system, e)) !=
	    NULL;
}

/* From now on what is counted is everybody's. */
static void
share_metrics(struct app *app)
{
	struct err e;

	if (!metrics_open(store_path(app->store), &e))
		LOG(LOG_WARN, "main", "metrics of this process alone",
		    LS("why", e.text),
		    LH("make room on the disk of store.path, then restart botline; messages are answered all the same"));
	metrics_set(M_CONFIG_STALE, 0, 0);
	app->self.started_s = clock_wall_s(&clock_system);
	app->self.busy = &app->busy;
}

bool
app_open(struct app *app, struct conf *conf, bool inspect)
{
	struct err e;

	render_init();
	app->conf = conf_box_new(conf);
	if (!open_all(app, conf_cfg(conf, CONF_PRODUCTION), inspect, &e)) {
		LOG(LOG_ERROR, "main", "cannot start", LS("why", e.text),
		    LH(HINT_START));
		app_close(app);
		return false;
	}
	share_metrics(app);
	app->dialog = (struct dialog){
		.store = app->store,
		.bot = app->bot,
		.clock = &clock_system,
		.agent = app->agent,
		.tickets = app->tickets,
		.state = app->state,
		.out = app->out,
	};
	app->web = (struct web){ .conf = app->conf,
		.dialog = &app->dialog,
		.http = app->http,
		.clock = &clock_system,
		.unproven = &app->unproven,
		.files = &app->files,
		.busy = &app->busy,
		.self = &app->self };
	return true;
}

/* Says which of the new values wait for the next start. */
static void
log_start_changes(const struct conf *now, const struct conf *next)
{
	const char *names[MOST_START_CHANGES];
	size_t n = conf_start_changes(now, next, names, NELEMS(names));

	for (size_t i = 0; i < n && i < NELEMS(names); i++)
		LOG(LOG_WARN, "main", "key needs a restart", LS("key", names[i]),
		    LH("restart botline when it suits you: systemctl restart botline"));
}

void
app_reload(struct app *app)
{
	struct conf *next = app_conf(app->root), *now;
	const struct cfg *c;

	metrics_count(
	    M_CONFIG_RELOADS, next != NULL ? M_RELOAD_ok : M_RELOAD_refused, 0);
	metrics_set(M_CONFIG_STALE, 0, next == NULL);
	if (next == NULL) {
		LOG(LOG_ERROR, "main", "reload refused",
		    LH("the configuration of before stays in force: botline --check "
		       "says what to mend; then reload again"));
		return;
	}
	now = conf_box_get(app->conf);
	log_start_changes(now, next);
	conf_unref(now);
	c = conf_cfg(next, CONF_PRODUCTION);
	app_log(c);
	http_shared_allow_http(app->http, cfg_bool(c, CFG_SERVER_ALLOW_HTTP));
	store_set_ttl(app->store, cfg_int(c, CFG_STORE_SESSION_TTL_S));
	conf_box_set(app->conf, next);
	LOG(LOG_INFO, "main", "reloaded");
}

void
app_sweep(struct app *app)
{
	size_t gone = store_sweep(app->store, LIMIT_SWEEP_FILES);
	struct err e;

	if (gone > 0)
		LOG(LOG_INFO, "main", "old sessions removed", LI("sessions", gone));
	gone = handout_sweep(app->store, LIMIT_SWEEP_FILES);
	if (gone > 0)
		LOG(LOG_INFO, "main", "files for users removed", LI("files", gone));
	if (!state_sweep(app->state, LIMIT_SWEEP_ROWS, &e))
		LOG(LOG_ERROR, "main", "old state not removed", LS("why", e.text),
		    LH(HINT_STATE));
	if (metrics_cut())
		LOG(LOG_WARN, "main", "file of metrics is cut",
		    LS("folder", store_path(app->store)),
		    LH("this process counts for itself now; leave its file alone, and "
		       "see that the disk has room; a restart makes it whole"));
}
