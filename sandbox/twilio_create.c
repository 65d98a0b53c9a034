/* SPDX-License-Identifier: Apache-2.0 */
/* POST …/Messages.json: checks a message as Twilio does and puts it on its way. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "sandbox/attach.h"
#include "sandbox/carrier.h"
#include "sandbox/outbox_inner.h"
#include "sandbox/phone_api.h"
#include "sandbox/sandbox.h"
#include "sandbox/webhook.h"

enum { ADDRESS_BYTES = 100, URL_BYTES = 2048 };

/* A message to be created. */
struct wanted {
	const char *to, *from, *service, *body, *callback;
	js *media; /* list of URLs */
};

/* "+" and digits, a short code, or channel:address. */
static bool
is_address(const char *s)
{
	const char *colon = strchr(s, ':'), *digits = s;

	if (strlen(s) > ADDRESS_BYTES)
		return false;
	if (colon != NULL && strncmp(s, "whatsapp:", 9) != 0)
		return colon != s && colon[1] != '\0';
	if (colon != NULL)
		digits = colon + 1;
	else if (*s != '+')
		return strlen(s) >= 3 && strspn(s, "0123456789") == strlen(s);
	return digits[0] == '+' && strlen(digits) >= 7 && strlen(digits) <= 16 &&
	    strspn(digits + 1, "0123456789") == strlen(digits + 1);
}

static bool
is_service(const char *s)
{
	return strncmp(s, "MG", 2) == 0 && strlen(s) == 34 &&
	    strspn(s + 2, "0123456789abcdef") == 32;
}

static bool
is_url(const char *s)
{
	const char *host = strncasecmp(s, "http://", 7) == 0 ? s + 7
	    : strncasecmp(s, "https://", 8) == 0             ? s + 8
							     : NULL;
	size_t n = host != NULL ? strcspn(host, "/?#") : 0;

	/* Names with _ are refused. */
	return n > 0 && strlen(s) <= URL_BYTES && memchr(host, '_', n) == NULL &&
	    strpbrk(s, " \r\n\t") == NULL;
}

static js *
media_of(const struct form *f)
{
	js *list = json_object_new_array();

	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->fields[i].name, "MediaUrl") == 0)
			json_object_array_add(
			    list, json_object_new_string(f->fields[i].value));
	return list;
}

/* 0, or the code of what is wrong. */
static int
misfit(const struct wanted *w)
{
	size_t n_media = json_object_array_length(w->media);

	if (w->to == NULL || *w->to == '\0')
		return 21604;
	if (!is_address(w->to))
		return 21211;
	if (w->from == NULL && w->service == NULL)
		return 21603;
	if (w->service != NULL && !is_service(w->service))
		return 21705;
	if (w->from != NULL && !is_address(w->from))
		return 21606;
	if (w->from != NULL && is_whatsapp(w->from) != is_whatsapp(w->to))
		return 21612;
	if (*w->body == '\0' && n_media == 0)
		return 21602;
	if (utf8_utf16_units(w->body, strlen(w->body)) > TWIML_TEXT_UNITS)
		return 21617;
	if (n_media > MEDIA_MAX)
		return 21623;
	for (size_t i = 0; i < n_media; i++)
		if (!is_url(
			json_object_get_string(json_object_array_get_idx(w->media, i))))
			return 21620;
	return w->callback != NULL && !is_url(w->callback) ? 21609 : 0;
}

static void
refuse(struct reply *r, const struct request *q, const struct outcome *o)
{
	if (o->retry_after_s >= 0)
		reply_header(r, "Retry-After",
		    arena_printf(q->arena, "%lld", (long long)o->retry_after_s));
	twilio_refuses(r, q, o->status, o->code, twilio_code_text(o->code));
}

static void
create_locked(
    struct outbox *ob, const struct wanted *w, const struct outcome *o, struct reply *r)
{
	struct outbox_note note = { .direction = "outbound-api",
		.from = w->from,
		.to = w->to,
		.body = w->body,
		.status = w->service != NULL ? "accepted" : "queued",
		.n_media = json_object_array_length(w->media) };
	char sid[SID_SIZE];
	js *m, *x, *media;

	sid_make(sid);
	if (note.n_media > 0)
		sid[0] = 'M', sid[1] = 'M';
	note.sid = sid;
	m = outbox_add(ob, &note);
	x = js_obj(m, "x");
	media = js_arr(x, "media");
	if (w->service != NULL)
		json_object_object_add(
		    m, "messaging_service_sid", json_object_new_string(w->service));
	if (w->callback != NULL)
		json_object_object_add(
		    x, "callback", json_object_new_string(w->callback));
	if (o->statuses != NULL)
		json_object_object_add(x, "statuses", json_tokener_parse(o->statuses));
	if (o->code != 0)
		json_object_object_add(x, "code", json_object_new_int(o->code));
	for (size_t i = 0; i < note.n_media; i++) {
		js *one = json_object_new_object();

		json_object_object_add(one, "url",
		    json_object_get(json_object_array_get_idx(w->media, i)));
		json_object_array_add(media, one);
	}
	reply_json(r, 201, outbox_view(m));
	outbox_send(ob, m);
}

void
twilio_create(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *media = NULL;
	struct outcome o = { 0 };
	struct wanted w;
	struct form f;
	const char *number;
	struct err e;
	bool some;
	int code;

	if (!request_is_type(q, "application/x-www-form-urlencoded") ||
	    !form_parse(&f, q->arena, q->body, q->body_len, &e) ||
	    !utf8_valid(q->body, q->body_len)) {
		twilio_refuses(r, q, 400, 20001, "The body is no form");
		return;
	}
	media = media_of(&f);
	w = (struct wanted){ form_get(&f, "To"), form_get(&f, "From"),
		form_get(&f, "MessagingServiceSid"), form_get(&f, "Body"),
		form_get(&f, "StatusCallback"), media };
	if (w.body == NULL)
		w.body = "";
	if (!utf8_valid(w.body, strlen(w.body))) {
		twilio_refuses(r, q, 400, 20001, "The body is not UTF-8");
		return;
	}
	code = misfit(&w);
	if (code != 0) {
		twilio_refuses(r, q, 400, code, twilio_code_text(code));
		return;
	}
	number = w.from != NULL ? w.from
				: phone_company(is_whatsapp(w.to) ? "whatsapp" : "sms");
	if (carrier_is_stopped(sb->carrier, w.to, number)) {
		twilio_refuses(
		    r, q, 400, CARRIER_STOPPED, twilio_code_text(CARRIER_STOPPED));
		return;
	}
	pthread_mutex_lock(&sb->outbox->lock);
	some = outbox_outcome(sb->outbox, q->arena, w.to, false, &o);
	if (some && o.refuses)
		refuse(r, q, &o);
	else
		create_locked(sb->outbox, &w, &o, r);
	pthread_mutex_unlock(&sb->outbox->lock);
}
