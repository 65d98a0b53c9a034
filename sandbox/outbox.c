/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sandbox/carrier.h"
#include "sandbox/outbox_inner.h"
#include "sandbox/sandbox.h"
#include "sandbox/segments.h"

struct outbox *
outbox_new(struct sandbox *sb)
{
	struct outbox *ob = xcalloc(1, sizeof(*ob));

	ob->sb = sb;
	pthread_mutex_init(&ob->lock, NULL);
	ob->messages = json_object_new_array();
	ob->by_sid = json_object_new_object();
	ob->by_to = json_object_new_object();
	return ob;
}

static void
drop_outcome(struct outbox *ob, size_t i)
{
	struct outcome *o = &ob->outcomes[i];

	free(o->to);
	free(o->statuses);
	ob->n_outcomes--;
	memmove(o, o + 1, (ob->n_outcomes - i) * sizeof(*o));
}

void
outbox_free(struct outbox *ob)
{
	if (ob == NULL)
		return;
	while (ob->n_outcomes > 0)
		drop_outcome(ob, ob->n_outcomes - 1);
	js_putp(&ob->messages);
	js_putp(&ob->by_sid);
	js_putp(&ob->by_to);
	js_putp(&ob->account);
	pthread_mutex_destroy(&ob->lock);
	free(ob);
}

static void
text(js *o, const char *name, const char *value)
{
	json_object_object_add(
	    o, name, value != NULL ? json_object_new_string(value) : NULL);
}

js *
outbox_date(void)
{
	time_t now = (time_t)clock_wall_s(&clock_system);
	char out[64];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(out, sizeof(out), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	return json_object_new_string(out);
}

js *
outbox_find(struct outbox *ob, const char *sid)
{
	js *o = NULL;

	return json_object_object_get_ex(ob->by_sid, sid, &o) ? o : NULL;
}

js *
outbox_list(struct outbox *ob, const char *to)
{
	js *list = NULL;

	if (to == NULL)
		return ob->messages;
	return json_object_object_get_ex(ob->by_to, to, &list) ? list : NULL;
}

/* The oldest goes; it is the oldest of its receiver, too. */
static void
drop_first(struct outbox *ob)
{
	js *first = json_object_array_get_idx(ob->messages, 0);
	const char *to = js_str(first, "to", "");
	js *list = outbox_list(ob, to);

	if (json_object_array_length(list) == 1)
		json_object_object_del(ob->by_to, to);
	else
		json_object_array_del_idx(list, 0, 1);
	json_object_object_del(ob->by_sid, js_str(first, "sid", ""));
	json_object_array_del_idx(ob->messages, 0, 1);
}

static void
keep(struct outbox *ob, js *o, const char *sid, const char *to)
{
	js *list = outbox_list(ob, to);

	if (list == NULL) {
		list = json_object_new_array();
		json_object_object_add(ob->by_to, to, list);
	}
	json_object_array_add(list, json_object_get(o));
	json_object_object_add(ob->by_sid, sid, json_object_get(o));
	json_object_array_add(ob->messages, o);
}

js *
outbox_view(js *message)
{
	js *o = json_object_new_object();

	json_object_object_foreach(message, name, value)
	{
		if (strcmp(name, "x") != 0)
			json_object_object_add(o, name, json_object_get(value));
	}
	return o;
}

/* What belongs to all messages of the account. */
static void
add_account(
    js *o, struct arena *a, const struct outbox *ob, const struct outbox_note *what)
{
	const char *account = ob->sb->opts->account_sid;
	const char *uri =
	    arena_printf(a, "/2010-04-01/Accounts/%s/Messages/%s", account, what->sid);
	js *more = json_object_new_object();

	text(o, "account_sid", account);
	text(o, "api_version", "2010-04-01");
	text(o, "uri", arena_printf(a, "%s.json", uri));
	text(more, "media", arena_printf(a, "%s/Media.json", uri));
	json_object_object_add(o, "subresource_uris", more);
}

js *
outbox_add(struct outbox *ob, const struct outbox_note *what)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	size_t segments = segments_of(what->body, strlen(what->body)).count;
	js *o = json_object_new_object(), *x = json_object_new_object();

	text(o, "sid", what->sid);
	add_account(o, a, ob, what);
	text(o, "direction", what->direction);
	text(o, "from", what->from);
	text(o, "to", what->to);
	text(o, "body", what->body);
	text(o, "status", what->status);
	text(o, "num_media", arena_printf(a, "%zu", what->n_media));
	text(o, "num_segments",
	    what->from == NULL ? "0" : arena_printf(a, "%zu", segments));
	text(o, "messaging_service_sid", NULL);
	text(o, "error_code", NULL);
	text(o, "error_message", NULL);
	text(o, "price", NULL);
	text(o, "price_unit", "USD");
	json_object_object_add(o, "date_created", outbox_date());
	json_object_object_add(o, "date_updated", outbox_date());
	text(o, "date_sent", NULL);
	json_object_object_add(x, "media", json_object_new_array());
	json_object_object_add(x, "told", json_object_new_array());
	json_object_object_add(o, "x", x);
	json_object_object_add(x, "n", json_object_new_int64(++ob->n_made));
	json_object_object_add(
	    x, "made_ms", json_object_new_int64(clock_mono_ms(&clock_system)));
	if (json_object_array_length(ob->messages) == OUTBOX_KEPT)
		drop_first(ob);
	keep(ob, o, what->sid, what->to);
	return o;
}

void
outbox_note(struct outbox *ob, const struct outbox_note *what)
{
	js *o;

	pthread_mutex_lock(&ob->lock);
	/* A repeat of a webhook is no new message. */
	if (outbox_find(ob, what->sid) == NULL) {
		o = outbox_add(ob, what);
		json_object_object_add(o, "date_sent", outbox_date());
	}
	pthread_mutex_unlock(&ob->lock);
}

bool
outbox_outcome(
    struct outbox *ob, struct arena *a, const char *to, bool reply, struct outcome *out)
{
	for (size_t i = 0; i < ob->n_outcomes; i++) {
		struct outcome *o = &ob->outcomes[i];

		if (o->replies != reply ||
		    (strcmp(o->to, "*") != 0 && strcmp(o->to, to) != 0))
			continue;
		*out = *o;
		out->to = arena_strdup(a, o->to);
		out->statuses = arena_strdup(a, o->statuses);
		if (o->times > 0 && --o->times == 0)
			drop_outcome(ob, i);
		return true;
	}
	return false;
}

/* What tests want to happen to it goes into its notes. */
static void
note_outcome(js *message, const char *callback, const struct outcome *o)
{
	js *x = js_obj(message, "x");

	if (callback != NULL)
		json_object_object_add(x, "callback", json_object_new_string(callback));
	if (o->statuses != NULL)
		json_object_object_add(x, "statuses", json_tokener_parse(o->statuses));
}

int
outbox_reply(
    struct outbox *ob, const struct outbox_note *what, const char *callback, int code)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct outcome o = { 0 };
	js *m;

	pthread_mutex_lock(&ob->lock);
	if (code != 0 || !outbox_outcome(ob, a, what->to, true, &o))
		o.code = code;
	m = outbox_add(ob, what);
	note_outcome(m, callback, &o);
	outbox_arrived(ob, a, m, o.code);
	pthread_mutex_unlock(&ob->lock);
	return o.code;
}

/* The words of MessageStatus. */
static bool
are_statuses(js *list)
{
	static const char *const words[] = { "accepted", "queued", "sending", "sent",
		"delivered", "undelivered", "failed", "read", "canceled" };

	if (!json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > 20)
		return false;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		js *one = json_object_array_get_idx(list, i);
		size_t w = 0;

		while (w < NELEMS(words) &&
		    (!json_object_is_type(one, json_type_string) ||
			strcmp(words[w], json_object_get_string(one)) != 0))
			w++;
		if (w == NELEMS(words))
			return false;
	}
	return true;
}

static int
usual_status(int code)
{
	static const struct {
		int code, status;
	} t[] = { { 20429, 429 }, { 20003, 401 }, { 20005, 403 }, { 20006, 403 },
		{ 20404, 404 }, { 20500, 500 }, { 20503, 503 }, { 21611, 429 } };

	for (size_t i = 0; i < NELEMS(t); i++)
		if (t[i].code == code)
			return t[i].status;
	return 400;
}

static const char *
read_outcome(js *body, struct outcome *o)
{
	js *statuses = js_get(body, "statuses");

	*o = (struct outcome){ .code = (int)js_int(body, "code", 0),
		.retry_after_s = js_int(body, "retry_after_s", -1),
		.times = js_int(body, "times", 1) };
	/* What comes after the 201 begins with 3 or 6. */
	o->refuses =
	    js_bool(body, "refuse", o->code >= 20000 && o->code < 30000 && !statuses);
	o->status = (int)js_int(body, "status", usual_status(o->code));
	o->replies = js_bool(body, "reply", false);
	o->refuses = o->refuses && !o->replies; /* there is no call to refuse */
	if (o->times == 0 || o->times < -1)
		return "times must be -1 or more than 0";
	if (o->status < 400 || o->status > 599)
		return "status must be from 400 to 599";
	if (statuses != NULL && !are_statuses(statuses))
		return "statuses must be a list of message statuses";
	if (o->code == 0 && statuses == NULL)
		return "code or statuses is missing";
	o->to = xstrdup(js_str(body, "to", "*"));
	if (statuses != NULL)
		o->statuses = xstrdup(json_object_to_json_string(statuses));
	return NULL;
}

static int
switch_of(js *body, const char *name)
{
	return js_get(body, name) == NULL ? -1 : js_bool(body, name, false);
}

/* 0 when it is out of range. */
static int64_t
pause_of(js *body, const char *name)
{
	int64_t ms = js_int(body, name, 0);

	return ms > 0 && ms <= 60000 ? ms : 0;
}

void
control_twilio(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	struct outbox *ob = sb->outbox;
	const char *why = NULL;
	struct outcome o;
	bool room = true;

	if (body == NULL)
		return;
	pthread_mutex_lock(&ob->lock);
	if (js_get(body, "opt_out") != NULL || js_get(body, "loop_guard") != NULL) {
		carrier_set(sb->carrier, switch_of(body, "opt_out"),
		    switch_of(body, "loop_guard"));
	} else if (js_get(body, "delay_ms") != NULL) {
		ob->delay_ms = pause_of(body, "delay_ms");
	} else if (js_get(body, "list_lag_ms") != NULL) {
		ob->lag_ms = pause_of(body, "list_lag_ms");
	} else if ((why = read_outcome(body, &o)) == NULL) {
		room = ob->n_outcomes < OUTCOMES_MAX;
		if (room)
			ob->outcomes[ob->n_outcomes++] = o;
	}
	pthread_mutex_unlock(&ob->lock);
	if (why != NULL)
		reply_error(r, 400, "%s", why);
	else if (!room)
		reply_error(r, 409, "%d are waiting already", OUTCOMES_MAX);
	else
		r->status = 204;
	if (!room) {
		free(o.to);
		free(o.statuses);
	}
}

void
control_twilio_state(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct outbox *ob = sb->outbox;
	const char *to = request_arg(q, "to");
	const char *direction = request_arg(q, "direction");
	int64_t since = request_arg_int(q, "since", 0);
	js *o = json_object_new_object(), *list = json_object_new_array(), *all;

	pthread_mutex_lock(&ob->lock);
	all = outbox_list(ob, to);
	for (size_t i = 0; all != NULL && i < json_object_array_length(all); i++) {
		js *m = json_object_array_get_idx(all, i);

		if (js_int(m, "x.n", 0) > since &&
		    (direction == NULL ||
			strcmp(direction, js_str(m, "direction", "")) == 0))
			json_object_array_add(list, json_object_get(m));
	}
	json_object_object_add(o, "last", json_object_new_int64(ob->n_made));
	json_object_object_add(o, "messages", list);
	reply_json(r, 200, o);
	pthread_mutex_unlock(&ob->lock);
}

void
control_twilio_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct outbox *ob = sb->outbox;

	(void)q;
	carrier_clear(sb->carrier);
	pthread_mutex_lock(&ob->lock);
	while (ob->n_outcomes > 0)
		drop_outcome(ob, ob->n_outcomes - 1);
	ob->delay_ms = ob->lag_ms = 0;
	js_putp(&ob->messages);
	js_putp(&ob->by_sid);
	js_putp(&ob->by_to);
	ob->messages = json_object_new_array();
	ob->by_sid = json_object_new_object();
	ob->by_to = json_object_new_object();
	pthread_mutex_unlock(&ob->lock);
	r->status = 204;
}
