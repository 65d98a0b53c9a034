/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "channel/incoming.h"
#include "conf/cfg.h"
#include "twilio/media.h"

static const char *
without_slash(struct arena *a, const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return arena_strndup(a, url, n);
}

static enum incoming_end
end_of(enum twilio_media_end end)
{
	switch (end) {
	case TWILIO_MEDIA_GOT:
		return INCOMING_GOT;
	case TWILIO_MEDIA_TYPE:
	case TWILIO_MEDIA_TOO_BIG:
	case TWILIO_MEDIA_EMPTY:
		return INCOMING_NOT_TAKEN;
	case TWILIO_MEDIA_FORBIDDEN:
	case TWILIO_MEDIA_GONE:
	case TWILIO_MEDIA_LOGIN:
	case TWILIO_MEDIA_TROUBLE:
		break;
	}
	return INCOMING_LOST;
}

enum incoming_end
incoming_fetch(const struct incoming_call *c, const struct incoming_place *place,
    struct incoming_file *out, struct err *e)
{
	const struct twilio_account account = {
		.sid = cfg_str(c->cfg, CFG_TWILIO_CREDENTIALS_SID),
		.secret = cfg_str(c->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN),
		.url = without_slash(c->arena, cfg_str(c->cfg, CFG_TWILIO_API_URL)),
		.timeout_ms = cfg_int(c->cfg, CFG_API_TIMEOUT_MS),
	};
	const struct twilio_call call = { .http = c->http,
		.account = &account,
		.clock = c->clock,
		.arena = c->arena,
		.until_ms = c->until_ms };
	const struct twilio_media_query query = { .url = place->url,
		.claimed = place->claimed,
		.max_bytes = (size_t)cfg_int(c->cfg, CFG_MEDIA_MAX_BYTES),
		.dir = c->dir };
	struct twilio_media got;
	enum incoming_end end;

	if (place->url[0] == '\0') {
		(void)err_set(e, ERR_INPUT, 0, "a file without a usable address");
		return INCOMING_LOST;
	}
	end = end_of(twilio_media_get(&call, &query, &got, e));
	if (end == INCOMING_GOT)
		*out = (struct incoming_file){ got.fd, got.size, got.name,
			got.type->mime };
	return end;
}
