/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job "survey": after a chat the user gets the link to a survey, or its first question.
 * Whoever has the survey is asked outside of the conversation; then the survey begins in the
 * record, together with what is said, and that is put into the conversation's lane, once. A
 * crash between the two leaves a job that finds the survey begun and says the same. All of
 * it is best effort: after some minutes it is given up.
 */
#include "config.h"

#include <string.h>

#include "agent/tickets.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "dialog/after.h"
#include "dialog/deliver.h"
#include "store/stopped.h"
#include "store/conv.h"

struct asking {
	struct work w; /* nobody wrote: w.in is NULL, w.t is &own */
	struct turn own;
	struct after_note note;
	const struct job *job;
	struct survey survey; /* that was had */
	bool go; /* it may begin */
};

static enum job_end
done(struct asking *x, const char *outcome)
{
	LOG(LOG_INFO, "dialog", "survey after a chat", LS("chat", x->note.chat),
	    LS("outcome", outcome), LI("ticket", x->note.ticket != NULL));
	return JOB_DONE;
}

/* Nobody wants to be asked hours later, when whoever works the queue is back. */
static bool
is_too_late(const struct asking *x)
{
	int64_t age_ms = clock_wall_ms(x->w.d->clock) - x->job->made_ms;

	return age_ms >= (int64_t)LIMIT_SURVEY_TRY_S * 1000;
}

static enum job_end
failed(struct asking *x, struct job_result *out, const struct err *e)
{
	if (is_too_late(x)) {
		LOG(LOG_WARN, "dialog", "survey given up", LS("chat", x->note.chat),
		    LS("kind", err_kind_name(e->kind)), LS("why", e->text),
		    LH(err_hint(e)));
		return JOB_DONE;
	}
	out->why = arena_printf(x->own.arena, "survey: %s", e->text);
	return JOB_LATER;
}

/* Sends it, unless something was sent for this chat before. */
static enum queue_result
say_once(struct asking *x, const struct message *messages, size_t n, struct err *e)
{
	const struct after_note *note = &x->note;
	const struct deliver_to to = { .env = note->env,
		.conv_id = note->conv_id,
		.to = note->from,
		.from = note->to,
		.url = note->url,
		.now_s = work_now_s(&x->w) };
	struct arena *a = x->own.arena;

	return queue_add(x->w.d->state, deliver_jobs(a, &to, messages, n), n,
	    after_key(a, "survey-said", note->env, note->chat), e);
}

static enum job_end
said(struct asking *x, enum queue_result r, const char *outcome, struct job_result *out,
    const struct err *e)
{
	if (r == QUEUE_OK)
		return done(x, outcome);
	if (r == QUEUE_SEEN)
		return done(x, "said before");
	return failed(x, out, e);
}

static enum job_end
send_link(struct asking *x, struct job_result *out)
{
	struct agent_call call = chat_call(&x->w, x->own.until_ms);
	struct block b = { .plain = true };
	const char *url = NULL;
	struct reply reply;
	struct err e = { 0 };

	if (x->note.ticket == NULL)
		return done(x, "no ticket");
	if (is_too_late(x))
		return done(x, "too late");
	if (!agent_survey(x->w.d->agent, &call, x->note.ticket, &url, &e))
		return failed(x, out, &e);
	if (url == NULL)
		return done(x, "none");
	b.html = url;
	compose_say(&x->w.reply, &b, 1);
	compose_all(&x->w.reply, &reply);
	return said(x, say_once(x, reply.messages, reply.n, &e), "link", out, &e);
}

/* In the conversation. */

typedef enum job_end inside_fn(
    struct asking *x, struct conv *conv, struct job_result *out);

static enum job_end
enter(struct asking *x, inside_fn *inside, struct job_result *out)
{
	int64_t until_ms = work_now_ms(&x->w) + LIMIT_EVENT_WAIT_MS;
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	struct err e = { 0 };

	switch (conv_enter(x->w.d->store, x->note.conv_id, until_ms, NULL, &conv, &e)) {
	case CONV_ENTERED:
		return inside(x, conv, out);
	case CONV_BUSY:
	case CONV_LATE:
		out->free = true;
		out->delay_ms = LIMIT_EVENT_AGAIN_MS;
		out->why = "a message of the user is being answered";
		return JOB_LATER;
	case CONV_FAILED:
		break;
	}
	return failed(x, out, &e);
}

static bool
is_same(const char *id, const char *chat)
{
	return id != NULL && strcmp(id, chat) == 0;
}

/* Begun by an earlier try, which may have ended before it was said. */
static enum job_end
say_again(struct asking *x, struct job_result *out)
{
	const struct last_event *begun = &x->w.s.surveyed;
	struct err e = { 0 };

	if (begun->n == 0)
		return done(x, "begun before");
	return said(x, say_once(x, begun->messages, begun->n, &e), "asked", out, &e);
}

/*
 * Looks whether the survey may begin: x->go. A chat that is this one has ended, which its
 * turn or event is about to note.
 */
static enum job_end
look(struct asking *x, struct conv *conv, struct job_result *out)
{
	const struct session *s = &x->w.s;
	struct err e = { 0 };
	bool found;

	x->go = false;
	if (!work_load(&x->w, conv, &found, &e))
		return failed(x, out, &e);
	if (is_same(s->surveyed.key, x->note.chat))
		return say_again(x, out);
	if (is_too_late(x))
		return done(x, "too late");
	if (is_same(s->chat.id, x->note.chat)) {
		(void)err_set(&e, ERR_IO, 0, "the end of the chat is not noted yet");
		return failed(x, out, &e);
	}
	if (s->chat.id != NULL)
		return done(x, "the user is in another chat");
	if (walk_runs(&s->survey) && !walk_is_late(&s->survey, work_now_s(&x->w)))
		return done(x, "another survey runs");
	x->go = true;
	return JOB_DONE;
}

/* Where the record was lost meanwhile, the user was asked before: he is not held to it. */
static void
take_back(struct asking *x, struct conv *conv)
{
	struct err e = { 0 };

	x->w.s.survey = (struct survey_walk){ .stage = WALK_NONE };
	x->w.s.surveyed.n = 0;
	if (!work_commit(&x->w, conv, &e))
		LOG(LOG_WARN, "dialog", "survey not taken back", LS("why", e.text),
		    LH(HINT_STORE));
}

/* What the record has lost, if it had it. */
static void
fill_in(struct asking *x)
{
	struct session *s = &x->w.s;

	if (s->from == NULL || s->to == NULL) {
		s->from = x->note.from;
		s->to = x->note.to;
	}
	if (s->url == NULL)
		s->url = x->note.url;
}

/* False: there is nothing to be asked. */
static bool
compose_first(struct asking *x)
{
	struct work *w = &x->w;
	const struct walk_talk talk = { w->t->arena, w->lang, work_now_s(w) };
	bool confirm = cfg_bool(w->cfg, CFG_CHAT_CHAT_SURVEY_CONFIRMTOSTART);
	struct walk_said first;
	struct reply reply;
	size_t kept;

	if (!walk_begin(&w->s.survey, &talk, &x->survey, confirm, &first))
		return false;
	compose_say(&w->reply, first.blocks, first.n);
	compose_all(&w->reply, &reply);
	kept = session_surveyed(&w->s, x->note.chat, reply.messages, reply.n);
	if (kept < reply.n)
		LOG(LOG_WARN, "dialog", "survey cut", LI("messages", reply.n),
		    LI("kept", kept), LH(HINT_SURVEY));
	return kept > 0;
}

static enum job_end
begin(struct asking *x, struct conv *conv, struct job_result *out)
{
	const struct last_event *begun = &x->w.s.surveyed;
	enum job_end looked = look(x, conv, out);
	enum queue_result r;
	struct err e = { 0 };

	if (!x->go)
		return looked;
	work_set_up(&x->w);
	fill_in(x);
	if (!compose_first(x))
		return done(x, "it asks nothing");
	if (!work_commit(&x->w, conv, &e))
		return failed(x, out, &e);
	r = say_once(x, begun->messages, begun->n, &e);
	if (r == QUEUE_SEEN)
		take_back(x, conv);
	return said(x, r, "asked", out, &e);
}

static enum job_end
ask(struct asking *x, struct job_result *out)
{
	struct agent_call call = chat_call(&x->w, x->own.until_ms);
	/* Without proof it is no ticket of this chat's: that is looked up. */
	const char *ticket = x->note.proven ? x->note.ticket : NULL;
	enum job_end looked = enter(x, look, out);
	struct err e = { 0 };

	if (!x->go)
		return looked;
	switch (tickets_survey(
	    x->w.d->tickets, &call, x->note.chat, ticket, &x->survey, &e)) {
	case TICKET_SURVEY:
		return enter(x, begin, out);
	case TICKET_SURVEY_NONE:
		return done(x, "none");
	case TICKET_SURVEY_FAILED:
		break;
	}
	return failed(x, out, &e);
}

static enum job_end
work(struct asking *x, struct job_result *out)
{
	bool stopped;
	struct err e;

	if (!escalate_enabled(&x->w))
		return done(x, "agents are switched off");
	if (x->note.from == NULL || x->note.to == NULL)
		return done(x, "the user's address is not known any more");
	x->w.reply.channel = channel_of(x->note.from);
	if (!stop_is(x->w.d->state, x->note.conv_id, &stopped, &e))
		return failed(x, out, &e);
	if (stopped)
		return done(x, "the user wants no messages");
	switch (after_survey(&x->w)) {
	case SURVEY_TALK:
		return ask(x, out);
	case SURVEY_LINK:
		return send_link(x, out);
	case SURVEY_NONE:
		break;
	}
	return done(x, "switched off");
}

enum job_end
survey_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct asking x = {
		.own = *t,
		.w = { .d = d, .reply = { .arena = t->arena } },
		.job = job,
	};
	struct err e = { 0 };

	x.w.t = &x.own;
	if (!after_note_read(&x.note, job->body, t->arena, &e)) {
		out->why = arena_strdup(t->arena, e.text);
		return JOB_DEAD;
	}
	x.own.env = x.note.env;
	x.w.conv_id = x.note.conv_id;
	work_use_env(&x.w, x.note.env);
	return work(&x, out);
}
