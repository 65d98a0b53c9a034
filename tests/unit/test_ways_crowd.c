/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many conversations at once, with threads that work the queue: each user hears each of his
 * replies once, and in order, though some are late, some are many, and some messages come
 * twice.
 */
#include "config.h"

#include <stdatomic.h>

#include "base/log.h"
#include "render/html.h"
#include "store/queue_run.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/ways_rig.h"

static void
quiet(void)
{
	not_for_ever();
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(ways_crowd, .init = quiet, .fini = no_leaks);

enum { USERS = 12, MESSAGES = 12, PARTS = 12 };

/* What the users hear, in the order in which they do. */
static struct {
	pthread_mutex_t lock;
	struct {
		int user, message, part;
	} list[USERS * MESSAGES * PARTS + 1];
	int n;
} heard = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct fake_clock *crowd_clock;

/* Texts are "user.message.part". */
static void
hear(const char *text)
{
	char *end;
	int user = (int)strtol(text, &end, 10);
	int message = (int)strtol(end + (*end == '.'), &end, 10);
	int part = (int)strtol(end + (*end == '.'), &end, 10);

	pthread_mutex_lock(&heard.lock);
	cr_assert_lt(heard.n, USERS * MESSAGES * PARTS, "said twice: %s", text);
	heard.list[heard.n].user = user;
	heard.list[heard.n].message = message;
	heard.list[heard.n++].part = part;
	pthread_mutex_unlock(&heard.lock);
}

/* Now and then a second goes by: all are of one sender, who has his pace. */
static void
hear_sent(void *self, const struct out_call *call, const struct outgoing *m,
    struct out_sent *s)
{
	static atomic_int sends;

	if (++sends % 100 == 0)
		crowd_clock->now_s++;
	fake_out_send(self, call, m, s);
	hear(m->text);
}

/* How many messages the bot answers with: a few times more than a response holds. */
static int
parts_of(int user, int message)
{
	return (user + message) % 5 == 0 ? PARTS : 1;
}

static bool
answer(void *self, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct bot_answer *said = arena_alloc(call->arena, PARTS * sizeof(*said));
	char *end;
	int user = (int)strtol(in->text, &end, 10),
	    message = (int)strtol(end + 1, NULL, 10);
	int n = parts_of(user, message);

	(void)self;
	(void)e;
	for (int i = 0; i < n; i++)
		said[i] = (struct bot_answer){ .kind = BOT_ANSWER,
			.html = arena_printf(call->arena, "%s.%d", in->text, i),
			.related_title = "" };
	*out = (struct bot_result){ BOT_ANSWERED, said, (size_t)n, NULL };
	return true;
}

/* One who does not wait for the answer to write again, and whose messages come twice. */
static void *
write_all(void *arg)
{
	struct caller *me = arg;
	int user = (int)strtol(me->conv, NULL, 10);

	for (int i = 0; i < MESSAGES; i++) {
		char sid[16], text[16];
		struct caller c = { .r = me->r, .conv = me->conv };

		snprintf(sid, sizeof(sid), "SM%d.%d", user, i);
		snprintf(text, sizeof(text), "%d.%d", user, i);
		c.sid = sid;
		c.text = text;
		c.late = (user * 7 + i) % 3 == 0;
		caller_main(&c);
		cr_expect_neq(c.end, TURN_FAILED, "%s: %s", sid, c.e.text);
		cr_expect_neq(c.end, TURN_REFUSED, "%s", sid);
		cr_expect_eq(c.answers, 1, "%s", sid);
		if (c.n > 0) {
			c.shown[strlen(c.shown) - 1] = '\0';
			hear(c.shown);
			continue;
		}
		/* As one who had no answer. */
		c.answers = 0;
		caller_main(&c);
		cr_expect_eq(c.n, 0u, "%s again", sid);
		cr_expect_eq(c.answers, 1, "%s again", sid);
	}
	return NULL;
}

static enum job_end
work(void *mine, struct arena *a, const struct job *job, struct job_result *out)
{
	struct ways *r = mine;
	struct turn t = { .conf = r->s.conf,
		.arena = a,
		.until_ms = clock_mono_ms(&clock_system) + LIMIT_TURN_MS };

	for (size_t i = 0; i < n_dialog_jobs; i++)
		if (strcmp(dialog_jobs[i].kind, job->kind) == 0)
			return dialog_jobs[i].work(&r->s.dialog, &t, job, out);
	return JOB_DEAD;
}

static void
work_all(struct ways *r)
{
	static const struct queue_kind kinds[] = { { "turn", work, 0, 0 },
		{ "send", work, 0, 0 } };
	const struct queue_run_opts o = {
		.kinds = kinds, .n_kinds = NELEMS(kinds), .threads = 4, .ctx = r
	};
	struct caller users[USERS];
	char names[USERS][8];
	struct queue_run *run;
	size_t worked;
	struct err e;

	run = queue_run_start(r->s.dialog.state, &o, &e);
	cr_assert_not_null(run, "%s", e.text);
	for (int i = 0; i < USERS; i++) {
		snprintf(names[i], sizeof(names[i]), "%d", i);
		users[i] = (struct caller){ .r = r, .conv = names[i] };
		cr_assert_eq(
		    pthread_create(&users[i].thread, NULL, write_all, &users[i]), 0);
	}
	for (int i = 0; i < USERS; i++)
		pthread_join(users[i].thread, NULL);
	cr_assert(queue_run_stop(run, PATIENCE_MS));
	r->s.clock.now_s += 60; /* what was put off is due */
	cr_assert(queue_run_once(r->s.dialog.state, &o,
		      ((int64_t)r->s.clock.now_s + 60) * 1000, &worked, &e),
	    "%s", e.text);
}

Test(ways_crowd, each_hears_each_once_in_order)
{
	static struct bot_ops bot_ops;
	static struct out_ops out_ops;
	struct ways *r = ways_new();
	int next[USERS][2] = { 0 }, sent = 0;

	crowd_clock = &r->s.clock;
	bot_ops = fake_bot_ops;
	bot_ops.ask = answer;
	out_ops = fake_out_ops;
	out_ops.send = hear_sent;
	bot_close(r->s.dialog.bot);
	out_free(r->s.dialog.out);
	r->s.dialog.bot = bot_from_ops(&bot_ops, &r->s.bot);
	r->s.dialog.out = out_from_ops(&out_ops, &r->out);
	work_all(r);
	for (int i = 0; i < heard.n; i++) {
		int user = heard.list[i].user;

		cr_assert(user >= 0 && user < USERS);
		cr_expect_eq(heard.list[i].message, next[user][0], "user %d", user);
		cr_expect_eq(heard.list[i].part, next[user][1], "user %d", user);
		if (++next[user][1] == parts_of(user, next[user][0])) {
			next[user][0]++;
			next[user][1] = 0;
		}
	}
	for (int i = 0; i < USERS; i++)
		cr_expect_eq(next[i][0], MESSAGES, "user %d heard all", i);
	sent = r->out.sent;
	cr_expect_gt(sent, USERS, "some went by the queue");
	cr_expect_lt(sent, heard.n, "and some did not");
	cr_expect_eq(ways_counts(r).jobs, 0);
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}
