/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks by hand: the handshake, single events, and how others go wrong. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/hooks_inner.h"
#include "sandbox/hyper.h"
#include "sandbox/sandbox.h"

enum { EVENT_TIMES = 100, SECRET_RANDOM = 32 };

/* A copy of the URL; NULL, and answered, when there is none. */
static const char *
url_of(struct hooks *hk, const struct request *q, struct reply *r)
{
	const char *url;

	pthread_mutex_lock(&hk->lock);
	url = arena_strdup(q->arena, hook_url_locked(hk));
	pthread_mutex_unlock(&hk->lock);
	if (url == NULL)
		reply_error(r, 503, "the sandbox was started without --webhook");
	return url;
}

static bool
is_secret(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] < 0x21 || s[i] > 0x7e)
			return false;
	return n > 0 && n <= HOOK_SECRET_BYTES;
}

static void
shake(struct hooks *hk, const struct request *q, const char *url, const char *secret,
    struct outside_answer *got)
{
	struct outside *o = outside_new(chores_stopping(hk->sb->chores));
	struct outside_request out = { .url = url,
		.body = "",
		.headers = { arena_printf(q->arena, "X-Hook-Secret: %s", secret) },
		.agent = "HyperChat webhooks",
		.timeout_ms = HOOK_TIMEOUT_MS,
		.max_bytes = 64 * 1024,
		.wanted = "X-Hook-Secret" };

	outside_call(o, q->arena, &out, got);
	outside_free(o);
}

void
control_handshake(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r), *set = NULL;
	char random[2 * SECRET_RANDOM + 1];
	struct outside_answer got;
	const char *secret, *url, *why;
	bool good;
	js *o;

	random_hex(random, SECRET_RANDOM);
	if (body == NULL || (url = url_of(sb->hooks, q, r)) == NULL)
		return;
	secret = js_str(body, "secret", random);
	if (!is_secret(secret)) {
		reply_error(r, 400, "secret must be 1 to 256 visible characters");
		return;
	}
	shake(sb->hooks, q, url, secret, &got);
	good = got.status == 200 && got.header && strcmp(got.header, secret) == 0;
	o = json_object_new_object();
	json_object_object_add(o, "ok", json_object_new_boolean(good));
	json_object_object_add(o, "status", json_object_new_int(got.status));
	json_object_object_add(
	    o, "echo", got.header != NULL ? json_object_new_string(got.header) : NULL);
	json_object_object_add(o, "why", json_object_new_string(got.why));
	json_object_object_add(o, "secret", json_object_new_string(secret));
	json_object_object_add(o, "empty", json_object_new_boolean(got.body.len == 0));
	buf_fini(&got.body);
	if (good) {
		set = json_object_new_object();
		json_object_object_add(set, "secret", json_object_new_string(secret));
		why = hooks_set(sb->hooks, set);
		if (why != NULL)
			abort(); /* a secret of visible characters is one */
		hyper_changed(sb->hyper);
	}
	reply_json(r, 200, o);
}

/* The body and signature of an earlier event; false: it is not known. */
static bool
find_sent(struct hooks *hk, struct arena *a, int64_t number, struct hook_event *ev,
    const char **signature)
{
	bool found = false;

	pthread_mutex_lock(&hk->lock);
	for (size_t i = 0; i < json_object_array_length(hk->log) && !found; i++) {
		js *o = json_object_array_get_idx(hk->log, i);

		found = js_int(o, "n", 0) == number;
		if (!found)
			continue;
		ev->body = arena_strdup(a, js_str(o, "body", ""));
		ev->len = strlen(ev->body);
		*signature = arena_strdup(a, js_str(o, "signature", ""));
	}
	pthread_mutex_unlock(&hk->lock);
	return found;
}

/* "good", "forged", "none", or the text itself. */
static const char *
signature_of(struct hooks *hk, struct arena *a, js *body, const struct hook_event *ev)
{
	const char *kind = js_str(body, "signature", "good");
	char text[HOOK_SIGNATURE_SIZE] = "";
	bool good = strcmp(kind, "good") == 0;

	if (strcmp(kind, "none") == 0)
		return NULL;
	if (!good && strcmp(kind, "forged") != 0)
		return kind;
	pthread_mutex_lock(&hk->lock);
	if (!good || hk->set.secret != NULL)
		hook_sign_locked(
		    hk, ev, good ? hk->set.secret : "somebody else's", text);
	pthread_mutex_unlock(&hk->lock);
	return arena_strdup(a, text);
}

static bool
read_event(struct sandbox *sb, const struct request *q, js *body, struct hook_event *ev,
    const char **signature, struct reply *r)
{
	const char *trigger = js_str(body, "trigger", NULL);
	const char *raw = js_str(body, "body", NULL);
	int64_t now = clock_wall_s(&clock_system);

	*ev = (struct hook_event){ 0 };
	if (js_get(body, "repeat") != NULL) {
		if (find_sent(
			sb->hooks, q->arena, js_int(body, "repeat", 0), ev, signature))
			return true;
		reply_error(r, 404, "no event of that number is known");
		return false;
	}
	if (raw != NULL) {
		ev->body = raw;
		ev->len = strlen(raw);
	} else if (trigger == NULL || js_obj(body, "data") == NULL) {
		reply_error(r, 400,
		    "trigger and an object data are needed, or body, or repeat");
		return false;
	} else if (!hook_make(q->arena, trigger,
		       js_str(body, "appId", sb->opts->hyper_app_id),
		       js_int(body, "created_at", now), js_obj(body, "data"), ev)) {
		reply_error(r, 413, "the event is too large");
		return false;
	}
	*signature = signature_of(sb->hooks, q->arena, body, ev);
	return true;
}

void
control_event(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *signature = NULL, *url;
	struct hook_event ev;
	struct outside *out;
	int64_t times;
	js *o, *list;

	if (body == NULL || (url = url_of(sb->hooks, q, r)) == NULL ||
	    !read_event(sb, q, body, &ev, &signature, r))
		return;
	times = js_int(body, "times", 1);
	if (times < 1 || times > EVENT_TIMES) {
		reply_error(r, 400, "times must be from 1 to %d", EVENT_TIMES);
		return;
	}
	out = outside_new(chores_stopping(sb->chores));
	list = json_object_new_array();
	for (int64_t i = 0; i < times; i++) {
		struct outside_answer got;

		hook_post(out, q->arena, url, ev.body, ev.len, signature, &got);
		json_object_array_add(list, json_object_new_int(got.status));
		buf_fini(&got.body);
	}
	outside_free(out);
	o = json_object_new_object();
	json_object_object_add(o, "statuses", list);
	json_object_object_add(o, "body", json_object_new_string(ev.body));
	json_object_object_add(o, "signature",
	    signature != NULL ? json_object_new_string(signature) : NULL);
	reply_json(r, 200, o);
}

static const struct {
	const char *name;
	enum odd_way way;
} ways[] = { { "twice", ODD_TWICE }, { "delay", ODD_DELAY }, { "forged", ODD_FORGED },
	{ "unsigned", ODD_UNSIGNED }, { "other_app", ODD_OTHER_APP },
	{ "drop", ODD_DROP } };

static bool
add_odd(struct hooks *hk, const struct odd *o)
{
	bool room;

	pthread_mutex_lock(&hk->lock);
	room = hk->n_odds < HOOKS_ODD_MAX;
	if (room) {
		hk->odds[hk->n_odds] = *o;
		hk->odds[hk->n_odds++].trigger = xstrdup(o->trigger);
	}
	pthread_mutex_unlock(&hk->lock);
	return room;
}

void
control_odd(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *way = js_str(body, "odd", "");
	struct odd o = { .ms = js_int(body, "ms", 300),
		.times = js_int(body, "times", 1) };

	if (body == NULL)
		return;
	o.trigger = (char *)js_str(body, "trigger", "*");
	for (size_t i = 0; i < NELEMS(ways); i++)
		if (strcmp(ways[i].name, way) == 0)
			o.way = ways[i].way;
	if (o.way == ODD_NONE)
		reply_error(r, 400,
		    "odd must be one of twice, delay, forged, unsigned, other_app, "
		    "drop");
	else if (o.times == 0 || o.times < -1 || o.ms < 0 || o.ms > 60000)
		reply_error(
		    r, 400, "times must be -1 or more than 0, ms from 0 to 60000");
	else if (!add_odd(sb->hooks, &o))
		reply_error(r, 409, "%d are waiting already", HOOKS_ODD_MAX);
	else
		r->status = 204;
}
