/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The external ticket source: what is replied to a ticket goes to the connector, which knows
 * us by a secret in a header. Source: Inbenta, "External ticket source".
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/office_inner.h"
#include "sandbox/sandbox.h"

enum {
	BODY_BYTES = 1024 * 1024,
	TIMEOUT_MS = 10000,
	ANSWER_BYTES = 64 * 1024,
	TIMES_MAX = 100
};

js *
office_reply_event(int64_t ticket, const char *address, const char *text)
{
	js *event = json_object_new_object(), *creator = json_object_new_object();
	js *about = json_object_new_object(), *action = json_object_new_object();

	office_set_int(event, "resource", ticket);
	office_set(creator, "identifier", address);
	json_object_object_add(about, "creator", creator);
	json_object_object_add(event, "resource_data", about);
	office_set(action, "text", text);
	json_object_object_add(event, "action_data", action);
	return event;
}

/* {"events":[…]}; the list is taken. NULL: it is too large. */
static const char *
body_of(struct arena *a, js *events)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(BODY_BYTES);
	CLEANUP(js_putp) js *o = json_object_new_object();

	json_object_object_add(o, "events", events);
	js_write(&b, o);
	return buf_ok(&b) ? arena_strdup(a, b.data) : NULL;
}

/* secret NULL: without the header. */
static void
post(struct outside *out, struct arena *a, const char *url, const char *body,
    const char *secret, struct outside_answer *got)
{
	struct outside_request q = { .url = url,
		.body = body,
		.body_len = strlen(body),
		.headers = { "Content-Type: application/json" },
		.agent = "Messenger external tickets",
		.timeout_ms = TIMEOUT_MS,
		.max_bytes = ANSWER_BYTES };

	if (secret != NULL)
		q.headers[1] = arena_printf(a, "X-Hook-Signature: %s", secret);
	outside_call(out, a, &q, got);
}

/* A reply on its way. */
struct parcel {
	struct office *o;
	char *body;
	int64_t ticket;
	size_t number; /* among the ticket's replies */
	int64_t tried, tries;
};

static void
parcel_free(void *arg)
{
	struct parcel *p = arg;

	free(p->body);
	free(p);
}

static bool
is_taken(int status)
{
	return status >= 200 && status < 300;
}

/* How it went, at the reply. */
static void
note(const struct parcel *p, const struct outside_answer *got)
{
	struct office *o = p->o;
	js *ticket, *reply;

	pthread_mutex_lock(&o->lock);
	ticket = office_of_id(o->tickets, p->ticket);
	reply = ticket != NULL
	    ? json_object_array_get_idx(js_arr(ticket, "replies"), p->number)
	    : NULL;
	if (reply != NULL) {
		office_set_int(reply, "tries", p->tried);
		office_set_int(reply, "status", got->status);
		office_set(reply, "why", got->why);
		office_show_ticket(o, ticket);
	}
	pthread_mutex_unlock(&o->lock);
}

static int64_t
deliver(struct outside *out, void *arg)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct parcel *p = arg;
	struct outside_answer got;

	post(out, a, p->o->sb->opts->webhook, p->body, p->o->sb->opts->ticket_secret,
	    &got);
	p->tried++;
	note(p, &got);
	buf_fini(&got.body);
	if (is_taken(got.status) || p->tried >= p->tries)
		return CHORE_DONE;
	LOG(LOG_INFO, "sandbox", "a reply to a ticket was not taken",
	    LI("status", got.status), LI("try", p->tried));
	return (int64_t)OFFICE_RETRY_MS << (p->tried - 1 < 6 ? p->tried - 1 : 6);
}

static const char *
send_later(struct office *o, js *ticket, const char *text)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	js *person = office_of_id(o->people, js_int(ticket, "creator", 0));
	js *events = json_object_new_array();
	struct parcel *p = xcalloc(1, sizeof(*p));
	struct chore c = { arena_printf(
			       a, "ticket %lld", (long long)js_int(ticket, "id", 0)),
		0, deliver, p, parcel_free };
	const char *body;

	json_object_array_add(events,
	    office_reply_event(
		js_int(ticket, "id", 0), js_str(person, "address", ""), text));
	body = body_of(a, events);
	p->o = o;
	p->body = xstrdup(body != NULL ? body : "");
	p->ticket = js_int(ticket, "id", 0);
	p->number = json_object_array_length(js_arr(ticket, "replies"));
	p->tries = o->tries;
	if (body == NULL) {
		parcel_free(p);
		return "the reply is too large";
	}
	return chores_add(o->sb->chores, &c) ? NULL : "too many are waiting";
}

static const char *
reply_locked(struct office *o, int64_t id, const char *agent, const char *text)
{
	js *ticket = office_of_id(o->tickets, id), *reply;
	const char *why;

	if (ticket == NULL)
		return "there is no such ticket";
	if (*text == '\0' || strlen(text) > OFFICE_TEXT_BYTES)
		return "text is missing or too long";
	if (office_of_id(o->people, js_int(ticket, "creator", 0)) == NULL)
		return "nobody is known who could be answered";
	if (o->sb->opts->webhook == NULL)
		return "the sandbox was started without --webhook";
	why = send_later(o, ticket, text);
	if (why != NULL)
		return why;
	reply = json_object_new_object();
	office_set(reply, "agent", agent);
	office_set(reply, "text", text);
	office_set_int(reply, "created", clock_wall_s(&clock_system));
	office_set_int(reply, "tries", 0);
	office_set_int(reply, "status", 0);
	office_set(reply, "why", "");
	json_object_array_add(js_arr(ticket, "replies"), reply);
	office_show_ticket(o, ticket);
	return NULL;
}

const char *
office_reply(struct office *o, int64_t ticket, const char *agent, const char *text)
{
	const char *why;

	pthread_mutex_lock(&o->lock);
	why = reply_locked(o, ticket, agent, text);
	pthread_mutex_unlock(&o->lock);
	return why;
}

/* By hand: "good", "wrong", "none", or the text itself. NULL: no header. */
static const char *
secret_of(const struct sandbox *sb, js *body)
{
	const char *kind = js_str(body, "signature", "good");

	if (strcmp(kind, "good") == 0)
		return sb->opts->ticket_secret;
	if (strcmp(kind, "none") == 0)
		return NULL;
	return strcmp(kind, "wrong") == 0 ? "somebody else's" : kind;
}

/* The events of a webhook by hand; NULL: one is wrong. */
static js *
events_of(struct office *o, js *list)
{
	js *out = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		js *one = json_object_array_get_idx(list, i), *ticket, *person;

		if (js_get(one, "resource") != NULL ||
		    js_str(one, "text", NULL) == NULL) {
			json_object_array_add(out, office_copy(one));
			continue;
		}
		ticket = office_of_id(o->tickets, js_int(one, "ticket", 0));
		person = office_of_id(o->people, js_int(ticket, "creator", 0));
		json_object_array_add(out,
		    office_reply_event(js_int(one, "ticket", 0),
			js_str(one, "to", js_str(person, "address", "")),
			js_str(one, "text", "")));
	}
	return out;
}

static const char *
text_of(struct office *o, const struct request *q, js *body, struct reply *r)
{
	const char *raw = js_str(body, "body", NULL), *text;

	if (raw != NULL)
		return raw;
	if (js_arr(body, "events") == NULL) {
		reply_error(r, 400, "events, a list, or body is needed");
		return NULL;
	}
	pthread_mutex_lock(&o->lock);
	text = body_of(q->arena, events_of(o, js_arr(body, "events")));
	pthread_mutex_unlock(&o->lock);
	if (text == NULL)
		reply_error(r, 413, "the events are too large");
	return text;
}

void
control_office_reply(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	int64_t times = js_int(body, "times", 1);
	struct outside *out;
	const char *text;
	js *o, *list;

	if (body == NULL || (text = text_of(sb->office, q, body, r)) == NULL)
		return;
	if (times < 1 || times > TIMES_MAX || sb->opts->webhook == NULL) {
		reply_error(r, 400, "times must be from 1 to %d; --webhook is needed",
		    TIMES_MAX);
		return;
	}
	out = outside_new(chores_stopping(sb->chores));
	list = json_object_new_array();
	for (int64_t i = 0; i < times; i++) {
		struct outside_answer got;

		post(out, q->arena, sb->opts->webhook, text, secret_of(sb, body), &got);
		json_object_array_add(list, json_object_new_int(got.status));
		buf_fini(&got.body);
	}
	outside_free(out);
	o = json_object_new_object();
	json_object_object_add(o, "statuses", list);
	office_set(o, "body", text);
	reply_json(r, 200, o);
}

/* Whether the connector is there: it sends a text back. secret NULL: without the header. */
static void
challenge(struct sandbox *sb, struct arena *a, const char *text, const char *secret,
    struct outside_answer *got)
{
	struct outside *out = outside_new(chores_stopping(sb->chores));
	struct outside_request q = { .url = sb->opts->webhook,
		.headers = { arena_printf(a, "X-Inbenta-Challenge: %s", text) },
		.agent = "Messenger webhooks",
		.timeout_ms = TIMEOUT_MS,
		.max_bytes = ANSWER_BYTES };

	if (secret != NULL)
		q.headers[1] = arena_printf(a, "X-Hook-Signature: %s", secret);
	outside_call(out, a, &q, got);
	outside_free(out);
}

void
control_office_challenge(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *text = js_str(body, "challenge", "c0ffee-1"), *sent;
	struct outside_answer got;
	js *o;

	if (body == NULL)
		return;
	if (sb->opts->webhook == NULL) {
		reply_error(r, 503, "the sandbox was started without --webhook");
		return;
	}
	challenge(sb, q->arena, text, secret_of(sb, body), &got);
	sent = got.body.data != NULL ? got.body.data : "";
	o = json_object_new_object();
	office_set_int(o, "status", got.status);
	office_set(o, "body", sent);
	office_set(o, "type", got.type != NULL ? got.type : "");
	json_object_object_add(o, "ok",
	    json_object_new_boolean(got.status == 200 && strcmp(sent, text) == 0));
	buf_fini(&got.body);
	reply_json(r, 200, o);
}
