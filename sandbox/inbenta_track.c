/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/inbenta.h"
#include "sandbox/inbenta_session.h"
#include "sandbox/inbenta_track.h"
#include "sandbox/sessions.h"

/* What a member of `data` must be. */
enum need { NEED_TEXT, NEED_NUMBER, MAY_TEXT, NEED_CHAT };

/* Source: Inbenta, "Tracking". A type that is not here is a session key of its own. */
static const struct rule {
	const char *type, *member;
	enum need need;
} rules[] = {
	{ "rate", "code", NEED_TEXT },
	{ "rate", "value", NEED_NUMBER },
	{ "rate", "comment", MAY_TEXT },
	{ "click", "code", NEED_TEXT },
	{ "CHAT_ATTENDED", "value", NEED_CHAT },
	{ "CHAT_UNATTENDED", "value", NEED_CHAT },
};

static bool
is_text(js *v)
{
	return json_object_is_type(v, json_type_string) &&
	    json_object_get_string_len(v) > 0;
}

/* NULL: it fits; else what it must be. */
static const char *
misfit(js *v, enum need need)
{
	switch (need) {
	case NEED_TEXT:
		break;
	case NEED_NUMBER:
		return json_object_is_type(v, json_type_int) ? NULL : "a number";
	case MAY_TEXT:
		return v == NULL || json_object_is_type(v, json_type_string) ? NULL
									     : "a text";
	case NEED_CHAT:
		return is_text(js_get(v, "chatId")) && is_text(js_get(v, "appId")) &&
			is_text(js_get(v, "region"))
		    ? NULL
		    : "an object of chatId, appId and region";
	}
	return is_text(v) ? NULL : "a text";
}

static bool
member_fits(js *data, const char *name, enum need need, struct reply *r)
{
	const char *must = misfit(js_get(data, name), need);

	if (must != NULL)
		api_refuses(r, 400, "data.%s must be %s", name, must);
	return must == NULL;
}

static bool
event_fits(js *body, struct reply *r)
{
	const char *type = js_str(body, "type", "");
	js *data = js_obj(body, "data");
	bool known = false;

	if (*type == '\0' || data == NULL) {
		api_refuses(r, 400, "type must be a text and data an object");
		return false;
	}
	for (size_t i = 0; i < NELEMS(rules); i++) {
		if (strcmp(rules[i].type, type) != 0)
			continue;
		known = true;
		if (!member_fits(data, rules[i].member, rules[i].need, r))
			return false;
	}
	return known || member_fits(data, "value", NEED_TEXT, r);
}

static void
track(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = NULL;
	struct session *x = inbenta_session(sb, q, r);

	if (x == NULL)
		return;
	inbenta_leave(sb);
	body = inbenta_body(q, r);
	if (body != NULL && event_fits(body, r))
		inbenta_success(r);
}

void
tracking_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "events", track);
}
