/* SPDX-License-Identifier: Apache-2.0 */
/* Which way a reply goes, and that it is heard once, whichever way that is. */
#include "config.h"

#include <sched.h>

#include "base/log.h"
#include "render/html.h"
#include "store/conv.h"
#include "store/state_i.h"
#include "support/gate.h"
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

TestSuite(ways, .init = quiet, .fini = no_leaks);

#define SAYS(t) \
	{ \
		.kind = BOT_ANSWER, .html = (t), .related_title = "" \
	}
#define USER "+34600111222<+34900000000: "

static const struct bot_answer hello[] = { SAYS("Hello") };
static const struct bot_answer eleven[] = { SAYS("1"), SAYS("2"), SAYS("3"), SAYS("4"),
	SAYS("5"), SAYS("6"), SAYS("7"), SAYS("8"), SAYS("9"), SAYS("10"), SAYS("11") };
static const struct bot_result says_hello = { BOT_ANSWERED, hello, 1, NULL };
static const struct bot_result says_much = { BOT_ANSWERED, eleven, 11, NULL };
static const struct bot_result says_nothing = { BOT_ANSWERED, NULL, 0, NULL };

#define ALL_ELEVEN \
	USER "1;" USER "2;" USER "3;" USER "4;" USER "5;" USER "6;" USER "7;" USER \
	     "8;" USER "9;" USER "10;" USER "11;"
#define BUSY \
	"I am still working on your earlier messages. " \
	"Please send this one again in a moment.|"

/* A job of another kind in the conversation's lane. */
static void
put(struct ways *r, const char *kind, size_t n)
{
	const struct new_job one = { .lane = WAYS_CONV,
		.kind = kind,
		.body = "{\"env\":\"production\",\"to\":\"+34600111222\","
			"\"from\":\"+34900000000\",\"text\":\"earlier\","
			"\"made_s\":1}" };
	struct new_job jobs[LIMIT_QUEUE_BATCH];
	struct err e;

	for (size_t i = 0; i < n; i++)
		jobs[i] = one;
	cr_assert_eq(
	    queue_add(r->s.dialog.state, jobs, n, NULL, &e), QUEUE_OK, "%s", e.text);
}

Test(ways, in_time_it_is_the_answer)
{
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_hello;
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_str_eq(c.shown, "Hello|");
	cr_expect_eq(ways_counts(r).jobs, 0);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_str_eq(c.shown, "Hello|", "the same reply again");
	cr_expect_eq(ways_work(r), 0);
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}

/* However it becomes known: at the end, or in mid-call. */
Test(ways, late_it_goes_by_the_queue)
{
	static void (*const how[])(void *) = { ways_takes_long, ways_rings };

	for (size_t i = 0; i < NELEMS(how); i++) {
		struct ways *r = ways_new();
		struct caller c;

		r->s.bot.says = &says_hello;
		r->s.bot.during = how[i];
		r->s.bot.arg = r;
		c = call(r, "SM1", "q");
		cr_expect_eq(c.end, TURN_DONE, "%zu", i);
		cr_expect_eq(c.answers, 1, "%zu", i);
		cr_expect_eq(c.n, 0u, "%zu: empty", i);
		cr_expect_str_eq(r->out.did, "", "%zu: nothing yet", i);
		c = call(r, "SM1", "q");
		cr_expect_eq(c.end, TURN_REPEAT, "%zu", i);
		cr_expect_eq(c.answers, 1, "%zu", i);
		cr_expect_eq(c.n, 0u, "%zu: nor is it said to a repeat", i);
		cr_expect_eq(ways_work(r), 1, "%zu: one message to send", i);
		c = call(r, "SM1", "q");
		cr_expect_eq(c.n, 0u, "%zu: nor afterwards", i);
		cr_expect_eq(ways_work(r), 0, "%zu", i);
		cr_expect_str_eq(r->out.did, USER "Hello;", "%zu", i);
		cr_expect_eq(r->s.bot.asked, 1, "%zu", i);
		cr_expect_eq(ways_counts(r).dead, 0, "%zu", i);
		ways_free(r);
	}
}

static struct ways *answered_in_call;

static void
is_told_in_mid_call(void *arg)
{
	ways_rings(arg);
	cr_expect_eq(ways_counts(arg).working, 1, "the job first, then the answer");
	answered_in_call = arg;
}

static void
notes_when(void *arg)
{
	cr_expect_eq(ways_counts(arg).working, 1, "durable before it is acknowledged");
	cr_expect_null(answered_in_call, "while the bot is still being asked");
}

Test(ways, one_who_waits_is_told_in_mid_call)
{
	struct ways *r = ways_new();
	struct caller c = { .r = r, .sid = "SM1", .text = "q", .during = notes_when };

	r->s.bot.says = &says_hello;
	r->s.bot.during = is_told_in_mid_call;
	r->s.bot.arg = r;
	caller_main(&c);
	cr_expect_eq(answered_in_call, r);
	cr_expect_eq(c.answers, 1);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	ways_free(r);
}

/* The bot's own time is not the caller's: it may answer behind the deadline. */
Test(ways, late_is_no_trouble_of_the_bot)
{
	struct ways *r = ways_new();
	int64_t before = clock_mono_ms(&clock_system);

	r->s.bot.says = &says_hello;
	(void)call(r, "SM1", "q");
	cr_expect_geq(r->s.bot.until_ms, before + LIMIT_TURN_MS);
	ways_free(r);
}

Test(ways, a_late_turn_that_says_nothing)
{
	struct ways *r = ways_new();

	r->s.bot.says = &says_nothing;
	r->s.bot.during = ways_takes_long;
	r->s.bot.arg = r;
	cr_expect_eq(call(r, "SM1", "q").end, TURN_DONE);
	cr_expect_eq(ways_counts(r).jobs, 0);
	cr_expect_str_eq(r->out.did, "");
	ways_free(r);
}

Test(ways, more_than_a_response_holds)
{
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_much;
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u);
	cr_expect_eq(ways_counts(r).jobs, 11);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, ALL_ELEVEN, "none is joined with another");
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}

/* Twilio counts what is said in responses; by the queue goes what would be too many. */
Test(ways, too_many_in_a_row)
{
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_hello;
	for (int i = 0; i < LIMIT_STREAK; i++) {
		char sid[8];

		snprintf(sid, sizeof(sid), "SM%d", i);
		c = call(r, sid, sid);
		cr_expect_str_eq(c.shown, "Hello|", "%d", i);
	}
	c = call(r, "SMa", "a");
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.n, 0u, "one more would be lost");
	cr_expect_eq(ways_counts(r).jobs, 1);
	c = call(r, "SMb", "b");
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;" USER "Hello;");
	c = call(r, "SMc", "c");
	cr_expect_eq(c.n, 0u, "what was sent makes no pause");
	(void)ways_work(r);
	r->s.clock.now_s += LIMIT_STREAK_S;
	c = call(r, "SMd", "d");
	cr_expect_str_eq(c.shown, "Hello|", "a pause does");
	cr_expect_eq(ways_counts(r).jobs, 0);
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}

/* A reply goes one way, all of it. */
Test(ways, a_reply_that_would_be_too_many)
{
	static const struct bot_result says_six = { BOT_ANSWERED, eleven, 6, NULL };
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_six;
	cr_expect_eq(call(r, "SM1", "q").n, 6u);
	cr_expect_eq(call(r, "SM2", "q").n, 6u);
	c = call(r, "SM3", "q");
	cr_expect_eq(c.n, 0u, "three of them would fit");
	cr_expect_eq(ways_counts(r).jobs, 6);
	(void)ways_work(r);
	cr_expect_str_eq(
	    r->out.did, USER "1;" USER "2;" USER "3;" USER "4;" USER "5;" USER "6;");
	r->s.bot.says = &says_hello;
	cr_expect_str_eq(call(r, "SM4", "q").shown, "Hello|", "a shorter one does");
	ways_free(r);
}

Test(ways, too_many_in_a_row_where_nothing_can_be_sent)
{
	struct ways *r = ways_new();

	r->out.disabled = true;
	r->s.bot.says = &says_much;
	cr_expect_eq(call(r, "SM1", "q").n, 10u);
	cr_expect_eq(call(r, "SM2", "q").n, 10u, "better that than nothing");
	ways_free(r);
}

Test(ways, F61_without_a_way_out_it_is_joined_and_cut)
{
	struct ways *r = ways_new();
	struct caller c;

	r->out.disabled = true;
	r->s.bot.says = &says_much;
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.n, 10u);
	cr_expect_str_eq(c.shown, "1\n\n2|3|4|5|6|7|8|9|10|11|");
	cr_expect_eq(ways_counts(r).jobs, 0);
	ways_free(r);
}

Test(ways, nothing_overtakes_what_waits)
{
	static const struct {
		const char *kind;
		size_t n; /* messages of the answer */
	} t[] = { { "send", 0 }, { "event", 0 }, { "another", 1 } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct ways *r = ways_new();
		struct caller c;

		put(r, t[i].kind, 1);
		r->s.bot.says = &says_hello;
		c = call(r, "SM1", "q");
		cr_expect_eq(c.end, TURN_DONE, "%s", t[i].kind);
		cr_expect_eq(c.answers, 1, "%s", t[i].kind);
		cr_expect_eq(c.n, t[i].n, "%s", t[i].kind);
		if (strcmp(t[i].kind, "send") == 0) {
			(void)ways_work(r);
			cr_expect_str_eq(r->out.did, USER "earlier;" USER "Hello;");
		}
		ways_free(r);
	}
}

Test(ways, nothing_to_say_needs_no_queue)
{
	struct ways *r = ways_new();

	put(r, "send", 1);
	r->s.bot.says = &says_nothing;
	cr_expect_eq(call(r, "SM1", "q").end, TURN_DONE);
	cr_expect_eq(ways_counts(r).jobs, 1);
	ways_free(r);
}

/* He has hung up: what he did not hear is sent, and not said to a repeat. */
Test(ways, one_who_has_left)
{
	struct ways *r = ways_new();
	struct caller c = { .r = r, .sid = "SM1", .text = "q", .gone = true };

	r->s.bot.says = &says_hello;
	caller_main(&c);
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(ways_counts(r).jobs, 1);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}

Test(ways, one_who_has_left_where_nothing_can_be_sent)
{
	struct ways *r = ways_new();
	struct caller c = { .r = r, .sid = "SM1", .text = "q", .gone = true };

	r->out.disabled = true;
	r->s.bot.says = &says_hello;
	caller_main(&c);
	cr_expect_eq(c.end, TURN_DONE);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_str_eq(c.shown, "Hello|", "he gets it when he comes again");
	ways_free(r);
}

Test(ways, a_full_lane)
{
	struct ways *r = ways_new();
	struct caller c;

	put(r, "send", LIMIT_QUEUE_LANE / 2);
	put(r, "send", LIMIT_QUEUE_LANE / 2);
	r->s.bot.says = &says_hello;
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_str_eq(c.shown, "Hello|", "better early than never");
	r->s.bot.says = &says_much;
	c = call(r, "SM2", "q");
	cr_expect_eq(c.n, 10u, "cut as without a queue");
	r->s.bot.says = &says_hello;
	r->s.bot.during = ways_rings;
	r->s.bot.arg = r;
	c = call(r, "SM3", "q");
	cr_expect_eq(c.answers, 1);
	cr_expect_str_eq(c.shown, "Hello|", "late, but that is all there is");
	c = call(r, "SM3", "q");
	cr_expect_str_eq(c.shown, "Hello|");
	ways_free(r);
}

/* Nothing was committed: the message may come again, and is answered behind the others. */
Test(ways, a_full_disk_lets_nothing_overtake)
{
	struct ways *r = ways_new();
	struct caller c;

	put(r, "send", 1);
	r->s.bot.says = &says_hello;
	cr_assert_eq(sqlite3_exec(r->s.dialog.state->writes.db, "PRAGMA query_only = 1",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_FAILED);
	cr_expect_eq(c.answers, 0);
	r->s.bot.says = &says_nothing;
	cr_expect_eq(call(r, "SM2", "q").end, TURN_DONE, "which needs no place");
	cr_assert_eq(sqlite3_exec(r->s.dialog.state->writes.db, "PRAGMA query_only = 0",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	r->s.bot.says = &says_hello;
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "earlier;" USER "Hello;");
	ways_free(r);
}

Test(ways, busy_is_said_when_the_queue_refuses_a_message)
{
	struct ways *r = ways_new();
	struct caller c;

	put(r, "turn", LIMIT_QUEUE_LANE / 2);
	put(r, "turn", LIMIT_QUEUE_LANE / 2);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REFUSED);
	cr_expect_eq(c.answers, 1);
	cr_expect_str_eq(c.shown, BUSY);
	cr_expect_eq(r->s.bot.asked, 0);
	ways_free(r);
}

static void
write_more_when_late(void *arg)
{
	static const char *const texts[] = { "two", "three" };
	static const char *const sids[] = { "SM2", "SM3" };
	struct ways *r = arg;

	if (r->s.bot.asked > 1)
		return;
	ways_rings(r);
	for (size_t i = 0; i < 2; i++) {
		struct caller c = { .r = r, .sid = sids[i], .text = texts[i] };
		struct caller again = { .r = r, .sid = sids[i], .text = texts[i] };

		cr_assert_eq(pthread_create(&c.thread, NULL, caller_main, &c), 0);
		pthread_join(c.thread, NULL);
		cr_expect_eq(c.end, TURN_DONE, "not refused");
		cr_expect_eq(c.answers, 1);
		cr_expect_eq(c.n, 0u);
		cr_assert_eq(
		    pthread_create(&again.thread, NULL, caller_main, &again), 0);
		pthread_join(again.thread, NULL);
		cr_expect_eq(again.end, TURN_REPEAT);
		cr_expect_eq(again.n, 0u);
	}
}

/* The bot's answer is what it heard. */
static bool
echo(void *self, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct fake_bot *f = self;
	struct bot_answer *said = arena_alloc(call->arena, sizeof(*said));

	*said = (struct bot_answer)SAYS(in->text);
	f->says = &(struct bot_result){ BOT_ANSWERED, said, 1, NULL };
	return fake_bot_ask(self, call, in, out, e);
}

static struct bot_ops echo_ops;

static void
let_the_bot_echo(struct ways *r)
{
	echo_ops = fake_bot_ops;
	echo_ops.ask = echo;
	bot_close(r->s.dialog.bot);
	r->s.dialog.bot = bot_from_ops(&echo_ops, &r->s.bot);
}

Test(ways, messages_behind_a_late_one_line_up)
{
	struct ways *r = ways_new();

	let_the_bot_echo(r);
	r->s.bot.during = write_more_when_late;
	r->s.bot.arg = r;
	cr_expect_eq(call(r, "SM1", "one").end, TURN_DONE);
	(void)ways_work(r);
	cr_expect_str_eq(
	    r->out.did, USER "one;" USER "two;" USER "three;", "in order, each once");
	cr_expect_eq(r->s.bot.asked, 3);
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}

static void
start(struct caller *c, struct ways *r, const char *sid, const char *text)
{
	*c = (struct caller){ .r = r, .sid = sid, .text = text };
	cr_assert_eq(pthread_create(&c->thread, NULL, caller_main, c), 0);
}

/* Of three behind the one being answered, two wait and one is put into the queue. */
Test(ways, a_full_line)
{
	static const char *const sids[] = { "SM1", "SM2", "SM3" };
	struct gate gate = GATE_INIT;
	struct ways *r = ways_new();
	struct caller first, more[LIMIT_WAITING + 1];
	size_t lined_up = 0;
	enum job_end end;

	let_the_bot_echo(r);
	r->s.bot.during = gate_pass;
	r->s.bot.arg = &gate;
	start(&first, r, "SM0", "SM0");
	gate_wait_inside(&gate);
	for (size_t i = 0; i < NELEMS(more); i++)
		start(&more[i], r, sids[i], sids[i]);
	/* Whichever comes third is answered at once; the others when it is open. */
	for (size_t i = 0; lined_up == 0; i = (i + 1) % NELEMS(more))
		if (pthread_tryjoin_np(more[i].thread, NULL) == 0)
			lined_up = i + 1;
	cr_assert(ways_work_one(r, &end));
	cr_expect_eq(end, JOB_LATER, "the queue's worker does not stand in that line");
	gate_open(&gate);
	pthread_join(first.thread, NULL);
	for (size_t i = 0; i < NELEMS(more); i++) {
		bool out = i + 1 == lined_up;
		char own[8];

		if (!out)
			pthread_join(more[i].thread, NULL);
		snprintf(own, sizeof(own), "SM%zu|", i + 1);
		cr_expect_eq(more[i].end, TURN_DONE, "%zu: nobody is refused", i);
		cr_expect_eq(more[i].answers, 1, "%zu", i);
		cr_expect_str_eq(more[i].shown, out ? "" : own, "%zu", i);
	}
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, LIMIT_WAITING + 2);
	cr_expect_eq(r->out.sent, 1);
	cr_expect_str_eq(r->out.list[0].text, sids[lined_up - 1]);
	ways_free(r);
}

/* Who waits in line for long is told meanwhile; he keeps his place. */
Test(ways, late_in_line)
{
	struct ways *r = ways_new();
	struct conv *conv;
	struct caller c;
	struct err e;

	let_the_bot_echo(r);
	cr_assert_eq(conv_enter(r->s.store, WAYS_CONV,
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	c = (struct caller){ .r = r, .sid = "SM1", .text = "q", .late = true };
	cr_assert_eq(pthread_create(&c.thread, NULL, caller_main, &c), 0);
	while (ways_counts(r).working == 0)
		sched_yield();
	conv_leave(conv);
	pthread_join(c.thread, NULL);
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "q;");
	cr_expect_eq(r->s.bot.asked, 1);
	ways_free(r);
}
