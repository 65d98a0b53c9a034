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
	int products; /* what it is good for */
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
issue(struct tokens *t, struct arena *a, int products)
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
	t->ring[t->next] = (struct token){ xstrdup(text), now + ttl_s, products };
	t->next = (t->next + 1) % TOKENS_MAX;
	pthread_mutex_unlock(&t->lock);

	json_object_object_add(o, "accessToken", json_object_new_string(text));
	json_object_object_add(o, "expiration", json_object_new_int64(now + ttl_s));
	json_object_object_add(o, "expires_in", json_object_new_int64(ttl_s));
	return o;
}

/* What a token that has not expired is good for; 0: it has. */
static int
products_of(struct tokens *t, const char *text)
{
	int64_t now = clock_wall_s(&clock_system);
	int products = 0;

	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < TOKENS_MAX && products == 0; i++)
		if (t->ring[i].text != NULL && t->ring[i].expires_at > now &&
		    strcmp(t->ring[i].text, text) == 0)
			products = t->ring[i].products;
	pthread_mutex_unlock(&t->lock);
	return products;
}

/* What the request's key is good for; 0: it is no key of ours. */
static int
key_products(const struct sandbox *sb, const struct request *q)
{
	const char *key = request_header(q, "x-inbenta-key");
	int products = 0;

	if (key != NULL && strcmp(key, sb->opts->api_key) == 0)
		products |= PRODUCT_CHATBOT;
	if (key != NULL && strcmp(key, sb->opts->office_key) == 0)
		products |= PRODUCT_TICKETING;
	return products;
}

/* The wanted ones that key and bearer let pass; 0, and answered, when there is none. */
static int
gate(struct sandbox *sb, const struct request *q, struct reply *r, int wanted)
{
	const char *token = bearer(q, "Authorization");
	int products = key_products(sb, q);
	js *o;

	if (products == 0 || token == NULL) {
		gateway_refuses(r, 401, "Unauthorized");
		return 0;
	}
	products &= products_of(sb->tokens, token) & wanted;
	if (products != 0)
		return products;
	/* The gateway spells this member with a capital. */
	o = json_object_new_object();
	json_object_object_add(o, "Message",
	    json_object_new_string(
		"User is not authorized to access this resource with an "
		"explicit deny"));
	reply_json(r, 403, o);
	return 0;
}

bool
inbenta_gate(struct sandbox *sb, const struct request *q, struct reply *r)
{
	return gate(sb, q, r, PRODUCT_CHATBOT) != 0;
}

bool
office_gate(struct sandbox *sb, const struct request *q, struct reply *r)
{
	return gate(sb, q, r, PRODUCT_TICKETING) != 0;
}

static void
add_api(js *apis, const struct request *q, const char *name)
{
	json_object_object_add(apis, name,
	    json_object_new_string(
		arena_printf(q->arena, "%s/inbenta/%s", server_url(q->server), name)));
}

static void
refuse_secret(struct reply *r)
{
	js *o = json_object_new_object(), *error = json_object_new_object();

	json_object_object_add(error, "code", json_object_new_int(400));
	json_object_object_add(
	    error, "message", json_object_new_string("Secret token not valid"));
	json_object_object_add(o, "error", error);
	reply_json(r, 400, o);
}

/* Gives a token out for what the key is good for, of those that are known here. */
static void
auth(struct sandbox *sb, const struct request *q, struct reply *r, int known)
{
	CLEANUP(js_putp) js *body = NULL;
	int products = key_products(sb, q) & known;
	js *o, *apis;

	if (products == 0) {
		gateway_refuses(r, 401, "Unauthorized");
		return;
	}
	if ((body = inbenta_body(q, r)) == NULL)
		return;
	if (strcmp(js_str(body, "secret", ""),
		products & PRODUCT_CHATBOT ? sb->opts->api_secret
					   : sb->opts->office_secret) != 0) {
		refuse_secret(r);
		return;
	}
	apis = json_object_new_object();
	if (products & PRODUCT_CHATBOT)
		add_api(apis, q, "chatbot");
	if (products & PRODUCT_TICKETING)
		add_api(apis, q, "ticketing");
	o = issue(sb->tokens, q->arena, products);
	json_object_object_add(o, "apis", apis);
	reply_json(r, 200, o);
}

static void
refresh(struct sandbox *sb, const struct request *q, struct reply *r, int known)
{
	int products = gate(sb, q, r, known);

	if (products == 0)
		return;
	if (q->body_len > 0)
		api_refuses(r, 400, "refreshToken takes no body");
	else
		reply_json(r, 200, issue(sb->tokens, q->arena, products));
}

enum { EVERYTHING = PRODUCT_CHATBOT | PRODUCT_TICKETING };

static void
any_auth(struct sandbox *sb, const struct request *q, struct reply *r)
{
	auth(sb, q, r, EVERYTHING);
}

static void
any_refresh(struct sandbox *sb, const struct request *q, struct reply *r)
{
	refresh(sb, q, r, EVERYTHING);
}

static void
office_auth(struct sandbox *sb, const struct request *q, struct reply *r)
{
	auth(sb, q, r, PRODUCT_TICKETING);
}

static void
office_refresh(struct sandbox *sb, const struct request *q, struct reply *r)
{
	refresh(sb, q, r, PRODUCT_TICKETING);
}

/* Calls with Messenger's key have names of their own, so that they alone can go wrong. */
static bool
is_office(const struct sandbox *sb, const struct request *q)
{
	return key_products(sb, q) == PRODUCT_TICKETING;
}

void
auth_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, is_office(sb, q) ? "ms.auth" : "auth", any_auth);
}

void
refresh_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(
	    sb, q, r, is_office(sb, q) ? "ms.refresh" : "refresh", any_refresh);
}

void
office_auth_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "ms.auth", office_auth);
}

void
office_refresh_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "ms.refresh", office_refresh);
}
