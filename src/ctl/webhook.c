/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/host.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/webhook.h"
#include "ctl/webhook_tell.h"
#include "http/http.h"
#include "http/url.h"
#include "twilio/sig.h"

/* Twilio waits 15 s for a message's answer; what is slower than this is down. */
enum { PATIENCE_S = 30 };

/* Without a fragment: what stands there (#rc=3&rp=all) is Twilio's own. */
static const char *
without_fragment(struct arena *a, const char *url)
{
	return arena_strndup(a, url, strcspn(url, "#"));
}

static const char *
signed_form(struct arena *a, const char *url)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_REQUEST_BODY);

	twilio_sig_url(&b, url);
	return arena_strndup(a, b.data, b.len);
}

static const char *
unescaped(struct arena *a, const char *s, size_t n)
{
	int len = 0;
	char *plain = curl_easy_unescape(NULL, s, (int)n, &len);
	const char *copy =
	    arena_strndup(a, plain != NULL ? plain : "", (size_t)(plain ? len : 0));

	curl_free(plain);
	return copy;
}

/* user:password@ of an address: a door that the web server keeps before ours. */
static void
take_user(struct webhook *w, const char *url)
{
	const char *begin = strstr(url, "://"), *end = NULL, *colon;
	size_t host;

	if (begin == NULL)
		return;
	begin += 3;
	host = strcspn(begin, "/?#");
	for (size_t i = 0; i < host; i++)
		if (begin[i] == '@')
			end = begin + i;
	if (end == NULL)
		return;
	colon = memchr(begin, ':', (size_t)(end - begin));
	w->user =
	    unescaped(w->arena, begin, (size_t)((colon != NULL ? colon : end) - begin));
	w->password = colon == NULL
	    ? ""
	    : unescaped(w->arena, colon + 1, (size_t)(end - colon - 1));
}

/* The host and port of an address as they stand there: for the Host header. */
static const char *
authority(struct arena *a, const char *url)
{
	const char *begin = strstr(url, "://");

	begin = begin != NULL ? begin + 3 : url;
	return arena_strndup(a, begin, strcspn(begin, "/?#"));
}

static bool
is_host_and_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t digits = colon != NULL ? strspn(colon + 1, "0123456789") : 0;

	return digits > 0 && digits <= 5 && colon[1 + digits] == '\0' && colon > text &&
	    text[strcspn(text, " \t\r\n,")] == '\0';
}

static int
choose_urls(struct webhook *w, const struct opts *o)
{
	const char *typed = cfg_str(w->cfg, CFG_TWILIO_WEBHOOK_URL);
	const char *url = opts_value(o, "url");
	int status;

	w->connect_to = opts_value(o, "connect");
	if (w->connect_to != NULL && url != NULL)
		return opts_wrong(o, "--connect or --url, not both", NULL);
	if (w->connect_to != NULL && !is_host_and_port(w->connect_to))
		return opts_wrong(o, "--connect needs HOST:PORT", w->connect_to);
	if (*typed == '\0' && url == NULL)
		return ctl_fail(EX_CONFIG,
		    "twilio.webhook_url is empty: set it, or say with --url where "
		    "botline is called");
	typed = *typed != '\0' ? typed : url;
	status = webhook_at(w, url != NULL ? url : typed);
	if (status == EXIT_SUCCESS && url != NULL) {
		w->signed_url =
		    signed_form(w->arena, without_fragment(w->arena, typed));
		w->host = authority(w->arena, w->signed_url);
	}
	return status;
}

int
webhook_open(struct webhook *w, const struct ctl *ctl, const struct opts *o)
{
	struct webhook made = { 0 };

	if (!ctl_env(o, &made.env))
		return EX_USAGE;
	made.conf = ctl_conf(ctl);
	if (made.conf == NULL)
		return EX_CONFIG;
	made.cfg = conf_cfg(made.conf, made.env);
	made.arena = arena_new();
	*w = made;
	return EXIT_SUCCESS;
}

/* A browser would mend some of these, Twilio and curl do not. */
static bool
is_clean(const char *url)
{
	for (; *url != '\0'; url++)
		if (*url <= ' ' || *url == 0x7f)
			return false;
	return true;
}

int
webhook_at(struct webhook *w, const char *url)
{
	struct http_url parsed;
	struct err e;

	url = without_fragment(w->arena, url);
	take_user(w, url);
	w->signed_url = w->call_url = signed_form(w->arena, url);
	if (!is_clean(url))
		return ctl_fail(EX_USAGE, "an address has no blanks and is ASCII");
	if (!http_url_parse(w->call_url, true, &parsed, &e))
		return ctl_fail(EX_USAGE, e.text);
	w->host = authority(w->arena, w->signed_url);
	return EXIT_SUCCESS;
}

int
webhook_init(struct webhook *w, const struct ctl *ctl, const struct opts *o)
{
	int status = webhook_open(w, ctl, o);

	return status != EXIT_SUCCESS ? status : choose_urls(w, o);
}

void
webhook_fini(struct webhook *w)
{
	arena_free(w->arena);
	conf_unref(w->conf);
}

bool
webhook_is_local(const struct webhook *w)
{
	struct http_url url;
	struct err e;

	if (w->connect_to != NULL) {
		const char *colon = strrchr(w->connect_to, ':');

		return host_is_loopback(arena_strndup(
		    w->arena, w->connect_to, (size_t)(colon - w->connect_to)));
	}
	return http_url_parse(w->call_url, true, &url, &e) &&
	    host_is_loopback(url.host);
}

static const char *
with_query(struct arena *a, const char *url, const char *query)
{
	return arena_printf(
	    a, "%s%c%s", url, strchr(url, '?') != NULL ? '&' : '?', query);
}

void
webhook_query(struct webhook *w, const char *query)
{
	if (*query == '\0')
		return;
	w->signed_url = with_query(w->arena, w->signed_url, query);
	w->call_url = with_query(w->arena, w->call_url, query);
}

static bool
call(const struct webhook *w, const struct webhook_body *b, struct http *http,
    struct http_resp *r, struct err *e)
{
	struct http_header headers[2] = { 0 };
	struct http_req q = {
		.what = "webhook",
		.method = "POST",
		.url = w->call_url,
		.headers = headers,
		.user = w->user,
		.password = w->password,
		.connect_to = w->connect_to,
		.until_ms = clock_mono_ms(&clock_system) + PATIENCE_S * (int64_t)1000,
		.once = true,
		.quiet = true,
	};

	headers[q.n_headers++] = (struct http_header){ "Host", w->host };
	if (b->form != NULL) {
		q.content_type = "application/x-www-form-urlencoded; charset=utf-8";
		q.body = fields_body(w->arena, b->form);
		q.body_len = strlen(q.body);
		headers[q.n_headers++] =
		    (struct http_header){ "X-Twilio-Signature", b->signature };
	} else {
		q.body = b->json;
		q.body_len = b->json_len;
		headers[q.n_headers++] =
		    (struct http_header){ "X-Hook-Signature", b->signature };
	}
	return http_do(http, &q, r, e);
}

int
webhook_send(
    const struct webhook *w, const struct webhook_body *b, bool json, const char *sid)
{
	const struct http_shared_opts so = {
		.ca_file = cfg_str(w->cfg, CFG_SERVER_CA_FILE),
		.allow_http = true, /* what is sent is no secret, nor is its answer */
		.clock = &clock_system,
	};
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct webhook_answer answer = { .sid = sid, .url = w->call_url };
	struct http_shared *shared;
	struct http *http;
	struct err e;

	shared = http_shared_new(&so, &e);
	if (shared == NULL)
		return ctl_fail(EX_CONFIG, e.text);
	http = http_new(shared);
	if (call(w, b, http, &r, &e)) {
		answer.status = r.status;
		answer.body = r.body.data;
		answer.len = r.body.len;
		answer.is_message =
		    b->form != NULL && form_find(b->form, "Body") != NULL;
	} else {
		answer.why = e.text;
	}
	http_free(http);
	http_shared_free(shared);
	return webhook_tell(w->arena, &answer, json);
}
