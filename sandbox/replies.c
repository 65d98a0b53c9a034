/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "sandbox/carrier.h"
#include "sandbox/events.h"
#include "sandbox/outbox.h"
#include "sandbox/replies.h"
#include "sandbox/sandbox.h"
#include "sandbox/segments.h"

/* More for the event of a message that appears on the phone. */
static js *
event_of(const struct sending *w, const char *sid, const struct twiml_message *m)
{
	struct segments seg = segments_of(m->body, strlen(m->body));
	js *o = json_object_new_object(), *segments;

	json_object_object_add(o, "sid", json_object_new_string(sid));
	json_object_object_add(o, "in_reply_to", json_object_new_string(w->out.sid));
	json_object_object_add(o, "body", json_object_new_string(m->body));
	json_object_object_add(o, "media", twiml_media_json(m));
	if (m->to != NULL)
		json_object_object_add(o, "to", json_object_new_string(m->to));
	/* What has media goes as MMS, which has no segments. */
	if (!is_whatsapp(w->out.from) && m->n_media == 0) {
		segments = json_object_new_object();
		json_object_object_add(
		    segments, "count", json_object_new_int64((int64_t)seg.count));
		json_object_object_add(
		    segments, "alphabet", json_object_new_string(seg.alphabet));
		json_object_object_add(o, "segments", segments);
	}
	return o;
}

/* code: why it fails; 0: it does not, unless tests have decided so. The code it got. */
static int
deliver(struct sandbox *sb, const struct sending *w, const struct twiml_message *m,
    int code, bool stock)
{
	char sid[SID_SIZE];
	const char *number = m->from != NULL ? m->from : w->out.to;
	const char *user = m->to != NULL ? m->to : w->out.from;
	struct outbox_note note = { sid, "outbound-reply", number, user, m->body,
		"queued", m->n_media };
	js *o;

	sid_make(sid);
	code = outbox_reply(sb->outbox, &note, m->callback, code);
	if (code != 0)
		return code;
	o = event_of(w, sid, m);
	if (stock)
		json_object_object_add(o, "stock", json_object_new_boolean(1));
	events_add(sb->events, w->channel, "in", w->foreign ? w->out.from : NULL, o);
	return 0;
}

void
replies_stock(struct sandbox *sb, const struct sending *w)
{
	struct twiml_message m = {
		.body = carrier_hears(sb->carrier, w->out.from, w->out.to, w->out.body),
	};

	if (m.body != NULL)
		(void)deliver(sb, w, &m, 0, true);
}

/* Why Twilio itself does not send it; 0: it does. */
static int
refuses(struct sandbox *sb, const struct sending *w, const struct twiml_message *m)
{
	const char *number = m->from != NULL ? m->from : w->out.to;
	const char *user = m->to != NULL ? m->to : w->out.from;

	if (carrier_is_stopped(sb->carrier, user, number))
		return CARRIER_STOPPED;
	if (!carrier_lets_reply(
		sb->carrier, user, number, clock_mono_ms(&clock_system)))
		return CARRIER_LOOP;
	return 0;
}

void
replies_send(struct sandbox *sb, struct arena *a, const struct sending *w,
    struct webhook_result *res)
{
	struct twiml *t = &res->twiml;
	size_t arrived = 0;

	for (size_t i = 0; i < t->n; i++) {
		int why = refuses(sb, w, &t->messages[i]);

		if (why != 0)
			twiml_fault(t, a, (enum twilio_code)why, "%s",
			    why == CARRIER_LOOP ? "too many replies in a row"
						: "the user has opted out");
		if (deliver(sb, w, &t->messages[i], why, false) == 0)
			t->messages[arrived++] = t->messages[i];
	}
	t->n = arrived;
}
