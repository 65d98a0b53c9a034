/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_CALL_H
#define HYPERCHAT_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/js.h"
#include "hyperchat/account.h"

struct http;
struct http_part;

/*
 * What calls to HyperChat may use. Borrowed for their duration; results live in the arena.
 * One per thread, like its http handle.
 */
struct hyperchat_call {
	struct http *http;
	const struct hyperchat_account *account;
	const struct clock *clock;
	struct arena *arena;
	int64_t until_ms; /* clock's mono_ms by which all is over */
};

struct hyperchat_request {
	const char *what; /* for log and errors: "hyperchat message" */
	const char *method; /* NULL: POST with a body or parts, else GET */
	const char *path; /* below the base: "chats/C1"; ids are escaped already */
	const struct buf
	    *body; /* JSON; NULL: none. One that overflowed is ERR_TOO_BIG */
	const struct http_part *parts; /* instead of a body: a form */
	size_t n_parts;
	int64_t timeout_ms; /* 0: the account's; -1: what is left */
	bool no_secret; /* the app id is enough */
	bool any_body; /* a 2xx is good unless it says "error", or is a page of HTML */
	bool once; /* must not arrive twice */
};

enum hyperchat_verdict {
	HYPERCHAT_GOOD, /* 2xx and JSON without an error in it */
	HYPERCHAT_REFUSED, /* HyperChat itself says no: `code` and `message` tell why */
	HYPERCHAT_FAILED /* no usable answer came */
};

struct hyperchat_answer {
	js *root; /* hyperchat_answer_fini() */
	int code; /* of a refusal: HyperChat's own, else the status */
	const char *message; /* of a refusal; lives with root; never NULL then */
	bool sent; /* the request may have arrived */
};

void hyperchat_answer_fini(struct hyperchat_answer *r);

/*
 * One call. *e is written unless the verdict is GOOD:
 *
 * ERR_DENIED   401, 403: app id or secret are not accepted, or not for this
 * ERR_UPSTREAM, ERR_TIMEOUT, ERR_TOO_BIG, ERR_CONFIG, ERR_IO   as http_do() says
 *
 * Only a JSON error counts as HyperChat's own word (REFUSED): a 404 of whatever stands
 * before it does not tell that a chat is gone. Throttled calls (429) are tried again while
 * there is time. *out is zeroed by the caller.
 * Source: Inbenta, "HyperChat API: headers and errors".
 */
enum hyperchat_verdict hyperchat_call_do(const struct hyperchat_call *c,
    const struct hyperchat_request *q, struct hyperchat_answer *out,
    struct err *e) MUST_CHECK;

/*
 * Whether a call that failed with *e has certainly done nothing: it was answered 3xx or 4xx,
 * or a file of ours could not be read to its end. Of 5xx and of answers that make no sense
 * nobody knows.
 */
bool hyperchat_is_no(const struct err *e) MUST_CHECK;

/* "chats/", id, "/messages": a path with the id escaped; in the arena. */
const char *hyperchat_path(
    struct arena *a, const char *before, const char *id, const char *after) MUST_CHECK;

/* Appends "name":"text" to a JSON object that was begun, with a comma where it needs one. */
void hyperchat_put_text(struct buf *b, const char *name, const char *text);
void hyperchat_put_int(struct buf *b, const char *name, int64_t number);

#endif
