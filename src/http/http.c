/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One curl easy handle per thread, kept as its connections are (drive.h). Every
 * option that depends on the request is set anew each time, so nothing of one call leaks
 * into the next.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mask.h"
#include "base/xalloc.h"
#include "http/asked.h"
#include "http/attempt.h"
#include "http/counted.h"
#include "http/drive.h"
#include "http/http.h"
#include "http/parts.h"
#include "http/redact.h"
#include "http/shared.h"
#include "http/throttle.h"
#include "http/url.h"

enum { JITTER_MS = 100 };

struct http {
	struct http_shared *shared;
	CURL *curl;
	struct drive drive;
	int64_t spent_ms; /* in http_do() */
	char why[CURL_ERROR_SIZE];
};

static CURLcode
on_tls(CURL *curl, void *ssl_ctx, void *arg)
{
	(void)curl;
	SSL_CTX_set1_cert_store(ssl_ctx, http_shared_ca(arg));
	return CURLE_OK;
}

static void
set_fixed(struct http *h)
{
	CURL *c = h->curl;

	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->why);
	curl_easy_setopt(c, CURLOPT_SHARE, h->shared->share);
	/* Without this curl flips the process-wide SIGPIPE handler on every call. */
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	/* Else a time-out waits for the resolver's thread, which may be for half a minute;
	   now that thread cleans up behind itself. */
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	/* Common load balancers close after 60 s. */
	curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, (long)LIMIT_CONNECTION_S);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(c, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(c, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, h->shared);
}

struct http *
http_new(struct http_shared *s)
{
	struct http *h = xcalloc(1, sizeof(*h));

	h->shared = s;
	h->curl = curl_easy_init();
	if (h->curl == NULL) /* only when memory runs out */
		abort();
	drive_init(&h->drive, s->clock);
	set_fixed(h);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	drive_fini(&h->drive);
	free(h);
}

void
http_alarm(struct http *h, int64_t at_ms, void (*fn)(void *arg), void *arg)
{
	h->drive.alarm_ms = at_ms;
	h->drive.fn = fn;
	h->drive.arg = arg;
}

int64_t
http_alarm_left(struct http *h)
{
	if (h == NULL)
		return INT64_MAX;
	if (drive_alarm_left(&h->drive) == 0)
		drive_ring(&h->drive);
	return drive_alarm_left(&h->drive);
}

bool
http_wait(struct http *h, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	while (drive_alarm_left(&h->drive) != INT64_MAX) {
		int64_t alarm_ms = drive_alarm_left(&h->drive);
		int64_t wait_ms = alarm_ms < ms ? alarm_ms : ms;

		if (wait_ms > LIMIT_HURRY_LOOK_MS)
			wait_ms = LIMIT_HURRY_LOOK_MS;
		if (!http_shared_wait(h->shared, wait_ms))
			return false;
		ms -= wait_ms;
		if (wait_ms == alarm_ms)
			drive_ring(&h->drive);
		else if (ms == 0)
			return true;
	}
	return http_shared_wait(h->shared, ms);
}

bool
http_url_ok(const struct http *h, const char *url, struct err *e)
{
	struct http_url parsed;

	return http_url_parse(url, h->shared->allow_http, &parsed, e);
}

static void
slist_putp(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static void
log_body(const struct http_req *q, const char *what, const char *body, size_t len)
{
	CLEANUP(buf_fini) struct buf bare = BUF_INIT(2 * LIMIT_LOG_BODY);
	CLEANUP(buf_fini) struct buf mails = BUF_INIT(2 * LIMIT_LOG_BODY);
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2 * LIMIT_LOG_BODY);

	if (!log_on(LOG_DEBUG, "http") || body == NULL || q->quiet)
		return;
	http_redact(&bare, body, len < LIMIT_LOG_BODY ? len : LIMIT_LOG_BODY);
	mask_mails(&mails, bare.data, bare.len);
	mask_phones(&text, mails.data, mails.len);
	LOG(LOG_DEBUG, "http", what, LS("call", q->what), LI("bytes", len),
	    LS("body", text.data));
}

static bool
explain(const struct http *h, const struct attempt *t, CURLcode rc, struct err *e)
{
	const char *why = h->why[0] != '\0' ? h->why : curl_easy_strerror(rc);

	if (t->address_refused && !t->address_tried)
		return err_set(e, ERR_DENIED, (int)rc,
		    "the host has no address that may be called");
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return err_set(e, ERR_TIMEOUT, (int)rc, "no answer within %lld ms",
		    (long long)t->ms);
	if (t->file_errno != 0) {
		errno = t->file_errno;
		return err_io(e, "the file for the answer");
	}
	if (t->too_big || rc == CURLE_FILESIZE_EXCEEDED)
		return err_set(e, ERR_TOO_BIG, (int)rc, "the answer is too big");
	return err_set(e, ERR_UPSTREAM, (int)rc, "%s", why);
}

/* How long a try may take: what is left, or what the caller gives to one. */
static int64_t
try_ms(const struct http *h, const struct http_req *q)
{
	int64_t left = q->until_ms - clock_mono_ms(h->shared->clock);

	return q->timeout_ms > 0 && q->timeout_ms < left ? q->timeout_ms : left;
}

static void
set_limits(CURL *c, int64_t ms, size_t max)
{
	int64_t connect = ms < LIMIT_CONNECT_MS ? ms : LIMIT_CONNECT_MS;

	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)ms);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max);
}

/* The server had closed the kept connection, or did so under the request. */
static bool
was_stale(const struct http *h, const struct attempt *t, CURLcode rc)
{
	long fresh = 1;

	if (rc != CURLE_SEND_ERROR && rc != CURLE_RECV_ERROR &&
	    rc != CURLE_GOT_NOTHING && rc != CURLE_HTTP2 && rc != CURLE_HTTP2_STREAM)
		return false;
	curl_easy_getinfo(h->curl, CURLINFO_NUM_CONNECTS, &fresh);
	return fresh == 0 && t->resp.headers.len == 0;
}

static CURLcode
send_on(struct http *h, const struct http_req *q, struct attempt *t, bool fresh)
{
	long bytes = 0;
	CURLcode rc;

	curl_easy_setopt(h->curl, CURLOPT_FRESH_CONNECT, (long)fresh);
	rc = drive(&h->drive, h->curl);
	curl_easy_setopt(h->curl, CURLOPT_FRESH_CONNECT, 0L);
	curl_easy_getinfo(h->curl, CURLINFO_REQUEST_SIZE, &bytes);
	t->resp.sent = t->resp.sent || bytes > 0;
	counted_connections(q->what, h->curl);
	return rc;
}

/*
 * curl sends again by itself when a kept connection turns out to be dead, but counts such
 * events over the life of the handle and gives up at each sixth (7.88). So once more here.
 */
static CURLcode
perform(struct http *h, const struct http_req *q, struct attempt *t)
{
	CURLcode rc;

	set_limits(h->curl, t->ms, t->max);
	/* curl sends again only what went out on a kept connection. */
	rc = send_on(h, q, t, q->once || q->address_ok != NULL);
	if (rc == CURLE_OK || !was_stale(h, t, rc) || try_ms(h, q) <= 0)
		return rc;
	h->why[0] = '\0';
	set_limits(h->curl, try_ms(h, q), t->max);
	counted_retry(q->what);
	return send_on(h, q, t, true);
}

static bool
one_try(struct http *h, const struct http_req *q, struct attempt *t, struct err *e)
{
	CLEANUP(slist_putp) struct curl_slist *headers = asked_headers(q);
	CLEANUP(slist_putp) struct curl_slist *connect_to = asked_connect_to(q);
	CLEANUP(http_form_fini) struct http_form form = { 0 };
	int64_t begin = clock_mono_ms(h->shared->clock);
	long status = 0;
	CURLcode rc;

	t->ms = try_ms(h, q);
	if (t->ms <= 0)
		return err_set(e, ERR_TIMEOUT, 0, "no time left");
	if (!attempt_begin(t, h->curl, q, e))
		return false;
	form = http_form_new(h->curl, q);
	h->why[0] = '\0';
	curl_easy_setopt(h->curl, CURLOPT_URL, q->url);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h->curl, CURLOPT_CONNECT_TO, connect_to);
	asked_method(h->curl, q, &form);
	log_body(q, "request", q->body, q->body_len);
	rc = perform(h, q, t);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(h->curl, CURLOPT_CONNECT_TO, NULL);
	curl_easy_setopt(h->curl, CURLOPT_MIMEPOST, NULL);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	counted_try(
	    q->what, rc, status, t->resp.sent, clock_mono_ms(h->shared->clock) - begin);
	LOG(LOG_DEBUG, "http", "called", LS("call", q->what), LI("status", status),
	    LI("curl", rc), LI("ms", clock_mono_ms(h->shared->clock) - begin));
	if (http_form_errno(&form, q->n_parts) != 0) {
		errno = http_form_errno(&form, q->n_parts);
		return err_io(e, "a file to be sent");
	}
	if (rc != CURLE_OK)
		return explain(h, t, rc, e);
	log_body(q, "response", t->resp.body.data, t->resp.body.len);
	t->resp.status = (int)status;
	return true;
}

/*
 * How long to wait before a throttled call is tried again; -1 when it is not, since the
 * wait would leave no time for the call.
 */
static int64_t
retry_after(const struct http *h, const struct http_req *q, const struct http_resp *r,
    int try_no)
{
	const struct clock *clock = h->shared->clock;
	char random[5];
	int64_t wait;

	if (r->status != 429 || !q->retry_throttled || try_no >= LIMIT_RETRIES)
		return -1;
	/* Jitter on top, so that all who were told the same do not come back at once. */
	random_hex(random, 2);
	wait = http_throttle_ms(r, try_no, clock_wall_s(clock)) +
	    strtol(random, NULL, 16) % JITTER_MS;
	if (clock_mono_ms(clock) + wait + LIMIT_MIN_CALL_MS > q->until_ms)
		return -1;
	return wait;
}

static bool
tries(struct http *h, const struct http_req *q, struct http_resp *r, struct err *e)
{
	int64_t wait;

	for (int try_no = 1;; try_no++) {
		struct attempt t = { 0 };

		if (!one_try(h, q, &t, e)) {
			r->sent = t.resp.sent;
			http_resp_fini(&t.resp);
			return false;
		}
		wait = retry_after(h, q, &t.resp, try_no);
		if (wait < 0) {
			*r = t.resp;
			return true;
		}
		http_resp_fini(&t.resp);
		counted_retry(q->what);
		LOG(LOG_INFO, "http", "throttled", LS("call", q->what), LI("ms", wait));
		if (!http_wait(h, wait))
			return err_set(e, ERR_TIMEOUT, 0, "stopping");
	}
}

bool
http_do(struct http *h, const struct http_req *q, struct http_resp *r, struct err *e)
{
	const char *what = q->what != NULL ? q->what : "call";
	int64_t began_ms = clock_mono_ms(h->shared->clock);
	struct http_url url;
	bool ok;

	if (drive_alarm_left(&h->drive) == 0)
		drive_ring(&h->drive);
	if (!http_url_parse(q->url, h->shared->allow_http, &url, e))
		return err_wrap(e, "%s", what);
	ok = tries(h, q, r, e);
	h->spent_ms += clock_mono_ms(h->shared->clock) - began_ms;
	return ok || err_wrap(e, "%s: %s", what, url.where);
}

int64_t
http_spent_ms(const struct http *h)
{
	return h != NULL ? h->spent_ms : 0;
}
