/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sandbox/calls.h"
#include "sandbox/faults.h"
#include "sandbox/inbenta.h"
#include "sandbox/sessions.h"
#include "sandbox/sandbox.h"

void
inbenta_call(struct sandbox *sb, const struct request *q, struct reply *r,
    const char *call, handler_fn *work)
{
	int64_t n = calls_begin(sb->calls, call, q);
	struct fault f;

	faults_take(sb->faults, call, &f);
	if (fault_ends_session(&f))
		sessions_end(sb->sessions, bearer(q, "x-inbenta-session"));
	if (!fault_replaces(&f))
		work(sb, q, r);
	fault_apply(&f, q, r);
	calls_end(sb->calls, n, r->way == REPLY_HANG_UP ? 0 : r->status);
}

void
gateway_refuses(struct reply *r, int status, const char *message)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "message", json_object_new_string(message));
	reply_json(r, status, o);
}

void
api_refuses(struct reply *r, int status, const char *fmt, ...)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1024);
	js *o = json_object_new_object(), *list = json_object_new_array();
	js *error = json_object_new_object();
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	json_object_object_add(error, "message", json_object_new_string(b.data));
	json_object_object_add(error, "code", json_object_new_int(status));
	json_object_array_add(list, error);
	json_object_object_add(o, "errors", list);
	reply_json(r, status, o);
}

const char *
bearer(const struct request *q, const char *header)
{
	const char *value = request_header(q, header);

	if (value == NULL || strncasecmp(value, "Bearer ", 7) != 0 || value[7] == '\0')
		return NULL;
	return value + 7;
}

js *
inbenta_body(const struct request *q, struct reply *r)
{
	js *o = NULL;
	struct err e;

	if (!request_is_type(q, "application/json")) {
		api_refuses(r, 400, "Content-Type must be application/json");
		return NULL;
	}
	if (!js_parse(q->body, q->body_len, &o, &e)) {
		api_refuses(r, 400, "Malformed JSON");
		return NULL;
	}
	if (!json_object_is_type(o, json_type_object)) {
		js_putp(&o);
		api_refuses(r, 400, "The body must be a JSON object");
	}
	return o;
}

void
inbenta_unknown(struct sandbox *sb, const struct request *q, struct reply *r)
{
	int64_t n = calls_begin(sb->calls, "unknown", q);

	gateway_refuses(r, 403,
	    "Authorization header holds something that is not a valid key=value pair");
	calls_end(sb->calls, n, r->status);
}

static void
base64url(struct buf *out, const void *data, size_t len)
{
	unsigned char text[1024];
	int n;

	if (len > sizeof(text) / 4 * 3 - 3)
		len = sizeof(text) / 4 * 3 - 3;
	n = EVP_EncodeBlock(text, data, (int)len);
	while (n > 0 && text[n - 1] == '=')
		n--;
	for (int i = 0; i < n; i++)
		buf_chr(out,
		    text[i] == '+'       ? '-'
			: text[i] == '/' ? '_'
					 : (char)text[i]);
}

const char *
token_make(struct arena *a, js *claims)
{
	static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"HS256\"}";
	static const char key[] =
	    "the sandbox looks its tokens up and trusts no signature";
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4096);
	CLEANUP(buf_fini) struct buf text = BUF_INIT(700);
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	js_write(&text, claims);
	js_putp(&claims);
	base64url(&b, head, sizeof(head) - 1);
	buf_chr(&b, '.');
	base64url(&b, text.data, text.len);
	HMAC(EVP_sha256(), key, sizeof(key) - 1, (const unsigned char *)b.data, b.len,
	    mac, &n);
	buf_chr(&b, '.');
	base64url(&b, mac, n);
	return arena_strdup(a, b.data);
}
