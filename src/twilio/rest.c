/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/utf8.h"
#include "http/throttle.h"
#include "twilio/addr.h"
#include "twilio/answer.h"
#include "twilio/rest.h"

/* A UTF-16 unit has three bytes at most, a byte becomes %XX. */
enum {
	MAX_FORM = 3 *
		(3 * LIMIT_PART_UNITS + (LIMIT_MEDIA + 1) * LIMIT_URL +
		    3 * LIMIT_ADDRESS) +
	    512
};

enum {
	NO_CONTENT = 21602,
	NO_SENDER = 21603,
	NO_RECEIVER = 21604,
	BAD_TO = 21211,
	BAD_FROM = 21212,
	TOO_LONG = 21617,
	BAD_MEDIA = 21620,
	MANY_MEDIA = 21623,
	BAD_CALLBACK = 21609,
	QUEUE_FULL = 21611
};

static bool
is_empty(const char *s)
{
	return s == NULL || s[0] == '\0';
}

static int
broken_media(const struct twilio_message *m)
{
	if (m->n_media > LIMIT_MEDIA)
		return MANY_MEDIA;
	for (size_t i = 0; i < m->n_media; i++)
		if (is_empty(m->media[i]) || strlen(m->media[i]) > LIMIT_URL)
			return BAD_MEDIA;
	return 0;
}

/* The code Twilio would give; 0 when the message is well. */
static int
broken_rule(const struct twilio_message *m)
{
	if (is_empty(m->to))
		return NO_RECEIVER;
	if (!twilio_addr_ok(m->to))
		return BAD_TO;
	if (is_empty(m->service) && is_empty(m->from))
		return NO_SENDER;
	if (!twilio_addr_ok(is_empty(m->service) ? m->from : m->service))
		return BAD_FROM;
	if (is_empty(m->text) && m->n_media == 0)
		return NO_CONTENT;
	if (!is_empty(m->text) &&
	    utf8_utf16_units(m->text, strlen(m->text)) > LIMIT_PART_UNITS)
		return TOO_LONG;
	if (!is_empty(m->status_callback) && strlen(m->status_callback) > LIMIT_URL)
		return BAD_CALLBACK;
	return broken_media(m);
}

static void
add_field(struct buf *form, const char *name, const char *value)
{
	if (is_empty(value))
		return;
	if (form->len > 0)
		buf_chr(form, '&');
	buf_printf(form, "%s=", name);
	buf_url(form, value, strlen(value));
}

static void
make_form(struct buf *form, const struct twilio_message *m)
{
	add_field(form, "To", m->to);
	if (is_empty(m->service))
		add_field(form, "From", m->from);
	else
		add_field(form, "MessagingServiceSid", m->service);
	add_field(form, "Body", m->text);
	for (size_t i = 0; i < m->n_media; i++)
		add_field(form, "MediaUrl", m->media[i]);
	add_field(form, "StatusCallback", m->status_callback);
}

/* How long the answer asks us to wait; 0 when it does not say. */
static int64_t
advice_ms(const struct twilio_call *c, const struct http_resp *r, int code)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(64);

	if (http_resp_header(r, "retry-after", &value))
		return http_throttle_ms(r, 1, clock_wall_s(c->clock));
	return code == QUEUE_FULL ? LIMIT_SENDER_FULL_MS : 0;
}

static void
call(const struct twilio_call *c, const struct buf *form, struct twilio_sent *out)
{
	const struct twilio_account *account = c->account;
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req q = { .what = "twilio message",
		.body = form->data,
		.body_len = form->len,
		.content_type = "application/x-www-form-urlencoded",
		.until_ms = c->until_ms,
		.timeout_ms = account->timeout_ms,
		.once = true,
		.quiet = true };

	q.url = arena_printf(c->arena, "%s/2010-04-01/Accounts/%s/Messages.json",
	    account->url, account->sid);
	twilio_account_login(account, &q);
	if (!http_do(c->http, &q, &r, &out->error)) {
		out->outcome = r.sent ? TWILIO_UNKNOWN : TWILIO_NOT_SENT;
		return;
	}
	twilio_answer_read(out, r.status, r.body.data, r.body.len);
	if (out->outcome == TWILIO_LATER)
		out->after_ms = advice_ms(c, &r, out->code);
	if (out->outcome != TWILIO_SENT)
		(void)err_wrap(&out->error, "%s", q.what);
}

void
twilio_send(const struct twilio_call *c, const struct twilio_message *m,
    struct twilio_sent *out)
{
	CLEANUP(buf_fini) struct buf form = BUF_INIT(MAX_FORM);
	int broken = broken_rule(m);

	*out = (struct twilio_sent){ .outcome = TWILIO_NOT_SENT,
		.row = twilio_code(broken) };
	if (broken != 0) {
		out->outcome = TWILIO_REFUSED;
		out->code = broken;
		(void)err_set(&out->error, ERR_INPUT, broken, "twilio message: %s",
		    out->row->meaning);
		return;
	}
	if (!twilio_account_ok(c->account, &out->error))
		return;
	make_form(&form, m);
	if (!buf_ok(&form)) { /* MAX_FORM holds all that keeps the rules */
		(void)err_set(&out->error, ERR_TOO_BIG, 0, "twilio message: too big");
		return;
	}
	call(c, &form, out);
}

static const struct {
	enum log_level level;
	const char *event;
} events[] = {
	[TWILIO_SENT] = { LOG_INFO, "sent" },
	[TWILIO_REFUSED] = { LOG_WARN, "refused" },
	[TWILIO_LATER] = { LOG_INFO, "throttled" },
	[TWILIO_NOT_SENT] = { LOG_WARN, "not sent" },
	[TWILIO_UNKNOWN] = { LOG_WARN, "perhaps sent" },
};

static const char *
hint_of(const struct twilio_sent *s)
{
	switch (s->outcome) {
	case TWILIO_LATER:
		return HINT_AGAIN;
	case TWILIO_UNKNOWN:
		return "nothing to do: Twilio's list is asked before it is sent again";
	default:
		return err_hint(&s->error);
	}
}

void
twilio_sent_log(const struct twilio_message *m, const struct twilio_sent *s)
{
	char to[LOG_MASK_SIZE];
	const char *masked = log_masked(is_empty(m->to) ? "" : m->to, to);

	if (s->outcome == TWILIO_SENT)
		LOG(LOG_INFO, "twilio", "sent", LS("to", masked), LS("sid", s->sid),
		    LS("status", twilio_status_name(s->status)),
		    LI("media", m->n_media));
	else if (s->outcome == TWILIO_REFUSED)
		LOG(LOG_WARN, "twilio", "refused", LS("to", masked),
		    LI("status", s->http), LI("code", s->code),
		    LS("reason", twilio_why_name(s->row->why)),
		    LS("why", s->row->meaning), LH(twilio_code_mend(s->row)));
	else
		LOG(events[s->outcome].level, "twilio", events[s->outcome].event,
		    LS("to", masked), LS("kind", err_kind_name(s->error.kind)),
		    LS("why", s->error.text), LI("after_ms", s->after_ms),
		    LH(hint_of(s)));
}
