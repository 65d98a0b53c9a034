/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "sandbox/blobs.h"
#include "sandbox/calls.h"
#include "sandbox/carrier.h"
#include "sandbox/chores.h"
#include "sandbox/events.h"
#include "sandbox/faults.h"
#include "sandbox/hooks.h"
#include "sandbox/hyper.h"
#include "sandbox/inbenta_appdata.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/knowledge.h"
#include "sandbox/office.h"
#include "sandbox/outbox.h"
#include "sandbox/sandbox.h"
#include "sandbox/scripts.h"
#include "sandbox/sender.h"
#include "sandbox/server.h"
#include "sandbox/sessions.h"
#include "sandbox/uploads.h"

static void
free_parts(struct sandbox *sb)
{
	sender_free(sb->sender);
	chores_free(sb->chores);
	outbox_free(sb->outbox);
	carrier_free(sb->carrier);
	hyper_free(sb->hyper);
	office_free(sb->office);
	hooks_free(sb->hooks);
	blobs_free(sb->media);
	blobs_free(sb->incoming);
	events_free(sb->desk);
	events_free(sb->events);
	uploads_free(sb->uploads);
	sessions_free(sb->sessions);
	appdata_free(sb->appdata);
	know_file_close(sb->know);
	tokens_free(sb->tokens);
	scripts_free(sb->scripts);
	faults_free(sb->faults);
	calls_free(sb->calls);
	free(sb);
}

struct sandbox *
sandbox_start(const struct options *opts, struct err *e)
{
	struct sandbox *sb = xcalloc(1, sizeof(*sb));
	struct server_opts so = { opts->listen, opts->allow_remote, sb };

	sb->opts = opts;
	sb->calls = calls_new();
	sb->faults = faults_new();
	sb->scripts = scripts_new();
	sb->tokens = tokens_new();
	sb->sessions = sessions_new();
	sb->appdata = appdata_new();
	sb->events = events_new();
	sb->uploads = uploads_new();
	sb->sender = sender_new(sb);
	sb->chores = chores_new();
	sb->media = blobs_new();
	sb->incoming = blobs_new();
	sb->desk = events_new();
	sb->hooks = hooks_new(sb);
	sb->office = office_new(sb);
	sb->hyper = hyper_new(sb);
	sb->carrier = carrier_new(!opts->lenient, !opts->lenient);
	sb->outbox = outbox_new(sb);
	sb->know = know_file_open(opts->knowledge, e);
	if (sb->know != NULL)
		sb->server = server_start(&so, e);
	if (sb->server != NULL)
		return sb;
	sender_stop(sb->sender);
	chores_stop(sb->chores);
	free_parts(sb);
	return NULL;
}

const char *
sandbox_url(const struct sandbox *sb, const struct request *q)
{
	return sb->opts->base_url != NULL ? sb->opts->base_url : server_url(q->server);
}

void
sandbox_stop(struct sandbox *sb)
{
	if (sb == NULL)
		return;
	/* First everything a handler may wait for, then the handlers' threads. */
	server_wake(sb->server);
	events_wake(sb->events);
	events_wake(sb->desk);
	sender_stop(sb->sender);
	chores_stop(sb->chores);
	server_stop(sb->server);
	free_parts(sb);
}
