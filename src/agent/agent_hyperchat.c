/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "agent/agent_hyperchat.h"
#include "agent/hyperchat_desk.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "conf/cfg.h"
#include "hyperchat/open.h"

static void *
hc_open(const struct clock *clock)
{
	struct hc_engine *self = xcalloc(1, sizeof(*self));

	self->clock = clock;
	return self;
}

static void
hc_close(void *self)
{
	free(self);
}

static bool
hc_enabled(void *self, const struct cfg *cfg)
{
	(void)self;
	return cfg_bool(cfg, CFG_CHAT_CHAT_ENABLED) &&
	    cfg_str(cfg, CFG_CHAT_CHAT_APPID)[0] != '\0' &&
	    cfg_str(cfg, CFG_CHAT_CHAT_SECRET)[0] != '\0' &&
	    cfg_str(cfg, CFG_CHAT_CHAT_SERVER)[0] != '\0';
}

static struct agent_place
hc_place(void *self, const struct cfg *cfg)
{
	const char *region = cfg_str(cfg, CFG_CHAT_CHAT_REGIONSERVER);

	(void)self;
	return (struct agent_place){ .app = cfg_str(cfg, CFG_CHAT_CHAT_APPID),
		.region = region[0] != '\0' ? region : "us" };
}

bool
agent_hyperchat_account(struct arena *a, const struct cfg *cfg,
    struct hyperchat_account *out, struct err *e)
{
	const struct hyperchat_setup setup = {
		.app_id = cfg_str(cfg, CFG_CHAT_CHAT_APPID),
		.secret = cfg_str(cfg, CFG_CHAT_CHAT_SECRET),
		.server = cfg_str(cfg, CFG_CHAT_CHAT_SERVER),
		.server_port = cfg_int(cfg, CFG_CHAT_CHAT_SERVER_PORT),
		.region = cfg_str(cfg, CFG_CHAT_CHAT_REGIONSERVER),
		.timeout_ms = cfg_int(cfg, CFG_API_TIMEOUT_MS),
		.queue_mode = cfg_bool(cfg, CFG_CHAT_CHAT_QUEUE_ACTIVE),
	};

	return hyperchat_account_make(a, &setup, out, e);
}

bool
hc_use(struct hc_desk *d, const struct hc_engine *self, const struct agent_call *call,
    struct err *e)
{
	d->call = (struct hyperchat_call){ .http = call->http,
		.account = &d->account,
		.clock = self->clock,
		.arena = call->arena,
		.until_ms = call->until_ms };
	return agent_hyperchat_account(call->arena, call->cfg, &d->account, e);
}

bool
hc_recall(const struct hc_desk *d, const struct agent_chat *chat, struct hc_memory *m,
    struct err *e)
{
	struct hyperchat_chat is;

	*m = hc_memory_read(chat->memory, d->call.arena);
	if (m->user != NULL)
		return true;
	if (!hyperchat_chat_get(&d->call, chat->id, &is, e))
		return false;
	if (is.creator[0] != '\0')
		m->user = is.creator;
	return true;
}

static struct hyperchat_room
room_of(const struct cfg *cfg)
{
	return (struct hyperchat_room){ .id = cfg_int(cfg, CFG_CHAT_CHAT_ROOMID),
		.lang = cfg_str(cfg, CFG_CHAT_CHAT_LANG) };
}

static enum agent_there
hc_there(void *self, const struct agent_call *call)
{
	struct hyperchat_room room = room_of(call->cfg);
	struct err e = { 0 };
	struct hc_desk d;

	if (hc_use(&d, self, call, &e) && hyperchat_agent_there(&d.call, &room, &e))
		return AGENT_THERE;
	if (e.kind != ERR_NONE)
		LOG(err_is_ours(&e) ? LOG_ERROR : LOG_WARN, "agent",
		    "agents cannot be asked for", LS("why", e.text), LH(err_hint(&e)));
	return AGENT_NOBODY;
}

/* The first of three that says something; NULL does not. */
static const char *
first_of(const char *a, const char *b, const char *c)
{
	if (a != NULL && a[0] != '\0')
		return a;
	return b != NULL && b[0] != '\0' ? b : c;
}

static struct hyperchat_profile
profile_of(const struct agent_call *call, const struct agent_user *user)
{
	struct hyperchat_extra *extra =
	    arena_alloc(call->arena, (user->n_fields + 1) * sizeof(*extra));

	for (size_t i = 0; i < user->n_fields; i++)
		extra[i] = (struct hyperchat_extra){ user->fields[i].name,
			user->fields[i].value };
	return (struct hyperchat_profile){ .external_id = user->id,
		.name = first_of(user->name,
		    cfg_str(call->cfg, CFG_CHAT_CHAT_GUESTNAME), user->phone),
		.contact = first_of(
		    user->contact, cfg_str(call->cfg, CFG_CHAT_CHAT_GUESTCONTACT), ""),
		.extra = extra,
		.n_extra = user->n_fields };
}

/* The first moment that is told; now when none is. */
static int64_t
begun_at(const struct agent_line *lines, size_t n, int64_t now_s)
{
	for (size_t i = 0; i < n; i++)
		if (lines[i].said_at > 0)
			return lines[i].said_at;
	return now_s;
}

/* HyperChat wants a moment of each line: one without has that of the line before it. */
static const struct hyperchat_line *
lines_of(struct arena *a, const struct agent_line *lines, size_t n, int64_t now_s)
{
	struct hyperchat_line *out = arena_alloc(a, (n + 1) * sizeof(*out));
	int64_t at = begun_at(lines, n, now_s);

	for (size_t i = 0; i < n; i++) {
		if (lines[i].said_at > 0)
			at = lines[i].said_at;
		out[i] = (struct hyperchat_line){ lines[i].by_bot, lines[i].text, at };
	}
	return out;
}

static struct agent_opened
opened_as(const struct hyperchat_opened *o, struct arena *a)
{
	struct hc_memory m = { .user = o->user.id, .queue = o->queue_mode };
	bool talking = o->chat.status == HYPERCHAT_ACTIVE;

	return (struct agent_opened){
		.chat = { .id = o->chat.id, .memory = hc_memory_write(&m, a) },
		.existed = o->how == HYPERCHAT_REUSED,
		.talking = talking,
		.queued = o->queue_mode && !talking,
	};
}

static enum agent_opening
hc_begin(void *arg, const struct agent_call *call, const struct agent_user *user,
    const struct agent_line *lines, size_t n, struct agent_opened *out, struct err *e)
{
	const struct hc_engine *self = arg;
	struct hyperchat_profile profile = profile_of(call, user);
	struct hyperchat_room room = room_of(call->cfg);
	struct hyperchat_wish wish = { .user = &profile,
		.room = room.id,
		.source = cfg_int(call->cfg, CFG_CHAT_CHAT_SOURCE),
		.lang = room.lang,
		.lines = lines_of(call->arena, lines, n, clock_wall_s(self->clock)),
		.n_lines = n,
		.again = user->again };
	struct hyperchat_opened o;
	struct hc_desk d;

	if (!hc_use(&d, self, call, e) || !hyperchat_open(&d.call, &wish, &o, e))
		return AGENT_OPEN_FAILED;
	if (o.how == HYPERCHAT_NO_AGENT)
		return AGENT_NONE;
	if (o.how == HYPERCHAT_MAYBE)
		return AGENT_OPEN_UNSURE;
	*out = opened_as(&o, call->arena);
	return AGENT_OPENED;
}

static enum agent_state
hc_state(void *self, const struct agent_call *call, const struct agent_chat *chat)
{
	struct hc_memory m = hc_memory_read(chat->memory, call->arena);
	struct hyperchat_chat is;
	struct hc_desk d;
	struct err e;

	if (!m.queue)
		return AGENT_STATE_RINGING;
	if (!hc_use(&d, self, call, &e) ||
	    !hyperchat_chat_get(&d.call, chat->id, &is, &e)) {
		LOG(LOG_WARN, "agent", "the chat's state cannot be asked for",
		    LS("chat", chat->id), LS("why", e.text), LH(HINT_AGAIN));
		return AGENT_STATE_UNKNOWN;
	}
	switch (is.status) {
	case HYPERCHAT_WAITING:
		return is.in_queue ? AGENT_STATE_QUEUED : AGENT_STATE_RINGING;
	case HYPERCHAT_ACTIVE:
		return AGENT_STATE_TALKING;
	case HYPERCHAT_CLOSED:
		return AGENT_STATE_OVER;
	case HYPERCHAT_STATUS_OTHER:
		break;
	}
	return AGENT_STATE_UNKNOWN;
}

static bool
hc_leave(void *self, const struct agent_call *call, const struct agent_chat *chat,
    bool by_user, struct err *e)
{
	struct hc_memory m = { 0 };
	struct hc_desk d;

	if (!hc_use(&d, self, call, e) || (by_user && !hc_recall(&d, chat, &m, e)))
		return false;
	return hyperchat_chat_close(&d.call, chat->id, m.user, e);
}

const struct agent_ops agent_hyperchat = {
	.name = "hyperchat",
	.open = hc_open,
	.close = hc_close,
	.enabled = hc_enabled,
	.place = hc_place,
	.there = hc_there,
	.begin = hc_begin,
	.say = hc_say,
	.send = hc_send,
	.look = hc_look,
	.state = hc_state,
	.leave = hc_leave,
	.handshake = hc_handshake,
	.proof = hc_proof,
	.read = hc_read,
	.is_users = hc_is_users,
	.owner = hc_owner,
	.resolve = hc_resolve,
	.fetch = hc_fetch,
	.survey = hc_survey,
	.contact = hc_contact,
};
