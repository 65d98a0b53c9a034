/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_EVENT_STAGE_H
#define SUPPORT_EVENT_STAGE_H

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "dialog/event.h"
#include "dialog/jobs.h"
#include "store/chats.h"
#include "store/queue.h"
#include "store/queue_look.h"
#include "store/state.h"
#include "support/agent_talk.h"
#include "support/fake_out.h"
#include "support/patience.h"

/*
 * A dialogue with agents, their events and the queue: events are taken, the queue is worked
 * by the table of dialog/jobs.h in this one thread, time is turned as far as the queue waits,
 * and what goes out is looked at in out.did, "TO<FROM: TEXT +URL;".
 *
 * The chat is "C1" of the conversation "talk", in production.
 */
struct event_stage {
	struct stage s;
	struct fake_agent f;
	struct fake_out out;
	struct state *st;
	size_t said; /* lines of the user so far */
	int worked; /* tries of jobs so far */
};

#define EVENT_CONV "talk"
#define EVENT_URL "https://bot.example/hook"
#define EVENT_ME "+34600111222<+34900000000: "
#define SAYS_TO_ME(text) EVENT_ME text ";"

static UNUSED void
event_stage_init(struct event_stage *x, const struct stage_file *files, size_t n)
{
	char path[200];
	struct err e = { 0 };

	memset(x, 0, sizeof(*x));
	agent_stage(&x->s, &x->f, files, n);
	x->s.url = EVENT_URL;
	x->out = (struct fake_out)FAKE_OUT_INIT;
	x->s.dialog.out = out_from_ops(&fake_out_ops, &x->out);
	snprintf(path, sizeof(path), "%s/state", x->s.dir.path);
	x->st = state_open(
	    &(struct state_opts){ .path = path, .clock = &x->s.clock.clock }, &e);
	cr_assert_not_null(x->st, "%s", e.text);
	x->s.dialog.state = x->st;
}

static UNUSED void
event_stage_fini(struct event_stage *x)
{
	state_close(x->st);
	out_free(x->s.dialog.out);
	agent_stage_fini(&x->s);
}

/* The user. */

/* What he says, and what is shown in the response. The bot says, or is not asked (NULL). */
static UNUSED void
event_user(struct event_stage *x, const struct line *l)
{
	talk_say(&x->s, CONF_PRODUCTION, EVENT_CONV, x->said++, l);
}

static UNUSED void
event_open_chat(struct event_stage *x)
{
	static const struct bot_answer flagged[] = { { .kind = BOT_ANSWER,
	    .html = "Hard",
	    .related_title = "",
	    .escalate = true } };
	static const struct bot_result flags = RESULT(flagged);
	static const struct line lines[] = { { "q", &flags, "q",
						 { "Hard", WANT_AGENT } },
		{ "1", NULL, NULL, { CONNECTING } } };

	for (size_t i = 0; i < NELEMS(lines); i++)
		event_user(x, &lines[i]);
	x->f.did[0] = '\0';
	x->s.bot.notes[0] = '\0';
}

/* Nothing happens for longer than a session is kept. */
static UNUSED void
event_forget_session(struct event_stage *x)
{
	x->s.clock.now_s += 3600 + 60;
}

/* The agents' side. */

static UNUSED enum event_take
event_take_in(
    struct event_stage *x, size_t i, enum agent_proof proof, enum conf_env env)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct turn t = { .conf = x->s.conf, .env = env, .arena = a };
	const char *body = arena_printf(a, "%zu", i);
	struct agent_event ev;
	enum event_take taken;
	struct err e = { 0 };

	cr_assert(agent_event_read(x->s.dialog.agent, conf_cfg(x->s.conf, t.env), a,
		      body, strlen(body), &ev, &e),
	    "%s", e.text);
	taken = dialog_event_take(&x->s.dialog, &t, &ev, body, strlen(body), proof, &e);
	cr_expect_neq(taken, EVENT_FAILED, "%s", e.text);
	return taken;
}

static UNUSED enum event_take
event_take_as(struct event_stage *x, size_t i, enum agent_proof proof)
{
	return event_take_in(x, i, proof, CONF_PRODUCTION);
}

static UNUSED enum event_take
event_take(struct event_stage *x, size_t i)
{
	return event_take_as(x, i, AGENT_PROVEN);
}

/* The queue. */

static UNUSED const struct dialog_job *
event_job(const char *kind)
{
	for (size_t i = 0; i < n_dialog_jobs; i++)
		if (strcmp(dialog_jobs[i].kind, kind) == 0)
			return &dialog_jobs[i];
	cr_assert_fail("%s: no such kind of job", kind);
	return NULL;
}

/* Works a job as the queue does, but for what becomes of it. */
static UNUSED enum job_end
event_try(
    struct event_stage *x, struct arena *a, const struct job *job, struct job_result *r)
{
	const struct turn t = { .conf = x->s.conf,
		.arena = a,
		.until_ms = clock_mono_ms(&x->s.clock.clock) + PATIENCE_MS };

	*r = (struct job_result){ 0 };
	x->worked++;
	return event_job(job->kind)->work(&x->s.dialog, &t, job, r);
}

static UNUSED enum queue_result
event_end(struct event_stage *x, const struct job *job, enum job_end end,
    const struct job_result *r, struct err *e)
{
	const struct job_later later = { .delay_ms = r->delay_ms > 0
		    ? r->delay_ms
		    : queue_backoff_ms(job->tries),
		.why = r->why,
		.unsure = r->unsure,
		.free = r->free };

	switch (end) {
	case JOB_DONE:
		return queue_done(x->st, job, r->follow, r->n_follow, e);
	case JOB_LATER:
		return queue_later(x->st, job, &later, e);
	case JOB_DEAD:
		break;
	}
	return queue_dead(x->st, job, r->why, r->unsure, e);
}

/* Works one job that is due. False: none is. */
static UNUSED bool
event_work_one(struct event_stage *x)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job_result r;
	struct err e = { 0 };
	enum job_end end;
	struct job job;

	if (queue_take(x->st, a, &job, &e) != QUEUE_OK)
		return false;
	end = event_try(x, a, &job, &r);
	cr_expect_eq(event_end(x, &job, end, &r, &e), QUEUE_OK, "%s", e.text);
	return true;
}

/* Works until the queue is empty, turning time as far as it waits. */
static UNUSED void
event_settle(struct event_stage *x)
{
	struct err e = { 0 };
	int64_t next_ms;

	for (int i = 0; i < 200; i++) {
		while (event_work_one(x))
			continue;
		cr_assert(queue_next_ms(x->st, &next_ms, &e), "%s", e.text);
		if (next_ms == INT64_MAX)
			return;
		if (next_ms / 1000 >= x->s.clock.now_s)
			x->s.clock.now_s = next_ms / 1000 + 1;
	}
	cr_assert_fail("the queue does not become empty");
}

static UNUSED int64_t
event_dead(struct event_stage *x)
{
	struct queue_counts n = { 0 };
	struct err e = { 0 };

	cr_assert(queue_count(x->st, &n, &e), "%s", e.text);
	return n.dead;
}

/* 1 open, 0 closed, -1 not there. */
static UNUSED int
event_row(struct event_stage *x, const char *chat)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct chat_row row;
	struct err e = { 0 };

	switch (chats_find(x->st, "production", chat, a, &row, &e)) {
	case CHATS_OK:
		return row.closed ? 0 : 1;
	case CHATS_NONE:
		return -1;
	case CHATS_FAILED:
		break;
	}
	cr_assert_fail("%s", e.text);
	return -1;
}

#endif
