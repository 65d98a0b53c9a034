/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_CALL_H
#define INBENTA_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/js.h"
#include "inbenta/account.h"
#include "inbenta/auth.h"

struct http;
struct http_header;
struct inbenta_profile;

/* What calls of one exchange may use. Borrowed for its duration; results live in the arena. */
struct inbenta_call {
	struct http *http;
	struct inbenta_auth *auth;
	const struct inbenta_account *account;
	const struct inbenta_profile *profile; /* for inbenta_chat_say() alone */
	const struct clock *clock;
	struct arena *arena;
	int64_t until_ms;
};

/*
 * Calls that belong together share an access token, which is asked for by the first, and of
 * which a refused one (401, 403) is replaced once in all. Begin with { .c = … }.
 */
struct inbenta_talk {
	const struct inbenta_call *c;
	struct inbenta_access access; /* private, like what follows */
	bool has_access, reauthorised;
	bool in_doubt; /* the last request went out, and no answer of the API came */
};

struct inbenta_request {
	const char *what; /* for log and errors: "inbenta message" */
	const char *path; /* "/v1/…", below the address of the Chatbot API */
	const char *body; /* JSON; NULL: a GET */
	const char *session; /* token of the conversation; NULL: without */
	const struct http_header
	    *headers; /* further ones, at most INBENTA_MORE_HEADERS */
	size_t n_headers;
	size_t max_bytes; /* of the answer; 0: LIMIT_UPSTREAM_BYTES */
	int64_t timeout_ms; /* when it is shorter than the account's; 0: that one */
	bool
	    spare_token; /* a new access token that it refuses too is still good for others */
	bool any_body; /* a 2xx is good whatever it says */
	bool once; /* must not arrive twice: http_req.once */
};

enum { INBENTA_MORE_HEADERS = 4 };

/* How a call ended, in the words of the API. */
enum inbenta_verdict {
	INBENTA_CALL_GOOD, /* 2xx and JSON */
	INBENTA_CALL_SLOW, /* the gateway's own time-out */
	INBENTA_CALL_EXPIRED, /* the session is over; only for calls with one */
	INBENTA_CALL_FAILED /* *e tells; its code is the status if one came */
};

/*
 * One call. *root is the answer's JSON, also of a failure; NULL when there is none; the
 * caller's (js_putp). Throttled calls (429) are tried again while there is time.
 *
 * ERR_DENIED, ERR_CONFIG   the operator has to mend the credentials
 * ERR_TIMEOUT, ERR_UPSTREAM, ERR_TOO_BIG   no usable answer came
 */
enum inbenta_verdict inbenta_call_do(struct inbenta_talk *t,
    const struct inbenta_request *q, js **root, struct err *e) MUST_CHECK;

#endif
