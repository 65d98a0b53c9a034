/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "inbenta/token.h"

/* Life of a token whose answer does not tell: the documented one. */
enum { DEFAULT_LIFE_S = 1200 };

static const int64_t longest_life_s = 10 * 365 * 24 * 3600LL;

void
inbenta_token_fini(struct inbenta_token *t)
{
	free(t->value);
	free(t->chatbot);
	free(t->ticketing);
	free(t->text);
	*t = (struct inbenta_token){ 0 };
}

void
inbenta_token_copy(struct inbenta_token *to, const struct inbenta_token *from)
{
	*to = (struct inbenta_token){ 0 };
	if (from->value == NULL)
		return;
	to->value = xstrdup(from->value);
	to->chatbot = from->chatbot != NULL ? xstrdup(from->chatbot) : NULL;
	to->ticketing = from->ticketing != NULL ? xstrdup(from->ticketing) : NULL;
	to->text = xstrdup(from->text);
	to->expires_at = from->expires_at;
}

bool
inbenta_token_ok(const char *value)
{
	size_t n = strlen(value);

	if (n == 0 || n > LIMIT_TOKEN)
		return false;
	for (size_t i = 0; i < n; i++)
		if (value[i] <= ' ' || value[i] >= 0x7F)
			return false;
	return true;
}

/* Length of a URL without the slashes at its end. */
static size_t
url_length(const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return n;
}

static bool
same_url(const char *a, const char *b)
{
	size_t n = url_length(a);

	return n == url_length(b) && memcmp(a, b, n) == 0;
}

/*
 * The nearer of the moment and the span the server names. A moment that is past although
 * the token is new says that one of the clocks is wrong; then the span counts alone.
 */
static int64_t
expiry(js *root, int64_t now_s)
{
	int64_t at = js_int_loose(root, "expiration", 0);
	int64_t span = js_int_loose(root, "expires_in", 0);

	if (span > longest_life_s)
		span = longest_life_s;
	if (span > 0 && (at <= now_s || now_s + span < at))
		return now_s + span;
	return at > now_s ? at : now_s + DEFAULT_LIFE_S;
}

/* A product's base URL; NULL when there is none. */
static char *
take_base(js *root, const char *path)
{
	const char *url = js_str(root, path, "");
	size_t n = url_length(url);

	return n > 0 && n <= LIMIT_URL ? xstrndup(url, n) : NULL;
}

/* Fills value and base URLs from the members both kinds of text have. */
static bool
take_members(struct inbenta_token *t, js *root, struct err *e)
{
	const char *value = js_str(root, "accessToken", "");

	if (!inbenta_token_ok(value))
		return err_set(e, ERR_INPUT, 0, "no accessToken");
	t->chatbot = take_base(root, "apis.chatbot");
	t->ticketing = take_base(root, "apis.ticketing");
	if (t->chatbot == NULL && t->ticketing == NULL)
		return err_set(
		    e, ERR_CONFIG, 0, "neither chatbot nor ticketing among its APIs");
	t->value = xstrdup(value);
	return true;
}

const char *
inbenta_token_base(const struct inbenta_token *t, enum inbenta_api api)
{
	return api == INBENTA_TICKETING ? t->ticketing : t->chatbot;
}

static void
keep_apis(js *root, const struct inbenta_token *old)
{
	CLEANUP(js_putp) js *before = NULL;
	struct err ignored;
	js *apis;

	if (old == NULL || js_obj(root, "apis") != NULL ||
	    !js_parse(old->text, strlen(old->text), &before, &ignored))
		return; /* take_members() tells when none are there */
	apis = js_obj(before, "apis");
	if (apis != NULL)
		json_object_object_add(root, "apis", json_object_get(apis));
}

static char *
cache_text(js *root, int64_t expires_at, const char *auth_url)
{
	struct buf text = BUF_INIT(2 * LIMIT_UPSTREAM_BYTES);

	json_object_object_add(root, "expiration", json_object_new_int64(expires_at));
	json_object_object_add(root, "auth_url",
	    json_object_new_string_len(auth_url, (int)url_length(auth_url)));
	js_write(&text, root);
	return buf_take(&text);
}

bool
inbenta_token_parse(struct inbenta_token *t, const char *body, size_t len,
    const char *auth_url, const struct inbenta_token *old, int64_t now_s, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;

	if (!js_parse(body, len, &root, e) ||
	    !json_object_is_type(root, json_type_object))
		return err_set(e, ERR_UPSTREAM, 0, "the answer is not a JSON object");
	keep_apis(root, old);
	if (!take_members(t, root, e)) {
		if (e->kind == ERR_INPUT)
			e->kind = ERR_UPSTREAM;
		return false;
	}
	t->expires_at = expiry(root, now_s);
	t->text = cache_text(root, t->expires_at, auth_url);
	return true;
}

bool
inbenta_token_load(struct inbenta_token *t, const char *text, size_t len,
    const char *auth_url, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	const char *whose;
	int64_t expires_at;

	if (!js_parse(text, len, &root, e))
		return false;
	whose = js_str(root, "auth_url", auth_url);
	if (!same_url(whose, auth_url))
		return err_set(e, ERR_CONFIG, 0, "its token is of another address");
	expires_at = js_int_loose(root, "expiration", 0);
	if (expires_at <= 0)
		return err_set(e, ERR_INPUT, 0, "no expiration");
	if (!take_members(t, root, e)) {
		e->kind = ERR_INPUT;
		return false;
	}
	t->expires_at = expires_at;
	t->text = xstrndup(text, len);
	return true;
}
