/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/arena.h"
#include "base/clock.h"

struct conf_box;
struct dialog;
struct http;
struct http_shared;
struct web_io;

/* What all requests share. Borrowed; const while requests are served. */
struct web {
	struct conf_box *conf;
	const struct dialog *dialog;
	struct http_shared *http;
	const struct clock *clock;
};

/* What one thread owns from request to request. */
struct web_worker {
	const struct web *web;
	struct http *http; /* its upstream connections, kept alive */
	struct arena *arena; /* of the request at hand */
};

void web_worker_init(struct web_worker *w, const struct web *web);
void web_worker_fini(struct web_worker *w);

/*
 * Serves one request whole: reads it within the limits, routes it, checks its proof, runs
 * its handler, writes the answer. Whatever comes in, an answer goes out or the peer is gone;
 * trouble is logged here. Leaves nothing behind in the worker.
 */
void web_serve(struct web_worker *w, struct web_io *io);

#endif
