/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

/*
 * The one HTTP client. What all handles share: the trusted authorities, read once, and the
 * DNS and TLS session caches. One per process, thread-safe.
 */
struct http_shared;

struct http_shared_opts {
	const char *ca_file; /* "" or NULL: the system's */
	bool allow_http; /* plain http to hosts that are not loopback */
	const struct clock *clock;
};

struct http_shared *http_shared_new(
    const struct http_shared_opts *o, struct err *e) MUST_CHECK;
void http_shared_free(struct http_shared *s); /* after all its handles */

/* What a reload may turn. Thread-safe; a call under way goes on as it began. */
void http_shared_allow_http(struct http_shared *s, bool allow);

/* The process is stopping: waits of back-off end now, with ERR_TIMEOUT. Thread-safe. */
void http_shared_stop(struct http_shared *s);

/* One handle with its kept connections. One per thread. */
struct http;

struct http *http_new(struct http_shared *s) MUST_CHECK;
void http_free(struct http *h);

/*
 * Sets the alarm of this handle, in place of one that is set: at at_ms (clock's mono_ms) fn is
 * called, once, in this thread, from within http_do() or http_wait(), which then go on. When
 * the moment falls outside of them, or has passed, it is called at the beginning of the next.
 * fn may set the alarm again, to a later moment; it makes no call by this handle. NULL: no
 * alarm.
 */
void http_alarm(struct http *h, int64_t at_ms, void (*fn)(void *arg), void *arg);

/*
 * For a wait that is no call: calls fn if its moment has come, and tells how many ms are left
 * until it comes; INT64_MAX when no alarm is set. NULL has none.
 */
int64_t http_alarm_left(struct http *h) MUST_CHECK;

/* Waits so long; false, at once, when the process is stopping. */
bool http_wait(struct http *h, int64_t ms) MUST_CHECK;

/*
 * Whether http_do() would call this URL: https, or http to loopback or where allowed; a
 * host; no user or password; at most LIMIT_URL bytes. ERR_CONFIG otherwise, with the reason.
 */
bool http_url_ok(const struct http *h, const char *url, struct err *e) MUST_CHECK;

struct http_header {
	const char *name, *value;
};

struct sockaddr;

/* Whether a call may go to this address. Called in http_do(), before each connect. */
typedef bool http_address_fn(const struct sockaddr *address);

/* A field of a form that is sent as multipart/form-data (RFC 7578). */
struct http_part {
	const char *name;
	const char *text; /* its value; NULL: it is a file */
	int fd; /* the file: its first `size` bytes are sent, its offset is not touched */
	size_t size;
	const char *filename, *type; /* of the file; any bytes are harmless */
};

struct http_req {
	const char *what; /* for log and errors: "inbenta message"; no secret */
	const char *method; /* NULL: POST with a body, else GET */
	const char *url; /* https, or http where allowed; anything else is ERR_CONFIG */
	const struct http_header *headers;
	size_t n_headers;
	const char *user, *password; /* sent by HTTP Basic; NULL: none are */
	const char *body; /* NULL: none */
	size_t body_len;
	const char *content_type; /* of the body; NULL: application/json */
	const struct http_part *parts; /* instead of a body: a form */
	size_t n_parts;
	/* The body of a 2xx goes into this file, from its beginning, instead of resp.body;
	   what it held is gone, also when the call fails. NULL: all bodies go to memory. */
	const int *into_fd;
	/* Asked about each address of the host, on a new connection, so that what is asked
	   about is what is called. NULL: any will do. */
	http_address_fn *address_ok;
	/* "host:port" that is connected to in place of the URL's; TLS and the Host header stay
	   those of the URL. NULL: the URL's own. */
	const char *connect_to;
	int64_t until_ms; /* clock's mono_ms by which all is over; needed */
	int64_t timeout_ms; /* of one try; 0: what is left */
	size_t max_bytes; /* of the answer; 0: LIMIT_UPSTREAM_BYTES */
	bool once; /* must not arrive twice: a new connection, and one try on it */
	bool quiet; /* bodies are not logged, not at debug level either */
	bool retry_throttled; /* 429: wait as told, try again, LIMIT_RETRIES in all */
};

struct http_resp {
	int status;
	struct buf body;
	struct buf headers; /* raw lines of the last response */
	size_t in_file; /* bytes that went into into_fd */
	bool
	    sent; /* set on failure too: some of the request may have reached the server */
};

void http_resp_fini(struct http_resp *r);

/* The value of a header, any case, trimmed; false when absent. */
bool http_resp_header(
    const struct http_resp *r, const char *name, struct buf *out) MUST_CHECK;

/*
 * Sends the request and reads the whole answer. True: an HTTP answer came, whatever its
 * status; *r (zeroed by the caller) is filled. False: none came, ERR_TIMEOUT, ERR_UPSTREAM
 * (refused, reset, TLS, cut short), ERR_TOO_BIG, ERR_CONFIG, ERR_DENIED (address_ok
 * let no address pass), or ERR_IO (a file of ours);
 * r->sent tells whether the request may have arrived. Redirects are not followed, cookies
 * not kept, proxies and .netrc of the process environment not used.
 *
 * A kept connection that the server has closed meanwhile costs nothing: the request goes
 * out again on a new one as long as no byte of an answer was seen. A server that closed in
 * mid-work may thus see a request twice, unless that is to go out `once`.
 */
bool http_do(struct http *h, const struct http_req *q, struct http_resp *r,
    struct err *e) MUST_CHECK;

/* How long all calls by it have taken so far, in ms; 0 for NULL. For the log. */
int64_t http_spent_ms(const struct http *h) MUST_CHECK;

#endif
