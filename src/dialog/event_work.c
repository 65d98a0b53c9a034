/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event of an agent, from the queue: what it means, what is said. The agents'
 * side is asked before the conversation is entered, so that nobody waits in line for it. The
 * record keeps what was said of the last event: between its commit and the end of the job a
 * crash leaves a job that is worked again and then says the same, once.
 */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/hint.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "dialog/after.h"
#include "dialog/deliver.h"
#include "dialog/event_i.h"
#include "http/url.h"
#include "store/conv.h"

enum job_end
event_later(struct event_work *x, struct job_result *out, const struct err *e)
{
	out->why = arena_strdup(x->own.arena, e->text);
	return JOB_LATER;
}

static enum job_end
dead(struct event_work *x, struct job_result *out, const char *why)
{
	LOG(LOG_WARN, "dialog", "event given up", LS("name", x->ev.name),
	    LS("why", why), LH(HINT_DEAD));
	out->why = arena_strdup(x->own.arena, why);
	return JOB_DEAD;
}

/* All that stands behind it in the lane waits for the agents' side too: that has an end. */
static enum job_end
ask_later(struct event_work *x, struct job_result *out, const struct err *e)
{
	if (x->tries < LIMIT_EVENT_TRIES)
		return event_later(x, out, e);
	return dead(x, out, e->text);
}

static const char *
some(const char *text)
{
	return text != NULL && *text != '\0' ? text : NULL;
}

/* What the record has lost the row still knows. */
static void
fill_in(struct event_work *x)
{
	struct session *s = &x->w.s;

	if (s->from == NULL || s->to == NULL) {
		s->from = x->known ? some(x->row.user) : NULL;
		s->to = x->known ? some(x->row.ours) : NULL;
	}
	if (s->url == NULL)
		s->url = x->extra.url;
}

/* Keeps what the user will be told with the event's key. */
static void
keep_said(struct event_work *x)
{
	struct reply reply;
	size_t kept;

	compose_all(&x->w.reply, &reply);
	kept = session_event(&x->w.s, x->note.key, reply.messages, reply.n);
	if (kept < reply.n)
		LOG(LOG_WARN, "dialog", "agent's text cut", LI("messages", reply.n),
		    LI("kept", kept), LH("ask the agents to write shorter messages"));
	x->changed = x->changed || kept > 0;
}

/* Whether this event was worked already, and only the end of its job is missing. */
static bool
is_again(const struct event_work *x)
{
	const char *key = x->w.s.event.key;

	return key != NULL && strcmp(key, x->note.key) == 0;
}

static bool
same(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* The row knows what the conversation knows, for the time when its record is gone. */
static void
update_row(struct event_work *x)
{
	const struct session *s = &x->w.s;
	const struct event_extra extra = { .memory = x->chat.memory, .url = s->url };
	const struct chat_row row = { .id = x->ev.chat_id,
		.env = conf_env_name(s->env),
		.conv = x->w.conv_id,
		.user = s->from,
		.ours = s->to,
		.extra = event_extra_write(&extra, x->own.arena) };
	struct err e;

	if (x->known && same(row.user, x->row.user) && same(row.ours, x->row.ours) &&
	    same(extra.memory, x->extra.memory) && same(extra.url, x->extra.url) &&
	    !x->extra.asked)
		return;
	if (!chats_put(x->w.d->state, &row, &e))
		LOG(LOG_WARN, "dialog", "note of a chat not renewed", LS("why", e.text),
		    LH(HINT_STATE));
}

static void
close_row(struct event_work *x)
{
	struct err e;

	if (chats_close(x->w.d->state, conf_env_name(x->note.env), x->ev.chat_id, &e) ==
	    CHATS_FAILED)
		LOG(LOG_WARN, "dialog", "end of a chat not noted", LS("why", e.text),
		    LH(HINT_STATE));
}

static void
follow_up(struct event_work *x)
{
	const struct session *s = &x->w.s;
	const struct after_note ended = { .env = s->env,
		.conv_id = x->w.conv_id,
		.chat = x->ev.chat_id,
		.memory = x->chat.memory,
		.ticket = x->ev.kind == AGENT_EV_TICKET ? x->ev.ticket : NULL,
		.proven = x->note.proof == AGENT_PROVEN,
		.from = s->from,
		.to = s->to,
		.url = s->url };

	after_chat(&x->w, &ended);
}

static void
after_commit(struct event_work *x)
{
	const char *chat = x->w.s.chat.id;

	if (x->ends)
		close_row(x);
	else if (chat != NULL && strcmp(chat, x->ev.chat_id) == 0)
		update_row(x);
	if (x->follows)
		follow_up(x);
	hold_tell_chats(&x->w);
}

/* Changes the record, unless that was done before. False: not now; *e. */
static bool
work_once(struct event_work *x, struct conv *conv, struct err *e)
{
	if (is_again(x)) {
		x->w.outcome = "again";
		x->ends = event_ends(x->ev.kind) && x->w.s.chat.id == NULL;
		x->follows = x->ends;
		return true;
	}
	x->unsettled = !event_act(x, e);
	if (x->unsettled)
		return false;
	keep_said(x);
	return !x->changed || work_commit(&x->w, conv, e);
}

static enum job_end
work_inside(struct event_work *x, struct conv *conv, struct job_result *out)
{
	struct work *w = &x->w;
	struct deliver_to to = { .conv_id = w->conv_id };
	struct err e = { 0 };

	if (!work_load(w, conv, &x->recorded, &e))
		return event_later(x, out, &e);
	fill_in(x);
	if (w->s.from == NULL || w->s.to == NULL)
		return dead(x, out, "the user's address is not known any more");
	w->reply.channel = channel_of(w->s.from);
	if (!work_once(x, conv, &e))
		return x->unsettled ? ask_later(x, out, &e) : event_later(x, out, &e);
	after_commit(x);
	to.env = w->s.env;
	to.to = w->s.from;
	to.from = w->s.to;
	to.url = w->s.url;
	to.now_s = work_now_s(w);
	out->follow =
	    deliver_jobs(x->own.arena, &to, w->s.event.messages, w->s.event.n);
	out->n_follow = w->s.event.n;
	return JOB_DONE;
}

enum job_end
event_enter(struct event_work *x, const char *conv_id, event_inside *inside,
    struct job_result *out)
{
	int64_t until_ms = work_now_ms(&x->w) + LIMIT_EVENT_WAIT_MS;
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	struct err e = { 0 };

	switch (conv_enter(x->w.d->store, conv_id, until_ms, NULL, &conv, &e)) {
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
	return event_later(x, out, &e);
}

/* Asks the agents' side for what the event leaves open. False: it cannot be asked now. */
static bool
complete(struct event_work *x, struct err *e)
{
	struct agent_call call = chat_call(&x->w, x->own.until_ms);

	x->chat =
	    (struct agent_chat){ x->ev.chat_id, x->known ? x->extra.memory : NULL };
	if (!agent_event_resolve(
		x->w.d->agent, &call, x->note.proof, &x->chat, &x->ev, e))
		return false;
	return x->ev.kind != AGENT_EV_MEDIA || event_fetch(x, x->tries, e);
}

bool
event_find_row(struct event_work *x, struct err *e)
{
	switch (chats_find(x->w.d->state, conf_env_name(x->note.env), x->ev.chat_id,
	    x->own.arena, &x->row, e)) {
	case CHATS_OK:
		x->known = true;
		x->extra = event_extra_read(x->row.extra, x->own.arena);
		return true;
	case CHATS_NONE:
		return true;
	case CHATS_FAILED:
		break;
	}
	return false;
}

static enum job_end
work(struct event_work *x, struct job_result *out)
{
	struct err e = { 0 };

	if (!event_find_row(x, &e))
		return event_later(x, out, &e);
	if (x->note.asks)
		return event_pass_on(x, out);
	if (!complete(x, &e))
		return ask_later(x, out, &e);
	if (x->ev.kind == AGENT_EV_NOTHING) {
		x->w.outcome = "nothing";
		return JOB_DONE;
	}
	return event_enter(x, x->w.conv_id, work_inside, out);
}

bool
event_may_show(const char *url)
{
	struct http_url u;
	struct err e;

	return http_url_parse(url, false, &u, &e) && u.https &&
	    host_looks_public(u.host);
}

/* The event as it was taken. False: it is none any more; *e. */
static bool
begin(struct event_work *x, const struct turn *t, const struct job *job, struct err *e)
{
	if (!event_note_read(&x->note, job->body, t->arena, e))
		return false;
	x->own.env = x->note.env;
	work_use_env(&x->w, x->note.env);
	if (!escalate_enabled(&x->w))
		return err_set(e, ERR_CONFIG, 0, "agents are switched off");
	return agent_event_read(
	    x->w.d->agent, x->w.cfg, t->arena, x->note.body, x->note.len, &x->ev, e);
}

static void
report(const struct event_work *x, enum job_end end, const struct job_result *out)
{
	LOG(LOG_INFO, "dialog", "event", LS("name", x->ev.name),
	    LS("chat", x->ev.chat_id), LS("outcome", x->w.outcome),
	    LI("done", end == JOB_DONE), LI("messages", out->n_follow));
}

enum job_end
event_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct event_work x = {
		.own = *t,
		.tries = job->tries,
		.w = { .d = d,
		    .conv_id = job->lane,
		    .reply = { .arena = t->arena, .may = event_may_show },
		    .outcome = "worked" },
		.ev = { .name = "" },
		.file = { .fd = -1 },
	};
	struct err e = { 0 };
	enum job_end end;

	x.w.t = &x.own;
	if (!begin(&x, t, job, &e))
		return dead(&x, out, e.text);
	end = work(&x, out);
	closep(&x.file.fd);
	if (end != JOB_DONE)
		x.w.outcome = end == JOB_LATER ? "later" : "given up";
	report(&x, end, out);
	return end;
}
