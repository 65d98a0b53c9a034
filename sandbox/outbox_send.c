/* SPDX-License-Identifier: Apache-2.0 */
/* A message on its way to a phone: its files are fetched, it appears, its status is told. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/events.h"
#include "sandbox/form_out.h"
#include "sandbox/outbox_inner.h"
#include "sandbox/phone_api.h"
#include "sandbox/sandbox.h"
#include "sandbox/segments.h"
#include "sandbox/uploads.h"
#include "sandbox/webhook.h"

enum { FETCH_MS = 15000, CALLBACK_MS = 15000, FORM_BYTES = 64 * 1024 };

struct trip {
	struct sandbox *sb;
	struct arena *arena;
	const char *sid, *to, *from, *body; /* from: the company's number */
	js *media; /* list of {url, status, bytes, …} */
	int code; /* what goes wrong; 0: nothing */
};

/* Our own address may be known to others by another name, as a proxy gives it. */
static const char *
reachable(const struct sandbox *sb, struct arena *a, const char *url)
{
	const char *public = sb->opts->public_url, *own = sb->opts->webhook;
	size_t n = public != NULL ? strcspn(public, "#") : 0;

	if (n == 0 || strncmp(url, public, n) != 0)
		return url;
	return arena_printf(a, "%.*s%s", (int)strcspn(own, "#"), own, url + n);
}

/* A code when Twilio could not use the file, else 0. */
static int
judge(const struct trip *t, const struct outside_answer *got)
{
	bool whatsapp = is_whatsapp(t->to);

	if (got->too_large)
		return whatsapp ? 63019 : 30019;
	if (got->status != 200 || got->type == NULL)
		return whatsapp ? 63019 : 30008;
	return 0;
}

/* Gets one as Twilio does, HEAD first, without a login, and keeps it for the phone. */
static void
fetch(struct trip *t, struct outside *o, js *one)
{
	struct outside_request q = { .url = reachable(
					 t->sb, t->arena, js_str(one, "url", "")),
		.agent = "TwilioProxy/1.1",
		.timeout_ms = FETCH_MS,
		.max_bytes = is_whatsapp(t->to) ? OUTBOX_FILE_BYTES : OUTBOX_MMS_BYTES,
		.follows = true,
		.head = true };
	const char *base = t->sb->opts->base_url != NULL ? t->sb->opts->base_url
							 : server_url(t->sb->server);
	char id[UPLOAD_ID_SIZE], hash[SHA256_HEX_SIZE];
	struct outside_answer got;
	int code;

	outside_call(o, t->arena, &q, &got);
	json_object_object_add(one, "head", json_object_new_int(got.status));
	buf_fini(&got.body);
	q.head = false;
	outside_call(o, t->arena, &q, &got);
	code = judge(t, &got);
	sha256_hex(got.body.data, got.body.len, hash);
	json_object_object_add(one, "status", json_object_new_int(got.status));
	json_object_object_add(
	    one, "bytes", json_object_new_int64((int64_t)got.body.len));
	json_object_object_add(one, "sha256", json_object_new_string(hash));
	json_object_object_add(one, "why", json_object_new_string(got.why));
	if (got.type != NULL)
		json_object_object_add(one, "type", json_object_new_string(got.type));
	if (code != 0 || got.type == NULL) {
		t->code = t->code != 0 ? t->code : code;
	} else {
		size_t len = got.body.len, n = strcspn(got.type, "; ");
		unsigned char *data = xmalloc(len + 1);

		memcpy(data, got.body.data, len);
		upload_keep(t->sb->uploads, arena_strndup(t->arena, got.type, n), data,
		    len, id);
		json_object_object_add(one, "shown",
		    json_object_new_string(
			arena_printf(t->arena, "%s/phone/media/%s", base, id)));
	}
	buf_fini(&got.body);
}

static void
show(const struct trip *t)
{
	const char *channel = is_whatsapp(t->to) ? "whatsapp" : "sms";
	bool own = phone_is_own(channel, t->to, t->from);
	struct segments seg = segments_of(t->body, strlen(t->body));
	js *o = json_object_new_object(), *media = json_object_new_array(), *count;

	for (size_t i = 0; i < json_object_array_length(t->media); i++) {
		js *one = json_object_array_get_idx(t->media, i);
		js *view = json_object_new_object();

		json_object_object_add(
		    view, "url", json_object_new_string(js_str(one, "shown", "")));
		json_object_object_add(
		    view, "type", json_object_new_string(js_str(one, "type", "")));
		json_object_array_add(media, view);
	}
	json_object_object_add(o, "sid", json_object_new_string(t->sid));
	json_object_object_add(o, "body", json_object_new_string(t->body));
	json_object_object_add(o, "rest", json_object_new_boolean(1));
	if (*channel == 's' && json_object_array_length(media) == 0) {
		count = json_object_new_object();
		json_object_object_add(
		    count, "count", json_object_new_int64((int64_t)seg.count));
		json_object_object_add(
		    count, "alphabet", json_object_new_string(seg.alphabet));
		json_object_object_add(o, "segments", count);
	}
	json_object_object_add(o, "media", media);
	events_add(t->sb->events, channel, "in", own ? NULL : t->to, o);
}

struct callback {
	struct sandbox *sb;
	struct arena *arena;
	const char *sid, *url, *status, *signature;
	struct buf form;
};

static void
callback_free(void *arg)
{
	struct callback *cb = arg;

	buf_fini(&cb->form);
	arena_free(cb->arena);
	free(cb);
}

static int64_t
call_back(struct outside *o, void *arg)
{
	struct callback *cb = arg;
	struct outside_request q = { .url = cb->url,
		.body = cb->form.data,
		.body_len = cb->form.len,
		.headers = { "Content-Type: application/x-www-form-urlencoded; "
			     "charset=UTF-8",
		    arena_printf(cb->arena, "X-Twilio-Signature: %s", cb->signature) },
		.agent = "TwilioProxy/1.1",
		.timeout_ms = CALLBACK_MS,
		.max_bytes = 64 * 1024 };
	struct outside_answer got;
	js *m, *one;

	outside_call(o, cb->arena, &q, &got);
	buf_fini(&got.body);
	pthread_mutex_lock(&cb->sb->outbox->lock);
	m = outbox_find(cb->sb->outbox, cb->sid);
	if (m != NULL) {
		one = json_object_new_object();
		json_object_object_add(
		    one, "status", json_object_new_string(cb->status));
		json_object_object_add(one, "answer", json_object_new_int(got.status));
		json_object_array_add(js_arr(m, "x.told"), one);
	}
	pthread_mutex_unlock(&cb->sb->outbox->lock);
	return CHORE_DONE;
}

static void
set(struct form_out *f, const char *name, const char *value)
{
	if (f->n == FORM_OUT_MAX || value == NULL)
		return;
	f->fields[f->n++] =
	    (struct twilio_param){ name, value, strlen(name), strlen(value) };
}

static void
fill(struct form_out *f, struct callback *cb, js *m)
{
	bool bad =
	    strcmp(cb->status, "failed") == 0 || strcmp(cb->status, "undelivered") == 0;
	js *code = js_get(m, "x.code");
	const char *to = arena_strdup(cb->arena, js_str(m, "to", ""));

	set(f, "MessageSid", cb->sid);
	set(f, "SmsSid", cb->sid);
	set(f, "MessageStatus", cb->status);
	set(f, "SmsStatus", cb->status);
	set(f, "AccountSid", cb->sb->opts->account_sid);
	set(f, "From", arena_strdup(cb->arena, js_str(m, "from", "")));
	set(f, "To", to);
	set(f, "ApiVersion", "2010-04-01");
	set(f, "MessagingServiceSid",
	    arena_strdup(cb->arena, js_str(m, "messaging_service_sid", NULL)));
	if (bad && code != NULL)
		set(f, "ErrorCode",
		    arena_strdup(cb->arena, json_object_get_string(code)));
	if (!is_whatsapp(to))
		return;
	set(f, "ChannelPrefix", "whatsapp");
	set(f, "ChannelToAddress", strchr(to, ':') + 1);
	if (strcmp(cb->status, "read") == 0)
		set(f, "EventType", "READ");
}

static void
tell_locked(struct sandbox *sb, js *m, const char *status, const char *lane)
{
	struct callback *cb = xcalloc(1, sizeof(*cb));
	struct chore c = { lane, 0, call_back, cb, callback_free };
	char signature[TWILIO_SIGNATURE_SIZE];
	struct form_out *f;
	const char *url;

	cb->sb = sb;
	cb->arena = arena_new();
	cb->sid = arena_strdup(cb->arena, js_str(m, "sid", ""));
	cb->status = arena_strdup(cb->arena, status);
	buf_init(&cb->form, FORM_BYTES);
	url = arena_strdup(cb->arena, js_str(m, "x.callback", ""));
	f = arena_alloc(cb->arena, sizeof(*f));
	fill(f, cb, m);
	form_out_write(f, &cb->form);
	twilio_sign(sb->opts->auth_token, url, f->fields, f->n, signature);
	cb->signature = arena_strdup(cb->arena, signature);
	cb->url = reachable(sb, cb->arena, url);
	if (!chores_add(sb->chores, &c))
		return; /* it ends, or has more to do than anybody can watch */
}

/* The statuses it goes through, as told or as usual. */
static js *
statuses_of(js *m, int code)
{
	js *told = js_arr(m, "x.statuses");

	if (told != NULL)
		return json_object_get(told);
	if (code != 0)
		return json_tokener_parse("[\"failed\"]");
	/* Whoever created one by REST knows from the answer that it is queued. */
	if (strcmp(js_str(m, "direction", ""), "outbound-reply") == 0)
		return json_tokener_parse("[\"queued\",\"sent\",\"delivered\"]");
	return json_tokener_parse("[\"sent\",\"delivered\"]");
}

static bool
is_final(const char *status)
{
	static const char *const finals[] = { "delivered", "undelivered", "failed",
		"read", "canceled" };

	for (size_t i = 0; i < NELEMS(finals); i++)
		if (strcmp(finals[i], status) == 0)
			return true;
	return false;
}

void
outbox_arrived(struct outbox *ob, struct arena *a, js *m, int code)
{
	CLEANUP(js_putp) js *statuses = statuses_of(m, code);
	const char *lane = arena_printf(a, "callback %s", js_str(m, "sid", ""));
	const char *now = js_str(m, "status", "");

	if (code != 0) {
		json_object_object_add(m, "error_code", json_object_new_int(code));
		json_object_object_add(
		    m, "error_message", json_object_new_string(twilio_code_text(code)));
		json_object_object_add(
		    js_obj(m, "x"), "code", json_object_new_int(code));
	}
	json_object_object_add(m, "date_sent", outbox_date());
	json_object_object_add(m, "date_updated", outbox_date());
	for (size_t i = 0; i < json_object_array_length(statuses); i++) {
		const char *status =
		    json_object_get_string(json_object_array_get_idx(statuses, i));

		if (!is_final(now) || is_final(status))
			now = status;
		if (js_str(m, "x.callback", NULL) != NULL)
			tell_locked(ob->sb, m, status, lane);
	}
	json_object_object_add(m, "status", json_object_new_string(now));
}

static void
arrive_locked(struct trip *t, js *m)
{
	if (js_get(m, "from") == NULL)
		json_object_object_add(m, "from", json_object_new_string(t->from));
	json_object_object_add(js_obj(m, "x"), "media", json_object_get(t->media));
	outbox_arrived(t->sb->outbox, t->arena, m, t->code);
}

static int64_t
travel(struct outside *o, void *arg)
{
	struct trip *t = arg;
	js *m;

	for (size_t i = 0; i < json_object_array_length(t->media); i++)
		fetch(t, o, json_object_array_get_idx(t->media, i));
	if (t->code == 0)
		show(t);
	pthread_mutex_lock(&t->sb->outbox->lock);
	m = outbox_find(t->sb->outbox, t->sid);
	if (m != NULL)
		arrive_locked(t, m);
	js_putp(&t->media); /* shared with the message: within the lock */
	pthread_mutex_unlock(&t->sb->outbox->lock);
	return CHORE_DONE;
}

static void
trip_free(void *arg)
{
	struct trip *t = arg;

	js_putp(&t->media);
	arena_free(t->arena);
	free(t);
}

void
outbox_send(struct outbox *ob, js *m)
{
	struct trip *t = xcalloc(1, sizeof(*t));
	struct chore c = { NULL, ob->delay_ms, travel, t, trip_free };
	const char *from;

	t->sb = ob->sb;
	t->arena = arena_new();
	t->sid = arena_strdup(t->arena, js_str(m, "sid", ""));
	t->to = arena_strdup(t->arena, js_str(m, "to", ""));
	from = js_str(m, "from", NULL);
	t->from = from != NULL ? arena_strdup(t->arena, from)
			       : phone_company(is_whatsapp(t->to) ? "whatsapp" : "sms");
	t->body = arena_strdup(t->arena, js_str(m, "body", ""));
	t->code = (int)js_int(m, "x.code", 0);
	if (json_object_deep_copy(js_get(m, "x.media"), &t->media, NULL) != 0)
		abort(); /* out of memory */
	c.lane = arena_printf(t->arena, "to %s", t->to);
	if (!chores_add(ob->sb->chores, &c))
		return; /* it ends, or has more to do than anybody can watch */
}
