/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sandbox/form_out.h"
#include "sandbox/webhook.h"
#include "sandbox/webhook_rules.h"

/* A form is made of a request of a megabyte at most, each byte of which may become three. */
enum { FORM_BYTES = 4 * 1024 * 1024, ANSWER_BYTES = TWIML_BYTES + 1 };

struct webhook {
	const struct options *opts;
	const atomic_bool *stop;
	CURL *curl;
};

bool
is_whatsapp(const char *address)
{
	return strncmp(address, "whatsapp:", 9) == 0;
}

void
sid_make(char sid[SID_SIZE])
{
	sid[0] = 'S';
	sid[1] = 'M';
	random_hex(sid + 2, 16);
}

/* What comes back. A body beyond Twilio's limit is not read to its end. */
struct answer {
	struct buf body;
	bool too_large, chunked;
};

static size_t
on_body(char *data, size_t size, size_t n, void *cls)
{
	struct answer *a = cls;

	(void)size;
	if (n > a->body.max - a->body.len)
		n = a->body.max - a->body.len;
	buf_add(&a->body, data, n);
	a->too_large = a->body.len == a->body.max;
	return a->too_large ? 0 : n;
}

static size_t
on_header(char *line, size_t size, size_t n, void *cls)
{
	static const char name[] = "transfer-encoding:";
	struct answer *a = cls;

	(void)size;
	if (n >= sizeof(name) && curl_strnequal(line, name, sizeof(name) - 1))
		a->chunked = true;
	return n;
}

static bool
is_stopping(const struct webhook *w)
{
	return atomic_load(w->stop);
}

static int
on_progress(void *cls, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return is_stopping(cls);
}

struct webhook *
webhook_new(const struct options *o, const atomic_bool *stop)
{
	struct webhook *w = xcalloc(1, sizeof(*w));

	w->opts = o;
	w->stop = stop;
	w->curl = curl_easy_init();
	if (w->curl == NULL)
		abort(); /* out of memory */
	return w;
}

void
webhook_free(struct webhook *w)
{
	if (w == NULL)
		return;
	curl_easy_cleanup(w->curl);
	free(w);
}

static struct curl_slist *
add_header(
    struct curl_slist *list, struct arena *a, const char *name, const char *value)
{
	struct curl_slist *more =
	    curl_slist_append(list, arena_printf(a, "%s: %s", name, value));

	if (more == NULL)
		abort(); /* out of memory */
	return more;
}

/* The same for each repeat of one message, as a UUID. */
static const char *
idempotency_token(struct arena *a, const char *sid)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(sid, strlen(sid), hex);
	return arena_printf(a, "%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12,
	    hex + 15, hex + 18);
}

static struct curl_slist *
make_headers(const struct webhook *w, struct arena *a, const struct outgoing *m,
    struct form_out *form, const char *url)
{
	const char *token = m->auth_token != NULL ? m->auth_token : w->opts->auth_token;
	char signature[TWILIO_SIGNATURE_SIZE];
	struct curl_slist *list = NULL;

	twilio_sign(token, url, form->fields, form->n, signature);
	list = add_header(list, a, "Content-Type",
	    "application/x-www-form-urlencoded; charset=UTF-8");
	list = add_header(list, a, "X-Twilio-Signature", signature);
	list = add_header(
	    list, a, "I-Twilio-Idempotency-Token", idempotency_token(a, m->sid));
	list = add_header(list, a, "X-Home-Region", "us1");
	return add_header(list, a, "Expect", "");
}

/* One URL that is asked. */
struct target {
	const char *url; /* where it is reached */
	const char *public; /* as typed at Twilio: signed */
	const struct buf *form;
	struct curl_slist *headers;
	struct webhook_rules rules;
	bool whatsapp, fallback;
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
set_options(
    struct webhook *w, struct answer *answer, const struct target *t, int64_t left_ms)
{
	CURL *c = w->curl;
	int64_t try_ms =
	    t->rules.read_ms > 0 ? least(t->rules.read_ms, left_ms) : left_ms;

	curl_easy_reset(c); /* keeps the connections */
	curl_easy_setopt(c, CURLOPT_URL, t->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(
	    c, CURLOPT_CONNECTTIMEOUT_MS, (long)least(t->rules.connect_ms, try_ms));
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)try_ms);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)TWILIO_REDIRECTS_MAX);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "TwilioProxy/1.1");
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, t->form->data);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)t->form->len);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, answer);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, w);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
}

/* What the debugger says when there is no answer to read. */
static const struct {
	CURLcode curl;
	enum twilio_code code;
	const char *text;
} failures[] = {
	{ CURLE_OPERATION_TIMEDOUT, TWILIO_FETCH, "no answer in time" },
	{ CURLE_COULDNT_CONNECT, TWILIO_CONNECT, "cannot connect" },
	{ CURLE_COULDNT_RESOLVE_HOST, TWILIO_DNS, "the host name is not known" },
	{ CURLE_TOO_MANY_REDIRECTS, TWILIO_REDIRECTS, "too many redirects" },
	{ CURLE_SSL_CONNECT_ERROR, TWILIO_TLS, "no TLS connection" },
	{ CURLE_PEER_FAILED_VERIFICATION, TWILIO_TLS,
	    "the certificate is not trusted" },
	{ CURLE_GOT_NOTHING, TWILIO_PROTOCOL,
	    "the connection was closed without an answer" },
	{ CURLE_PARTIAL_FILE, TWILIO_PROTOCOL, "the answer ended early" },
	{ CURLE_RECV_ERROR, TWILIO_PROTOCOL, "the connection broke" },
	{ CURLE_SEND_ERROR, TWILIO_PROTOCOL, "the connection broke" },
	{ CURLE_WEIRD_SERVER_REPLY, TWILIO_PROTOCOL, "the answer is not HTTP" },
	{ CURLE_UNSUPPORTED_PROTOCOL, TWILIO_PROTOCOL, "the answer is not HTTP" },
	{ CURLE_ABORTED_BY_CALLBACK, TWILIO_FETCH, "the sandbox was stopped" },
};

static void
note_failure(struct arena *a, CURLcode rc, struct webhook_result *out)
{
	for (size_t i = 0; i < NELEMS(failures); i++)
		if (failures[i].curl == rc) {
			twiml_fault(
			    &out->twiml, a, failures[i].code, "%s", failures[i].text);
			return;
		}
	twiml_fault(&out->twiml, a, TWILIO_FETCH, "%s", curl_easy_strerror(rc));
}

static void
read_answer(struct webhook *w, struct arena *a, const struct answer *answer,
    bool whatsapp, struct webhook_result *out)
{
	CLEANUP(buf_fini) struct buf raw = BUF_INIT(4 * ANSWER_BYTES);
	char *type = NULL;
	long status = 0;

	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(w->curl, CURLINFO_CONTENT_TYPE, &type);
	out->status = (int)status;
	utf8_repair(&raw, answer->body.data, answer->body.len);
	out->raw = arena_strdup(a, raw.data);
	if (status < 200 || status > 299)
		twiml_fault(
		    &out->twiml, a, TWILIO_FETCH, "the answer has status %ld", status);
	else
		twiml_read(&out->twiml, a, type, answer->chunked, answer->body.data,
		    answer->body.len, whatsapp);
}

/* Which rule says whether it is tried again; 0: none, as when a part has come. */
static unsigned
kind_of(struct webhook *w, CURLcode rc)
{
	long asked = 0, head = 0; /* bytes */

	curl_easy_getinfo(w->curl, CURLINFO_REQUEST_SIZE, &asked);
	curl_easy_getinfo(w->curl, CURLINFO_HEADER_SIZE, &head);
	switch (rc) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_SSL_CONNECT_ERROR:
		return RETRY_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		if (asked == 0)
			return RETRY_CONNECT;
		return head == 0 ? RETRY_READ : 0;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return head == 0 ? RETRY_READ : 0;
	default:
		return 0;
	}
}

static unsigned
kind_of_status(int status)
{
	return status >= 500 ? RETRY_5XX : status >= 400 ? RETRY_4XX : 0;
}

/* One try; returns what kind of failure it was. */
static unsigned
attempt(struct webhook *w, struct arena *a, const struct target *t, int64_t left_ms,
    struct webhook_result *out)
{
	struct answer answer = { BUF_INIT(ANSWER_BYTES), false, false };
	unsigned kind;
	CURLcode rc;

	out->twiml = (struct twiml){ 0 };
	out->status = 0;
	out->raw = "";
	set_options(w, &answer, t, left_ms);
	rc = curl_easy_perform(w->curl);
	if (rc == CURLE_OK || answer.too_large) {
		read_answer(w, a, &answer, t->whatsapp, out);
		kind = kind_of_status(out->status);
	} else {
		note_failure(a, rc, out);
		kind = kind_of(w, rc);
	}
	buf_fini(&answer.body);
	return kind;
}

static void
note_try(struct webhook_result *out, bool fallback, int64_t ms)
{
	const struct twiml *t = &out->twiml;
	struct webhook_try *one;

	if (out->n_tries == TWILIO_TRIES_MAX)
		return;
	one = &out->tries[out->n_tries++];
	*one = (struct webhook_try){ .ms = ms, .status = out->status, .text = "" };
	one->fallback = fallback;
	if (t->n_faults > 0) {
		one->code = (int)t->faults[0].code;
		one->text = t->faults[0].text;
	}
}

/*
 * What is left of a time of which curl has had all is not always 0: both clocks count whole
 * milliseconds.
 */
enum { CURL_EARLY_MS = 1 };

/* All tries of one URL. */
static void
ask(struct webhook *w, struct arena *a, const struct target *t,
    struct webhook_result *out)
{
	int64_t total =
	    t->rules.total_ms > 0 ? t->rules.total_ms : w->opts->twilio_timeout_ms;
	int64_t began = clock_mono_ms(&clock_system), left = total;

	for (int i = 0; i == 0 || (i <= t->rules.retries && left > CURL_EARLY_MS);
	     i++) {
		int64_t before = clock_mono_ms(&clock_system);
		unsigned kind = 0;

		if (is_stopping(w))
			note_failure(a, CURLE_ABORTED_BY_CALLBACK, out);
		else
			kind = attempt(w, a, t, left, out);
		left = total - (clock_mono_ms(&clock_system) - began);
		note_try(out, t->fallback, clock_mono_ms(&clock_system) - before);
		if (!(kind & t->rules.policy))
			break;
	}
}

/* Nothing came that could be read: the fallback is to be asked. */
static bool
is_unusable(const struct webhook_result *res)
{
	for (size_t i = 0; i < res->twiml.n_faults; i++) {
		enum twilio_code code = res->twiml.faults[i].code;

		if (code < TWILIO_SCHEMA || code == TWILIO_CONTENT_TYPE)
			return true;
	}
	return false;
}

static void
ask_signed(struct webhook *w, struct arena *a, const struct outgoing *m,
    struct form_out *form, const struct target *where, struct webhook_result *out)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(FORM_BYTES);
	struct target t = *where;
	struct err e;

	if (!webhook_rules_read(t.url, &t.rules, &e))
		abort(); /* options_parse() has read them */
	form_out_write(form, &body);
	t.form = &body;
	t.headers = make_headers(w, a, m, form, t.public);
	ask(w, a, &t, out);
	curl_slist_free_all(t.headers);
}

void
webhook_call(struct webhook *w, struct arena *a, const struct outgoing *m,
    struct webhook_result *out)
{
	const struct options *o = w->opts;
	const char *account = m->account_sid != NULL ? m->account_sid : o->account_sid;
	int64_t began = clock_mono_ms(&clock_system);
	struct form_out *form = arena_alloc(a, sizeof(*form));
	struct target t = { .url = o->webhook, .public = o->public_url };

	*out = (struct webhook_result){ .raw = "" };
	t.whatsapp = is_whatsapp(m->from);
	form_out_make(form, a, m, account);
	ask_signed(w, a, m, form, &t, out);
	if (o->fallback_webhook != NULL && is_unusable(out) && !is_stopping(w)) {
		form_out_set(form, "ErrorCode",
		    arena_printf(a, "%d", (int)out->twiml.faults[0].code));
		form_out_set(form, "ErrorUrl",
		    arena_printf(a, "%.*s", (int)strcspn(t.public, "#"), t.public));
		t.url = t.public = o->fallback_webhook;
		t.fallback = true;
		ask_signed(w, a, m, form, &t, out);
	}
	out->ms = clock_mono_ms(&clock_system) - began;
}
