/* SPDX-License-Identifier: Apache-2.0 */
/* What HyperChat tells us, read and asked back about. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "agent/hyperchat_desk.h"
#include "base/log.h"
#include "base/utf8.h"
#include "conf/cfg.h"
#include "hyperchat/events.h"
#include "hyperchat/media.h"
#include "hyperchat/messages.h"
#include "hyperchat/users.h"

static const char *
text_of(const char *s)
{
	return s != NULL ? s : "";
}

static bool
is_blank(const char *s)
{
	size_t n = strlen(s), pos = 0;

	while (pos < n)
		if (!utf8_is_blank(utf8_next(s, n, &pos)))
			return false;
	return true;
}

static void
take_message(struct agent_event *out, const struct hyperchat_message *m)
{
	out->message_id = text_of(m->id);
	out->html = text_of(m->text);
	out->file.url = text_of(m->media_url);
	out->file.name = text_of(m->media_name);
	out->file.type = text_of(m->media_type);
}

static enum agent_event_kind
kind_of_message(const struct hyperchat_message *m)
{
	/* Without a sender, or the system's: no agent has said it. */
	if (m->sender == NULL || strcmp(m->sender, "system") == 0)
		return AGENT_EV_NOTHING;
	if (m->is_media)
		return AGENT_EV_MEDIA;
	return is_blank(text_of(m->text)) ? AGENT_EV_NOTHING : AGENT_EV_TEXT;
}

static enum agent_event_kind
kind_of(const struct hyperchat_event *ev)
{
	if (ev->chat_id == NULL)
		return AGENT_EV_NOTHING;
	switch (ev->trigger) {
	case HYPERCHAT_ON_QUEUE:
		return ev->queue_position >= 1 ? AGENT_EV_QUEUE : AGENT_EV_NOTHING;
	case HYPERCHAT_ON_ACCEPTED:
		return ev->user_id != NULL ? AGENT_EV_JOINED : AGENT_EV_NOTHING;
	case HYPERCHAT_ON_ALONE:
		return AGENT_EV_NOBODY;
	case HYPERCHAT_ON_CLOSED:
		return strcmp(text_of(ev->reason), "inactivity") == 0
		    ? AGENT_EV_INACTIVE
		    : AGENT_EV_CLOSED;
	case HYPERCHAT_ON_MESSAGE:
		return kind_of_message(&ev->message);
	case HYPERCHAT_ON_INFO:
		return ev->ticket_id != NULL ? AGENT_EV_TICKET : AGENT_EV_OVER;
	default:
		return AGENT_EV_NOTHING;
	}
}

bool
hc_read(void *self, const struct cfg *cfg, struct arena *arena, const char *body,
    size_t len, struct agent_event *out, struct err *e)
{
	struct agent_event is = { 0 };
	struct hyperchat_event ev;

	(void)self;
	if (!hyperchat_event_read(&ev, arena, body, len, e))
		return false;
	if (ev.app_id != NULL &&
	    strcmp(ev.app_id, cfg_str(cfg, CFG_CHAT_CHAT_APPID)) != 0)
		return err_set(e, ERR_DENIED, 0,
		    "hyperchat event: its appId is not chat.chat.appId");
	is.kind = kind_of(&ev);
	hyperchat_event_key(&ev, body, len, is.key);
	is.name = text_of(ev.name);
	is.chat_id = ev.chat_id;
	is.by = text_of(ev.user_id);
	is.shown = "";
	is.ticket = text_of(ev.ticket_id);
	take_message(&is, &ev.message);
	is.position = ev.queue_position;
	is.created_ms =
	    ev.message.created_ms != 0 ? ev.message.created_ms : ev.created_ms;
	*out = is;
	return true;
}

bool
hc_is_users(void *self, struct arena *arena, const struct agent_chat *chat,
    const struct agent_event *ev)
{
	struct hc_memory m = hc_memory_read(chat->memory, arena);

	(void)self;
	return (ev->kind == AGENT_EV_TEXT || ev->kind == AGENT_EV_MEDIA ||
		   ev->kind == AGENT_EV_CLOSED) &&
	    m.user != NULL && strcmp(m.user, ev->by) == 0;
}

/* The customer of the chat; user->id stays NULL when the chat is none of ours. */
static bool
customer_of(const struct hc_desk *d, const struct cfg *cfg, const char *chat_id,
    struct hyperchat_chat *is, struct hyperchat_user *user, struct err *e)
{
	if (!hyperchat_chat_get(&d->call, chat_id, is, e))
		return false;
	if (is->id == NULL || is->creator[0] == '\0' ||
	    is->source != cfg_int(cfg, CFG_CHAT_CHAT_SOURCE))
		return true;
	return hyperchat_user_get(&d->call, is->creator, user, e);
}

bool
hc_owner(void *self, const struct agent_call *call, const struct agent_event *ev,
    const char **id, struct agent_chat *chat, bool *over, struct err *e)
{
	struct hc_memory m = { .queue = true };
	struct hyperchat_user user = { 0 };
	struct hyperchat_chat is;
	struct hc_desk d;

	if (!hc_use(&d, self, call, e) ||
	    !customer_of(&d, call->cfg, ev->chat_id, &is, &user, e))
		return false;
	*id = NULL;
	if (user.id == NULL || !hc_id_is_ours(user.external_id))
		return true;
	m.user = user.id;
	*chat = (struct agent_chat){ .id = ev->chat_id,
		.memory = hc_memory_write(&m, call->arena) };
	*over = is.status == HYPERCHAT_CLOSED;
	*id = user.external_id;
	return true;
}

/* An agent who is not known yet. *is stays false for anybody else. */
static bool
ask_agent(const struct hc_desk *d, struct agent_event *ev, struct hc_memory *m,
    bool *is, struct err *e)
{
	struct hyperchat_user user = { 0 };

	if (!hyperchat_user_get(&d->call, ev->by, &user, e))
		return false;
	*is = user.id != NULL && user.is_agent;
	if (!*is)
		return true;
	hc_memory_add_agent(m, ev->by);
	ev->shown = hyperchat_user_shown(&user);
	return true;
}

static bool
resolve_agent(
    const struct hc_desk *d, struct agent_event *ev, struct hc_memory *m, struct err *e)
{
	bool is = strcmp(text_of(m->user), ev->by) != 0;

	/* His name is wanted when he joins, and only then. */
	if (is && (ev->kind == AGENT_EV_JOINED || !hc_memory_is_agent(m, ev->by)) &&
	    !ask_agent(d, ev, m, &is, e))
		return false;
	if (!is)
		ev->kind = AGENT_EV_NOTHING;
	return true;
}

/* The message as HyperChat has it, in place of what the event says. */
static bool
look_message_up(const struct hc_desk *d, struct agent_event *ev, struct err *e)
{
	struct hyperchat_messages all;

	if (!hyperchat_messages_get(&d->call, ev->chat_id, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		const struct hyperchat_message *m = &all.list[i];

		if (m->id == NULL || strcmp(m->id, ev->message_id) != 0)
			continue;
		ev->kind = kind_of_message(m);
		ev->by = text_of(m->sender);
		take_message(ev, m);
		return true;
	}
	ev->kind = AGENT_EV_NOTHING;
	return true;
}

/* Whether the chat stands as the event says. */
static bool
fits(enum agent_event_kind kind, enum hyperchat_status status)
{
	switch (kind) {
	case AGENT_EV_CLOSED:
	case AGENT_EV_INACTIVE:
	case AGENT_EV_OVER:
	case AGENT_EV_TICKET:
		return status == HYPERCHAT_CLOSED;
	case AGENT_EV_QUEUE:
	case AGENT_EV_NOBODY:
		return status == HYPERCHAT_WAITING;
	case AGENT_EV_JOINED:
		return status != HYPERCHAT_CLOSED;
	default:
		return true;
	}
}

static bool
look_up(const struct hc_desk *d, struct agent_event *ev, struct err *e)
{
	struct hyperchat_chat is;

	if (ev->kind == AGENT_EV_TEXT || ev->kind == AGENT_EV_MEDIA)
		return look_message_up(d, ev, e);
	if (!hyperchat_chat_get(&d->call, ev->chat_id, &is, e))
		return false;
	if (is.id == NULL || !fits(ev->kind, is.status)) {
		LOG(LOG_WARN, "agent", "an event without proof is not so",
		    LS("name", ev->name), LS("chat", ev->chat_id),
		    LH("somebody makes events up, or they come late: set "
		       "chat.chat.webhook_signature = \"auto\" again"));
		ev->kind = AGENT_EV_NOTHING;
	}
	return true;
}

static bool
resolve(
    const struct hc_desk *d, struct agent_event *ev, struct hc_memory *m, struct err *e)
{
	switch (ev->kind) {
	case AGENT_EV_TEXT:
	case AGENT_EV_MEDIA:
	case AGENT_EV_JOINED:
		return resolve_agent(d, ev, m, e);
	case AGENT_EV_CLOSED:
	case AGENT_EV_INACTIVE:
		if (m->user != NULL && strcmp(ev->by, m->user) == 0)
			ev->kind = AGENT_EV_LEFT;
		return true;
	default:
		return true;
	}
}

bool
hc_resolve(void *self, const struct agent_call *call, enum agent_proof proof,
    struct agent_chat *chat, struct agent_event *ev, struct err *e)
{
	struct agent_event is = *ev;
	struct hc_memory m;
	struct hc_desk d;

	if (is.kind == AGENT_EV_NOTHING)
		return true;
	if (!hc_use(&d, self, call, e))
		return false;
	if (proof != AGENT_PROVEN && !look_up(&d, &is, e))
		return false;
	if (is.by[0] != '\0' && is.kind != AGENT_EV_NOTHING) {
		if (!hc_recall(&d, chat, &m, e) || !resolve(&d, &is, &m, e))
			return false;
		chat->memory = hc_memory_write(&m, call->arena);
	}
	*ev = is;
	return true;
}

/* "image/PNG; x=y" -> "image/png" */
static const char *
plain_type(struct arena *a, const char *told)
{
	char *type = arena_strndup(a, told, strcspn(told, "; \t"));

	for (char *s = type; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + 'a' - 'A');
	return type;
}

bool
hc_fetch(void *self, const struct agent_call *call, const struct agent_event *ev,
    const char *dir, struct agent_file *out, struct err *e)
{
	size_t max = (size_t)cfg_int(call->cfg, CFG_MEDIA_MAX_BYTES);
	struct hyperchat_download got;
	struct hc_desk d;

	if (!hc_use(&d, self, call, e) ||
	    !hyperchat_media_get(&d.call, ev->file.url, dir, max, &got, e))
		return false;
	*out = (struct agent_file){ .fd = got.fd,
		.size = got.size,
		.name = ev->file.name,
		.type = got.type[0] != '\0' ? got.type
					    : plain_type(call->arena, ev->file.type) };
	return true;
}
