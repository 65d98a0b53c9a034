/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "channel/out_twilio.h"
#include "conf/cfg.h"
#include "twilio/rest.h"

struct way {
	const struct clock *clock;
};

static void *
way_open(const struct clock *clock)
{
	struct way *self = xcalloc(1, sizeof(*self));

	self->clock = clock;
	return self;
}

static void
way_close(void *self)
{
	free(self);
}

static bool
way_enabled(void *self, const struct cfg *cfg)
{
	(void)self;
	return cfg_str(cfg, CFG_TWILIO_CREDENTIALS_SID)[0] != '\0' &&
	    cfg_str(cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN)[0] != '\0';
}

/* One call, as the calls of twilio/ want it. */
struct prepared {
	struct twilio_account account;
	struct twilio_call call;
	struct twilio_message message;
};

static const char *
without_slash(struct arena *a, const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return arena_strndup(a, url, n);
}

static void
use(struct prepared *u, const struct way *self, const struct out_call *call,
    const struct outgoing *m)
{
	const struct cfg *cfg = call->cfg;

	u->account = (struct twilio_account){
		.sid = cfg_str(cfg, CFG_TWILIO_CREDENTIALS_SID),
		.secret = cfg_str(cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN),
		.url = without_slash(call->arena, cfg_str(cfg, CFG_TWILIO_API_URL)),
		.timeout_ms = cfg_int(cfg, CFG_API_TIMEOUT_MS),
	};
	u->call = (struct twilio_call){ .http = call->http,
		.account = &u->account,
		.clock = self->clock,
		.arena = call->arena,
		.until_ms = call->until_ms };
	u->message = (struct twilio_message){ .to = m->to,
		.from = m->from,
		.service = cfg_str(cfg, CFG_TWILIO_MESSAGING_SERVICE_SID),
		.text = m->text,
		.media = m->media,
		.n_media = m->n_media,
		.status_callback = m->status_callback };
}

static enum out_why
why_of(enum twilio_why why)
{
	static const enum out_why same[] = {
		[TWILIO_WHY_ODD] = OUT_WHY_OURS,
		[TWILIO_WHY_OURS] = OUT_WHY_OURS,
		[TWILIO_WHY_TRIAL] = OUT_WHY_OURS,
		[TWILIO_WHY_INSIDE] = OUT_WHY_OURS,
		[TWILIO_WHY_TO] = OUT_WHY_RECEIVER,
		[TWILIO_WHY_NOT_MOBILE] = OUT_WHY_RECEIVER,
		[TWILIO_WHY_OPTED_OUT] = OUT_WHY_OPTED_OUT,
		[TWILIO_WHY_BLOCKED] = OUT_WHY_RECEIVER,
		[TWILIO_WHY_WINDOW] = OUT_WHY_WINDOW,
		[TWILIO_WHY_CONTENT] = OUT_WHY_CONTENT,
		[TWILIO_WHY_LONG] = OUT_WHY_LONG,
		[TWILIO_WHY_MEDIA] = OUT_WHY_MEDIA,
		[TWILIO_WHY_TEMPLATE] = OUT_WHY_OURS,
		[TWILIO_WHY_AWAY] = OUT_WHY_CONTENT,
		[TWILIO_WHY_BUSY] = OUT_WHY_CONTENT,
		[TWILIO_WHY_SERVER] = OUT_WHY_CONTENT,
	};

	return same[why];
}

static enum out_result
result_of(enum twilio_outcome o)
{
	static const enum out_result same[] = {
		[TWILIO_SENT] = OUT_SENT,
		[TWILIO_REFUSED] = OUT_REFUSED,
		[TWILIO_LATER] = OUT_LATER,
		[TWILIO_NOT_SENT] = OUT_NOT_SENT,
		[TWILIO_UNKNOWN] = OUT_UNKNOWN,
	};

	return same[o];
}

static void
way_send(void *arg, const struct out_call *call, const struct outgoing *m,
    struct out_sent *s)
{
	const struct way *self = arg;
	struct twilio_sent got;
	struct prepared u;

	use(&u, self, call, m);
	*s = (struct out_sent){ .from_s = clock_wall_s(self->clock) };
	twilio_send(&u.call, &u.message, &got);
	twilio_sent_log(&u.message, &got);
	s->to_s = clock_wall_s(self->clock);
	s->result = result_of(got.outcome);
	if (s->result == OUT_REFUSED)
		s->why = why_of(got.row->why);
	s->id = arena_strdup(call->arena, got.sid);
	s->after_ms = got.outcome == TWILIO_LATER ? got.after_ms : 0;
	s->error = got.error;
}

static enum out_found
found_of(enum twilio_found f)
{
	static const enum out_found same[] = {
		[TWILIO_FOUND] = OUT_FOUND,
		[TWILIO_ABSENT] = OUT_ABSENT,
		[TWILIO_EARLY] = OUT_EARLY,
		[TWILIO_NO_LIST] = OUT_NO_ANSWER,
	};

	return same[f];
}

static void
way_find(void *arg, const struct out_call *call, const struct out_search *s,
    struct out_finding *f)
{
	struct twilio_search search = { .from_s = s->from_s,
		.to_s = s->to_s,
		.known = s->known,
		.n_known = s->n_known };
	struct twilio_find got;
	struct prepared u;

	use(&u, arg, call, s->m);
	search.message = &u.message;
	twilio_find(&u.call, &search, &got);
	*f = (struct out_finding){ .found = found_of(got.found),
		.id = arena_strdup(call->arena, got.sid),
		.after_ms = got.after_ms,
		.error = got.error };
}

const struct out_ops out_twilio = {
	.open = way_open,
	.close = way_close,
	.enabled = way_enabled,
	.send = way_send,
	.find = way_find,
};
