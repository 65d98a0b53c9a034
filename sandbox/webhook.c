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
    struct form_out *form)
{
	const char *token = m->auth_token != NULL ? m->auth_token : w->opts->auth_token;
	char signature[TWILIO_SIGNATURE_SIZE];
	struct curl_slist *list = NULL;

	twilio_sign(token, w->opts->public_url, form->fields, form->n, signature);
	list = add_header(list, a, "Content-Type",
	    "application/x-www-form-urlencoded; charset=UTF-8");
	list = add_header(list, a, "X-Twilio-Signature", signature);
	list = add_header(
	    list, a, "I-Twilio-Idempotency-Token", idempotency_token(a, m->sid));
	list = add_header(list, a, "X-Home-Region", "us1");
	return add_header(list, a, "Expect", "");
}

static void
set_options(struct webhook *w, struct answer *answer, const struct buf *form,
    struct curl_slist *headers, int64_t timeout_ms)
{
	CURL *c = w->curl;
	int64_t connect_ms =
	    timeout_ms < TWILIO_CONNECT_MS ? timeout_ms : TWILIO_CONNECT_MS;

	curl_easy_reset(c); /* keeps the connections */
	curl_easy_setopt(c, CURLOPT_URL, w->opts->webhook);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)TWILIO_REDIRECTS_MAX);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "TwilioProxy/1.1");
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, form->data);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)form->len);
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

/* One try. False: no connection, so that another try does no harm. */
static bool
attempt(struct webhook *w, struct arena *a, const struct outgoing *m,
    const struct buf *form, struct curl_slist *headers, int64_t timeout_ms,
    struct webhook_result *out)
{
	struct answer answer = { BUF_INIT(ANSWER_BYTES), false, false };
	CURLcode rc;

	*out = (struct webhook_result){ .raw = "" };
	if (is_stopping(w)) {
		note_failure(a, CURLE_ABORTED_BY_CALLBACK, out);
		return true;
	}
	set_options(w, &answer, form, headers, timeout_ms);
	rc = curl_easy_perform(w->curl);
	if (rc == CURLE_OK || answer.too_large)
		read_answer(w, a, &answer, is_whatsapp(m->from), out);
	else
		note_failure(a, rc, out);
	buf_fini(&answer.body);
	return rc != CURLE_COULDNT_CONNECT;
}

void
webhook_call(struct webhook *w, struct arena *a, const struct outgoing *m,
    struct webhook_result *out)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(FORM_BYTES);
	const char *account =
	    m->account_sid != NULL ? m->account_sid : w->opts->account_sid;
	int64_t began = clock_mono_ms(&clock_system), left = w->opts->twilio_timeout_ms;
	struct form_out *form = arena_alloc(a, sizeof(*form));
	struct curl_slist *headers;

	form_out_make(form, a, m, account);
	form_out_write(form, &body);
	headers = make_headers(w, a, m, form);
	for (int i = 0; i < TWILIO_TRIES && left > 0; i++) {
		if (attempt(w, a, m, &body, headers, left, out))
			break;
		left =
		    w->opts->twilio_timeout_ms - (clock_mono_ms(&clock_system) - began);
	}
	out->ms = clock_mono_ms(&clock_system) - began;
	curl_slist_free_all(headers);
}

js *
twilio_fault_json(const struct twilio_fault *f)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "code", json_object_new_int((int)f->code));
	json_object_object_add(o, "text", json_object_new_string(f->text));
	return o;
}

js *
twiml_media_json(const struct twiml_message *m)
{
	js *list = json_object_new_array();

	for (size_t i = 0; i < m->n_media; i++)
		json_object_array_add(list, json_object_new_string(m->media[i]));
	return list;
}

js *
webhook_result_json(const struct outgoing *m, const struct webhook_result *res)
{
	const struct twiml *t = &res->twiml;
	js *o = json_object_new_object(), *messages = json_object_new_array();
	js *faults = json_object_new_array();

	for (size_t i = 0; i < t->n; i++) {
		js *one = json_object_new_object();

		json_object_object_add(
		    one, "body", json_object_new_string(t->messages[i].body));
		json_object_object_add(one, "media", twiml_media_json(&t->messages[i]));
		json_object_array_add(messages, one);
	}
	for (size_t i = 0; i < t->n_faults; i++)
		json_object_array_add(faults, twilio_fault_json(&t->faults[i]));
	json_object_object_add(o, "sid", json_object_new_string(m->sid));
	json_object_object_add(o, "status", json_object_new_int(res->status));
	json_object_object_add(o, "ms", json_object_new_int64(res->ms));
	json_object_object_add(o, "messages", messages);
	json_object_object_add(
	    o, "fault", t->n_faults > 0 ? twilio_fault_json(&t->faults[0]) : NULL);
	json_object_object_add(o, "faults", faults);
	json_object_object_add(o, "twiml", json_object_new_string(res->raw));
	return o;
}
