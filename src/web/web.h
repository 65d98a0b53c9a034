/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"

struct conf_box;
struct dialog;
struct http;
struct http_shared;
struct pace;
struct web_answer;
struct web_io;
struct watch_self;

/* What all requests share. Borrowed; const while requests are served. */
struct web {
	struct conf_box *conf;
	const struct dialog *dialog;
	struct http_shared *http;
	const struct clock *clock;
	struct pace *unproven; /* of events that are not signed; NULL: none is taken */
	atomic_size_t *files; /* that are being handed out now; NULL: not counted */
	atomic_size_t *busy; /* threads that have a request; NULL: not counted */
	const struct watch_self *self; /* what is told of this process; NULL: nothing */
};

/* What one thread owns from request to request. */
struct web_worker {
	const struct web *web;
	struct http *http; /* its upstream connections, kept alive */
	struct arena *arena; /* of the request at hand */
	struct web_io
	    *io; /* where its answer goes; NULL: it is out, or there is none */
	int64_t accepted_ms; /* clock's mono_ms when the request at hand came */
	unsigned route; /* of it, a label of M_REQUESTS */
	int status; /* of the answer that went out last */
};

void web_worker_init(struct web_worker *w, const struct web *web);
void web_worker_fini(struct web_worker *w);

/*
 * Serves one request whole: reads it within the limits, routes it, checks its proof, runs
 * its handler, writes the answer. Whatever comes in, an answer goes out or the peer is gone;
 * trouble is logged here. Leaves nothing behind in the worker.
 */
void web_serve(struct web_worker *w, struct web_io *io);

/*
 * For a handler that has more to do than its caller should wait for: the answer goes out and
 * the caller is let go, now. What the handler fills in afterwards is dropped. False when the
 * caller is gone, or has had an answer.
 */
bool web_answer_now(struct web_worker *w, const struct web_answer *ans);

#endif
