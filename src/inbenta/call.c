/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "http/http.h"
#include "inbenta/call.h"
#include "inbenta/fault.h"

/* An access token that is not taken; callers see its replacement, or a failure. */
enum { REFUSED = INBENTA_CALL_FAILED + 1 };

static size_t
set_headers(const struct inbenta_talk *t, const struct inbenta_request *q,
    struct http_header *headers)
{
	struct arena *a = t->c->arena;
	size_t n = 0;

	headers[n++] = (struct http_header){ "x-inbenta-key", t->c->account->key };
	headers[n++] = (struct http_header){ "Authorization",
		arena_printf(a, "Bearer %s", t->access.token) };
	if (q->session != NULL)
		headers[n++] = (struct http_header){ "x-inbenta-session",
			arena_printf(a, "Bearer %s", q->session) };
	assert(q->n_headers <= INBENTA_MORE_HEADERS);
	for (size_t i = 0; i < q->n_headers; i++)
		headers[n++] = q->headers[i];
	return n;
}

/* By the errors it lists, whatever the status; an answer may hold any words. */
static bool
is_expired(const struct http_resp *r, js *root, const struct inbenta_fault *fault)
{
	return (r->status >= 400 || js_arr(root, "errors") != NULL) &&
	    inbenta_fault_says(fault, "Session expired");
}

/* What a whole answer means. *root is NULL when the body is no JSON. */
static int
judge(const struct inbenta_request *q, const struct http_resp *r, js *root,
    const struct err *no_json, struct err *e)
{
	struct inbenta_fault fault;
	bool denied = r->status == 401 || r->status == 403;

	inbenta_fault_read(root, &fault);
	if (inbenta_fault_says(&fault, "Endpoint request timed out"))
		return INBENTA_CALL_SLOW;
	if (denied && inbenta_fault_no_api(r->body.data))
		(void)err_set(e, ERR_CONFIG, r->status,
		    "status %d: no such address at Inbenta: is api.key the key of a "
		    "chatbot, and api.url right?",
		    r->status);
	else if (denied)
		return REFUSED;
	else if (q->session != NULL && is_expired(r, root, &fault))
		return INBENTA_CALL_EXPIRED;
	else if (r->status / 100 != 2)
		(void)err_set(e, ERR_UPSTREAM, r->status, "status %d, code %lld",
		    r->status, (long long)fault.code);
	else if (root == NULL && !q->any_body)
		(void)err_set(e, ERR_UPSTREAM, r->status, "status %d: %s", r->status,
		    no_json->text);
	else
		return INBENTA_CALL_GOOD;
	return INBENTA_CALL_FAILED;
}

/* The shorter of the two there are; 0 is none. */
static int64_t
timeout_of(const struct inbenta_talk *t, const struct inbenta_request *q)
{
	int64_t of_account = t->c->account->timeout_ms;

	if (q->timeout_ms > 0 && (of_account == 0 || q->timeout_ms < of_account))
		return q->timeout_ms;
	return of_account;
}

static int
try_once(
    struct inbenta_talk *t, const struct inbenta_request *q, js **root, struct err *e)
{
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_header headers[3 + INBENTA_MORE_HEADERS];
	struct err no_json = { 0 };
	struct http_req hq = { .what = q->what, .headers = headers };
	int v;

	hq.n_headers = set_headers(t, q, headers);
	hq.url = arena_printf(t->c->arena, "%s%s", t->access.chatbot, q->path);
	hq.body = q->body;
	hq.body_len = q->body != NULL ? strlen(q->body) : 0;
	hq.until_ms = t->c->until_ms;
	hq.timeout_ms = timeout_of(t, q);
	hq.retry_throttled = true;
	hq.once = q->once;
	hq.max_bytes = q->max_bytes;
	if (!http_do(t->c->http, &hq, &r, e)) {
		t->in_doubt = r.sent;
		return INBENTA_CALL_FAILED;
	}
	/* A gateway that has lost its server knows no more than we. */
	t->in_doubt = r.status == 502 || r.status == 504;
	(void)!js_parse(r.body.data, r.body.len, root, &no_json);
	v = judge(q, &r, *root, &no_json, e);
	if (v == INBENTA_CALL_FAILED)
		(void)err_wrap(e, "%s", q->what);
	return v;
}

static bool
get_access(struct inbenta_talk *t, struct err *e)
{
	const struct inbenta_call *c = t->c;

	t->has_access = t->has_access ||
	    inbenta_auth_get(
		c->auth, c->http, c->account, c->until_ms, c->arena, &t->access, e);
	return t->has_access;
}

enum inbenta_verdict
inbenta_call_do(
    struct inbenta_talk *t, const struct inbenta_request *q, js **root, struct err *e)
{
	const struct inbenta_call *c = t->c;
	int v;

	for (;;) {
		js_putp(root);
		if (!get_access(t, e))
			return INBENTA_CALL_FAILED;
		v = try_once(t, q, root, e);
		if (v != REFUSED)
			return (enum inbenta_verdict)v;
		if (!t->reauthorised || !q->spare_token)
			inbenta_auth_refused(c->auth, c->account, t->access.token);
		t->has_access = false;
		if (t->reauthorised)
			break;
		t->reauthorised = true;
		LOG(LOG_INFO, "inbenta", "access token refused, asking for a new one",
		    LS("call", q->what));
	}
	(void)err_set(e, ERR_DENIED, 0,
	    "%s: a new access token is refused too: mend %s.key", q->what,
	    c->account->name);
	return INBENTA_CALL_FAILED;
}
