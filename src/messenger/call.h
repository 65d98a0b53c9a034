/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_CALL_H
#define MESSENGER_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"

struct http;

struct messenger_access {
	const char *token;
	const char *base; /* URL of the API, no "/" at its end */
};

struct messenger_call;

/*
 * Gets a token for the call, within its time; texts live in its arena. refused: one that
 * Messenger does not take, never handed out again; NULL: none. False: *e tells why there is
 * none.
 */
typedef bool messenger_access_fn(const struct messenger_call *c, const char *refused,
    struct messenger_access *out, struct err *e);

/*
 * Calls to Messenger that belong together: they share a token, of which a refused one (401,
 * 403) is replaced once in all. What the fields point to is borrowed for their duration;
 * results live in the arena. One per thread, like its http handle.
 */
struct messenger_call {
	struct http *http;
	const char *key; /* the API key */
	const char *name; /* group of the settings that hold it: "chat.messenger" */
	messenger_access_fn *get_access;
	void *arg; /* of get_access */
	struct arena *arena;
	int64_t until_ms; /* clock's mono_ms by which all is over */
	int64_t timeout_ms; /* of one call; 0: what is left */
	struct messenger_access access; /* private, like what follows; zeroed */
	bool reauthorised;
};

struct messenger_request {
	const char *what; /* for log and errors: "messenger users" */
	const char *method; /* NULL: POST with a body, else GET */
	const char *path; /* "/v1/users"; what is put into it is escaped already */
	const struct buf *body; /* NULL: none. One that overflowed is ERR_TOO_BIG */
	bool form; /* the body is a form, not JSON */
	bool any_body; /* a 2xx is good without JSON, unless it is a page of HTML */
	bool once; /* must not arrive twice */
};

enum messenger_verdict {
	MESSENGER_GOOD, /* 2xx and no error in it */
	MESSENGER_REFUSED, /* Messenger itself says no, and has done nothing */
	MESSENGER_FAILED /* no usable answer came */
};

struct messenger_answer {
	js *root; /* messenger_answer_fini(); NULL: no JSON came */
	int status; /* 0: none came */
	bool in_doubt; /* of FAILED: what was asked for may have been done */
};

void messenger_answer_fini(struct messenger_answer *r);

/*
 * One call. *e is written unless the verdict is GOOD:
 *
 * ERR_DENIED, ERR_CONFIG   the operator has to mend the credentials
 * ERR_UPSTREAM             with the status as its code
 * ERR_TIMEOUT, ERR_TOO_BIG, ERR_IO   as http_do() says
 *
 * Errors stand in one of the shapes {"errors":[{"message"}]}, {"error":{"message"}},
 * {"message"}, also behind a 200 (the first two). Throttled calls (429) are tried again
 * while there is time. *out is zeroed by the caller. Source: Inbenta, "Messenger API".
 */
enum messenger_verdict messenger_call_do(struct messenger_call *c,
    const struct messenger_request *q, struct messenger_answer *out,
    struct err *e) MUST_CHECK;

/* "/v1/users/", id, "": a path with the id escaped, in the arena; "" when it is too long. */
const char *messenger_path(
    struct arena *a, const char *before, const char *id, const char *after) MUST_CHECK;

/* How Messenger writes small things. */

/* 1 to LIMIT_HYPERCHAT_ID visible ASCII characters, and not "." or "..". */
bool messenger_id_ok(const char *id) MUST_CHECK;

/* The id at the path, a text or a whole number; NULL when it is none. */
const char *messenger_id(js *o, const char *path, struct arena *a) MUST_CHECK;

/*
 * The list behind `data`, or an answer that is one itself; true with *out NULL when it is
 * empty, which is also written null, "" and {}. False: it is no list.
 */
bool messenger_list(js *root, js **out) MUST_CHECK;

#endif
