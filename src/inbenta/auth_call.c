/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "inbenta/auth_call.h"
#include "inbenta/fault.h"

enum { SECRET_BODY = 2 * LIMIT_SECRET_FILE + 64 };

/* What the operator turns to change the address. */
static const char *
url_key(const struct inbenta_account *account)
{
	return account->url_key != NULL ? account->url_key : "api.url";
}

static bool
join_url(struct buf *out, const struct inbenta_account *account, const char *path,
    struct err *e)
{
	size_t n = strlen(account->url);

	while (n > 0 && account->url[n - 1] == '/')
		n--;
	buf_add(out, account->url, n);
	buf_str(out, path);
	if (!buf_ok(out))
		return err_set(e, ERR_CONFIG, 0, "%s is too long", url_key(account));
	return true;
}

/* What an answer that is no success means to the operator. */
static bool
explain(const struct http_resp *r, const struct inbenta_account *account, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_fault fault;
	struct err no_json;

	(void)!js_parse(r->body.data, r->body.len, &root, &no_json);
	inbenta_fault_read(root, &fault);
	if (r->status == 404 || r->status == 405 || inbenta_fault_no_api(r->body.data))
		return err_set(e, ERR_CONFIG, r->status,
		    "status %d: %s is not the address of Inbenta's API", r->status,
		    url_key(account));
	if (r->status == 400 && inbenta_fault_says(&fault, "secret"))
		return err_set(e, ERR_DENIED, r->status,
		    "status 400: the secret is not accepted: mend %s.secret",
		    account->name);
	if (r->status == 401 || r->status == 403)
		return err_set(e, ERR_DENIED, r->status,
		    "status %d: the key is not accepted: mend %s.key", r->status,
		    account->name);
	return err_set(e, ERR_UPSTREAM, r->status, "status %d", r->status);
}

static bool
post(struct http *http, struct http_req *q, const struct inbenta_account *account,
    const char *path, struct http_resp *r, struct err *e)
{
	CLEANUP(buf_fini) struct buf url = BUF_INIT(LIMIT_URL);

	if (!join_url(&url, account, path, e))
		return false;
	q->method = "POST";
	q->url = url.data;
	q->timeout_ms = account->timeout_ms;
	q->retry_throttled = true;
	if (!http_do(http, q, r, e))
		return false;
	if (r->status / 100 != 2) {
		(void)explain(r, account, e);
		return err_wrap(e, "%s", q->what);
	}
	return true;
}

static const char *const product_names[] = {
	[INBENTA_CHATBOT] = "chatbot",
	[INBENTA_TICKETING] = "ticketing",
};

static void
drop_base(struct http *http, char **base)
{
	struct err e;

	if (*base == NULL || http_url_ok(http, *base, &e))
		return;
	LOG(LOG_WARN, "inbenta", "address of a product is of no use", LS("why", e.text),
	    LH("ask Inbenta about the addresses that api.url answers; "
	       "server.allow_http lets http pass"));
	free(*base);
	*base = NULL;
}

bool
inbenta_auth_usable(
    struct http *http, enum inbenta_api api, struct inbenta_token *t, struct err *e)
{
	const char *base = inbenta_token_base(t, api);
	bool ok;

	/* It comes from outside: no credentials go there in plain text. */
	if (base != NULL)
		ok = http_url_ok(http, base, e) ||
		    err_wrap(e, "address of the %s", product_names[api]);
	else
		ok = err_set(
		    e, ERR_CONFIG, 0, "no %s among its APIs", product_names[api]);
	if (!ok) {
		inbenta_token_fini(t);
		return false;
	}
	drop_base(http, &t->chatbot);
	drop_base(http, &t->ticketing);
	return true;
}

/* The answer of a call that came; what the operator mends where it is of no use. */
static bool
take(const char *what, struct http *http, const struct inbenta_account *account,
    const struct http_resp *r, const struct inbenta_token *old, int64_t now_s,
    struct inbenta_token *out, struct err *e)
{
	bool parsed = inbenta_token_parse(
	    out, r->body.data, r->body.len, account->url, old, now_s, e);

	if ((parsed && inbenta_token_base(out, account->api) == NULL) ||
	    (!parsed && e->kind == ERR_CONFIG)) {
		inbenta_token_fini(out);
		return err_set(e, ERR_CONFIG, 0,
		    "%s: the key has no %s: mend %s.key and %s.secret", what,
		    product_names[account->api], account->name, account->name);
	}
	if (parsed && inbenta_auth_usable(http, account->api, out, e))
		return true;
	return err_wrap(e, "%s", what);
}

bool
inbenta_auth_call(struct http *http, const struct inbenta_account *account,
    const struct clock *clock, int64_t until_ms, struct inbenta_token *out,
    struct err *e)
{
	static const char what[] = "inbenta auth";
	CLEANUP(buf_fini) struct buf body = BUF_INIT(SECRET_BODY);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	const struct http_header headers[] = { { "x-inbenta-key", account->key } };
	struct http_req q = { .what = what,
		.headers = headers,
		.n_headers = NELEMS(headers),
		.until_ms = until_ms };

	js_put_text(&body, "{\"secret\":", account->secret);
	buf_chr(&body, '}');
	if (!buf_ok(&body))
		return err_set(
		    e, ERR_CONFIG, 0, "%s: %s.secret is too long", what, account->name);
	q.body = body.data;
	q.body_len = body.len;
	return post(http, &q, account, "/v1/auth", &r, e) &&
	    take(what, http, account, &r, NULL, clock_wall_s(clock), out, e);
}

bool
inbenta_auth_call_refresh(struct http *http, const struct inbenta_account *account,
    const struct clock *clock, const struct inbenta_token *old, int64_t until_ms,
    struct inbenta_token *out, struct err *e)
{
	static const char what[] = "inbenta refresh";
	CLEANUP(buf_fini) struct buf bearer = BUF_INIT(LIMIT_TOKEN + 16);
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_header headers[] = { { "x-inbenta-key", account->key },
		{ "Authorization", NULL } };
	struct http_req q = { .what = what,
		.headers = headers,
		.n_headers = NELEMS(headers),
		.until_ms = until_ms };

	buf_str(&bearer, "Bearer ");
	buf_str(&bearer, old->value);
	headers[1].value = bearer.data;
	return post(http, &q, account, "/v1/refreshToken", &r, e) &&
	    take(what, http, account, &r, old, clock_wall_s(clock), out, e);
}
