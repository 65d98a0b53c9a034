/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OUTSIDE_H
#define SANDBOX_OUTSIDE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* What the stand-ins ask of others: events to webhooks, files that messages name. */

enum { OUTSIDE_HEADERS = 8 };

/* A curl handle that keeps its connections: one per thread. */
struct outside;

/* stop: looked at now and then; ends the call at once when true. */
struct outside *outside_new(const atomic_bool *stop);
void outside_free(struct outside *o); /* NULL is allowed */

struct outside_request {
	const char *url;
	const char *body; /* NULL: a GET; else a POST of it */
	size_t body_len;
	const char *headers[OUTSIDE_HEADERS]; /* "Name: value", as many as there are */
	const char *agent; /* User-Agent */
	int64_t timeout_ms;
	size_t max_bytes; /* of the answer's body */
	const char *wanted; /* a header of the answer to be kept; NULL: none */
	bool follows; /* redirects, to http and https */
};

struct outside_answer {
	int status; /* of HTTP; 0: none came, `why` says why */
	bool too_large; /* the body goes on behind max_bytes */
	const char *type; /* Content-Type; NULL: none */
	const char *header; /* the wanted one; NULL: absent */
	const char *why; /* "" when there is a whole answer */
	struct buf body; /* the caller's */
};

/* Never fails: trouble is in the answer, whose texts live in the arena. */
void outside_call(struct outside *o, struct arena *a, const struct outside_request *q,
    struct outside_answer *out);

#endif
