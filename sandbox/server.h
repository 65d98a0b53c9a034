/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"

struct MHD_Connection;
struct sandbox;
struct server;

/*
 * The sandbox's own HTTP server, on libmicrohttpd with a thread for each connection, so
 * that a handler may wait as long as it likes. Connections, headers and bodies have limits.
 */

enum {
	SERVER_CONNECTIONS = 1024,
	SERVER_HEADER_BYTES = 64 * 1024, /* request line and headers */
	SERVER_IDLE_S = 60, /* a silent connection is closed */
	SERVER_REPLY_BYTES = 64 * 1024 * 1024,
	REPLY_HEADERS = 12
};

/* One request, whole. Borrowed for the time of its handler. */
struct request {
	const char *method;
	const char *path; /* percent-decoded, without the query */
	const char *body; /* NUL-terminated; "" when there is none */
	size_t body_len;
	struct arena *arena; /* lives as long as the request */
	struct MHD_Connection *conn;
	struct server *server;
};

enum reply_way {
	REPLY_SEND,
	REPLY_CUT, /* the head promises all of the body, half of it comes, then the end */
	REPLY_HANG_UP, /* the connection is closed without a byte */
	REPLY_ENDLESS /* the body, then more and more bytes until the client leaves */
};

/* What the handler answers; status 404 without a body unless it says otherwise. */
struct reply {
	int status;
	const char *type; /* Content-Type; NULL: none. Static, or of the arena */
	struct buf body;
	enum reply_way way;
	struct {
		const char *name, *value;
	} headers[REPLY_HEADERS];
	size_t n_headers;
};

typedef void handler_fn(struct sandbox *sb, const struct request *q, struct reply *r);

/* NULL when absent. */
const char *request_header(const struct request *q, const char *name);
const char *request_arg(const struct request *q, const char *name);

/* All arguments of the query as an object of texts, the caller's; NULL: there are none. */
js *request_query(const struct request *q) MUST_CHECK;

/* The number in the query argument, dflt when absent or no number. */
int64_t request_arg_int(const struct request *q, const char *name, int64_t dflt);

/* Content-Type, parameters aside, is this one (case does not count). */
bool request_is_type(const struct request *q, const char *type);

/* The body as a JSON object, the caller's; else answers 400 and returns NULL. */
js *request_json(const struct request *q, struct reply *r) MUST_CHECK;

/*
 * Does nothing for ms milliseconds. False: the client has left, or the server is about to
 * stop, and there is no use in answering.
 */
bool request_pause(const struct request *q, int64_t ms);

/* A body of JSON. *o is taken. */
void reply_json(struct reply *r, int status, js *o);
void reply_text(struct reply *r, int status, const char *type, const char *text);
/* {"error":"…"}: what our own interfaces (not the stand-ins) answer to a bad request. */
void reply_error(struct reply *r, int status, const char *fmt, ...) PRINTF(3, 4);
/* Neither name nor value is copied. */
void reply_header(struct reply *r, const char *name, const char *value);

struct server_opts {
	const char *listen; /* "127.0.0.1:8081", "[::1]:0"; port 0: a free one */
	bool allow_remote; /* else only a loopback address is accepted */
	struct sandbox *sb; /* handed to the handlers */
};

/*
 * Starts listening; from here on handlers run in threads of the server. Failure is
 * ERR_CONFIG (the address) or ERR_IO.
 */
struct server *server_start(const struct server_opts *o, struct err *e) MUST_CHECK;

/* "http://127.0.0.1:8081", valid until server_stop(). */
const char *server_url(const struct server *s);
/* The host of the listening address, as in a URL: "127.0.0.1", "[::1]". */
const char *server_host(const struct server *s);
bool server_allows_remote(const struct server *s);

/* Ends all pauses, so that handlers come to an end. Safe in any thread. */
void server_wake(struct server *s);
/* Waits for the handlers, closes everything, frees. NULL is allowed. */
void server_stop(struct server *s);

#endif
