/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_UPSTREAM_H
#define SUPPORT_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * A scripted HTTP server on a free port of 127.0.0.1 for tests of clients: it answers as
 * its steps say, misbehaves on demand, and remembers what it was asked. A thread for each
 * connection; all functions below may be called from any thread.
 */
struct upstream;

enum upstream_how {
	UP_ANSWER, /* the whole answer; the connection is kept */
	UP_CLOSE, /* the whole answer; then the connection is closed without a word */
	UP_HANGUP, /* the request is read, the connection closed */
	UP_RESET, /* the same, by a reset */
	UP_CUT, /* Content-Length promises all, `cut` bytes of the body come, then the end */
	UP_STALL, /* `cut` bytes of head and body come, then silence until the client leaves */
	UP_DRIP, /* the body comes byte by byte, 20 ms apart; the last one never */
	UP_RAW /* the body comes as it is instead of an answer, then the end */
};

struct upstream_step {
	const char *on; /* start of the request line, "POST /v1/auth"; NULL: any */
	enum upstream_how how;
	int status; /* 0: 200 */
	const char *headers; /* further lines, each ended by \r\n; NULL: none */
	const char *body; /* "$URL" in it becomes upstream_url(); NULL: "" */
	size_t body_len; /* for bytes: taken as they are; 0: body is a text */
	size_t cut;
	int times; /* how often the step serves; 0: once; -1: for ever */
	int passes_ms; /* the clock of upstream_clock() goes on by it */
	bool held; /* only after upstream_release() */
};

/*
 * A request is served by the first step that matches and is not used up; without one it
 * gets a 599. The steps are copied, their texts are not.
 */
struct upstream *upstream_new(const struct upstream_step *steps, size_t n) MUST_CHECK;

/* The same over TLS, with a certificate for `host` whose authority is written to ca_path. */
struct upstream *upstream_new_tls(const struct upstream_step *steps, size_t n,
    const char *host, const char *ca_path) MUST_CHECK;

/* Ends all connections and threads. NULL is allowed. */
void upstream_free(struct upstream *u);
void upstream_freep(struct upstream **u); /* for CLEANUP */

const char *upstream_url(const struct upstream *u); /* "http://127.0.0.1:PORT" */
int upstream_port(const struct upstream *u);

/* Replaces the script; what was asked stays remembered. */
void upstream_script(struct upstream *u, const struct upstream_step *steps, size_t n);

/* The clock that steps turn; it outlives the server. */
struct fake_clock;
void upstream_clock(struct upstream *u, struct fake_clock *clock);

/* Lets all held steps answer, now and later, until another script comes. */
void upstream_release(struct upstream *u);

struct upstream_request {
	char *line; /* "POST /v1/auth HTTP/1.1" */
	char *headers; /* raw lines */
	char *body; /* with a NUL behind it */
	size_t body_len;
};

size_t upstream_connections(struct upstream *u); /* accepted so far */

/* What the last TLS client offered to speak, as "h2 http/1.1"; it was given http/1.1. */
const char *upstream_offered(struct upstream *u);

size_t upstream_requests(struct upstream *u); /* read so far */
size_t upstream_count(struct upstream *u, const char *on); /* of those that begin so */
void upstream_wait(struct upstream *u, size_t requests); /* until so many were read */

/* The i-th request; aborts when there is none. Valid until upstream_free(). */
const struct upstream_request *upstream_get(struct upstream *u, size_t i);

/* Whether the request has exactly this header line, name in any case. */
bool upstream_has(const struct upstream_request *r, const char *line) MUST_CHECK;
/* Whether it has a header of this name at all. */
bool upstream_has_name(const struct upstream_request *r, const char *name) MUST_CHECK;

#endif
