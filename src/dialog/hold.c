/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the bot is told beside the conversation: ratings and clicks. Never twice: the record
 * says "sending" before a rating goes out, and a turn that finds this word of an earlier one
 * does not send again. So a crash, or an answer that does not come in time, can lose a
 * rating; that is logged, by whoever finds it. A rating of which is known that it did not
 * arrive is tried again, some times, by dialog_due(). A click is sent once and forgotten.
 */
#include "config.h"

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "dialog/work.h"
#include "store/conv.h"
#include "store/due.h"

enum told { TOLD, NOT_TOLD, WHO_KNOWS };

static void
log_lost(const char *why)
{
	LOG(LOG_WARN, "dialog", "rating lost", LS("why", why),
	    LH("nothing to do for this one; often: is the bot well, and may the key "
	       "send events?"));
}

/* The time for the comment is over, or the time of the next try has come. */
static bool
hold_is_due(const struct work *w)
{
	return w->s.hold.code != NULL && work_now_s(w) >= w->s.hold.due_s;
}

void
hold_look(struct work *w)
{
	w->marked = w->s.hold.code != NULL;
	if (w->s.hold.sending) {
		log_lost("its sending was interrupted; it may have arrived");
		w->s.hold = (struct hold){ 0 };
	}
	if (hold_is_due(w))
		hold_send(w);
}

/* One rating is held at a time; an older one that could not be sent has one more try. */
void
hold_begin(struct work *w, const char *code, int64_t rating)
{
	w->last = w->s.hold;
	w->s.hold = (struct hold){ .code = code, .rating = rating, .comment = "" };
}

void
hold_wait(struct work *w)
{
	w->s.hold.due_s = work_now_s(w) + LIMIT_RATING_HOLD_S;
}

void
hold_send(struct work *w)
{
	if (w->s.hold.code == NULL)
		return;
	w->s.hold.sending = true;
	if (w->s.pending.kind == PENDING_COMMENT)
		w->s.pending = (struct pending){ .kind = PENDING_NONE };
}

void
hold_mark(struct work *w)
{
	const struct hold *h = &w->s.hold;
	struct err e;

	if (h->code == NULL)
		return;
	w->marked = true;
	if (!due_set(w->d->store, w->conv_id,
		h->sending ? work_now_s(w) + LIMIT_DUE_RETRY_S : h->due_s, &e))
		LOG(LOG_WARN, "dialog", "mark not set, a rating may wait for long",
		    LS("why", e.text), LH(HINT_STORE));
}

static void
clear_mark(struct work *w)
{
	if (w->marked && w->s.hold.code == NULL)
		due_clear(w->d->store, w->conv_id);
}

static enum told
tell(struct work *w, const struct bot_note *note, struct err *e)
{
	int64_t began_ms = work_now_ms(w);
	struct bot_call call = work_call(w, began_ms + LIMIT_NOTE_MS);
	bool told;

	if (w->former != NULL)
		call.memory = w->former;
	if (call.until_ms - work_now_ms(w) < LIMIT_MIN_CALL_MS) {
		(void)err_set(e, ERR_TIMEOUT, 0, "no time is left");
		return NOT_TOLD;
	}
	w->bot_calls++;
	told = bot_note(w->d->bot, &call, note, e);
	w->bot_ms += work_now_ms(w) - began_ms;
	if (told)
		return TOLD;
	return e->kind == ERR_TIMEOUT ? WHO_KNOWS : NOT_TOLD;
}

static enum told
tell_rating(struct work *w, const struct hold *h, struct err *e)
{
	struct bot_note note = { .kind = BOT_NOTE_RATING,
		.code = h->code,
		.value = h->rating,
		.comment = h->comment };
	enum told told = tell(w, &note, e);

	if (told == TOLD)
		LOG(LOG_INFO, "dialog", "rating sent", LI("value", h->rating),
		    LI("comment", h->comment[0] != '\0'), LI("tries", h->tries + 1));
	return told;
}

static void
tell_click(struct work *w)
{
	struct bot_note note = {
		.kind = BOT_NOTE_CLICK, .code = w->click, .comment = ""
	};
	struct err e;

	if (w->click != NULL && tell(w, &note, &e) != TOLD)
		LOG(LOG_WARN, "dialog", "click not told", LS("why", e.text),
		    LH("nothing to do: only a count in Inbenta's reports is missing"));
}

/* The last try of a rating that made room for another. */
static void
tell_last(struct work *w)
{
	struct err e;

	if (w->last.code != NULL && tell_rating(w, &w->last, &e) != TOLD)
		log_lost(e.text);
}

/* It did not arrive: later again, unless it was tried often. */
static void
put_off(struct work *w, const char *why)
{
	struct hold *h = &w->s.hold;

	h->tries++;
	h->sending = false;
	h->due_s = work_now_s(w) + LIMIT_RATING_RETRY_S;
	if (h->tries < LIMIT_RATING_TRIES) {
		LOG(LOG_WARN, "dialog", "rating not sent, tried again later",
		    LS("why", why), LI("tries", h->tries), LH(HINT_AGAIN));
		hold_mark(w);
		return;
	}
	log_lost(why);
	*h = (struct hold){ 0 };
}

/* Too little of the turn is left: a call that is cut short leaves a rating in doubt. */
static bool
is_short(const struct work *w)
{
	return w->t->until_ms - work_now_ms(w) < LIMIT_NOTE_LEAST_MS;
}

/* That was no try. Whoever looks for marks next sends it. */
static void
leave_to_others(struct work *w)
{
	w->s.hold.sending = false;
	w->s.hold.due_s = work_now_s(w);
	hold_mark(w);
}

/* Sends it, and keeps it when it did not arrive. */
static void
send_held(struct work *w)
{
	struct err e;

	switch (tell_rating(w, &w->s.hold, &e)) {
	case TOLD:
		w->s.hold = (struct hold){ 0 };
		break;
	case NOT_TOLD:
		put_off(w, e.text);
		break;
	case WHO_KNOWS:
		log_lost(e.text);
		w->s.hold = (struct hold){ 0 };
		break;
	}
}

static void
tell_held(struct work *w, struct conv *conv)
{
	struct err e;

	if (is_short(w))
		leave_to_others(w);
	else
		send_held(w);
	if (!work_commit(w, conv, &e))
		LOG(LOG_WARN, "dialog", "end of a rating not committed",
		    LS("why", e.text),
		    LH("look at the folder of store.path: df -h; the rating may be "
		       "sent twice"));
}

/* What became of a wish for an agent. */
static void
tell_wish(struct work *w, enum bot_note_kind kind)
{
	struct bot_note note = { .kind = kind, .comment = "" };
	struct err e;

	if (tell(w, &note, &e) != TOLD)
		LOG(LOG_WARN, "dialog", "end of a wish for an agent not told",
		    LS("why", e.text),
		    LH("nothing to do: only a count in Inbenta's reports is missing"));
}

static void
tell_chat(struct work *w, enum bot_note_kind kind, const char *id)
{
	struct agent_place place = agent_place(w->d->agent, w->cfg);
	struct bot_note note = { .kind = kind,
		.comment = "",
		.chat = id,
		.app = place.app,
		.region = place.region };
	struct err e;

	if (tell(w, &note, &e) != TOLD)
		LOG(LOG_WARN, "dialog", "fate of a chat not told", LS("chat", id),
		    LS("why", e.text),
		    LH("nothing to do: only a count in Inbenta's reports is missing"));
}

void
hold_tell_chats(struct work *w)
{
	/* Where users talk to agents alone there is no bot's conversation to tell it of. */
	if (w->s.memory == NULL && w->former == NULL)
		return;
	if (w->came != NULL)
		tell_chat(w, BOT_NOTE_AGENT_CAME, w->came);
	if (w->none_came != NULL)
		tell_chat(w, BOT_NOTE_NO_AGENT_CAME, w->none_came);
}

void
hold_deliver(struct work *w, struct conv *conv)
{
	tell_click(w);
	if (w->no_agents)
		tell_wish(w, BOT_NOTE_NO_AGENTS);
	if (w->declined)
		tell_wish(w, BOT_NOTE_DECLINED);
	hold_tell_chats(w);
	tell_last(w);
	if (w->s.hold.sending)
		tell_held(w, conv);
	clear_mark(w);
}

/* The conversation is ours: sends what is due, or sees when it will be. */
static void
work_due(struct work *w, struct conv *conv)
{
	bool found, changed;
	struct err e;

	if (!work_load(w, conv, &found, &e)) {
		LOG(LOG_WARN, "dialog", "due conversation not read", LS("why", e.text),
		    LH(HINT_STORE));
		return;
	}
	hold_look(w);
	changed = w->marked && (w->s.hold.sending || w->s.hold.code == NULL);
	w->marked = true; /* that is why we are here */
	hold_mark(w);
	if (changed && !work_commit(w, conv, &e)) {
		LOG(LOG_WARN, "dialog", "due rating not committed", LS("why", e.text),
		    LH(HINT_STORE));
		return;
	}
	hold_deliver(w, conv);
}

static void
enter_due(const struct dialog *d, const struct turn *t, const char *conv_id)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	struct turn own = *t;
	struct work w = { .d = d, .t = &own, .conv_id = conv_id };
	struct err e;

	own.arena = a;
	switch (conv_enter(
	    d->store, conv_id, work_now_ms(&w) + LIMIT_DUE_WAIT_MS, NULL, &conv, &e)) {
	case CONV_ENTERED:
		work_due(&w, conv);
		break;
	case CONV_BUSY:
	case CONV_LATE:
		break; /* someone writes; the mark was put off */
	case CONV_FAILED:
		LOG(LOG_WARN, "dialog", "due conversation not entered",
		    LS("why", e.text), LH(HINT_STORE));
		break;
	}
}

size_t
dialog_due(const struct dialog *d, const struct turn *t, size_t max)
{
	CLEANUP(buf_fini) struct buf id = BUF_INIT(LIMIT_CONV_ID);
	size_t n = 0;

	while (n < max &&
	    t->until_ms - clock_mono_ms(d->clock) >= LIMIT_NOTE_LEAST_MS &&
	    due_take(d->store, clock_wall_s(d->clock), LIMIT_DUE_RETRY_S, &id)) {
		enter_due(d, t, id.data);
		n++;
	}
	return n;
}
