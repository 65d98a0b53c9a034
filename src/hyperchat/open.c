/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/limits.h"
#include "base/log.h"
#include "hyperchat/agents.h"
#include "hyperchat/open.h"

/* The first of the user's listed chats that is not over; out->id is NULL for none. */
static bool
open_chat_of(const struct hyperchat_call *c, const struct hyperchat_user *u,
    struct hyperchat_chat *out, struct err *e)
{
	struct hyperchat_chat chat = { 0 };

	for (size_t i = 0; i < u->n_chats; i++) {
		if (!hyperchat_chat_get(c, u->chats[i], &chat, e))
			return false;
		if (chat.status != HYPERCHAT_CLOSED)
			break;
		chat.id = NULL;
	}
	*out = chat;
	return true;
}

enum found { FOUND, FOUND_NONE, FOUND_UNKNOWN };

/* Looks again for what a creation without a clear answer has left. */
static enum found
look_again(const struct hyperchat_call *c, const struct hyperchat_opened *o,
    struct hyperchat_chat *out)
{
	struct hyperchat_user u;
	struct err why = { 0 };

	if (!hyperchat_user_get(c, o->user.id, &u, &why) ||
	    !open_chat_of(c, &u, out, &why)) {
		LOG(LOG_WARN, "hyperchat", "a new chat cannot be looked for",
		    LS("why", why.text), LH(err_hint(&why)));
		return FOUND_UNKNOWN;
	}
	return out->id != NULL ? FOUND : FOUND_NONE;
}

static void
close_again(const struct hyperchat_call *c, const char *id)
{
	int64_t until_ms = clock_mono_ms(c->clock) + LIMIT_CLOSE_AGAIN_MS;
	struct hyperchat_call longer = *c;
	struct err why = { 0 };

	if (longer.until_ms < until_ms)
		longer.until_ms = until_ms;
	if (hyperchat_chat_close(&longer, id, NULL, &why))
		LOG(LOG_INFO, "hyperchat", "unassigned chat closed", LS("chat", id));
	else
		LOG(LOG_WARN, "hyperchat", "unassigned chat stays open", LS("chat", id),
		    LS("why", why.text), LH("close the chat in HyperChat by hand"));
}

static bool
create(const struct hyperchat_call *c, const struct hyperchat_wish *w,
    struct hyperchat_opened *o, struct err *e)
{
	struct hyperchat_new_chat is = { .creator = o->user.id,
		.room = w->room,
		.source = w->source,
		.lang = w->lang,
		.lines = w->lines,
		.n_lines = w->n_lines };
	struct hyperchat_not_created why;
	/* A third is kept back to look for a chat that was made without an answer. */
	struct hyperchat_call sooner = *c;
	int64_t now = clock_mono_ms(c->clock);

	if (c->until_ms > now)
		sooner.until_ms = now + (c->until_ms - now) * 2 / 3;
	o->how = HYPERCHAT_OPENED;
	if (hyperchat_chat_create(&sooner, &is, &o->chat, &why, e))
		return true;
	if (!why.already && !why.sent)
		return false;
	switch (look_again(c, o, &o->chat)) {
	case FOUND:
		break;
	case FOUND_NONE:
		return false;
	case FOUND_UNKNOWN:
		o->how = HYPERCHAT_MAYBE;
		return true;
	}
	/* One that was there before is being served; one that is ours has to be assigned. */
	if (why.already)
		o->how = HYPERCHAT_REUSED;
	return true;
}

static bool
begin(const struct hyperchat_call *c, const struct hyperchat_wish *w,
    struct hyperchat_opened *o, struct err *e)
{
	if (!create(c, w, o, e))
		return false;
	if (o->how != HYPERCHAT_OPENED || o->queue_mode)
		return true;
	if (hyperchat_chat_assign(c, o->chat.id, e))
		return true;
	close_again(c, o->chat.id);
	return false;
}

/*
 * An earlier try has left this chat: it is begun to its end. A refusal is good when somebody
 * is there: then it was assigned before, and rings.
 */
static bool
finish(const struct hyperchat_call *c, const struct hyperchat_room *room,
    const struct hyperchat_opened *o, struct err *e)
{
	struct err why = { 0 };

	if (o->queue_mode || o->chat.status != HYPERCHAT_WAITING ||
	    hyperchat_chat_assign(c, o->chat.id, e))
		return true;
	if (hyperchat_is_no(e) && hyperchat_agent_there_in(c, room, false, &why))
		return true;
	close_again(c, o->chat.id);
	return false;
}

/* Also when it cannot be asked who is there: *e tells why not, ERR_NONE: there is nobody. */
static enum hyperchat_opening
nobody(const struct err *e)
{
	if (e->kind != ERR_NONE)
		LOG(LOG_WARN, "hyperchat", "agents cannot be asked for",
		    LS("why", e->text), LH(err_hint(e)));
	return HYPERCHAT_NO_AGENT;
}

/* Steps 2 and 3: the user, and a chat of his. False: it cannot be told. */
static bool
look_round(const struct hyperchat_call *c, const struct hyperchat_wish *w,
    struct hyperchat_opened *o, struct err *e)
{
	return hyperchat_user_put(c, w->user, &o->user, e) &&
	    open_chat_of(c, &o->user, &o->chat, e);
}

/* Nobody has been asked for a chat in this try; but in an earlier one? */
static bool
not_asked(const struct hyperchat_wish *w, struct hyperchat_opened *out)
{
	if (w->again)
		*out = (struct hyperchat_opened){ .how = HYPERCHAT_MAYBE };
	return w->again;
}

bool
hyperchat_open(const struct hyperchat_call *c, const struct hyperchat_wish *wish,
    struct hyperchat_opened *out, struct err *e)
{
	const struct hyperchat_room room = { wish->room, wish->lang };
	struct hyperchat_opened o = { 0 };

	if (!hyperchat_queue_mode(c, &o.queue_mode, e)) {
		if (!not_asked(wish, out))
			*out = (struct hyperchat_opened){ .how = nobody(e) };
		return true;
	}
	if (!look_round(c, wish, &o, e))
		return not_asked(wish, out);
	if (o.chat.id != NULL) {
		o.how = HYPERCHAT_REUSED;
		if (wish->again && !finish(c, &room, &o, e))
			return false;
	} else if (!hyperchat_agent_there_in(c, &room, o.queue_mode, e)) {
		o.how = nobody(e);
	} else if (!begin(c, wish, &o, e)) {
		return false;
	}
	*out = o;
	return true;
}
