/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/hooks_inner.h"
#include "sandbox/sandbox.h"

/* Those that one registers in Inbenta's console for a connector like this. */
static const char usual_triggers[] =
    "[\"queues:update\",\"invitations:new\",\"invitations:accept\",\"forever:alone\","
    "\"chats:close\",\"messages:new\",\"users:activity\",\"system:info\"]";

static void
settings_fini(struct hook_settings *s)
{
	free(s->url);
	free(s->secret);
	js_putp(&s->triggers);
}

void
hooks_reset(struct hooks *hk)
{
	pthread_mutex_lock(&hk->lock);
	settings_fini(&hk->set);
	hk->set = (struct hook_settings){ .tries = HOOK_TRIES,
		.retry_ms = HOOK_RETRY_MS,
		.triggers = json_tokener_parse(usual_triggers) };
	for (size_t i = 0; i < hk->n_odds; i++)
		free(hk->odds[i].trigger);
	hk->n_odds = 0;
	js_putp(&hk->log);
	hk->log = json_object_new_array();
	pthread_mutex_unlock(&hk->lock);
}

struct hooks *
hooks_new(struct sandbox *sb)
{
	struct hooks *hk = xcalloc(1, sizeof(*hk));

	hk->sb = sb;
	pthread_mutex_init(&hk->lock, NULL);
	hooks_reset(hk);
	return hk;
}

void
hooks_free(struct hooks *hk)
{
	if (hk == NULL)
		return;
	settings_fini(&hk->set);
	for (size_t i = 0; i < hk->n_odds; i++)
		free(hk->odds[i].trigger);
	js_putp(&hk->log);
	pthread_mutex_destroy(&hk->lock);
	free(hk);
}

bool
hooks_are_signed(struct hooks *hk)
{
	bool has;

	pthread_mutex_lock(&hk->lock);
	has = hk->set.secret != NULL;
	pthread_mutex_unlock(&hk->lock);
	return has;
}

bool
hook_make(struct arena *a, const char *trigger, const char *app, int64_t created,
    js *data, struct hook_event *out)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(HOOK_BODY_BYTES);

	buf_str(&b, "{\"trigger\":\"");
	buf_json(&b, trigger, strlen(trigger));
	buf_str(&b, "\",\"appId\":\"");
	buf_json(&b, app, strlen(app));
	buf_str(&b, "\",\"data\":");
	out->data_at = b.len;
	js_write(&b, data);
	out->data_len = b.len - out->data_at;
	buf_printf(&b, ",\"created_at\":%lld}", (long long)created);
	out->len = b.len;
	out->body = arena_strdup(a, b.data);
	return buf_ok(&b);
}

void
hook_sign_locked(const struct hooks *hk, const struct hook_event *ev,
    const char *secret, char out[HOOK_SIGNATURE_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	bool data = hk->set.over_data && ev->data_len > 0;
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	size_t at = 0;

	if (HMAC(EVP_sha256(), secret, (int)strlen(secret),
		(const unsigned char *)ev->body + (data ? ev->data_at : 0),
		data ? ev->data_len : ev->len, mac, &n) == NULL)
		abort(); /* a broken OpenSSL */
	if (hk->set.prefixed) {
		memcpy(out, "sha256=", 7);
		at = 7;
	}
	if (hk->set.as_base64) {
		EVP_EncodeBlock((unsigned char *)out + at, mac, (int)n);
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		out[at++] = digits[mac[i] >> 4];
		out[at++] = digits[mac[i] & 15];
	}
	out[at] = '\0';
}

const char *
hook_url_locked(const struct hooks *hk)
{
	return hk->set.url != NULL ? hk->set.url : hk->sb->opts->webhook;
}

void
hook_post(struct outside *o, struct arena *a, const char *url, const char *body,
    size_t len, const char *signature, struct outside_answer *out)
{
	struct outside_request q = { .url = url,
		.body = body,
		.body_len = len,
		.headers = { "Content-Type: application/json" },
		.agent = "HyperChat webhooks",
		.timeout_ms = HOOK_TIMEOUT_MS,
		.max_bytes = 64 * 1024 };

	if (signature != NULL && *signature != '\0')
		q.headers[1] = arena_printf(a, "X-Hook-Signature: %s", signature);
	outside_call(o, a, &q, out);
}

struct parcel {
	struct hooks *hk;
	struct arena *arena; /* of the texts */
	const char *url, *body;
	size_t len;
	char signature[HOOK_SIGNATURE_SIZE];
	int64_t number; /* in the log */
	int64_t tried, tries, retry_ms;
};

static void
parcel_free(void *arg)
{
	struct parcel *p = arg;

	arena_free(p->arena);
	free(p);
}

/* How it went, into the log. */
static void
note(struct parcel *p, const struct outside_answer *got)
{
	struct hooks *hk = p->hk;

	pthread_mutex_lock(&hk->lock);
	for (size_t i = json_object_array_length(hk->log); i-- > 0;) {
		js *o = json_object_array_get_idx(hk->log, i);

		if (js_int(o, "n", 0) != p->number)
			continue;
		json_object_object_add(
		    o, "tries", json_object_new_int64(js_int(o, "tries", 0) + 1));
		json_object_object_add(o, "status", json_object_new_int(got->status));
		json_object_object_add(o, "why", json_object_new_string(got->why));
		break;
	}
	pthread_mutex_unlock(&hk->lock);
}

static int64_t
deliver(struct outside *o, void *arg)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct parcel *p = arg;
	struct outside_answer got;

	hook_post(o, a, p->url, p->body, p->len, p->signature, &got);
	note(p, &got);
	buf_fini(&got.body);
	if ((got.status >= 200 && got.status < 300) || ++p->tried >= p->tries)
		return CHORE_DONE;
	LOG(LOG_INFO, "sandbox", "an event was not taken", LI("status", got.status),
	    LI("try", p->tried));
	return p->retry_ms << (p->tried - 1 < 10 ? p->tried - 1 : 10);
}

static void
send_later(const struct parcel *from, const char *chat, int64_t ms)
{
	struct parcel *p = xcalloc(1, sizeof(*p));
	struct chore c = { chat, ms, deliver, p, parcel_free };

	*p = *from;
	p->arena = arena_new();
	p->url = arena_strdup(p->arena, from->url);
	p->body = arena_strndup(p->arena, from->body, from->len);
	if (!chores_add(p->hk->sb->chores, &c))
		LOG(LOG_WARN, "sandbox", "an event is lost: too many are waiting",
		    LH("is botline running, and does it answer events with 200? "
		       "look at its log"));
}

static bool
is_registered_locked(const struct hooks *hk, const char *trigger)
{
	for (size_t i = 0; i < json_object_array_length(hk->set.triggers); i++)
		if (strcmp(json_object_get_string(
			       json_object_array_get_idx(hk->set.triggers, i)),
			trigger) == 0)
			return true;
	return false;
}

/* The first that fits, one time less of it. */
static struct odd
take_odd_locked(struct hooks *hk, const char *trigger)
{
	for (size_t i = 0; i < hk->n_odds; i++) {
		struct odd *o = &hk->odds[i], found = *o;

		if (strcmp(o->trigger, "*") != 0 && strcmp(o->trigger, trigger) != 0)
			continue;
		if (o->times > 0 && --o->times == 0) {
			free(o->trigger);
			hk->n_odds--;
			memmove(o, o + 1, (hk->n_odds - i) * sizeof(*o));
		}
		found.trigger = NULL;
		return found;
	}
	return (struct odd){ 0 };
}

static int64_t
log_locked(struct hooks *hk, const char *trigger, const char *chat,
    const struct parcel *p, const struct odd *odd)
{
	static const char *const ways[] = { [ODD_NONE] = "",
		[ODD_TWICE] = "twice",
		[ODD_DELAY] = "delay",
		[ODD_FORGED] = "forged",
		[ODD_UNSIGNED] = "unsigned",
		[ODD_OTHER_APP] = "other_app",
		[ODD_DROP] = "drop" };
	js *o = json_object_new_object();

	json_object_object_add(o, "n", json_object_new_int64(++hk->n_logged));
	json_object_object_add(o, "trigger", json_object_new_string(trigger));
	json_object_object_add(o, "chat", json_object_new_string(chat));
	json_object_object_add(o, "body", json_object_new_string(p->body));
	json_object_object_add(o, "signature", json_object_new_string(p->signature));
	json_object_object_add(o, "odd", json_object_new_string(ways[odd->way]));
	json_object_object_add(o, "tries", json_object_new_int(0));
	json_object_object_add(o, "status", json_object_new_int(0));
	json_object_array_add(hk->log, o);
	if (json_object_array_length(hk->log) > HOOKS_LOGGED)
		json_object_array_del_idx(hk->log, 0, 1);
	return hk->n_logged;
}

static const char *
secret_locked(const struct hooks *hk, const struct odd *odd)
{
	if (odd->way == ODD_UNSIGNED)
		return NULL;
	return odd->way == ODD_FORGED ? "somebody else's" : hk->set.secret;
}

void
hooks_tell(struct hooks *hk, const char *trigger, const char *chat, js *data)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *app = hk->sb->opts->hyper_app_id, *secret;
	int64_t now = clock_wall_s(&clock_system);
	struct parcel p = { .hk = hk };
	struct hook_event ev;
	struct odd odd;

	pthread_mutex_lock(&hk->lock);
	if (hook_url_locked(hk) != NULL && is_registered_locked(hk, trigger)) {
		odd = take_odd_locked(hk, trigger);
		if (odd.way == ODD_OTHER_APP)
			app = "another-application";
		if (hook_make(a, trigger, app, now, data, &ev)) {
			p.url = hook_url_locked(hk);
			p.body = ev.body;
			p.len = ev.len;
			p.tries = hk->set.tries;
			p.retry_ms = hk->set.retry_ms;
			secret = secret_locked(hk, &odd);
			if (secret != NULL)
				hook_sign_locked(hk, &ev, secret, p.signature);
			p.number = log_locked(hk, trigger, chat, &p, &odd);
			if (odd.way != ODD_DROP)
				send_later(&p, chat, odd.way == ODD_DELAY ? odd.ms : 0);
			if (odd.way == ODD_TWICE)
				send_later(&p, chat, odd.ms);
		} else {
			LOG(LOG_WARN, "sandbox", "an event is too large",
			    LH("say less in one message of an agent"));
		}
	}
	pthread_mutex_unlock(&hk->lock);
	js_putp(&data);
}

static bool
set_text(js *o, const char *name, char **to)
{
	js *v;

	if (!json_object_object_get_ex(o, name, &v))
		return true;
	if (v != NULL && !json_object_is_type(v, json_type_string))
		return false;
	free(*to);
	*to = v != NULL && json_object_get_string_len(v) > 0
	    ? xstrdup(json_object_get_string(v))
	    : NULL;
	return true;
}

/* One of two words; false: neither. */
static bool
set_word(js *o, const char *name, const char *off, const char *on, bool *to)
{
	const char *word = js_str(o, name, *to ? on : off);

	if (strcmp(word, on) != 0 && strcmp(word, off) != 0)
		return false;
	*to = strcmp(word, on) == 0;
	return true;
}

static const char *
set_locked(struct hook_settings *s, js *o)
{
	js *triggers = js_get(o, "triggers");
	int64_t tries = js_int(o, "tries", s->tries);
	int64_t retry_ms = js_int(o, "retry_ms", s->retry_ms);

	if (!set_text(o, "url", &s->url) || !set_text(o, "secret", &s->secret))
		return "url and secret must be texts or null";
	if (!set_word(o, "over", "raw", "data", &s->over_data) ||
	    !set_word(o, "as", "hex", "base64", &s->as_base64))
		return "over must be raw or data, as must be hex or base64";
	s->prefixed = js_bool(o, "prefix", s->prefixed);
	if (tries < 1 || tries > 20 || retry_ms < 1 || retry_ms > 60000)
		return "tries must be from 1 to 20, retry_ms from 1 to 60000";
	s->tries = tries;
	s->retry_ms = retry_ms;
	if (triggers == NULL)
		return NULL;
	if (!json_object_is_type(triggers, json_type_array))
		return "triggers must be a list";
	for (size_t i = 0; i < json_object_array_length(triggers); i++)
		if (!json_object_is_type(
			json_object_array_get_idx(triggers, i), json_type_string))
			return "triggers must be a list of texts";
	js_putp(&s->triggers);
	s->triggers = json_tokener_parse(json_object_to_json_string(triggers));
	return NULL;
}

const char *
hooks_set(struct hooks *hk, js *settings)
{
	const char *why;

	pthread_mutex_lock(&hk->lock);
	why = set_locked(&hk->set, settings);
	pthread_mutex_unlock(&hk->lock);
	return why;
}

static js *
since_locked(const struct hooks *hk, int64_t since)
{
	js *list = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(hk->log); i++) {
		js *o = json_object_array_get_idx(hk->log, i), *copy = NULL;

		if (js_int(o, "n", 0) <= since)
			continue;
		if (json_object_deep_copy(o, &copy, NULL) != 0)
			abort(); /* out of memory */
		json_object_array_add(list, copy);
	}
	return list;
}

js *
hooks_state(struct hooks *hk, int64_t since)
{
	js *o = json_object_new_object(), *triggers = NULL;

	pthread_mutex_lock(&hk->lock);
	json_object_object_add(o, "url",
	    hook_url_locked(hk) != NULL ? json_object_new_string(hook_url_locked(hk))
					: NULL);
	json_object_object_add(o, "secret",
	    hk->set.secret != NULL ? json_object_new_string(hk->set.secret) : NULL);
	json_object_object_add(
	    o, "over", json_object_new_string(hk->set.over_data ? "data" : "raw"));
	json_object_object_add(
	    o, "as", json_object_new_string(hk->set.as_base64 ? "base64" : "hex"));
	json_object_object_add(o, "prefix", json_object_new_boolean(hk->set.prefixed));
	json_object_object_add(o, "tries", json_object_new_int64(hk->set.tries));
	json_object_object_add(o, "retry_ms", json_object_new_int64(hk->set.retry_ms));
	if (json_object_deep_copy(hk->set.triggers, &triggers, NULL) != 0)
		abort(); /* out of memory */
	json_object_object_add(o, "triggers", triggers);
	json_object_object_add(o, "sent", since_locked(hk, since));
	json_object_object_add(o, "last", json_object_new_int64(hk->n_logged));
	pthread_mutex_unlock(&hk->lock);
	json_object_object_add(
	    o, "left", json_object_new_int64((int64_t)chores_left(hk->sb->chores)));
	return o;
}
