/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as a request to the one address, served whole: five lines of variables, then the
 * body. Whatever comes, one answer goes out, of a status that we know and with headers that
 * are ours; nobody proves anything here, so no conversation is made. HyperChat's events are
 * unsigned, so that some get behind the proof.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "base/log.h"
#include "dialog/dialog.h"
#include "fuzz/fuzz.h"
#include "http/http.h"
#include "store/state.h"
#include "store/store.h"
#include "support/tmpdir.h"
#include "support/web_fixture.h"
#include "web/pace.h"
#include "web/request.h"
#include "web/router.h"
#include "web/web.h"

static struct world {
	struct tmpdir dir;
	struct dialog dialog;
	struct pace unproven;
	struct web web;
	struct web_worker worker;
} world;

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
world_end(void)
{
	web_worker_fini(&world.worker);
	state_close(world.dialog.state);
	store_close(world.dialog.store);
	agent_free(world.dialog.agent);
	http_shared_free(world.web.http);
	conf_box_free(world.web.conf);
	tmpdir_fini(&world.dir);
}

static struct conf *
open_conf(void)
{
	char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
		(char[]){ "BOTLINE_API__SECRET=s" },
		(char[]){ "BOTLINE_TWILIO__CREDENTIALS__SID=AC1" },
		(char[]){ "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=t" },
		(char[]){ "BOTLINE_CHAT__CHAT__ENABLED=true" },
		(char[]){ "BOTLINE_CHAT__CHAT__APPID=A" },
		(char[]){ "BOTLINE_CHAT__CHAT__SECRET=s" },
		(char[]){ "BOTLINE_CHAT__CHAT__SERVER=http://127.0.0.1:9" },
		(char[]){ "BOTLINE_CHAT__CHAT__WEBHOOK_SIGNATURE=off" }, NULL };

	return conf_with(env);
}

static void
world_begin(void)
{
	const struct http_shared_opts http = { .clock = &clock_system };
	char path[300];
	struct store_opts store = {
		.path = path, .session_ttl_s = 60, .clock = &clock_system
	};
	struct state_opts state = { .path = path, .clock = &clock_system };
	struct dialog *d = &world.dialog;
	struct err e;

	if (world.web.conf != NULL)
		return;
	log_setup(LOG_ERROR, LOG_KV);
	world.dir = tmpdir_new();
	snprintf(path, sizeof(path), "%s/store", world.dir.path);
	need((d->store = store_open(&store, &e)) != NULL);
	snprintf(path, sizeof(path), "%s/state", world.dir.path);
	need((d->state = state_open(&state, &e)) != NULL);
	need((d->agent = agent_new("hyperchat", &clock_system, &e)) != NULL);
	d->clock = &clock_system;
	world.web = (struct web){ .conf = conf_box_new(open_conf()),
		.dialog = d,
		.http = http_shared_new(&http, &e),
		.clock = &clock_system,
		.unproven = &world.unproven };
	need(world.web.http != NULL);
	web_worker_init(&world.worker, &world.web);
	atexit(world_end);
}

/* What is left of an address has nothing of ours, and is not changed again. */
static void
check_address(struct arena *a, const char *uri)
{
	const char *url = arena_printf(a, "https://h%s", uri);
	const char *once = web_url_without_ours(a, url), *query = strchr(once, '?');

	need(strlen(once) <= strlen(url));
	need(strcmp(web_url_without_ours(a, once), once) == 0);
	need(query == NULL ||
	    (strncmp(query, "?media=", 7) != 0 && strstr(query, "&status=") == NULL));
}

static void
check_answer(const char *said)
{
	static const int known[] = { 200, 400, 403, 404, 405, 413, 429, 503 };
	static const char *const ours[] = { "Status: ", "Content-Type: ",
		"Content-Length: ", "Cache-Control: ", "Allow: ", "X-Hook-Secret: " };
	bool is_known = false;
	long status;

	need(strncmp(said, "Status: ", 8) == 0);
	status = strtol(said + 8, NULL, 10);
	for (size_t i = 0; i < NELEMS(known); i++)
		is_known |= known[i] == status;
	need(is_known);
	while (strncmp(said, "\r\n", 2) != 0) {
		bool is_ours = false;

		for (size_t i = 0; i < NELEMS(ours); i++)
			is_ours |= strncmp(said, ours[i], strlen(ours[i])) == 0;
		need(is_ours);
		said = strstr(said, "\r\n");
		need(said != NULL);
		said += 2;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "REQUEST_METHOD", "REQUEST_URI",
		"CONTENT_TYPE", "HTTP_X_HOOK_SECRET", "HTTP_X_HOOK_SIGNATURE" };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct fake_var vars[NELEMS(names) + 1] = { 0 };
	char *text = arena_strndup(a, (const char *)data, size), *at = text;
	struct fake_io io;

	world_begin();
	for (size_t i = 0; i < NELEMS(names); i++) {
		size_t len = strcspn(at, "\n");

		vars[i] = (struct fake_var){ names[i], len > 0 ? at : NULL };
		if (at[len] == '\0') {
			at += len;
			break;
		}
		at[len] = '\0';
		at += len + 1;
	}
	fake_io_init(&io, vars, at, size - (size_t)(at - text));
	web_serve(&world.worker, &io.io);
	check_answer(io.written);
	if (vars[1].name != NULL && vars[1].value != NULL && vars[1].value[0] == '/')
		check_address(a, vars[1].value);
	return 0;
}
