/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct listener;
struct web;

/*
 * Serves a socket until the process is told to stop. Signals belong to the main thread:
 * server_signals() blocks them, before any other thread is made and as early as can be, since a
 * reload that comes before would end us; server_run() waits for them.
 */
void server_signals(void);

struct server_opts {
	size_t workers;
	int64_t drain_ms; /* time for the turns at hand when the process is to stop */
	int64_t idle_s; /* pause between two calls of idle */
	void (*reload)(void *arg); /* SIGHUP */
	void (*idle)(void *arg); /* housekeeping */
	void *arg;
};

enum server_end {
	SERVER_STOPPED, /* all turns are over: what they used may be freed */
	SERVER_STUCK, /* some are not, and still use it: leave at once */
	SERVER_FAILED /* it did not start, see *e */
};

/* Returns after SIGTERM or SIGINT; the listener is closed then. */
enum server_end server_run(const struct web *web, struct listener *l,
    const struct server_opts *o, struct err *e) MUST_CHECK;

#endif
