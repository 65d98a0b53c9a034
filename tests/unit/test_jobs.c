/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the queue is worked, with jobs of this file in place of the dialogue's: a program of its
 * own, whose table stands before that of the library.
 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "conf/cfg.h"
#include "dialog/jobs.h"
#include "store/queue.h"
#include "support/patience.h"
#include "unit/queue_support.h"
#include "unit/web_scene.h"
#include "web/jobs.h"

/* What the jobs below saw, and what they wait for. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int worked; /* begun */
	int rung; /* alarms of earlier jobs */
	bool open; /* held jobs may end */
	const struct conf *conf;
	char seen[200]; /* bodies, a blank behind each */
} noted = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static void
note(const struct turn *t, const struct job *job)
{
	size_t len;

	pthread_mutex_lock(&noted.lock);
	noted.worked++;
	len = strlen(noted.seen);
	noted.conf = t->conf;
	snprintf(noted.seen + len, sizeof(noted.seen) - len, "%s ", job->body);
	pthread_cond_broadcast(&noted.changed);
	pthread_mutex_unlock(&noted.lock);
}

static void
on_alarm(void *arg)
{
	(void)arg;
	noted.rung++;
}

/* Has all that a job is to have, and leaves an alarm behind. */
static enum job_end
work_note(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct new_job *next = arena_alloc(t->arena, sizeof(*next));

	cr_assert(http_wait(t->http, 0));
	cr_assert_gt(t->until_ms, clock_mono_ms(d->clock));
	cr_assert_eq(t->reply_ms, 0);
	cr_assert_null(t->answer);
	note(t, job);
	http_alarm(t->http, clock_mono_ms(d->clock) - 1, on_alarm, NULL);
	if (strcmp(job->body, "1") == 0) {
		*next = (struct new_job){ .kind = "note", .body = "2" };
		*out = (struct job_result){ .follow = next, .n_follow = 1 };
	}
	return JOB_DONE;
}

static enum job_end
work_later(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	(void)d;
	note(t, job);
	*out = (struct job_result){ .delay_ms = 200000, .why = "tried in vain" };
	return JOB_LATER;
}

static enum job_end
work_held(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	(void)d;
	(void)out;
	note(t, job);
	pthread_mutex_lock(&noted.lock);
	while (!noted.open)
		pthread_cond_wait(&noted.changed, &noted.lock);
	pthread_mutex_unlock(&noted.lock);
	return JOB_DONE;
}

/* Until 50 ms, in which a look at the queue ends that has begun by then, are over. */
static enum job_end
work_long(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	int64_t until_ms = clock_mono_ms(d->clock) + 50;

	(void)out;
	note(t, job);
	while (clock_mono_ms(d->clock) < until_ms)
		sched_yield();
	return JOB_DONE;
}

const struct dialog_job dialog_jobs[] = {
	{ "note", work_note, false, 0 },
	{ "aging", work_later, true, 0 },
	{ "held", work_held, false, 0 },
	{ "long", work_long, false, 0 },
};
const size_t n_dialog_jobs = NELEMS(dialog_jobs);

struct rig {
	struct scene scene;
	struct tmpdir dir;
	struct state *state;
};

/* On this clock; NULL: the stage's, whose date stands still. */
static void
rig_init_at(struct rig *r, const struct clock *clock)
{
	scene_init(&r->scene);
	if (clock == NULL)
		clock = &r->scene.stage.clock.clock;
	r->dir = tmpdir_new();
	r->state = open_state(&r->dir, clock);
	r->scene.web.clock = clock;
	r->scene.stage.dialog.clock = clock;
	r->scene.stage.dialog.state = r->state;
}

static void
rig_init(struct rig *r)
{
	rig_init_at(r, &clock_system);
}

static void
rig_fini(struct rig *r)
{
	state_close(r->state);
	tmpdir_fini(&r->dir);
	scene_fini(&r->scene);
}

static void
put(struct rig *r, const char *kind, const char *body)
{
	const struct new_job job = { .lane = "lane", .kind = kind, .body = body };
	struct err e = { 0 };

	cr_assert_eq(queue_add(r->state, &job, 1, NULL, &e), QUEUE_OK, "%s", e.text);
}

static struct jobs_done
once(struct rig *r, size_t threads, int64_t ms)
{
	struct jobs_done done = { 99, true };
	struct err e = { 0 };

	cr_assert(jobs_once(&r->scene.web, threads, ms, &done, &e), "%s", e.text);
	return done;
}

static void
await_worked(int n)
{
	pthread_mutex_lock(&noted.lock);
	while (noted.worked < n)
		pthread_cond_wait(&noted.changed, &noted.lock);
	pthread_mutex_unlock(&noted.lock);
}

static void
await_empty(struct rig *r)
{
	struct err e = { 0 };
	enum queue_result q;

	while ((q = queue_lane_has(r->state, "lane", NULL, &e)) == QUEUE_OK)
		sched_yield();
	cr_assert_eq(q, QUEUE_NONE, "%s", e.text);
}

TestSuite(jobs, .init = not_for_ever, .fini = no_leaks);

Test(jobs, worked_while_serving)
{
	struct err e = { 0 };
	struct jobs *j;
	struct rig r;

	rig_init(&r);
	j = jobs_start(&r.scene.web, &e);
	cr_assert_not_null(j, "%s", e.text);
	put(&r, "note", "1");
	await_worked(2);
	await_empty(&r);
	cr_expect_str_eq(noted.seen, "1 2 ");
	cr_expect_eq(noted.rung, 0, "an alarm ends with its job");
	cr_expect(jobs_stop(j, PATIENCE_MS));
	rig_fini(&r);
}

Test(jobs, each_with_the_configuration_of_now)
{
	struct conf *second;
	struct rig r;

	rig_init(&r);
	put(&r, "note", "a");
	once(&r, 1, 60000);
	cr_expect_eq(noted.conf, r.scene.stage.conf);
	second = stage_conf(&r.scene.stage.dir, NULL, 0);
	conf_box_set(r.scene.web.conf, second);
	put(&r, "note", "b");
	once(&r, 1, 60000);
	cr_expect_eq(noted.conf, second);
	rig_fini(&r);
}

Test(jobs, stop_waits_for_those_at_hand)
{
	struct err e = { 0 };
	struct jobs *j;
	struct rig r;

	rig_init(&r);
	put(&r, "held", "a");
	j = jobs_start(&r.scene.web, &e);
	cr_assert_not_null(j, "%s", e.text);
	await_worked(1);
	cr_expect_not(jobs_stop(j, 0), "it is at work");
	pthread_mutex_lock(&noted.lock);
	noted.open = true;
	pthread_cond_broadcast(&noted.changed);
	pthread_mutex_unlock(&noted.lock);
	cr_expect(jobs_stop(j, PATIENCE_MS));
	rig_fini(&r);
}

Test(jobs, once_until_nothing_is_due)
{
	const struct new_job soon = { .lane = "lane",
		.kind = "note",
		.body = "3",
		.due_ms = clock_wall_ms(&clock_system) + 30 };
	struct err e = { 0 };
	struct jobs_done done;
	struct rig r;

	rig_init(&r);
	done = once(&r, 0, 60000);
	cr_expect_eq(done.tries, 0u, "there is nothing");
	cr_expect_not(done.left);
	put(&r, "note", "1");
	cr_assert_eq(queue_add(r.state, &soon, 1, NULL, &e), QUEUE_OK, "%s", e.text);
	done = once(&r, 0, 60000);
	cr_expect_eq(done.tries, 3u);
	cr_expect_not(done.left);
	cr_expect_str_eq(noted.seen, "1 2 3 ");
	put(&r, "aging", "x");
	done = once(&r, 0, 60000);
	cr_expect_eq(done.tries, 1u, "put off beyond our time");
	cr_expect_not(done.left);
	rig_fini(&r);
}

Test(jobs, once_until_its_time_is_over)
{
	struct jobs_done done;
	struct rig r;

	rig_init(&r);
	for (int i = 0; i < 20; i++)
		put(&r, "long", "x");
	done = once(&r, 1, 20);
	cr_expect_lt(done.tries, 20u);
	cr_expect(done.left);
	rig_fini(&r);
}

/* By the key as it stands when its turn comes. */
Test(jobs, too_old_ones_die)
{
	const struct cfg *cfg;
	struct queue_counts n;
	struct err e = { 0 };
	int64_t age_s;
	struct rig r;

	rig_init_at(&r, NULL);
	cfg = conf_cfg(r.scene.stage.conf, CONF_PRODUCTION);
	age_s = cfg_int(cfg, CFG_DELIVERY_MAX_AGE_S);
	put(&r, "aging", "a");
	r.scene.stage.clock.now_s += age_s / 2;
	once(&r, 1, 60000);
	cr_expect_str_eq(noted.seen, "a ");
	r.scene.stage.clock.now_s += age_s;
	once(&r, 1, 60000);
	cr_expect_str_eq(noted.seen, "a ", "not tried again");
	cr_assert(queue_count(r.state, &n, &e), "%s", e.text);
	cr_expect_eq(n.dead, 1);
	rig_fini(&r);
}

Test(jobs, queue_that_cannot_be_worked)
{
	struct jobs_done done;
	struct err e = { 0 };
	struct rig r;

	rig_init(&r);
	behind(r.state, "DROP TABLE lane");
	cr_expect_not(jobs_once(&r.scene.web, 1, 60000, &done, &e));
	cr_expect_neq(e.kind, ERR_NONE);
	rig_fini(&r);
}
