/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "inbenta/events.h"

enum { MAX_BODY = 6 * (LIMIT_USER_TEXT + LIMIT_TRACK_CODE) + 128 };

static bool
post(const struct inbenta_call *c, const char *session, const struct buf *body,
    struct err *e)
{
	struct inbenta_talk t = { .c = c };
	struct inbenta_request q = { .what = "inbenta event",
		.path = "/v1/tracking/events",
		.body = body->data,
		.session = session,
		.any_body = true,
		.once = true };
	CLEANUP(js_putp) js *root = NULL;

	if (!buf_ok(body))
		return err_set(e, ERR_TOO_BIG, 0, "%s: its texts are too long", q.what);
	switch (inbenta_call_do(&t, &q, &root, e)) {
	case INBENTA_CALL_GOOD:
		return true;
	case INBENTA_CALL_SLOW:
		return err_set(
		    e, ERR_TIMEOUT, 0, "%s: their gateway timed out", q.what);
	case INBENTA_CALL_EXPIRED:
		return err_set(e, ERR_UPSTREAM, 0, "%s: session expired", q.what);
	case INBENTA_CALL_FAILED:
		break;
	}
	if (t.in_doubt)
		e->kind = ERR_TIMEOUT;
	else if (e->kind == ERR_TIMEOUT)
		e->kind = ERR_UPSTREAM; /* it did not go out */
	return false;
}

bool
inbenta_event_rate(const struct inbenta_call *c, const char *session, const char *code,
    int64_t value, const char *comment, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);

	js_put_text(&b, "{\"type\":\"rate\",\"data\":{\"code\":", code);
	buf_printf(&b, ",\"value\":%lld", (long long)value);
	js_put_text(&b, ",\"comment\":", comment);
	buf_str(&b, "}}");
	return post(c, session, &b, e);
}

bool
inbenta_event_click(
    const struct inbenta_call *c, const char *session, const char *code, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);

	js_put_text(&b, "{\"type\":\"click\",\"data\":{\"code\":", code);
	buf_str(&b, "}}");
	return post(c, session, &b, e);
}

bool
inbenta_event_chat(const struct inbenta_call *c, const char *session,
    const struct inbenta_chat_event *event, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);

	js_put_text(&b, "{\"type\":", event->type);
	js_put_text(&b, ",\"data\":{\"value\":{\"chatId\":", event->chat);
	js_put_text(&b, ",\"appId\":", event->app);
	js_put_text(
	    &b, ",\"region\":", event->region[0] != '\0' ? event->region : "us");
	buf_str(&b, "}}}");
	return post(c, session, &b, e);
}

bool
inbenta_event_mark(
    const struct inbenta_call *c, const char *session, const char *type, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(6 * LIMIT_LABEL + 64);

	js_put_text(&b, "{\"type\":", type);
	buf_str(&b, ",\"data\":{\"value\":\"true\"}}");
	return post(c, session, &b, e);
}
