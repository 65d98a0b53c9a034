/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "sandbox/attach.h"
#include "sandbox/events.h"
#include "sandbox/knowledge.h"
#include "sandbox/phone_api.h"
#include "sandbox/sandbox.h"
#include "sandbox/sender.h"
#include "sandbox/uploads.h"

/* The two conversations of the page. */
static const struct number {
	const char *channel, *user, *company;
} numbers[] = {
	{ "sms", "+34600111222", "+34900000001" },
	{ "whatsapp", "whatsapp:+34600111222", "whatsapp:+14155238886" },
};

bool
phone_is_own(const char *channel, const char *user, const char *company)
{
	for (size_t i = 0; i < NELEMS(numbers); i++)
		if (strcmp(numbers[i].channel, channel) == 0)
			return strcmp(numbers[i].user, user) == 0 &&
			    strcmp(numbers[i].company, company) == 0;
	return false;
}

const char *
phone_company(const char *channel)
{
	size_t i = 0;

	while (strcmp(numbers[i].channel, channel) != 0)
		i++;
	return numbers[i].company;
}

static const struct number *
number_of(js *body, struct reply *r)
{
	const char *channel = js_str(body, "channel", "");

	for (size_t i = 0; i < NELEMS(numbers); i++)
		if (strcmp(numbers[i].channel, channel) == 0)
			return &numbers[i];
	reply_error(r, 400, "channel must be \"sms\" or \"whatsapp\"");
	return NULL;
}

void
phone_state(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(knowledge_putp) struct knowledge *k = know_file_get(sb->know);
	const char *webhook = sb->opts->webhook;
	js *o = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < NELEMS(numbers); i++) {
		js *n = json_object_new_object();

		json_object_object_add(
		    n, "channel", json_object_new_string(numbers[i].channel));
		json_object_object_add(
		    n, "user", json_object_new_string(numbers[i].user));
		json_object_object_add(
		    n, "company", json_object_new_string(numbers[i].company));
		json_object_array_add(list, n);
	}
	json_object_object_add(o, "numbers", list);
	json_object_object_add(
	    o, "webhook", json_object_new_string(webhook != NULL ? webhook : ""));
	json_object_object_add(o, "base", json_object_new_string(sandbox_url(sb, q)));
	json_object_object_add(o, "max_file", json_object_new_int(UPLOAD_BYTES));
	json_object_object_add(o, "max_body", json_object_new_int(TWIML_TEXT_UNITS));
	json_object_object_add(
	    o, "last", json_object_new_int64(events_last(sb->events)));
	json_object_object_add(o, "bot_name", json_object_new_string(k->bot_name));
	reply_json(r, 200, o);
}

static bool
is_sid(const char *s)
{
	return strlen(s) == SID_SIZE - 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' &&
	    s[1] <= 'Z' && s[2 + strspn(s + 2, "0123456789abcdef")] == '\0';
}

static bool
read_sid(js *body, struct outgoing *out, struct reply *r)
{
	const char *again = js_str(body, "repeat", NULL);

	if (again == NULL) {
		sid_make(out->sid);
	} else if (is_sid(again)) {
		memcpy(out->sid, again, SID_SIZE);
	} else {
		reply_error(r, 400, "repeat must be a MessageSid");
		return false;
	}
	return true;
}

static bool
read_sending(js *body, struct sending *w, struct reply *r)
{
	const struct number *n = number_of(body, r);
	struct outgoing *out = &w->out;

	if (n == NULL)
		return false;
	out->from = js_str(body, "from", n->user);
	out->to = js_str(body, "to", n->company);
	out->body = js_str(body, "body", NULL);
	out->account_sid = js_str(body, "account_sid", NULL);
	out->auth_token = js_str(body, "auth_token", NULL);
	out->params = js_obj(body, "params");
	w->channel = n->channel;
	w->foreign = !phone_is_own(n->channel, out->from, out->to);
	w->parallel = js_bool(body, "parallel", false);
	if (out->body == NULL)
		reply_error(r, 400, "body must be a string");
	else if (utf8_utf16_units(out->body, strlen(out->body)) > TWIML_TEXT_UNITS)
		reply_error(
		    r, 400, "body is longer than %d characters", TWIML_TEXT_UNITS);
	else if (strlen(out->from) > LIMIT_ADDRESS || strlen(out->to) > LIMIT_ADDRESS)
		reply_error(r, 400, "from or to is too long");
	else
		return read_sid(body, out, r);
	return false;
}

void
phone_send(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	struct sending w = { 0 };
	js *result = NULL;
	bool wait;
	int64_t seq;

	if (body == NULL || !read_sending(body, &w, r))
		return;
	if (sb->opts->webhook == NULL) {
		reply_error(r, 503, "the sandbox was started without --webhook");
		return;
	}
	if (!attach_read(sb, body, q, &w.out, r))
		return;
	wait = js_bool(body, "wait", false);
	seq = sender_send(sb->sender, &w, wait ? &result : NULL);
	js_putp(&w.out.extra);
	js_putp(&w.out.carries);
	if (seq < 0) {
		reply_error(r, 503, "too many messages are waiting");
		return;
	}
	if (!wait) {
		result = json_object_new_object();
		json_object_object_add(
		    result, "sid", json_object_new_string(w.out.sid));
	}
	json_object_object_add(result, "seq", json_object_new_int64(seq));
	reply_json(r, wait ? 200 : 202, result);
}

void
phone_events(struct sandbox *sb, const struct request *q, struct reply *r)
{
	r->status = 200;
	r->type = "application/json";
	events_list(sb->events, request_arg_int(q, "since", 0),
	    request_arg_int(q, "wait_ms", 0), request_arg_int(q, "all", 0) != 0,
	    request_arg_int(q, "max", 0), &r->body);
}

void
phone_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const struct number *n;

	if (body == NULL || (n = number_of(body, r)) == NULL)
		return;
	events_add(sb->events, n->channel, "clear", NULL, NULL);
	r->status = 204;
}
