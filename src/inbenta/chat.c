/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "inbenta/auth.h"
#include "inbenta/chat.h"
#include "inbenta/fault.h"
#include "inbenta/token.h"

enum { MAX_HEADERS = 6, MAX_BODY = 6 * LIMIT_USER_TEXT + LIMIT_OPTION_VALUE + 64 };

/* How an HTTP exchange ended, in the words of the API. */
enum verdict {
	GOOD, /* 2xx and JSON */
	SLOW, /* the gateway's own time-out */
	EXPIRED, /* the chatbot session is over */
	REFUSED, /* the access token is not taken */
	FAILED /* *e tells */
};

/* One call of inbenta_chat_say(). */
struct talk {
	const struct inbenta_call *c;
	const char *session; /* token in use */
	struct inbenta_access access; /* one for all calls, until it is refused */
	bool has_access;
	bool reauthorised; /* a refused access token has been replaced already */
};

struct request {
	const char *what, *path, *body;
	bool begins; /* POST /v1/conversation: its own headers, no session */
};

static void
add(struct http_header *headers, size_t *n, const char *name, const char *value)
{
	headers[(*n)++] = (struct http_header){ name, value };
}

static size_t
set_headers(const struct talk *t, const struct request *q, const char *token,
    struct http_header *headers)
{
	const struct inbenta_profile *p = t->c->profile;
	struct arena *a = t->c->arena;
	size_t n = 0;

	add(headers, &n, "x-inbenta-key", t->c->account->key);
	add(headers, &n, "Authorization", arena_printf(a, "Bearer %s", token));
	if (!q->begins) {
		add(headers, &n, "x-inbenta-session",
		    arena_printf(a, "Bearer %s", t->session));
		return n;
	}
	add(headers, &n, "x-inbenta-user-type",
	    arena_printf(a, "%lld", (long long)p->user_type));
	add(headers, &n, "x-inbenta-env", p->env);
	if (p->source[0] != '\0')
		add(headers, &n, "x-inbenta-source", p->source);
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
static enum verdict
judge(const struct http_resp *r, js *root, const struct err *no_json, struct err *e)
{
	struct inbenta_fault fault;
	bool denied = r->status == 401 || r->status == 403;

	inbenta_fault_read(root, &fault);
	if (inbenta_fault_says(&fault, "Endpoint request timed out"))
		return SLOW;
	if (denied && inbenta_fault_no_api(r->body.data))
		(void)err_set(e, ERR_CONFIG, r->status,
		    "status %d: no such address at Inbenta: is api.key the key of a "
		    "chatbot, and api.url right?",
		    r->status);
	else if (denied)
		return REFUSED;
	else if (is_expired(r, root, &fault))
		return EXPIRED;
	else if (r->status / 100 != 2)
		(void)err_set(e, ERR_UPSTREAM, r->status, "status %d, code %lld",
		    r->status, (long long)fault.code);
	else if (root == NULL)
		(void)err_set(e, ERR_UPSTREAM, r->status, "status %d: %s", r->status,
		    no_json->text);
	else
		return GOOD;
	return FAILED;
}

static enum verdict
post_once(struct talk *t, const struct request *q, const struct inbenta_access *access,
    js **root, struct err *e)
{
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_header headers[MAX_HEADERS];
	struct err no_json = { 0 };
	struct http_req hq = { .what = q->what, .headers = headers };
	enum verdict v;

	hq.n_headers = set_headers(t, q, access->token, headers);
	hq.url = arena_printf(t->c->arena, "%s%s", access->chatbot, q->path);
	hq.body = q->body;
	hq.body_len = strlen(q->body);
	hq.until_ms = t->c->until_ms;
	hq.timeout_ms = t->c->account->timeout_ms;
	hq.retry_throttled = true;
	if (!http_do(t->c->http, &hq, &r, e))
		return FAILED;
	js_putp(root);
	(void)!js_parse(r.body.data, r.body.len, root, &no_json);
	v = judge(&r, *root, &no_json, e);
	if (v == FAILED)
		(void)err_wrap(e, "%s", q->what);
	return v;
}

static bool
get_access(struct talk *t, struct err *e)
{
	const struct inbenta_call *c = t->c;

	t->has_access = t->has_access ||
	    inbenta_auth_get(
		c->auth, c->http, c->account, c->until_ms, c->arena, &t->access, e);
	return t->has_access;
}

/* The call with a token that is good; a refused one is replaced once per exchange. */
static enum verdict
post(struct talk *t, const struct request *q, js **root, struct err *e)
{
	const struct inbenta_call *c = t->c;
	enum verdict v;

	for (;;) {
		if (!get_access(t, e))
			return FAILED;
		v = post_once(t, q, &t->access, root, e);
		if (v != REFUSED)
			return v;
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
	return FAILED;
}

static enum verdict
begin(struct talk *t, struct err *e)
{
	struct request q = { .what = "inbenta conversation",
		.path = "/v1/conversation",
		.body = t->c->profile->body,
		.begins = true };
	CLEANUP(js_putp) js *root = NULL;
	enum verdict v = post(t, &q, &root, e);
	const char *token;

	if (v == EXPIRED) {
		(void)err_set(e, ERR_UPSTREAM, 0, "%s: expired at once", q.what);
		return FAILED;
	}
	if (v != GOOD)
		return v;
	token = js_str(root, "sessionToken", "");
	if (!inbenta_token_ok(token)) {
		(void)err_set(e, ERR_UPSTREAM, 0, "%s: no sessionToken in it", q.what);
		return FAILED;
	}
	t->session = arena_strdup(t->c->arena, token);
	return GOOD;
}

/* {"option":value} while its session lives, else {"message":"text"}. */
static const char *
message_body(struct arena *a, const struct inbenta_say *say, bool with_option)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);

	if (with_option && say->option != NULL) {
		buf_printf(&b, "{\"option\":%s}", say->option);
	} else {
		buf_str(&b, "{\"message\":\"");
		buf_json(&b, say->text, strlen(say->text));
		buf_str(&b, "\"}");
	}
	return buf_ok(&b) ? arena_strdup(a, b.data) : NULL;
}

static enum verdict
message(struct talk *t, const struct inbenta_say *say, bool with_option,
    struct inbenta_answers *out, struct err *e)
{
	struct request q = { .what = "inbenta message",
		.path = "/v1/conversation/message" };
	CLEANUP(js_putp) js *root = NULL;
	enum verdict v;

	q.body = message_body(t->c->arena, say, with_option);
	if (q.body == NULL) {
		(void)err_set(e, ERR_TOO_BIG, 0, "%s: longer than %d bytes", q.what,
		    LIMIT_USER_TEXT);
		return FAILED;
	}
	v = post(t, &q, &root, e);
	if (v != GOOD)
		return v;
	if (!inbenta_answers_read(out, root, t->c->arena, e)) {
		(void)err_wrap(e, "%s", q.what);
		return FAILED;
	}
	return GOOD;
}

static bool
is_idle(const struct inbenta_call *c, const struct inbenta_session *s)
{
	return clock_wall_s(c->clock) - s->used_at >= LIMIT_BOT_IDLE_S;
}

static enum verdict
exchange(struct talk *t, const struct inbenta_say *say, struct inbenta_answers *out,
    struct err *e)
{
	bool old = t->session != NULL;
	enum verdict v;

	v = old ? GOOD : begin(t, e);
	if (v == GOOD)
		v = message(t, say, old, out, e);
	if (v == EXPIRED) {
		LOG(LOG_INFO, "inbenta", "session expired, a new one is begun",
		    LI("option", say->option != NULL));
		v = begin(t, e);
		if (v == GOOD)
			v = message(t, say, false, out, e);
	}
	if (v == EXPIRED) {
		(void)err_set(e, ERR_UPSTREAM, 0,
		    "inbenta message: session expired, and so is the new one");
		t->session = NULL;
		v = FAILED;
	}
	return v;
}

static void
keep_session(const struct talk *t, struct inbenta_session *s, const char *token)
{
	s->token = token;
	s->used_at = clock_wall_s(t->c->clock);
}

bool
inbenta_chat_say(const struct inbenta_call *c, struct inbenta_session *s,
    const struct inbenta_say *say, enum inbenta_end *end, struct inbenta_answers *out,
    struct err *e)
{
	struct talk t = { .c = c, .session = s->token };
	struct inbenta_answers got = { 0 };
	enum verdict v;

	if (s->token != NULL && is_idle(c, s))
		t.session = NULL;
	v = exchange(&t, say, &got, e);
	if (v == FAILED) {
		/* An older one stays in place: options that are still open are its own. */
		if (s->token == NULL && t.session != NULL)
			keep_session(&t, s, t.session);
		return false;
	}
	*end = v == SLOW ? INBENTA_SLOW : INBENTA_ANSWERED;
	*out = got;
	keep_session(&t, s, got.session_token != NULL ? got.session_token : t.session);
	return true;
}
