/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_CHAT_RIG_H
#define UNIT_CHAT_RIG_H

#include "inbenta/chat.h"
#include "unit/inbenta_rig.h"

/* Conversations with the scripted server, and the order of their calls. */

#define AUTH RIG_AUTH("access", "1200")
#define BEGIN(token) \
	{ \
		.on = "POST /bot/v1/conversation ", \
		.body = "{\"sessionToken\":\"" token "\",\"sessionId\":\"5f\"}" \
	}
#define ON_MESSAGE .on = "POST /bot/v1/conversation/message "
#define ANSWER(text) \
	{ \
		ON_MESSAGE, \
		    .body = "{\"answers\":[{\"type\":\"answer\",\"message\":\"" text \
			    "\"}]}" \
	}
#define EXPIRED \
	{ \
		ON_MESSAGE, \
		    .status = 400, \
		    .body = \
			"{\"errors\":[{\"message\":\"Session expired\",\"code\":400}]}" \
	}

static const struct inbenta_profile profile = {
	.body = "{\"answers\":{\"sideBubbleAttributes\":[]},\"lang\":\"es\"}",
	.env = "preproduction",
	.source = "twilio",
	.user_type = 7,
};

/* What a say is expected to bring. */
struct said {
	bool ok;
	struct err e;
	struct inbenta_session session;
	enum inbenta_end end;
	struct inbenta_answers answers;
};

static inline struct inbenta_call
call_of(struct rig *r, const struct inbenta_profile *p)
{
	struct inbenta_call c = rig_call(r);

	c.profile = p;
	return c;
}

static inline struct said
say_with(struct rig *r, const struct inbenta_profile *p, const char *session,
    int64_t used_at, const char *text, const char *option)
{
	struct inbenta_call c = call_of(r, p);
	struct inbenta_say say = { .text = text, .option = option };
	struct said s = { .session = { session, used_at } };

	s.ok = inbenta_chat_say(&c, &s.session, &say, &s.end, &s.answers, &s.e);
	return s;
}

static inline struct said
say(struct rig *r, const char *session, const char *text, const char *option)
{
	return say_with(r, &profile, session, RIG_NOW, text, option);
}

/* The request lines so far, as one letter each: Auth, Refresh, Conversation, Message,
 * Variable. */
static inline const char *
calls(struct rig *r)
{
	static char out[64];
	size_t n = upstream_requests(r->up);

	for (size_t i = 0; i < n && i < sizeof(out) - 1; i++) {
		const char *line = upstream_get(r->up, i)->line;

		out[i] = strstr(line, "/message ")      ? 'M'
		    : strstr(line, "/variables ")       ? 'V'
		    : strstr(line, "/conversation ")    ? 'C'
		    : strstr(line, "/v1/refreshToken ") ? 'R'
							: 'A';
		out[i + 1] = '\0';
	}
	return n > 0 ? out : "";
}

#endif
