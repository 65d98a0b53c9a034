/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn: enter, load, find a repeat, take a step, commit. Nothing is said before it is
 * committed together with the claim of the message.
 */
#include "config.h"

#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "dialog/said.h"
#include "dialog/work.h"
#include "store/conv.h"

/* Files cannot be read; the answer to what was written beside them comes first. */
static void
say_of_media(struct work *w)
{
	if (w->in->n_media == 0)
		return;
	work_say(w,
	    *w->heard.text != '\0' ? "unable_to_process_file" : "media_not_understood");
}

/*
 * Whether it went to an agent, or nowhere: while there is a chat the bot hears nothing, and
 * where users talk to agents alone it never does.
 */
static bool
agent_hears(struct work *w)
{
	if (w->s.chat.id != NULL)
		return chat_take(w);
	return chat_only(w);
}

static void
answer(struct work *w)
{
	work_set_up(w);
	w->heard = (struct heard){
		.text = said_clean(w->t->arena, w->in->text),
		.pick = w->in->pick,
		.no_label = options_word(w->t->arena, w->lang, "no"),
	};
	w->shown = (struct options){ .arena = w->t->arena, .lang = w->lang };
	hold_look(w);
	if (!command_run(w)) {
		if (agent_hears(w))
			return;
		take_step(w);
	}
	say_of_media(w);
	rating_ask(w);
}

static bool
commit(struct work *w, struct conv *conv, const struct reply *out, struct err *e)
{
	w->s.from = w->in->from;
	w->s.to = w->in->to;
	session_claim(&w->s, w->in->sid, out->messages, out->n);
	w->s.used_at = work_now_s(w);
	hold_mark(w);
	return work_commit(w, conv, e);
}

/* The turn inside the conversation. */
static enum turn_end
work_inside(struct work *w, struct conv *conv, struct reply *out, struct err *e)
{
	const struct claim *claim;
	struct reply reply;
	bool found;

	if (!work_load(w, conv, &found, e))
		return TURN_FAILED;
	claim = session_find(&w->s, w->in->sid);
	if (claim != NULL) {
		w->outcome = "repeat";
		*out = (struct reply){ claim->messages, claim->n };
		return TURN_REPEAT;
	}
	answer(w);
	compose_end(&w->reply, &reply);
	if (!commit(w, conv, &reply, e))
		return TURN_FAILED;
	hold_deliver(w, conv);
	*out = reply;
	return TURN_DONE;
}

static enum turn_end
enter(struct work *w, struct reply *out, struct err *e)
{
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	int64_t until_ms = w->t->until_ms + LIMIT_LOCK_GRACE_MS;

	switch (conv_enter(w->d->store, w->conv_id, until_ms, NULL, &conv, e)) {
	case CONV_ENTERED:
		return work_inside(w, conv, out, e);
	case CONV_BUSY:
		w->outcome = "busy";
		work_use_env(w, w->t->env);
		work_say(w, "busy");
		compose_end(&w->reply, out);
		return TURN_REFUSED;
	case CONV_LATE:
		err_set(
		    e, ERR_TIMEOUT, 0, "an earlier message is still being answered");
		return TURN_FAILED;
	case CONV_FAILED:
		break;
	}
	return TURN_FAILED;
}

enum turn_end
dialog_turn(const struct dialog *d, const struct turn *t, const struct inbound *in,
    struct reply *out, struct err *e)
{
	const struct channel *channel = channel_of(in->from);
	struct work w = {
		.d = d,
		.t = t,
		.conv_id = in->conv_id,
		.in = in,
		.reply = { .arena = t->arena, .channel = channel },
	};
	int64_t began_ms = work_now_ms(&w);
	char masked[LOG_MASK_SIZE];
	enum turn_end end;

	*out = (struct reply){ 0 };
	end = enter(&w, out, e);
	if (end == TURN_FAILED)
		w.outcome = "failed";
	LOG(LOG_INFO, "dialog", "turn", LS("outcome", w.outcome),
	    LS("from", log_masked(in->from, masked)), LS("channel", channel->name),
	    LI("ms", work_now_ms(&w) - began_ms), LI("bot_calls", w.bot_calls),
	    LI("messages", out->n), LS("pending", pending_kind_name(w.s.pending.kind)));
	return end;
}
