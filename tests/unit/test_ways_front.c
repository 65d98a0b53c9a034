/* SPDX-License-Identifier: Apache-2.0 */
/* Roads that are configured, the holding notice, repeats known by their token. */
#include "config.h"

#include <sched.h>

#include "base/log.h"
#include "channel/channel.h"
#include "store/stopped.h"
#include "dialog/turn_note.h"
#include "dialog/work.h"
#include "render/html.h"
#include "store/conv.h"
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

TestSuite(ways_front, .init = quiet, .fini = no_leaks);

#define USER "+34600111222<+34900000000: "
#define MOMENT "One moment, please. I am working on it."

static const struct bot_answer hello[] = {
	{ .kind = BOT_ANSWER, .html = "Hello", .related_title = "" }
};
static const struct bot_result says_hello = { BOT_ANSWERED, hello, 1, NULL };

/* Before the deadline, and behind it. */
enum { SOON_MS = WAYS_REPLY_MS / 2, LATER_MS = 2 * WAYS_REPLY_MS };

static struct ways *
scene(void (*during)(void *arg))
{
	struct ways *r = ways_new();

	r->s.bot.says = &says_hello;
	r->s.bot.during = during;
	r->s.bot.arg = r;
	r->out.arg = r;
	return r;
}

static struct caller
say(struct ways *r, const char *sid, int64_t notice_ms, enum turn_road road)
{
	struct caller c = {
		.r = r, .sid = sid, .text = "q", .notice_ms = notice_ms, .road = road
	};

	caller_main(&c);
	return c;
}

static void
put_letter(struct ways *r)
{
	const struct new_job job = { .lane = WAYS_CONV,
		.kind = "send",
		.body =
		    "{\"env\":\"production\",\"to\":\"+34600111222\","
		    "\"from\":\"+34900000000\",\"text\":\"earlier\",\"made_s\":1}" };
	struct err e;

	cr_assert_eq(queue_add(r->s.dialog.state, &job, 1, NULL, &e), QUEUE_OK);
}

Test(ways_front, in_the_response_though_messages_wait)
{
	struct ways *r = scene(NULL);
	struct caller c;

	put_letter(r);
	c = say(r, "SM1", 0, ROAD_RESPONSE);
	cr_expect_str_eq(c.shown, "Hello|");
	r->s.bot.during = ways_rings;
	c = say(r, "SM2", 0, ROAD_RESPONSE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u, "what is late still goes by the queue");
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "earlier;" USER "Hello;");
	ways_free(r);
}

static void
is_acknowledged(void *arg)
{
	struct ways *r = arg;

	cr_expect_eq(r->s.bot.asked, 0, "before anything is worked");
	cr_expect_eq(ways_counts(r).working, 1, "and durable before that");
}

Test(ways_front, all_by_the_queue)
{
	struct ways *r = scene(NULL);
	struct caller c = { .r = r,
		.sid = "SM1",
		.text = "q",
		.road = ROAD_QUEUE,
		.during = is_acknowledged };

	caller_main(&c);
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u);
	c = say(r, "SM1", 0, ROAD_QUEUE);
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	c = say(r, "SM1", 0, ROAD_QUEUE);
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(r->s.bot.asked, 1);
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}

/* Nothing is lost where the queue does not take it, or nothing can be sent. */
Test(ways_front, by_the_queue_where_there_is_no_way)
{
	struct ways *r = scene(NULL);

	r->out.disabled = true;
	cr_expect_str_eq(say(r, "SM1", SOON_MS, ROAD_QUEUE).shown, "Hello|");
	cr_expect_eq(ways_counts(r).jobs, 0);
	ways_free(r);
}

/* Longer than until the notice, not until the deadline. */
static void
takes_a_moment(void *arg)
{
	struct ways *r = arg;

	r->s.clock.skip_ms += SOON_MS + 1000;
	cr_assert(http_wait(ways_http, 1));
}

Test(ways_front, a_notice_in_the_response)
{
	struct ways *r = scene(takes_a_moment);
	struct caller c = say(r, "SM1", SOON_MS, ROAD_AS_IT_FITS);

	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_str_eq(c.shown, MOMENT "|");
	c = say(r, "SM1", SOON_MS, ROAD_AS_IT_FITS);
	cr_expect_eq(c.n, 0u, "once");
	(void)ways_work(r);
	c = say(r, "SM1", SOON_MS, ROAD_AS_IT_FITS);
	cr_expect_eq(c.n, 0u, "once");
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}

/* A message that came twice at the same moment, and both stand in line. */
Test(ways_front, one_notice_for_two_who_wait)
{
	struct ways *r = scene(NULL);
	struct caller c[2];
	struct conv *conv;
	struct err e;

	cr_assert_eq(conv_enter(r->s.store, WAYS_CONV,
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	for (size_t i = 0; i < NELEMS(c); i++) {
		c[i] = (struct caller){
			.r = r, .sid = "SM1", .text = "q", .notice_ms = 100
		};
		cr_assert_eq(pthread_create(&c[i].thread, NULL, caller_main, &c[i]), 0);
	}
	while (ways_counts(r).jobs < 2)
		sched_yield();
	conv_leave(conv);
	for (size_t i = 0; i < NELEMS(c); i++)
		pthread_join(c[i].thread, NULL);
	cr_expect_eq(c[0].n + c[1].n, 1u, "'%s' '%s'", c[0].shown, c[1].shown);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}

/* Who says STOP is not asked for a moment either, though it has to wait in line. */
Test(ways_front, no_notice_for_a_stop)
{
	struct ways *r = scene(NULL);
	struct caller c = { .r = r, .sid = "SM1", .text = "STOP", .notice_ms = 100 };
	struct conv *conv;
	struct err e;

	cr_assert_eq(conv_enter(r->s.store, WAYS_CONV,
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	cr_assert_eq(pthread_create(&c.thread, NULL, caller_main, &c), 0);
	while (ways_counts(r).jobs < 1)
		sched_yield();
	conv_leave(conv);
	pthread_join(c.thread, NULL);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u, "'%s'", c.shown);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, "");
	cr_expect_eq(r->s.bot.asked, 0);
	ways_free(r);
}

/* Stood in line while an earlier one fell back into the queue. Owned: it is late as well. */
static void
lets_pass(bool owned)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct ways *r = scene(NULL);
	const int64_t now_ms = clock_mono_ms(&r->s.clock.clock);
	struct caller c = { .r = r, .sid = "SM2", .text = "second" };
	struct inbound in = { .sid = "SM1",
		.conv_id = WAYS_CONV,
		.user_id = WAYS_CONV,
		.from = r->s.from,
		.to = "+34900000000",
		.text = "first" };
	struct work w = { .d = &r->s.dialog,
		.conv_id = WAYS_CONV,
		.in = &in,
		.reply = { .arena = a, .channel = channel_of(in.from) } };
	const struct turn t = { .conf = r->s.conf,
		.env = CONF_PRODUCTION,
		.http = r->http,
		.arena = a,
		.reply_ms = now_ms + WAYS_REPLY_MS,
		.until_ms = now_ms + LIMIT_TURN_MS,
		.answer = caller_hears,
		.arg = &c };
	const struct new_job first = { .lane = WAYS_CONV,
		.kind = "turn",
		.body = turn_note_write(a, CONF_PRODUCTION, &in),
		.ord_ms = clock_wall_ms(&r->s.clock.clock) - 1 };
	struct reply reply = { 0 };
	enum turn_end end = TURN_FAILED;
	struct err e;

	way_begin(&w, &t);
	cr_assert_eq(queue_add(r->s.dialog.state, &first, 1, NULL, &e), QUEUE_OK);
	in.sid = "SM2";
	in.text = "second";
	cr_assert(!owned || way_claim(&w, "late"));
	cr_expect(way_lets_pass(&w, &reply, &end));
	way_end(&w);
	cr_expect_eq(end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u);
	cr_expect_eq(ways_counts(r).jobs, 2);
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, 2);
	cr_expect_str_eq(r->s.bot.heard, "second", "at last");
	cr_expect_str_eq(r->out.did, USER "Hello;" USER "Hello;");
	ways_free(r);
}

Test(ways_front, an_earlier_one_goes_first)
{
	lets_pass(false);
	lets_pass(true);
}

/* Those that came later, or at the same moment, do not. */
Test(ways_front, a_later_one_does_not)
{
	struct ways *r = scene(NULL);
	const struct new_job later = { .lane = WAYS_CONV,
		.kind = "turn",
		.body = "{}",
		.ord_ms = clock_wall_ms(&r->s.clock.clock) };
	struct err e;

	cr_assert_eq(queue_add(r->s.dialog.state, &later, 1, NULL, &e), QUEUE_OK);
	for (int64_t i = -1; i <= 1; i++)
		cr_expect_eq(queue_lane_before(r->s.dialog.state, WAYS_CONV, "turn",
				 later.ord_ms + i, &e),
		    i > 0 ? QUEUE_OK : QUEUE_NONE, "%lld", (long long)i);
	cr_expect_eq(
	    queue_lane_before(r->s.dialog.state, WAYS_CONV, "send", INT64_MAX, &e),
	    QUEUE_NONE, "of that kind");
	cr_expect_eq(
	    queue_lane_before(r->s.dialog.state, "another", "turn", INT64_MAX, &e),
	    QUEUE_NONE, "of that lane");
	ways_free(r);
}

Test(ways_front, no_notice_in_time)
{
	struct ways *r = scene(NULL);

	cr_expect_str_eq(say(r, "SM1", SOON_MS, ROAD_AS_IT_FITS).shown, "Hello|");
	cr_expect_str_eq(say(r, "SM2", LATER_MS, ROAD_AS_IT_FITS).shown, "Hello|");
	cr_expect_eq(ways_counts(r).jobs, 0);
	ways_free(r);
}

/* The notice's job is worked while the turn still waits for the bot, and behind that. */
static void
takes_long_and_is_noticed(void *arg)
{
	struct ways *r = arg;

	ways_rings(r);
	r->s.clock.now_s += LATER_MS / 1000;
	r->s.bot.during = NULL;
	while (ways_counts(r).jobs > 1) {
		enum job_end end;

		cr_assert(ways_work_one(r, &end), "it is due");
		cr_expect_eq(end, JOB_DONE);
	}
}

Test(ways_front, a_notice_by_the_queue)
{
	static const enum turn_road roads[] = { ROAD_AS_IT_FITS, ROAD_RESPONSE };

	for (size_t i = 0; i < NELEMS(roads); i++) {
		struct ways *r = scene(takes_long_and_is_noticed);
		struct caller c = say(r, "SM1", LATER_MS, roads[i]);

		cr_expect_eq(c.answers, 1, "%zu", i);
		cr_expect_eq(c.n, 0u, "%zu", i);
		(void)ways_work(r);
		cr_expect_str_eq(r->out.did, USER MOMENT ";" USER "Hello;", "%zu", i);
		ways_free(r);
	}
}

/* Before the deadline as well: the response is empty already. */
static void
is_noticed(void *arg)
{
	struct ways *r = arg;
	enum job_end end;

	r->s.clock.now_s += SOON_MS / 1000 + 1;
	r->s.bot.during = NULL;
	cr_assert(ways_work_one(r, &end), "it is due");
	cr_expect_eq(end, JOB_DONE);
}

Test(ways_front, a_notice_where_all_goes_by_the_queue)
{
	struct ways *r = scene(is_noticed);

	cr_expect_eq(say(r, "SM1", SOON_MS, ROAD_QUEUE).n, 0u);
	cr_expect_eq(say(r, "SM1", SOON_MS, ROAD_QUEUE).n, 0u, "nor for a repeat");
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER MOMENT ";" USER "Hello;");
	ways_free(r);
}

Test(ways_front, no_notice_behind_the_answer)
{
	struct ways *r = scene(ways_rings);

	cr_expect_eq(say(r, "SM1", LATER_MS, ROAD_AS_IT_FITS).n, 0u);
	cr_expect_eq(ways_counts(r).jobs, 2);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}

static void
opts_out(void *arg)
{
	struct ways *r = arg;
	struct err e;

	cr_assert(stop_set(r->s.dialog.state, WAYS_CONV, "STOP", 1, &e), "%s", e.text);
	takes_long_and_is_noticed(r);
	cr_assert(stop_clear(r->s.dialog.state, WAYS_CONV, NULL, &e), "%s", e.text);
}

Test(ways_front, no_notice_to_one_who_opted_out)
{
	struct ways *r = scene(opts_out);

	(void)say(r, "SM1", LATER_MS, ROAD_AS_IT_FITS);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	ways_free(r);
}

/* It is not said again, and its trouble is nobody else's. */
Test(ways_front, trouble_with_a_notice)
{
	static const struct {
		const char *name, *did;
		enum out_result result;
	} t[] = {
		{ "refused", USER "Hello;", OUT_REFUSED },
		{ "unknown", USER "Hello;", OUT_UNKNOWN },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct ways *r = scene(takes_long_and_is_noticed);

		r->out.unlucky = 1;
		r->out.result = t[i].result;
		(void)say(r, "SM1", LATER_MS, ROAD_AS_IT_FITS);
		(void)ways_work(r);
		cr_expect_str_eq(r->out.did, t[i].did, "%s", t[i].name);
		cr_expect_eq(r->out.tried, 2, "%s", t[i].name);
		cr_expect_eq(ways_counts(r).dead, 0, "%s", t[i].name);
		ways_free(r);
	}
}

/* A process that dies, and another that goes on. */

static void
ring_and_die(void *arg)
{
	ways_rings(arg);
	ways_die(arg);
}

static void
late_and_dies(struct ways *r)
{
	r->s.bot.during = ring_and_die;
	(void)say(r, "SM1", LATER_MS, ROAD_AS_IT_FITS);
}

/* In the middle of sending it, while the turn is at the bot. */
static void
notice_and_dies(struct ways *r)
{
	r->s.bot.during = takes_long_and_is_noticed;
	r->out.during = ways_die;
	(void)say(r, "SM1", LATER_MS, ROAD_AS_IT_FITS);
}

Test(ways_front, killed_before_a_notice)
{
	struct ways *r = scene(NULL);

	ways_killed(r, late_and_dies);
	r->s.bot.during = NULL;
	cr_expect_eq(ways_counts(r).jobs, 2, "both outlive it");
	(void)ways_work(r);
	cr_expect_str_eq(
	    r->out.did, USER "Hello;", "the answer came before it was due");
	ways_free(r);
}

Test(ways_front, killed_in_a_notice)
{
	struct ways *r = scene(NULL);

	ways_killed(r, notice_and_dies);
	r->out.during = NULL;
	r->s.bot.during = NULL;
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER MOMENT ";" USER "Hello;", "each once");
	cr_expect_eq(r->out.tried, 2);
	cr_expect_eq(ways_counts(r).jobs, 0);
	ways_free(r);
}

/* By the queue alone: killed at once when it is answered, or in the bot's call. */
static void
answered_and_dies(struct ways *r)
{
	struct caller c = { .r = r,
		.sid = "SM1",
		.text = "q",
		.road = ROAD_QUEUE,
		.during = ways_die };

	caller_main(&c);
}

static void
asks_and_dies(struct ways *r)
{
	r->s.bot.during = ways_die;
	(void)say(r, "SM1", 0, ROAD_QUEUE);
}

Test(ways_front, killed_where_all_goes_by_the_queue)
{
	static void (*const points[])(
	    struct ways *) = { answered_and_dies, asks_and_dies };

	for (size_t i = 0; i < NELEMS(points); i++)
		for (int again = 0; again < 2; again++) {
			struct ways *r = scene(NULL);

			ways_killed(r, points[i]);
			r->s.bot.during = NULL;
			if (again)
				cr_expect_eq(
				    say(r, "SM1", 0, ROAD_QUEUE).n, 0u, "%zu", i);
			(void)ways_work(r);
			cr_expect_str_eq(
			    r->out.did, USER "Hello;", "%zu, %d", i, again);
			cr_expect_eq(ways_counts(r).dead, 0, "%zu", i);
			ways_free(r);
		}
}

/* Tokens. */

static struct caller
bring(struct ways *r, const char *sid, const char *token)
{
	struct caller c = { .r = r, .sid = sid, .text = "q", .token = token };

	caller_main(&c);
	return c;
}

Test(ways_front, a_repeat_by_its_token)
{
	struct ways *r = scene(NULL);
	struct caller c;

	cr_expect_str_eq(bring(r, "SM1", "one").shown, "Hello|");
	c = bring(r, "SM2", "one");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_str_eq(c.shown, "Hello|");
	cr_expect_eq(bring(r, "SM1", "two").end, TURN_REPEAT);
	cr_expect_eq(bring(r, "SM3", "two").end, TURN_DONE, "of a repeat none is kept");
	cr_expect_eq(r->s.bot.asked, 2);
	ways_free(r);
}

/* Through the queue, too. */
Test(ways_front, a_repeat_by_its_token_in_the_queue)
{
	struct ways *r = scene(ways_rings);

	cr_expect_eq(bring(r, "SM1", "one").n, 0u);
	cr_expect_eq(bring(r, "SM2", "one").n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}
