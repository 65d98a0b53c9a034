/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_WAYS_RIG_H
#define UNIT_WAYS_RIG_H

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "dialog/jobs.h"
#include "http/http.h"
#include "store/queue.h"
#include "store/queue_look.h"
#include "store/state.h"
#include "support/fake_out.h"
#include "support/stage.h"

/*
 * A dialogue with a queue and a way out, all of one test: its phone hears what is answered to
 * `caller` and what arrives at `out`. It lies in memory that a child process shares, so that
 * what was heard and asked is counted though the process is killed in mid-turn.
 */
struct ways {
	struct stage s;
	struct fake_out out;
	struct http_shared *shared;
	struct http *http;
	const char *url; /* see inbound.url */
};

/* One who waits for the answer to a message. */
struct caller {
	struct ways *r;
	const char *sid, *text;
	const char *conv; /* NULL: WAYS_CONV */
	const char *token; /* see inbound.token */
	int64_t notice_ms; /* from now on; 0: no notice */
	pthread_t thread;
	void (*during)(void *arg); /* in the middle of being answered */
	size_t n; /* messages of the answer */
	enum turn_road road;
	enum turn_end end;
	int answers; /* how often he was answered */
	struct err e;
	bool late; /* has waited too long already */
	bool gone; /* has left before the answer */
	char shown[400]; /* their texts, with "|" behind each */
};

#define WAYS_CONV "conversation"

static UNUSED void
ways_open_state(struct ways *r)
{
	char path[200];
	struct state_opts o = { .path = path, .clock = &r->s.clock.clock };
	struct err e = { 0 };

	snprintf(path, sizeof(path), "%s/state", r->s.dir.path);
	r->s.dialog.state = state_open(&o, &e);
	stage_must(r->s.dialog.state != NULL, "state", e.text);
}

/* As when the process ends: what is leased falls to others. */
static UNUSED void
ways_close_state(struct ways *r)
{
	state_close(r->s.dialog.state);
	r->s.dialog.state = NULL;
}

static UNUSED struct ways *
ways_new(void)
{
	struct ways *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct http_shared_opts o = { 0 };
	struct err e = { 0 };

	stage_must(r != MAP_FAILED, "memory", "none");
	stage_init(&r->s);
	r->out = (struct fake_out)FAKE_OUT_INIT;
	r->out.now_s = &r->s.clock.now_s;
	r->s.dialog.out = out_from_ops(&fake_out_ops, &r->out);
	o.clock = &r->s.clock.clock;
	r->shared = http_shared_new(&o, &e);
	stage_must(r->shared != NULL, "http", e.text);
	r->http = http_new(r->shared);
	ways_open_state(r);
	return r;
}

static UNUSED void
ways_free(struct ways *r)
{
	ways_close_state(r);
	out_free(r->s.dialog.out);
	http_free(r->http);
	http_shared_free(r->shared);
	stage_fini(&r->s);
	munmap(r, sizeof(*r));
}

/* Until a caller gives up: far from both ends of a turn, so that no machine is too slow. */
enum { WAYS_REPLY_MS = LIMIT_TURN_MS / 2 };

/* Hooks for the middle of a call. */

/* Of the turn that this thread works. */
static UNUSED _Thread_local struct http *ways_http;

/* The call takes longer than anybody waits; there is nothing that could tell him. */
static UNUSED void
ways_takes_long(void *arg)
{
	struct ways *r = arg;

	r->s.clock.skip_ms += WAYS_REPLY_MS + 1000;
}

/* The same, in a call by http, which tells him. */
static UNUSED void
ways_rings(void *arg)
{
	ways_takes_long(arg);
	cr_assert(http_wait(ways_http, 1));
}

/* One who writes. */

static UNUSED bool
caller_hears(void *arg, const struct reply *reply)
{
	struct caller *c = arg;
	size_t len = 0;

	c->answers++;
	c->n = reply->n;
	c->shown[0] = '\0';
	for (size_t i = 0; i < reply->n && len < sizeof(c->shown); i++)
		len += (size_t)snprintf(c->shown + len, sizeof(c->shown) - len, "%s|",
		    reply->messages[i].text);
	if (c->during != NULL)
		c->during(c->r);
	return !c->gone;
}

static UNUSED void *
caller_main(void *arg)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct caller *c = arg;
	struct ways *r = c->r;
	struct http *http = http_new(r->shared);
	const int64_t now_ms = clock_mono_ms(&r->s.clock.clock);
	const struct turn t = { .conf = r->s.conf,
		.env = CONF_PRODUCTION,
		.http = http,
		.arena = a,
		.reply_ms = c->late ? now_ms - 1 : now_ms + WAYS_REPLY_MS,
		.until_ms = now_ms + LIMIT_TURN_MS,
		.notice_ms = c->notice_ms != 0 ? now_ms + c->notice_ms : 0,
		.road = c->road,
		.answer = caller_hears,
		.arg = c };
	const char *conv = c->conv != NULL ? c->conv : WAYS_CONV;
	const struct inbound in = { .sid = c->sid,
		.token = c->token,
		.conv_id = conv,
		.user_id = conv,
		.from = r->s.from,
		.to = "+34900000000",
		.text = c->text,
		.url = r->url };
	struct reply reply;

	ways_http = http;
	c->end = dialog_turn(&r->s.dialog, &t, &in, &reply, &c->e);
	ways_http = NULL;
	http_free(http);
	return NULL;
}

/* Says it in this thread. */
static UNUSED struct caller
call(struct ways *r, const char *sid, const char *text)
{
	struct caller c = { .r = r, .sid = sid, .text = text };

	caller_main(&c);
	return c;
}

/* The queue. */

static UNUSED enum queue_result
ways_end_job(struct ways *r, const struct job *job, enum job_end end,
    const struct job_result *out, struct err *e)
{
	struct state *st = r->s.dialog.state;
	const struct job_later later = {
		.delay_ms = out->delay_ms != 0 ? out->delay_ms : 1000,
		.why = out->why != NULL ? out->why : "",
		.unsure = out->unsure,
		.free = out->free,
	};

	switch (end) {
	case JOB_DONE:
		if (out->sent_id != NULL)
			return queue_done_sent(st, job, out->sent_id,
			    out->n_follow > 0 ? out->follow : NULL, e);
		return queue_done(st, job, out->follow, out->n_follow, e);
	case JOB_DEAD:
		return queue_dead(
		    st, job, out->why != NULL ? out->why : "", out->unsure, e);
	case JOB_LATER:
		break;
	}
	return queue_later(st, job, &later, e);
}

static UNUSED enum job_end
ways_run_job(
    struct ways *r, struct arena *a, const struct job *job, struct job_result *out)
{
	const struct turn t = { .conf = r->s.conf,
		.http = r->http,
		.arena = a,
		.until_ms = clock_mono_ms(&r->s.clock.clock) + LIMIT_TURN_MS };

	for (size_t i = 0; i < n_dialog_jobs; i++)
		if (strcmp(dialog_jobs[i].kind, job->kind) == 0)
			return dialog_jobs[i].work(&r->s.dialog, &t, job, out);
	cr_assert_fail("nobody works \"%s\"", job->kind);
	return JOB_DEAD;
}

/* Takes and works one job that is due; how it ended. False: there is none. */
static UNUSED bool
ways_work_one(struct ways *r, enum job_end *end)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job_result out = { 0 };
	struct err e = { 0 };
	struct job job;
	enum queue_result got;

	cr_assert(queue_recover(r->s.dialog.state, &e), "%s", e.text);
	got = queue_take(r->s.dialog.state, a, &job, &e);
	if (got == QUEUE_NONE)
		return false;
	cr_assert_eq(got, QUEUE_OK, "%s", e.text);
	*end = ways_run_job(r, a, &job, &out);
	cr_assert_eq(ways_end_job(r, &job, *end, &out, &e), QUEUE_OK, "%s", e.text);
	return true;
}

/* Works all there is, turning the clock to what is due later. Returns how many tries. */
static UNUSED int
ways_work(struct ways *r)
{
	int tries = 0;

	for (;;) {
		int64_t next_ms;
		enum job_end end;
		struct err e;

		while (ways_work_one(r, &end))
			cr_assert_lt(++tries, 500, "the queue comes to no end");
		cr_assert(queue_next_ms(r->s.dialog.state, &next_ms, &e), "%s", e.text);
		if (next_ms == INT64_MAX)
			return tries;
		r->s.clock.now_s = next_ms / 1000 + 1;
	}
}

static UNUSED struct queue_counts
ways_counts(struct ways *r)
{
	struct queue_counts n;
	struct err e = { 0 };

	cr_assert(queue_count(r->s.dialog.state, &n, &e), "%s", e.text);
	return n;
}

/* A process that dies. */

static UNUSED void
ways_die(void *arg)
{
	(void)arg;
	raise(SIGKILL);
}

/*
 * Does the work in a process of its own, which dies in it. The state belongs to that process
 * meanwhile, and is open again afterwards.
 */
static UNUSED void
ways_killed(struct ways *r, void (*work)(struct ways *r))
{
	int status = 0;
	pid_t pid;

	ways_close_state(r);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		ways_open_state(r);
		work(r);
		_exit(0); /* it should not have come so far */
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "the work came to its end, or to a wrong one: %d", status);
	ways_open_state(r);
}

#endif
