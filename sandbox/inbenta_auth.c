/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/inbenta.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/sandbox.h"

struct token {
	char *text; /* NULL: a free place */
	int64_t expires_at;
};

struct tokens {
	pthread_mutex_t lock; /* guards the rest */
	struct token ring[TOKENS_MAX];
	size_t next; /* the place that is used, or used again, next */
	int64_t ttl_s;
};

struct tokens *
tokens_new(void)
{
	struct tokens *t = xcalloc(1, sizeof(*t));

	pthread_mutex_init(&t->lock, NULL);
	t->ttl_s = TOKEN_TTL_S;
	return t;
}

void
tokens_expire(struct tokens *t)
{
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < TOKENS_MAX; i++)
		t->ring[i].expires_at = 0;
	pthread_mutex_unlock(&t->lock);
}

void
tokens_free(struct tokens *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < TOKENS_MAX; i++)
		free(t->ring[i].text);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

void
tokens_set_ttl(struct tokens *t, int64_t seconds)
{
	pthread_mutex_lock(&t->lock);
	t->ttl_s = seconds;
	pthread_mutex_unlock(&t->lock);
}

/* A new token's answer, without `apis`. */
static js *
issue(struct tokens *t, struct arena *a)
{
	int64_t now = clock_wall_s(&clock_system);
	js *claims = json_object_new_object(), *o = json_object_new_object();
	const char *text;
	int64_t ttl_s;
	char id[17];

	pthread_mutex_lock(&t->lock);
	ttl_s = t->ttl_s;
	pthread_mutex_unlock(&t->lock);

	random_hex(id, 8);
	json_object_object_add(
	    claims, "project", json_object_new_string("acme_telecom"));
	json_object_object_add(claims, "jti", json_object_new_string(id));
	json_object_object_add(claims, "iat", json_object_new_int64(now));
	json_object_object_add(claims, "exp", json_object_new_int64(now + ttl_s));
	text = token_make(a, claims);

	pthread_mutex_lock(&t->lock);
	free(t->ring[t->next].text);
	t->ring[t->next] = (struct token){ xstrdup(text), now + ttl_s };
	t->next = (t->next + 1) % TOKENS_MAX;
	pthread_mutex_unlock(&t->lock);

	json_object_object_add(o, "accessToken", json_object_new_string(text));
	json_object_object_add(o, "expiration", json_object_new_int64(now + ttl_s));
	json_object_object_add(o, "expires_in", json_object_new_int64(ttl_s));
	return o;
}

static bool
is_live(struct tokens *t, const char *text)
{
	int64_t now = clock_wall_s(&clock_system);
	bool live = false;

	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < TOKENS_MAX && !live; i++)
		live = t->ring[i].text != NULL && t->ring[i].expires_at > now &&
		    strcmp(t->ring[i].text, text) == 0;
	pthread_mutex_unlock(&t->lock);
	return live;
}

static bool
has_key(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *key = request_header(q, "x-inbenta-key");

	if (key != NULL && strcmp(key, sb->opts->api_key) == 0)
		return true;
	gateway_refuses(r, 401, "Unauthorized");
	return false;
}

bool
inbenta_gate(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *token = bearer(q, "Authorization");
	js *o;

	if (!has_key(sb, q, r))
		return false;
	if (token == NULL) {
		gateway_refuses(r, 401, "Unauthorized");
		return false;
	}
	if (is_live(sb->tokens, token))
		return true;
	/* The gateway spells this member with a capital. */
	o = json_object_new_object();
	json_object_object_add(o, "Message",
	    json_object_new_string(
		"User is not authorized to access this resource with an "
		"explicit deny"));
	reply_json(r, 403, o);
	return false;
}

static void
auth(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = NULL;
	js *o, *apis, *error;
	const char *secret;

	if (!has_key(sb, q, r) || (body = inbenta_body(q, r)) == NULL)
		return;
	secret = js_str(body, "secret", "");
	if (strcmp(secret, sb->opts->api_secret) != 0) {
		error = json_object_new_object();
		json_object_object_add(error, "code", json_object_new_int(400));
		json_object_object_add(
		    error, "message", json_object_new_string("Secret token not valid"));
		o = json_object_new_object();
		json_object_object_add(o, "error", error);
		reply_json(r, 400, o);
		return;
	}
	apis = json_object_new_object();
	json_object_object_add(apis, "chatbot",
	    json_object_new_string(
		arena_printf(q->arena, "%s/inbenta/chatbot", server_url(q->server))));
	o = issue(sb->tokens, q->arena);
	json_object_object_add(o, "apis", apis);
	reply_json(r, 200, o);
}

static void
refresh(struct sandbox *sb, const struct request *q, struct reply *r)
{
	if (!inbenta_gate(sb, q, r))
		return;
	if (q->body_len > 0)
		api_refuses(r, 400, "refreshToken takes no body");
	else
		reply_json(r, 200, issue(sb->tokens, q->arena));
}

void
auth_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "auth", auth);
}

void
refresh_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "refresh", refresh);
}
