/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Twilio tells of an account: itself, its numbers, its Messaging Services. A test says by
 * POST /sandbox/twilio/account what is different: {"account":{…},"numbers":[…],
 * "services":[…]}, each in the API's own members; DELETE takes it back.
 * Source: Twilio, "Account resource", "IncomingPhoneNumber resource", "Service resource".
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/outbox_inner.h"
#include "sandbox/phone_api.h"
#include "sandbox/sandbox.h"

enum { PAGE = 50, PAGE_MAX = 1000, PAGES = 10000 };

static void
put(js *o, const char *name, const char *value)
{
	json_object_object_add(o, name, json_object_new_string(value));
}

/* Puts members of `from`, which may be NULL, into o, in place of those of these names. */
static void
put_over(js *o, js *from)
{
	if (from == NULL)
		return;
	json_object_object_foreach(from, name, value)
	{
		json_object_object_add(o, name, json_object_get(value));
	}
}

static js *
account_of(const struct sandbox *sb, js *told)
{
	js *o = json_object_new_object();

	put(o, "sid", sb->opts->account_sid);
	put(o, "owner_account_sid", sb->opts->account_sid);
	put(o, "friendly_name", "Sandbox");
	put(o, "status", "active");
	put(o, "type", "Full");
	put_over(o, js_obj(told, "account"));
	return o;
}

/* One of the account's; what a test does not say of it is as the sandbox was started. */
static js *
number_of(const struct sandbox *sb, js *told)
{
	const char *webhook = sb->opts->webhook, *other = sb->opts->fallback_webhook;
	js *o = json_object_new_object(), *can = json_object_new_object();

	put(o, "sid", "PN5a4db0c5a4db0c5a4db0c5a4db0c5a4d0");
	put(o, "account_sid", sb->opts->account_sid);
	put(o, "phone_number", phone_company("sms"));
	put(o, "sms_url", webhook != NULL ? webhook : "");
	put(o, "sms_method", "POST");
	put(o, "sms_fallback_url", other != NULL ? other : "");
	put(o, "sms_fallback_method", "POST");
	put(o, "sms_application_sid", "");
	put(o, "status_callback", "");
	json_object_object_add(can, "sms", json_object_new_boolean(1));
	json_object_object_add(can, "mms", json_object_new_boolean(1));
	json_object_object_add(can, "voice", json_object_new_boolean(0));
	json_object_object_add(o, "capabilities", can);
	put_over(o, told);
	return o;
}

void
twilio_account(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	pthread_mutex_lock(&sb->outbox->lock);
	reply_json(r, 200, account_of(sb, sb->outbox->account));
	pthread_mutex_unlock(&sb->outbox->lock);
}

bool
twilio_is_active(struct sandbox *sb)
{
	const char *status;
	bool active;

	pthread_mutex_lock(&sb->outbox->lock);
	status = js_str(sb->outbox->account, "account.status", "active");
	active = strcmp(status, "active") == 0;
	pthread_mutex_unlock(&sb->outbox->lock);
	return active;
}

/* As they are asked for; the caller puts it. */
static js *
page_locked(struct sandbox *sb, int64_t size, int64_t page, bool *more)
{
	js *told = js_arr(sb->outbox->account, "numbers"),
	   *list = json_object_new_array();
	int64_t n = told != NULL ? (int64_t)json_object_array_length(told) : 1;
	int64_t to = (page + 1) * size;

	for (int64_t i = page * size; i < n && i < to; i++)
		json_object_array_add(list,
		    number_of(sb,
			told != NULL ? json_object_array_get_idx(told, (size_t)i)
				     : NULL));
	*more = to < n;
	return list;
}

void
twilio_numbers(struct sandbox *sb, const struct request *q, struct reply *r)
{
	int64_t size = request_arg_int(q, "PageSize", PAGE);
	int64_t page = request_arg_int(q, "Page", 0);
	js *o, *next = NULL;
	bool more;

	if (size < 1 || size > PAGE_MAX || page < 0 || page > PAGES) {
		twilio_refuses(r, q, 400, 20001, "A parameter is not valid");
		return;
	}
	o = json_object_new_object();
	pthread_mutex_lock(&sb->outbox->lock);
	json_object_object_add(
	    o, "incoming_phone_numbers", page_locked(sb, size, page, &more));
	pthread_mutex_unlock(&sb->outbox->lock);
	if (more)
		next = json_object_new_string(arena_printf(q->arena,
		    "/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json?PageSize=%lld"
		    "&Page=%lld",
		    sb->opts->account_sid, (long long)size, (long long)page + 1));
	json_object_object_add(o, "next_page_uri", next);
	json_object_object_add(o, "page", json_object_new_int64(page));
	json_object_object_add(o, "page_size", json_object_new_int64(size));
	reply_json(r, 200, o);
}

static js *
find_service_locked(struct sandbox *sb, const char *sid)
{
	js *list = js_arr(sb->outbox->account, "services");

	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		js *one = json_object_array_get_idx(list, i);

		if (strcmp(js_str(one, "sid", ""), sid) == 0)
			return one;
	}
	return NULL;
}

void
twilio_service(struct sandbox *sb, const struct request *q, struct reply *r)
{
	js *found;

	pthread_mutex_lock(&sb->outbox->lock);
	found = find_service_locked(sb, strrchr(q->path, '/') + 1);
	if (found != NULL)
		reply_json(r, 200, json_object_get(found));
	pthread_mutex_unlock(&sb->outbox->lock);
	if (found == NULL)
		twilio_refuses(r, q, 404, 20404,
		    arena_printf(q->arena,
			"The requested resource %.200s was not found", q->path));
}

void
control_twilio_account(struct sandbox *sb, const struct request *q, struct reply *r)
{
	js *body = request_json(q, r);

	if (body == NULL)
		return;
	pthread_mutex_lock(&sb->outbox->lock);
	js_putp(&sb->outbox->account);
	sb->outbox->account = body;
	pthread_mutex_unlock(&sb->outbox->lock);
	r->status = 204;
}

void
control_twilio_account_clear(
    struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	pthread_mutex_lock(&sb->outbox->lock);
	js_putp(&sb->outbox->account);
	sb->outbox->account = NULL;
	pthread_mutex_unlock(&sb->outbox->lock);
	r->status = 204;
}
