/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "agent/messenger_office.h"
#include "agent/tickets_messenger.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "conf/cfg.h"
#include "messenger/hook.h"

static void *
office_open(struct store *store, const struct clock *clock)
{
	struct office *self = xcalloc(1, sizeof(*self));

	self->clock = clock;
	self->auth = inbenta_auth_new(store, clock);
	self->timetables = timetables_new(store, clock);
	return self;
}

static void
office_close(void *arg)
{
	struct office *self = arg;

	timetables_free(self->timetables);
	inbenta_auth_free(self->auth);
	free(self);
}

bool
office_enabled(void *self, const struct cfg *cfg)
{
	(void)self;
	return cfg_str(cfg, CFG_CHAT_MESSENGER_KEY)[0] != '\0' &&
	    cfg_str(cfg, CFG_CHAT_MESSENGER_SECRET)[0] != '\0';
}

struct inbenta_account
tickets_messenger_account(const struct cfg *cfg)
{
	const char *own = cfg_str(cfg, CFG_CHAT_MESSENGER_AUTH_URL);
	const bool has_own = own[0] != '\0';

	return (struct inbenta_account){
		.name = "chat.messenger",
		.url = has_own ? own : cfg_str(cfg, CFG_API_URL),
		.url_key = has_own ? "chat.messenger.auth_url" : "api.url",
		.key = cfg_str(cfg, CFG_CHAT_MESSENGER_KEY),
		.secret = cfg_str(cfg, CFG_CHAT_MESSENGER_SECRET),
		.timeout_ms = cfg_int(cfg, CFG_API_TIMEOUT_MS),
		.api = INBENTA_TICKETING,
	};
}

static bool
get_access(const struct messenger_call *c, const char *refused,
    struct messenger_access *out, struct err *e)
{
	struct office_desk *d = c->arg;
	struct inbenta_access got;

	if (refused != NULL)
		inbenta_auth_refused(d->office->auth, &d->account, refused);
	if (!inbenta_auth_get(
		d->office->auth, c->http, &d->account, c->until_ms, c->arena, &got, e))
		return false;
	*out = (struct messenger_access){ .token = got.token, .base = got.ticketing };
	return true;
}

bool
office_use(struct office_desk *d, struct office *self, const struct agent_call *call,
    struct err *e)
{
	if (!office_enabled(self, call->cfg))
		return err_set(e, ERR_CONFIG, 0,
		    "chat.messenger.key or chat.messenger.secret is empty");
	d->account = tickets_messenger_account(call->cfg);
	d->office = self;
	d->call = (struct messenger_call){ .http = call->http,
		.key = d->account.key,
		.name = d->account.name,
		.get_access = get_access,
		.arg = d,
		.arena = call->arena,
		.until_ms = call->until_ms,
		.timeout_ms = d->account.timeout_ms };
	return true;
}

static bool
office_proof(void *self, const struct cfg *cfg, const char *given)
{
	(void)self;
	return messenger_hook_proven(
	    cfg_str(cfg, CFG_CHAT_MESSENGER_WEBHOOK_SECRET), given);
}

static bool
office_read(void *self, struct arena *arena, const char *body, size_t len,
    const struct ticket_reply **out, size_t *n, struct err *e)
{
	struct messenger_replies got;
	struct ticket_reply *replies;

	(void)self;
	if (!messenger_hook_read(&got, arena, body, len, e))
		return false;
	if (got.others > 0)
		LOG(LOG_INFO, "agent", "events of a ticket webhook left out",
		    LI("events", got.others), LI("replies", got.n));
	replies = arena_alloc(arena, (got.n + 1) * sizeof(*replies));
	for (size_t i = 0; i < got.n; i++) {
		replies[i] = (struct ticket_reply){ .number = got.list[i].number,
			.contact = got.list[i].contact,
			.html = got.list[i].text };
		memcpy(replies[i].key, got.list[i].key, sizeof(replies[i].key));
	}
	*out = replies;
	*n = got.n;
	return true;
}

const struct tickets_ops tickets_messenger = {
	.name = "messenger",
	.open = office_open,
	.close = office_close,
	.enabled = office_enabled,
	.proof = office_proof,
	.read = office_read,
	.phones = office_phones,
	.keep_phones = office_keep_phones,
	.make = office_make,
	.open_now = office_open_now,
	.survey = office_survey,
	.hand_in = office_hand_in,
};
