/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While a chat with an agent is open: what the user says goes there, and never to the bot,
 * whatever fails; the two words by which he leaves; the queue.
 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/after.h"
#include "dialog/event_i.h"
#include "dialog/said.h"
#include "dialog/work.h"
#include "store/chats.h"

struct agent_call
chat_call(const struct work *w, int64_t until_ms)
{
	return (struct agent_call){
		.http = w->t->http,
		.cfg = w->cfg,
		.env = conf_env_name(w->s.env),
		.arena = w->t->arena,
		.until_ms = until_ms < w->t->until_ms ? until_ms : w->t->until_ms,
	};
}

bool
chat_recall(struct work *w, struct err *e)
{
	struct arena *a = w->t->arena;
	struct event_extra extra;
	struct chat_row row;

	if (w->d->state == NULL || !escalate_enabled(w))
		return true;
	switch (chats_open_of(
	    w->d->state, conf_env_name(w->s.env), w->conv_id, a, &row, e)) {
	case CHATS_OK:
		break;
	case CHATS_NONE:
		return true;
	case CHATS_FAILED:
		return err_wrap(e, "chat of a conversation");
	}
	extra = event_extra_read(row.extra, a);
	if (extra.over)
		return true;
	LOG(LOG_INFO, "dialog", "chat recalled, its record is gone",
	    LS("chat", row.id));
	w->s.chat = (struct chat){
		.id = row.id, .memory = extra.memory, .since_s = work_now_s(w)
	};
	return true;
}

void
chat_off(struct work *w)
{
	const struct after_note ended = { .env = w->s.env,
		.conv_id = w->conv_id,
		.chat = w->s.chat.id,
		.memory = w->s.chat.memory,
		.from = w->in->from,
		.to = w->in->to,
		.url = w->in->url };
	struct err e = { 0 };

	if (w->d->state != NULL &&
	    chats_close(w->d->state, conf_env_name(w->s.env), w->s.chat.id, &e) ==
		CHATS_FAILED)
		LOG(LOG_WARN, "dialog", "end of a chat not noted", LS("why", e.text),
		    LH(HINT_STATE));
	after_chat(w, &ended);
	w->s.ended = w->s.chat.id;
	w->s.chat = (struct chat){ .id = NULL };
}

/* Whether an agent came, as far as it is known. */
static void
count_none(struct work *w)
{
	if (!w->s.chat.talking && !w->s.chat.attended)
		w->none_came = w->s.chat.id;
}

/* The agents' side did not hear that the user has left. */
static void
leave_later(struct work *w, const struct agent_chat *chat, const char *why)
{
	struct err e = { .text = "there is no queue" };
	bool added = w->d->state != NULL &&
	    leave_add(w->d, w->t->arena, w->s.env, chat, true, &e);

	if (added)
		LOG(LOG_WARN, "dialog", "chat not closed yet", LS("chat", chat->id),
		    LS("why", why), LH(HINT_AGAIN));
	else
		LOG(LOG_WARN, "dialog", "chat not closed, the agent may wait",
		    LS("chat", chat->id), LS("why", why), LS("queue", e.text),
		    LH("close the chat in HyperChat by hand; then: look at the disk "
		       "of store.state_path"));
}

/*
 * The user is done with the agent: leaves the chat, which is off then. The end is noted
 * before the agents' side hears of it: its word of that end comes at once, and is no news.
 */
static void
leave(struct work *w)
{
	struct agent_chat chat = { w->s.chat.id, w->s.chat.memory };
	struct agent_call call = chat_call(w, w->t->until_ms);
	struct err e;

	count_none(w);
	chat_off(w);
	if (!agent_leave(w->d->agent, &call, &chat, true, &e))
		leave_later(w, &chat, e.text);
}

bool
chat_hears(const struct work *w, const char *word)
{
	return said_is(w->t->arena, w->heard.text, word);
}

/* Agents were switched off in the configuration while a chat was open. */
static bool
is_switched_off(struct work *w)
{
	if (escalate_enabled(w))
		return false;
	LOG(LOG_WARN, "dialog", "chat ends: agents are switched off",
	    LH("nothing to do if chat.chat.enabled = false is meant"));
	chat_off(w);
	return true;
}

void
chat_end(struct work *w)
{
	if (w->s.chat.id != NULL && !is_switched_off(w))
		leave(w);
}

static void
say_closed(struct work *w)
{
	w->outcome = "chat closed";
	compose_notice(&w->reply, lang_get(w->lang, "chat_closed"));
}

/* By the word for it, or out of the queue. */
static void
leave_by_word(struct work *w)
{
	if (!once_note(w, &(struct once_next){ .kind = BEGUN_LEAVE }))
		return;
	leave(w);
	say_closed(w);
}

static bool
is_here(const struct work *w, const char *chat)
{
	return w->s.chat.id != NULL && strcmp(w->s.chat.id, chat) == 0;
}

bool
chat_leave_again(struct work *w)
{
	if (is_here(w, w->once.was.chat))
		leave_by_word(w);
	else /* its end was heard of meanwhile */
		say_closed(w);
	return true;
}

static void
is_over(struct work *w)
{
	w->outcome = "chat over";
	LOG(LOG_INFO, "dialog", "chat was over already", LS("chat", w->s.chat.id));
	count_none(w);
	chat_off(w);
}

/* How a chat stands that no agent is known to be in. */
static enum agent_state
look(struct work *w)
{
	struct agent_chat chat = { w->s.chat.id, w->s.chat.memory };
	struct agent_call call = chat_call(w, w->t->until_ms);
	enum agent_state state = agent_state(w->d->agent, &call, &chat);

	if (state == AGENT_STATE_TALKING)
		w->s.chat.talking = true;
	return state;
}

/* Not with each message: once in a while. */
static void
say_of_queue(struct work *w)
{
	const char *word = cfg_str(w->cfg, CFG_CHAT_CHAT_EXITQUEUECOMMAND);
	struct lang_param exit = { "exitCommand", word };
	const char *text = lang_get(w->lang, "on_waiting_queue");
	int64_t now_s = work_now_s(w);

	if (w->s.chat.notice_s != 0 &&
	    now_s - w->s.chat.notice_s < LIMIT_QUEUE_NOTICE_S)
		return;
	w->s.chat.notice_s = now_s;
	if (*word != '\0')
		text = arena_printf(w->t->arena, "%s %s", text,
		    lang_say(w->lang, w->t->arena, "on_waiting_queue_exit", &exit, 1));
	compose_label(&w->reply, text);
}

enum agent_outcome
chat_say(struct work *w, int64_t step, const char *text, struct err *e)
{
	const struct once_next next = { .kind = BEGUN_SAY, .step = step };
	struct agent_call call = chat_call(w, w->t->until_ms);
	struct agent_chat chat;
	enum agent_outcome end;

	switch (once_look(w, step, text, e)) {
	case ONCE_NEW:
		break;
	case ONCE_DONE:
		return AGENT_DELIVERED;
	case ONCE_OVER:
		return AGENT_OVER;
	case ONCE_UNKNOWN:
		return AGENT_UNSURE;
	}
	if (!once_note(w, &next))
		return AGENT_UNSURE;
	chat = (struct agent_chat){ w->s.chat.id, w->s.chat.memory };
	end = agent_say(w->d->agent, &call, &chat, text, e);
	w->s.chat.memory = chat.memory;
	if (end == AGENT_UNSURE)
		(void)!once_again(w, e);
	return end;
}

/* False: the chat is over, and nobody has heard it. */
static bool
say_text(struct work *w)
{
	struct err e = { 0 };
	enum agent_outcome end = chat_say(w, 0, w->heard.text, &e);

	if (end == AGENT_OVER)
		return false;
	if (end == AGENT_DELIVERED || w->once.halted)
		return true;
	LOG(err_is_ours(&e) ? LOG_ERROR : LOG_WARN, "dialog", "not said to the agent",
	    LS("kind", err_kind_name(e.kind)), LI("code", e.code), LS("why", e.text),
	    LH(err_hint(&e)));
	w->once.lost = true;
	return true;
}

static enum agent_outcome
not_to_agent(struct work *w)
{
	w->outcome = "not to the agent";
	work_say(w, "not_delivered_to_agent");
	return AGENT_NOT_DELIVERED;
}

/*
 * Text first, then files. DELIVERED, NOT_DELIVERED, or OVER when the agent has heard nothing
 * of it, so that the bot may. Where the turn is halted that does not count.
 */
static enum agent_outcome
hand_over(struct work *w)
{
	bool speaks = *w->heard.text != '\0';
	bool text = !speaks || say_text(w);
	bool files = !text || w->in->n_media == 0 || files_hand_over(w);

	if (!text || !files)
		is_over(w);
	if (!text || (!files && !speaks)) {
		once_forget(w);
		return AGENT_OVER;
	}
	if (w->once.lost || !files)
		return not_to_agent(w);
	w->outcome = "to the agent";
	return AGENT_DELIVERED;
}

bool
chat_take(struct work *w)
{
	enum agent_outcome end;
	enum agent_state state;
	bool waits;

	if (is_switched_off(w))
		return false;
	if (chat_hears(w, options_word(w->t->arena, w->lang, "close_chat_key_word"))) {
		leave_by_word(w);
		return true;
	}
	if (*w->heard.text == '\0' && w->in->n_media == 0) {
		w->outcome = "empty";
		return true;
	}
	state = w->s.chat.talking ? AGENT_STATE_TALKING : look(w);
	if (state == AGENT_STATE_OVER) {
		is_over(w);
		return false;
	}
	waits = state == AGENT_STATE_QUEUED;
	if (waits && chat_hears(w, cfg_str(w->cfg, CFG_CHAT_CHAT_EXITQUEUECOMMAND))) {
		leave_by_word(w);
		return true;
	}
	end = hand_over(w);
	if (waits && end == AGENT_DELIVERED)
		say_of_queue(w);
	return end != AGENT_OVER;
}

/* A chat that this message has begun, before it was interrupted in it. */
static void
take_up(struct work *w)
{
	const struct begun *was = &w->once.was;
	const char *ended = w->s.ended;

	if (!was->opened || w->s.chat.id != NULL ||
	    (ended != NULL && strcmp(ended, was->chat) == 0))
		return;
	w->s.chat = (struct chat){
		.id = was->chat, .memory = was->memory, .since_s = was->since_ms / 1000
	};
	w->s.pending = (struct pending){ .kind = PENDING_NONE };
	w->s.escalation = (struct escalation){ .type = ESCALATION_NONE };
}

/*
 * The chat is over, or another: what the agent has of the message he has. False: nothing, so
 * that it is worked as any.
 */
static bool
settle_elsewhere(struct work *w)
{
	const struct begun *was = &w->once.was;
	enum once_seen seen;
	struct err e = { 0 };

	seen = once_look(w, was->step, w->heard.text, &e);
	if (was->step == 0 && (seen == ONCE_NEW || seen == ONCE_OVER))
		return false;
	if (seen == ONCE_DONE && w->in->n_media == 0)
		w->outcome = "to the agent";
	else
		(void)not_to_agent(w);
	return true;
}

bool
chat_go_on(struct work *w)
{
	const struct begun *was = &w->once.was;
	enum agent_outcome end;

	take_up(w);
	if (!is_here(w, was->chat))
		return settle_elsewhere(w);
	once_say_again(w);
	if (!was->passed)
		w->s.chat.memory = was->memory;
	end = hand_over(w);
	if (end == AGENT_DELIVERED && !w->once.halted && !w->s.chat.talking &&
	    look(w) == AGENT_STATE_QUEUED)
		say_of_queue(w);
	return end != AGENT_OVER;
}

bool
chat_only(struct work *w)
{
	if (!w->only_agents || !escalate_enabled(w))
		return false;
	if (*w->heard.text == '\0' && w->in->n_media == 0) {
		w->outcome = "empty";
		return true;
	}
	if (escalate_is_closed(w)) {
		work_begin_anew(w);
		return true;
	}
	switch (connect_user(w, NULL)) {
	case AGENT_OPENED:
		w->s.pending = (struct pending){ .kind = PENDING_NONE };
		w->s.escalation = (struct escalation){ .type = ESCALATION_NONE };
		if (hand_over(w) == AGENT_OVER)
			work_say(w, "not_delivered_to_agent");
		break;
	case AGENT_NONE:
		w->outcome = "no agents";
		work_say(w, "no_agents");
		work_begin_anew(w);
		w->no_agents = false; /* there is no conversation it could belong to */
		break;
	case AGENT_OPEN_FAILED:
	case AGENT_OPEN_UNSURE:
		break;
	}
	return true;
}
