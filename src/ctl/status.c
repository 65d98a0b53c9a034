/* SPDX-License-Identifier: Apache-2.0 */
/*
 * botlinectl status: how a botline is, by what it counts and keeps, without asking it. What
 * /health and /metrics tell comes from the same functions.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/screen.h"
#include "ctl/status_show.h"
#include "store/claim.h"
#include "store/state.h"
#include "watch/health.h"
#include "watch/numbers.h"

enum { EVERY_S = 2, MOST_S = 3600, OUT_BYTES = 256 * 1024 };

extern char **environ;

static volatile sig_atomic_t ended;

static void
end(int sig UNUSED)
{
	ended = 1;
}

/* From here on Ctrl-C ends the wait and not the program; *waiting is the mask of the wait. */
static void
catch_end(sigset_t *waiting)
{
	struct sigaction sa = { .sa_handler = end };
	sigset_t both;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

/* One look; the health in *worst. */
static int
look_once(const struct opts *o, const struct watch *w, struct status_look *l,
    struct numbers *now, enum severity *worst)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(OUT_BYTES);
	struct finding found[HEALTH_MOST];

	numbers_read(w, now);
	l->now = now;
	l->serving = store_attended(w->store_path);
	l->findings = found;
	l->n_findings = health_look(w, now, a, found);
	*worst = health_of(found, l->n_findings);
	if (opts_has(o, "json"))
		status_json(&b, l);
	else
		status_text(&b, l);
	l->findings = NULL; /* they end with this look */
	l->n_findings = 0;
	return screen_print(&b);
}

/* Each look on a clean screen, or, where nobody sees one, behind an empty line. */
static const char *
between(const struct opts *o, bool first)
{
	if (opts_has(o, "json"))
		return "";
	if (isatty(STDOUT_FILENO))
		return "\033[H\033[2J";
	return first ? "" : "\n";
}

static int
look_on(const struct opts *o, const struct watch *w, long every_s, enum severity *worst)
{
	struct numbers numbers[2];
	struct status_look l = { 0 };
	int status = EXIT_SUCCESS;
	int64_t before_ms = 0;
	sigset_t waiting;

	catch_end(&waiting);
	for (unsigned i = 0; !ended && status == EXIT_SUCCESS; i++) {
		const struct timespec every = { .tv_sec = every_s };
		int64_t now_ms = clock_mono_ms(w->clock);

		fputs(between(o, i == 0), stdout);
		l.passed_s = (double)(now_ms - before_ms) / 1000;
		status = look_once(o, w, &l, &numbers[i % 2], worst);
		l.before = &numbers[i % 2];
		before_ms = now_ms;
		if (fflush(stdout) != 0)
			status = ctl_fail(EX_IOERR, strerror(errno));
		if (status == EXIT_SUCCESS && !ended)
			(void)ppoll(NULL, 0, &every, &waiting);
	}
	return status;
}

/* Where botline of that configuration keeps what it has; the state may not be there. */
static void
find_state(const struct cfg *c, struct watch *w, struct err *e)
{
	const struct state_opts o = { .path = cfg_str(c, CFG_STORE_STATE_PATH),
		.clock = &clock_system,
		.existing = true };

	w->state = state_open(&o, e);
	if (w->state == NULL)
		w->why = e->text;
	w->state_path = w->state != NULL ? state_path(w->state)
	    : *o.path != '\0'            ? o.path
					 : BOTLINE_STATE;
}

/* Who is another user than botline's sees nothing, and that says nothing of botline. */
static bool
may_look(const struct watch *w, const struct err *e)
{
	return w->state != NULL || e->kind != ERR_CONFIG || e->code != EPERM;
}

int
ctl_status(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX);
	struct watch w = { .clock = &clock_system };
	enum severity worst = HEALTH_READY;
	struct numbers numbers;
	struct status_look once = { 0 };
	struct err e = { 0 };
	const struct cfg *c;
	struct conf *conf;
	long every_s = EVERY_S;
	int status;

	if (opts_value(o, "watch") != NULL &&
	    !opts_number(o, "watch", 1, MOST_S, &every_s))
		return EX_USAGE;
	conf = ctl_conf_as_it_is(ctl);
	c = conf_cfg(conf, CONF_PRODUCTION);
	if (*cfg_str(c, CFG_STORE_PATH) != '\0')
		buf_str(&path, cfg_str(c, CFG_STORE_PATH));
	else
		dir_default(&path);
	w.store_path = path.data;
	find_state(c, &w, &e);
	if (!may_look(&w, &e))
		status = ctl_no_state(&e);
	else if (opts_has(o, "watch"))
		status = look_on(o, &w, every_s, &worst);
	else
		status = look_once(o, &w, &once, &numbers, &worst);
	state_close(w.state);
	conf_unref(conf);
	if (fflush(stdout) != 0 && status == EXIT_SUCCESS)
		status = ctl_fail(EX_IOERR, strerror(errno));
	return status == EXIT_SUCCESS && worst == HEALTH_DOWN ? EX_UNAVAILABLE : status;
}
