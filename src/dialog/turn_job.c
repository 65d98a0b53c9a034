/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "dialog/counted.h"
#include "dialog/turn_job.h"
#include "dialog/turn_note.h"
#include "dialog/work.h"
#include "http/http.h"
#include "store/conv.h"

/* Nobody waits; the queue's own limits and those of a turn hold. */
static struct turn
turn_of(const struct dialog *d, const struct turn *t, enum conf_env env)
{
	struct turn own = *t;
	int64_t until_ms = clock_mono_ms(d->clock) + LIMIT_TURN_MS;

	own.env = env;
	own.reply_ms = own.notice_ms = 0;
	own.answer = NULL;
	if (own.until_ms > until_ms)
		own.until_ms = until_ms;
	return own;
}

/* Who writes meanwhile goes first. That was no try. */
static enum job_end
not_now(struct job_result *out)
{
	out->delay_ms = LIMIT_BACKOFF_FIRST_MS;
	out->free = true;
	out->why = "the conversation is busy";
	return JOB_LATER;
}

static enum job_end
failed(struct work *w, const struct err *e, struct job_result *out)
{
	w->outcome = "failed";
	out->why = arena_strdup(w->t->arena, e->text);
	return JOB_LATER;
}

/* Inside the conversation. */
static enum job_end
work_inside(struct work *w, struct conv *conv, struct job_result *out)
{
	int64_t began_ms = work_now_ms(w);
	char masked[LOG_MASK_SIZE];
	struct reply reply;
	enum turn_end end;
	struct err e;

	end = turn_inside(w, conv, &reply, &e);
	if (end == TURN_FAILED)
		return failed(w, &e, out);
	counted_turn(w);
	LOG(LOG_INFO, "dialog", "turn from the queue", LS("outcome", w->outcome),
	    LS("from", log_masked(w->in->from, masked)),
	    LS("channel", w->reply.channel->name),
	    LS("road", w->way.n_follow > 0 ? "queue" : "none"),
	    LI("ms", work_now_ms(w) - began_ms),
	    LI("upstream_ms", http_spent_ms(w->t->http) - w->spent_ms),
	    LI("bot_ms", w->bot_ms), LI("bot_calls", w->bot_calls),
	    LI("queued", w->way.n_follow),
	    LS("pending", pending_kind_name(w->s.pending.kind)),
	    LS("chat", work_chat(w)));
	out->follow = w->way.follow;
	out->n_follow = w->way.n_follow;
	return JOB_DONE;
}

static enum job_end
enter(struct work *w, struct job_result *out)
{
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	int64_t until_ms = work_now_ms(w) + LIMIT_TURN_LINE_MS;
	struct err e;

	switch (conv_enter(w->d->store, w->conv_id, until_ms, NULL, &conv, &e)) {
	case CONV_ENTERED:
		return work_inside(w, conv, out);
	case CONV_BUSY:
	case CONV_LATE:
		return not_now(out);
	case CONV_FAILED:
		break;
	}
	return failed(w, &e, out);
}

enum job_end
turn_job(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct inbound in = { 0 };
	struct work w = { .d = d,
		.conv_id = job->lane,
		.in = &in,
		.spent_ms = http_spent_ms(t->http) };
	enum conf_env env;
	const char *ref;
	struct err e;

	if (!turn_note_read(&in, &env, &ref, job->body, t->arena, &e)) {
		out->why = arena_strdup(t->arena, e.text);
		return JOB_DEAD;
	}
	if (*ref != '\0')
		log_turn(ref);
	in.conv_id = job->lane;
	w.reply = (struct compose){ .arena = t->arena, .channel = channel_of(in.from) };
	w.way = (struct way){
		.own = turn_of(d, t, env),
		.ord_ms = job->made_ms,
		.open = true,
		.owned = true,
		.lent = true,
		.job = *job,
	};
	w.t = &w.way.own;
	return enter(&w, out);
}
