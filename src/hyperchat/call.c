/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "http/http.h"
#include "hyperchat/call.h"

void
hyperchat_answer_fini(struct hyperchat_answer *r)
{
	js_putp(&r->root);
}

const char *
hyperchat_path(struct arena *a, const char *before, const char *id, const char *after)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_URL);

	buf_str(&b, before);
	buf_url(&b, id, strlen(id));
	buf_str(&b, after);
	/* One too long is no address; the call says so. */
	return arena_strdup(a, buf_ok(&b) ? b.data : "");
}

static void
put_name(struct buf *b, const char *name)
{
	if (b->len > 0 && b->data[b->len - 1] != '{')
		buf_chr(b, ',');
	js_put_text(b, "", name);
	buf_chr(b, ':');
}

void
hyperchat_put_text(struct buf *b, const char *name, const char *text)
{
	put_name(b, name);
	js_put_text(b, "", text);
}

void
hyperchat_put_int(struct buf *b, const char *name, int64_t number)
{
	put_name(b, name);
	buf_printf(b, "%lld", (long long)number);
}

/* null, false, "", [] and {} are no error, as elsewhere in their answers. */
static bool
is_error(js *error)
{
	switch (json_object_get_type(error)) {
	case json_type_object:
		return json_object_object_length(error) > 0;
	case json_type_string:
		return json_object_get_string_len(error) > 0;
	case json_type_boolean:
		return json_object_get_boolean(error);
	default:
		return false;
	}
}

/* {"error":{"code","message"}}, or {"error":"message"}; true when there is one. */
static bool
read_error(struct hyperchat_answer *r, int status)
{
	js *error = js_get(r->root, "error");

	if (!is_error(error))
		return false;
	r->message = js_str(r->root, "error", js_str(error, "message", ""));
	r->code = (int)js_int_loose(error, "code", 0);
	if (r->code < 400 || r->code > 599)
		r->code = status >= 400 ? status : 400;
	return true;
}

static enum hyperchat_verdict
fail(struct err *e, int code, const char *why)
{
	if (code == 401 || code == 403)
		(void)err_set(e, ERR_DENIED, code,
		    "status %d: are chat.chat.appId and chat.chat.secret right?", code);
	else
		(void)err_set(e, ERR_UPSTREAM, code, "status %d%s", code, why);
	return HYPERCHAT_FAILED;
}

/* What stands in front of HyperChat says 200 as well, while it is being mended. */
static bool
is_page(const struct buf *body)
{
	size_t at = strspn(body->data, " \t\r\n");

	return body->data[at] == '<';
}

/* What a whole answer means. root is NULL when the body is no JSON. */
static enum hyperchat_verdict
judge(const struct hyperchat_request *q, int status, bool page,
    struct hyperchat_answer *r, const struct err *no_json, struct err *e)
{
	bool has_error = read_error(r, status);

	if (has_error && r->code != 429 && r->code < 500 && status < 500) {
		(void)fail(e, r->code, ": HyperChat says no");
		return HYPERCHAT_REFUSED;
	}
	if (has_error)
		return fail(e, status >= 400 ? status : r->code, "");
	if (status == 404)
		return fail(e, status,
		    ", and not in HyperChat's words: mend "
		    "chat.chat.server?");
	if (status / 100 != 2)
		return fail(e, status, "");
	if (r->root != NULL || (q->any_body && !page))
		return HYPERCHAT_GOOD;
	(void)err_set(e, ERR_UPSTREAM, status, "status %d: %s", status, no_json->text);
	return HYPERCHAT_FAILED;
}

static void
set_body(struct http_req *hq, const struct hyperchat_request *q)
{
	if (q->body != NULL) {
		hq->body = q->body->data;
		hq->body_len = q->body->len;
	}
	hq->parts = q->parts;
	hq->n_parts = q->n_parts;
}

static enum hyperchat_verdict
call(const struct hyperchat_call *c, const struct hyperchat_request *q,
    struct hyperchat_answer *out, struct err *e)
{
	const struct http_header headers[] = { { "x-hyper-appid", c->account->app_id },
		{ "x-hyper-secret", c->account->secret } };
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req hq = { .what = q->what,
		.method = q->method,
		.headers = headers,
		.n_headers = q->no_secret ? 1 : 2,
		.until_ms = c->until_ms,
		.timeout_ms = q->timeout_ms,
		.retry_throttled = true,
		.once = q->once };
	struct err no_json = { 0 };
	enum hyperchat_verdict v;
	bool got;

	if (q->timeout_ms == 0)
		hq.timeout_ms = c->account->timeout_ms;
	else if (q->timeout_ms < 0)
		hq.timeout_ms = 0;
	hq.url = arena_printf(c->arena, "%s%s", c->account->base, q->path);
	set_body(&hq, q);
	got = http_do(c->http, &hq, &r, e);
	out->sent = r.sent;
	if (!got)
		return HYPERCHAT_FAILED;
	(void)!js_parse(r.body.data, r.body.len, &out->root, &no_json);
	v = judge(q, r.status, is_page(&r.body), out, &no_json, e);
	if (v != HYPERCHAT_GOOD)
		(void)err_wrap(e, "%s", q->what);
	return v;
}

enum hyperchat_verdict
hyperchat_call_do(const struct hyperchat_call *c, const struct hyperchat_request *q,
    struct hyperchat_answer *out, struct err *e)
{
	if (q->body != NULL && !buf_ok(q->body)) {
		(void)err_set(e, ERR_TOO_BIG, 0, "%s: longer than %d bytes", q->what,
		    LIMIT_HYPERCHAT_BODY);
		return HYPERCHAT_FAILED;
	}
	if (q->path[0] == '\0') {
		(void)err_set(e, ERR_TOO_BIG, 0, "%s: an id is too long", q->what);
		return HYPERCHAT_FAILED;
	}
	return call(c, q, out, e);
}

bool
hyperchat_is_no(const struct err *e)
{
	return e->kind == ERR_DENIED || e->kind == ERR_IO ||
	    (e->kind == ERR_UPSTREAM && e->code >= 300 && e->code < 500);
}
