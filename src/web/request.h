/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/form.h"
#include "conf/conf.h"

struct cfg;
struct web_io;

enum web_method { WEB_GET, WEB_HEAD, WEB_POST, WEB_OTHER_METHOD };
enum web_body { WEB_FORM, WEB_JSON, WEB_OTHER_BODY };

/* A request as it was received; nothing in it is proven. Lives in the worker's arena. */
struct web_req {
	enum web_method method;
	const char *uri; /* REQUEST_URI, raw: path and query as sent, "/…" */
	const char *path; /* its path, still encoded */
	const char *host; /* Host header, "" when absent */
	bool https; /* how the caller reached the web server */
	const char *signature; /* X-Twilio-Signature; NULL when absent */
	const char *hook_secret; /* X-Hook-Secret; NULL when absent */
	const char *hook_signature; /* X-Hook-Signature; NULL when absent */
	const char *challenge; /* X-Inbenta-Challenge; NULL when absent */
	/*
	 * I-Twilio-Idempotency-Token; NULL when absent, or when it is none: letters, digits and
	 * hyphens, LIMIT_REPEAT_TOKEN of them at most. It is not among what is signed.
	 */
	const char *repeat_token;
	struct form query; /* of the URL, decoded */
	enum web_body kind;
	const char *body;
	size_t body_len;
	struct form form; /* decoded when kind is WEB_FORM */
	/* What belongs to it once the environment is known. */
	struct conf *conf;
	enum conf_env env;
	const struct cfg *cfg;
	int64_t accepted_ms; /* clock's mono_ms when its reading began */
	/* What the proof has found out. */
	const char
	    *url; /* the address called, without our own members; NULL: unknown */
	enum agent_proof agents; /* of an event */
};

/*
 * The members of a query that are ours: we put them behind the address that the operator
 * typed at Twilio. Whoever calls with one has the address from us.
 */
#define WEB_QUERY_MEDIA "media" /* the token of a file to fetch */
#define WEB_QUERY_STATUS "status" /* this is about a message of ours */
#define WEB_QUERY_REF "ref" /* the log calls what that answered so */
#define WEB_QUERY_TICKET "ticket" /* and that answered the ticket of this number */

/* Behind the address, as "/health", or in its query where a road hands no path on. */
#define WEB_HEALTH "health"
#define WEB_METRICS "metrics"

/* The URL without those; all else in it stays as it is, byte for byte. */
const char *web_url_without_ours(struct arena *a, const char *url) MUST_CHECK;

/*
 * Reads variables and body. ERR_INPUT: malformed, truncated, stalled; ERR_TOO_BIG: over a
 * limit. conf is borrowed and stays with the request.
 */
bool web_read(struct web_req *r, struct web_io *io, struct arena *a, struct conf *conf,
    const struct clock *clock, struct err *e) MUST_CHECK;

struct web_file {
	int fd; /* of whoever made the answer */
	size_t size;
};

/* The answer a handler fills: 200, text/plain and empty unless it says otherwise. */
struct web_answer {
	int status;
	const char *content_type; /* a literal */
	const char *body; /* in the arena or a literal */
	size_t len;
	const char *headers; /* more of them, each with its CRLF; NULL: none */
	const struct web_file *file; /* in place of the body; NULL: none */
	bool head_only; /* of a HEAD: without the body it speaks of */
};

/* False when the peer is gone, or a file ends before its size. */
bool web_answer_write(const struct web_answer *ans, struct web_io *io) MUST_CHECK;

#endif
