/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "messenger/call.h"

/* A token that is not taken; callers see its replacement, or a failure. */
enum { REFUSED_TOKEN = MESSENGER_FAILED + 1 };

void
messenger_answer_fini(struct messenger_answer *r)
{
	js_putp(&r->root);
}

const char *
messenger_path(struct arena *a, const char *before, const char *id, const char *after)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_URL);

	buf_str(&b, before);
	buf_url(&b, id, strlen(id));
	buf_str(&b, after);
	return arena_strdup(a, buf_ok(&b) ? b.data : "");
}

bool
messenger_id_ok(const char *id)
{
	const size_t n = strlen(id);

	if (n == 0 || n > LIMIT_HYPERCHAT_ID || strcmp(id, ".") == 0 ||
	    strcmp(id, "..") == 0)
		return false;
	for (; *id != '\0'; id++)
		if (*id <= ' ' || *id >= 0x7f)
			return false;
	return true;
}

const char *
messenger_id(js *o, const char *path, struct arena *a)
{
	js *v = js_get(o, path);
	const char *text = "";

	if (json_object_is_type(v, json_type_string) ||
	    json_object_is_type(v, json_type_int))
		text = json_object_get_string(v);
	return messenger_id_ok(text) ? arena_strdup(a, text) : NULL;
}

/* PHP writes an empty list in any of these ways. */
static bool
is_nothing(js *v)
{
	return v == NULL ||
	    (json_object_is_type(v, json_type_string) &&
		json_object_get_string_len(v) == 0) ||
	    (json_object_is_type(v, json_type_object) &&
		json_object_object_length(v) == 0);
}

bool
messenger_list(js *root, js **out)
{
	js *data = NULL;

	if (json_object_is_type(root, json_type_array))
		data = root;
	else if (!json_object_is_type(root, json_type_object) ||
	    !json_object_object_get_ex(root, "data", &data))
		return false;
	if (!json_object_is_type(data, json_type_array) && !is_nothing(data))
		return false;
	*out = json_object_is_type(data, json_type_array) ? data : NULL;
	return true;
}

/* The message of an error that is one whatever the status; NULL when there is none. */
static const char *
error_in(js *root)
{
	js *errors = js_arr(root, "errors"), *error = js_get(root, "error");

	if (errors != NULL && json_object_array_length(errors) > 0)
		return js_str(json_object_array_get_idx(errors, 0), "message", "");
	if (json_object_is_type(error, json_type_string) && !is_nothing(error))
		return json_object_get_string(error);
	if (json_object_is_type(error, json_type_object) && !is_nothing(error))
		return js_str(error, "message", "");
	return NULL;
}

/* What stands in front of Messenger says 200 as well, while it is being mended. */
static bool
is_page(const struct buf *body)
{
	return body->data[strspn(body->data, " \t\r\n")] == '<';
}

/* What the gateway before Messenger says of itself; GOOD when it says nothing. */
static int
judge_gateway(int status, const char *message, const struct buf *body, struct err *e)
{
	const bool denied = status == 401 || status == 403;

	if (strcasestr(message, "Endpoint request timed out") != NULL) {
		(void)err_set(e, ERR_TIMEOUT, status, "gateway time-out");
		return MESSENGER_FAILED;
	}
	if (denied && strcasestr(body->data, "valid key=value pair") != NULL) {
		(void)err_set(e, ERR_CONFIG, status,
		    "status %d: no such address at Inbenta: is it the key of a "
		    "Messenger instance?",
		    status);
		return MESSENGER_FAILED;
	}
	return denied ? REFUSED_TOKEN : MESSENGER_GOOD;
}

/* What a whole answer means. */
static int
judge(const struct messenger_request *q, const struct http_resp *r,
    struct messenger_answer *out, const struct err *no_json, struct err *e)
{
	const char *error = error_in(out->root);
	const char *message = error != NULL
	    ? error
	    : js_str(out->root, "message", js_str(out->root, "Message", ""));
	int v = judge_gateway(r->status, message, &r->body, e);

	if (v != MESSENGER_GOOD)
		return v;
	if (r->status / 100 == 2 && error == NULL) {
		if (out->root != NULL || (q->any_body && !is_page(&r->body)))
			return MESSENGER_GOOD;
		(void)err_set(e, ERR_UPSTREAM, r->status, "status %d: %s", r->status,
		    no_json->kind != ERR_NONE ? no_json->text : "no JSON");
		return MESSENGER_FAILED;
	}
	(void)err_set(e, ERR_UPSTREAM, r->status, "status %d%s", r->status,
	    error != NULL ? ", with an error in it" : "");
	if (out->root != NULL && r->status < 500 && r->status != 408 &&
	    r->status != 429)
		return MESSENGER_REFUSED;
	return MESSENGER_FAILED;
}

/* Of a redirect and of 4xx it is known that nothing was done. */
static bool
is_doubtful(int status)
{
	return status / 100 == 2 || status >= 500 || status == 408;
}

static int
try_once(const struct messenger_call *c, const struct messenger_request *q,
    struct messenger_answer *out, struct err *e)
{
	const struct http_header headers[] = { { "x-inbenta-key", c->key },
		{ "Authorization",
		    arena_printf(c->arena, "Bearer %s", c->access.token) } };
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req hq = { .what = q->what,
		.method = q->method,
		.headers = headers,
		.n_headers = NELEMS(headers),
		.until_ms = c->until_ms,
		.timeout_ms = c->timeout_ms,
		.retry_throttled = true,
		.once = q->once };
	struct err no_json = { 0 };
	int v;

	hq.url = arena_printf(c->arena, "%s%s", c->access.base, q->path);
	if (q->body != NULL) {
		hq.body = q->body->data;
		hq.body_len = q->body->len;
		if (q->form)
			hq.content_type = "application/x-www-form-urlencoded";
	}
	if (!http_do(c->http, &hq, &r, e)) {
		out->in_doubt = r.sent;
		return MESSENGER_FAILED;
	}
	out->status = r.status;
	(void)!js_parse(r.body.data, r.body.len, &out->root, &no_json);
	v = judge(q, &r, out, &no_json, e);
	out->in_doubt = v == MESSENGER_FAILED && is_doubtful(r.status);
	if (v != MESSENGER_GOOD && v != REFUSED_TOKEN)
		(void)err_wrap(e, "%s", q->what);
	return v;
}

static bool
is_callable(const struct messenger_request *q, struct err *e)
{
	if (q->path[0] == '\0')
		return err_set(
		    e, ERR_TOO_BIG, 0, "%s: its address is too long", q->what);
	if (q->body != NULL && !buf_ok(q->body))
		return err_set(e, ERR_TOO_BIG, 0, "%s: longer than %d bytes", q->what,
		    LIMIT_MESSENGER_BODY);
	return true;
}

enum messenger_verdict
messenger_call_do(struct messenger_call *c, const struct messenger_request *q,
    struct messenger_answer *out, struct err *e)
{
	const char *refused = NULL;
	int v;

	if (!is_callable(q, e))
		return MESSENGER_FAILED;
	for (;;) {
		messenger_answer_fini(out);
		*out = (struct messenger_answer){ 0 };
		if (c->access.token == NULL &&
		    !c->get_access(c, refused, &c->access, e))
			return MESSENGER_FAILED;
		v = try_once(c, q, out, e);
		if (v != REFUSED_TOKEN)
			return (enum messenger_verdict)v;
		refused = c->access.token;
		c->access = (struct messenger_access){ 0 };
		if (c->reauthorised)
			break;
		c->reauthorised = true;
		LOG(LOG_INFO, "messenger", "access token refused, asking for a new one",
		    LS("call", q->what));
	}
	(void)err_set(e, ERR_DENIED, out->status,
	    "%s: a new access token is refused too: mend %s.key", q->what, c->name);
	return MESSENGER_FAILED;
}
