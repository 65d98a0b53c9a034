/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_H
#define APP_H

#include <stdbool.h>

#include "dialog/dialog.h"
#include "watch/numbers.h"
#include "web/pace.h"
#include "web/web.h"

struct agent;
struct tickets;
struct bot;
struct cfg;
struct conf;
struct conf_box;
struct http_shared;
struct out;
struct state;
struct store;
struct tickets;

/* All that one process opens once and lends to everybody else. */
struct app {
	const char *root; /* folder of conf/ and lang/ */
	struct conf_box *conf;
	struct http_shared *http;
	struct store *store;
	struct state *state;
	struct bot *bot;
	struct agent *agent;
	struct tickets *tickets;
	struct out *out;
	struct dialog dialog;
	struct pace unproven;
	atomic_size_t files, busy;
	struct watch_self self;
	struct web web;
};

/* Loads the configuration and logs all there is to say about it. NULL: it is wrong. */
struct conf *app_conf(const char *root);
void app_log(const struct cfg *c); /* sets the log up as configured */

/*
 * Opens it, with app->root given and a configuration that is app's from now on. inspect: the
 * state is read through for damage (state.h). What cannot be opened is logged; an operator
 * has to act then.
 */
bool app_open(struct app *app, struct conf *conf, bool inspect);
void app_close(struct app *app); /* after all threads */

/* Takes the files' configuration; one that is wrong is logged and changes nothing. */
void app_reload(struct app *app);

/* Removes what is old, a part of it at a time: for the idle time. */
void app_sweep(struct app *app);

#endif
