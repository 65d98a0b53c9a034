/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "conf/report.h"
#include "ctl/online.h"
#include "http/http.h"

enum { FIRST_STATUS = 100, TEXT_BYTES = 900 };

int64_t
online_until(void)
{
	return clock_mono_ms(&clock_system) + LIMIT_ONLINE_MS;
}

#define SAY(grade) \
	do { \
		char text[TEXT_BYTES]; \
		va_list ap; \
\
		va_start(ap, fmt); \
		vsnprintf(text, sizeof(text), fmt, ap); \
		va_end(ap); \
		report_add(o->report, grade, who, "%s", text); \
	} while (0)

void
online_good(struct online *o, const char *who, const char *fmt, ...)
{
	SAY(CONF_NOTE);
}

void
online_warn(struct online *o, const char *who, const char *fmt, ...)
{
	SAY(CONF_WARNING);
}

void
online_wrong(struct online *o, const char *who, const char *fmt, ...)
{
	SAY(CONF_ERROR);
}

void
online_away(struct online *o, const char *who, const char *fmt, ...)
{
	SAY(CONF_ERROR);
	o->unreachable++;
}

/* What curl's reason means to an operator. */
static const char *
advice(int code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "the name is not known to DNS: is it spelled right, and does this "
		       "machine's resolver work?";
	case CURLE_COULDNT_CONNECT:
		return "nobody takes the connection there: is host and port right, and does "
		       "a firewall let it out?";
	case CURLE_SSL_CONNECT_ERROR:
		return "TLS fails: is it https that is spoken there, or a proxy in between?";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return "its certificate is not trusted: is ca-certificates installed, "
		       "server.ca_file right, this machine's clock right, and nobody in "
		       "between?";
	default:
		return "the connection broke: try again, and look at what is in between";
	}
}

void
online_failed(struct online *o, const char *who, const char *key, const struct err *e)
{
	switch (e->kind) {
	case ERR_DENIED:
	case ERR_CONFIG:
		online_wrong(o, who, "%s", e->text);
		return;
	case ERR_TIMEOUT:
		online_away(o, who,
		    "%s: too slow, or a firewall swallows it: try again, then look at %s",
		    e->text, key);
		return;
	case ERR_TOO_BIG:
	case ERR_INPUT:
		online_wrong(o, who,
		    "%s: that is no answer of this API: is %s its address?", e->text,
		    key);
		return;
	default:
		break;
	}
	if (e->code >= FIRST_STATUS)
		online_status(o, who, key, e->code, e->text);
	else if (e->code == 0)
		online_wrong(o, who,
		    "%s: that is no answer of this API: is %s its address?", e->text,
		    key);
	else
		online_away(o, who, "%s (%s): %s", e->text, key, advice(e->code));
}

void
online_status(
    struct online *o, const char *who, const char *key, int status, const char *text)
{
	const char *between = *text != '\0' ? ": " : "";

	if (status == 404 || status == 405)
		online_wrong(o, who,
		    "answered %d%s%s: there is nothing of the kind: is %s right?",
		    status, between, text, key);
	else if (status == 401 || status == 403)
		online_wrong(o, who, "answered %d%s%s: the login is not accepted",
		    status, between, text);
	else if (status == 429)
		online_away(o, who, "answered 429%s%s: throttled, try again later",
		    between, text);
	else if (status >= 500)
		online_away(o, who,
		    "answered %d%s%s: trouble on its side, try again later and look at its "
		    "status page",
		    status, between, text);
	else
		online_wrong(o, who, "answered %d%s%s: is %s right?", status, between,
		    text, key);
}

void
online_date(struct online *o, const char *who, const struct http_resp *r)
{
	CLEANUP(buf_fini) struct buf date = BUF_INIT(200);
	int64_t off;
	time_t then;

	if (!http_resp_header(r, "date", &date))
		return;
	then = curl_getdate(date.data, NULL);
	if (then == -1)
		return;
	off = clock_wall_s(&clock_system) - (int64_t)then;
	if (llabs((long long)off) > LIMIT_LIST_SKEW_S)
		online_warn(o, who,
		    "this machine's clock is %lld s %s its: have it set by NTP "
		    "(timedatectl), else messages are looked for in the wrong place",
		    llabs((long long)off), off > 0 ? "ahead of" : "behind");
}

size_t
online_check(const struct conf *c, enum conf_env env, struct conf_report *report)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct cfg *cfg = conf_cfg(c, env);
	const struct http_shared_opts opts = {
		.ca_file = cfg_str(cfg, CFG_SERVER_CA_FILE),
		.allow_http = cfg_bool(cfg, CFG_SERVER_ALLOW_HTTP),
		.clock = &clock_system,
	};
	struct online o = { .cfg = cfg, .arena = a, .report = report };
	struct http_shared *shared;
	struct err e;

	shared = http_shared_new(&opts, &e);
	if (shared == NULL) {
		online_wrong(&o, "server.ca_file", "%s", e.text);
		return 0;
	}
	o.http = http_new(shared);
	online_inbenta(&o);
	online_hyperchat(&o);
	online_messenger(&o);
	online_twilio(&o);
	online_webhook(&o);
	http_free(o.http);
	http_shared_free(shared);
	return o.unreachable;
}
