/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_ONLINE_H
#define CTL_ONLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "conf/conf.h"

struct cfg;
struct http;
struct http_resp;

/*
 * botlinectl check --online: each configured account is asked something that changes nothing,
 * and every finding goes into the report. One thread.
 */
struct online {
	const struct cfg *cfg;
	struct http *http;
	struct arena *arena;
	struct conf_report *report;
	size_t
	    unreachable; /* of the report's errors: those that may pass by themselves */
};

/* All of them, by the values of one environment. Returns how many were unreachable. */
size_t online_check(
    const struct conf *c, enum conf_env env, struct conf_report *report);

/* The parts; each has LIMIT_ONLINE_MS for itself. */
void online_inbenta(struct online *o);
void online_hyperchat(struct online *o);
void online_messenger(struct online *o);
void online_twilio(struct online *o);
void online_webhook(struct online *o);

/* clock's mono_ms by which the part that begins now is over. */
int64_t online_until(void) MUST_CHECK;

void online_good(struct online *o, const char *who, const char *fmt, ...) PRINTF(3, 4);
void online_warn(struct online *o, const char *who, const char *fmt, ...) PRINTF(3, 4);
/* The operator has something to change. */
void online_wrong(struct online *o, const char *who, const char *fmt, ...) PRINTF(3, 4);
/* Nobody is there, or he is in trouble. */
void online_away(struct online *o, const char *who, const char *fmt, ...) PRINTF(3, 4);

/*
 * A call that failed: name tells apart by the error whether the name cannot be resolved,
 * nobody listens, TLS fails, time ran out, or what status came. key holds the address.
 */
void online_failed(
    struct online *o, const char *who, const char *key, const struct err *e);

/* The same for an HTTP status that is no success. text: what the server says; "": nothing. */
void online_status(
    struct online *o, const char *who, const char *key, int status, const char *text);

/* Compares an answer's Date with our clock. */
void online_date(struct online *o, const char *who, const struct http_resp *r);

#endif
