/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn: enter, load, find a repeat, take a step, commit. Nothing is said before it is
 * committed together with the claim of the message.
 */
#include "config.h"

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "dialog/counted.h"
#include "dialog/said.h"
#include "dialog/work.h"
#include "http/http.h"
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
	if (w->s.chat.id != NULL && chat_take(w))
		return true;
	return chat_only(w);
}

static void
answer(struct work *w)
{
	w->heard = (struct heard){ .text = said_clean(w->t->arena, w->in->text),
		.pick = w->in->pick };
	hold_look(w);
	if (opt_out_take(w) || guard_loop(w))
		return;
	work_set_up(w);
	w->heard.no_label = options_word(w->t->arena, w->lang, "no");
	w->shown = (struct options){ .arena = w->t->arena, .lang = w->lang };
	if (once_go_on(w) || guard_flood(w))
		return;
	if (survey_take(w)) {
		say_of_media(w);
		return;
	}
	if (!command_run(w)) {
		if (agent_hears(w))
			return;
		take_step(w);
	}
	say_of_media(w);
	rating_ask(w);
}

/* A job gives the answer to a claim. */
static void
own(const struct work *w, struct claim *claim)
{
	if (claim == NULL || !w->way.owned)
		return;
	claim->way = CLAIM_QUEUED;
	claim->job = w->way.job.id;
}

static bool
commit(struct work *w, struct conv *conv, const struct reply *reply, struct err *e)
{
	struct claim *claim;

	w->s.from = w->in->from;
	w->s.to = w->in->to;
	if (w->in->url != NULL)
		w->s.url = w->in->url;
	for (size_t i = 0; i < w->in->n_joined; i++)
		own(w,
		    session_claim(
			&w->s, w->in->joined[i].sid, w->in->joined[i].token, NULL, 0));
	claim =
	    session_claim(&w->s, w->in->sid, w->in->token, reply->messages, reply->n);
	own(w, claim);
	streak_add(&w->s.streak, work_now_s(w), w->way.owned ? w->way.said : reply->n);
	once_end(w);
	w->s.used_at = work_now_s(w);
	hold_mark(w);
	return work_commit(w, conv, e);
}

/* Gives the answer; what the queue gets takes the place of the job. False: he has left. */
static bool
give(struct work *w, const struct reply *reply, struct reply *out)
{
	*out = (struct reply){ .n = 0 };
	if (!w->way.owned) {
		*out = *reply;
		return way_answer(w, out);
	}
	(void)way_answer(w, out);
	way_send(w, reply->messages, reply->n);
	return true;
}

/* Who waited has left without his answer: it follows him by the queue. */
static void
send_after(struct work *w, struct conv *conv, const struct reply *reply)
{
	struct claim *claim = session_last(&w->s, w->in->sid);
	struct err e;

	LOG(LOG_INFO, "dialog", "nobody waits for the answer any more",
	    LI("messages", reply->n));
	if (reply->n == 0 || claim == NULL || !w->way.open ||
	    !way_claim(w, "not taken"))
		return;
	claim->way = CLAIM_QUEUED;
	claim->job = w->way.job.id;
	if (work_commit(w, conv, &e)) {
		way_send(w, reply->messages, reply->n);
		return;
	}
	/* He may still repeat himself, and gets it then. */
	LOG(LOG_WARN, "dialog", "way of a reply not committed", LS("why", e.text),
	    LH("the user may not read this answer unless Twilio repeats; look at "
	       "the disk of store.path"));
	way_forget(w);
}

/*
 * A message that was answered before. Where this one has a job, the response to it was empty:
 * if the first was not, the sender has not heard that, or would not repeat himself.
 */
static void
repeat(struct work *w, const struct claim *claim, struct reply *out)
{
	bool ours = w->way.owned && claim->job == w->way.job.id;
	bool heard = claim->way == CLAIM_QUEUED && !ours;
	struct reply reply = { claim->messages, heard ? 0 : claim->n };

	w->outcome = "repeat";
	if (claim->cut && !heard)
		LOG(LOG_WARN, "dialog", "reply of then is not known any more",
		    LH("nothing to do: a repeat came after the reply was too long "
		       "or too old to be kept"));
	(void)give(w, &reply, out);
}

enum turn_end
turn_inside(struct work *w, struct conv *conv, struct reply *out, struct err *e)
{
	const struct claim *claim;
	struct reply reply;
	enum turn_end end;
	bool found;

	if (!work_load(w, conv, &found, e) || (!found && !chat_recall(w, e)))
		return TURN_FAILED;
	w->chat = w->s.chat.id;
	claim = session_find(&w->s, w->in->sid, w->in->token);
	if (claim != NULL) {
		repeat(w, claim, out);
		return TURN_REPEAT;
	}
	if (way_lets_pass(w, out, &end) || join_waits(w, out, &end))
		return end;
	join_more(w);
	once_begin(w, conv);
	answer(w);
	if (w->once.halted) {
		*e = w->once.why;
		return TURN_FAILED;
	}
	if (!way_choose(w, &reply, e))
		return TURN_FAILED;
	guard_note(w, &reply);
	if (!commit(w, conv, &reply, e))
		return TURN_FAILED;
	if (!give(w, &reply, out))
		send_after(w, conv, &reply);
	hold_deliver(w, conv);
	return TURN_DONE;
}

/* Who waits in vain, but has his answer, is worked by the queue. */
static enum turn_end
enter(struct work *w, struct reply *out, struct err *e)
{
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	const struct conv_alarm alarm = { w->way.alarm_ms, way_late, w };
	const struct conv_alarm *rings = w->way.open && way_waits(w) ? &alarm : NULL;
	int64_t until_ms = w->t->until_ms + LIMIT_LOCK_GRACE_MS;
	int64_t began_ms = work_now_ms(w);
	enum conv_entry entry;

	entry = conv_enter(w->d->store, w->conv_id, until_ms, rings, &conv, e);
	w->line_ms = work_now_ms(w) - began_ms;
	switch (entry) {
	case CONV_ENTERED:
		return turn_inside(w, conv, out, e);
	case CONV_BUSY:
		if (!w->way.owned)
			return way_line_up(w, 0, out);
		err_set(e, ERR_TIMEOUT, 0, "too many wait");
		return TURN_FAILED;
	case CONV_LATE:
		err_set(
		    e, ERR_TIMEOUT, 0, "an earlier message is still being answered");
		return TURN_FAILED;
	case CONV_FAILED:
		break;
	}
	return TURN_FAILED;
}

/*
 * The turn has come to nothing. Who waits may be told so, and the message comes again; who
 * has been told that it is accepted is not let down.
 */
static enum turn_end
fail(struct work *w, const struct err *e)
{
	w->outcome = "failed";
	if (!w->way.owned)
		return TURN_FAILED;
	if (!w->way.answered) {
		way_forget(w);
		return TURN_FAILED;
	}
	w->outcome = "put back";
	LOG(LOG_WARN, "dialog", "late turn is worked again", LI("job", w->way.job.id),
	    LS("kind", err_kind_name(e->kind)), LS("why", e->text), LH(HINT_AGAIN));
	way_put_back(w, e->text, true);
	return TURN_DONE;
}

/* The reply's: in the response, by the queue, or there was none. */
static const char *
road_of(const struct work *w, const struct reply *out)
{
	if (out->n > 0)
		return "response";
	return w->way.n_follow > 0 ? "queue" : "none";
}

static void
log_turn_end(const struct work *w, int64_t began_ms, const struct reply *out)
{
	char masked[LOG_MASK_SIZE];

	LOG(LOG_INFO, "dialog", "turn", LS("outcome", w->outcome),
	    LS("from", log_masked(w->in->from, masked)),
	    LS("channel", w->reply.channel->name), LS("road", road_of(w, out)),
	    LI("ms", work_now_ms(w) - began_ms), LI("line_ms", w->line_ms),
	    LI("upstream_ms", http_spent_ms(w->t->http) - w->spent_ms),
	    LI("bot_ms", w->bot_ms), LI("bot_calls", w->bot_calls),
	    LI("messages", out->n), LI("queued", w->way.n_follow),
	    LS("pending", pending_kind_name(w->s.pending.kind)),
	    LS("chat", work_chat(w)));
}

enum turn_end
dialog_turn(const struct dialog *d, const struct turn *t, const struct inbound *in,
    struct reply *out, struct err *e)
{
	struct work w = {
		.d = d,
		.t = t,
		.conv_id = in->conv_id,
		.in = in,
		.spent_ms = http_spent_ms(t->http),
		.reply = { .arena = t->arena, .channel = channel_of(in->from) },
	};
	int64_t began_ms = work_now_ms(&w);
	enum turn_end end;

	*out = (struct reply){ 0 };
	way_begin(&w, t);
	if (way_is_behind(&w)) {
		end = way_line_up(&w, 0, out);
	} else {
		way_ahead(&w);
		end = enter(&w, out, e);
	}
	if (end == TURN_FAILED)
		end = fail(&w, e);
	way_end(&w);
	counted_turn(&w);
	log_turn_end(&w, began_ms, out);
	return end;
}
