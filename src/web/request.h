/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	enum web_body kind;
	const char *body;
	size_t body_len;
	struct form form; /* decoded when kind is WEB_FORM */
	/* What belongs to it once the environment is known. */
	struct conf *conf;
	enum conf_env env;
	const struct cfg *cfg;
	int64_t accepted_ms; /* clock's mono_ms when its reading began */
};

/*
 * Reads variables and body. ERR_INPUT: malformed, truncated, stalled; ERR_TOO_BIG: over a
 * limit. conf is borrowed and stays with the request.
 */
bool web_read(struct web_req *r, struct web_io *io, struct arena *a, struct conf *conf,
    const struct clock *clock, struct err *e) MUST_CHECK;

/* The answer a handler fills: 200, text/plain and empty unless it says otherwise. */
struct web_answer {
	int status;
	const char *content_type; /* a literal */
	const char *body; /* in the arena or a literal */
	size_t len;
};

/* False when the peer is gone. */
bool web_answer_write(const struct web_answer *ans, struct web_io *io) MUST_CHECK;

#endif
