/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process is killed at each point of a turn and of a send, and another goes on: what the
 * user hears of it is one reply, whether the message comes again or not.
 */
#include "config.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/log.h"
#include "render/html.h"
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

TestSuite(ways_crash, .init = quiet, .fini = no_leaks);

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

static void
say_q(struct ways *r)
{
	(void)call(r, "SM1", "q");
}

static void
die_when_answered(struct ways *r)
{
	struct caller c = { .r = r, .sid = "SM1", .text = "q", .during = ways_die };

	caller_main(&c);
}

static void
ring_and_die(void *arg)
{
	ways_rings(arg);
	ways_die(arg);
}

static void
before_the_job(struct ways *r)
{
	r->s.bot.during = ways_die;
	say_q(r);
}

static void
before_the_record(struct ways *r)
{
	r->s.bot.during = ring_and_die;
	say_q(r);
}

/* The job is there, whoever waits has his answer, the bot is still asked. */
static void
late_when_answered(struct ways *r)
{
	r->s.bot.during = ways_rings;
	die_when_answered(r);
}

/* Both are written; whether the answer arrives nobody knows. */
static void
before_the_messages(struct ways *r)
{
	r->s.bot.during = ways_takes_long;
	die_when_answered(r);
}

static void
long_before_the_messages(struct ways *r)
{
	r->s.bot.says = &says_much;
	die_when_answered(r);
}

static void
in_the_first_send(struct ways *r)
{
	r->s.bot.during = ways_takes_long;
	say_q(r);
	r->out.during = ways_die;
	(void)ways_work(r);
}

static void
before_the_first_send(struct ways *r)
{
	r->out.unlucky = 1;
	r->out.result = OUT_NOT_SENT;
	in_the_first_send(r);
}

static void
in_a_job(struct ways *r)
{
	r->s.bot.during = ways_takes_long;
	say_q(r);
	ways_die(r);
}

static const struct {
	const char *name;
	void (*until)(struct ways *r);
	int asked; /* the bot, all told, when the message comes again */
	bool kept; /* whether it is heard though the message does not come again */
	bool much; /* eleven messages */
} points[] = {
	{ "in the bot's call, in time", before_the_job, 2, false, false },
	{ "in the bot's call, late", before_the_record, 2, true, false },
	{ "late, being answered", late_when_answered, 2, true, false },
	{ "behind the record, late", before_the_messages, 1, true, false },
	{ "behind the record, long", long_before_the_messages, 1, true, true },
	{ "in a send that arrives", in_the_first_send, 1, true, false },
	{ "in a send that does not", before_the_first_send, 1, true, false },
	{ "when all is in the queue", in_a_job, 1, true, false },
};

static struct ways *
killed(size_t i)
{
	struct ways *r = ways_new();

	r->s.bot.says = &says_hello;
	r->s.bot.arg = r;
	r->out.arg = r;
	r->out.lists = true;
	ways_killed(r, points[i].until);
	r->s.bot.during = NULL;
	r->out.during = NULL;
	r->out.unlucky = 0;
	return r;
}

/* How often the text arrived. */
static int
heard(const struct ways *r, const char *text)
{
	int n = 0;

	for (int i = 0; i < r->out.sent; i++)
		n += strcmp(r->out.list[i].text, text) == 0;
	return n;
}

static void
expect_once(const struct ways *r, size_t i, const char *how)
{
	const size_t n = points[i].much ? 11 : 1;

	cr_expect_eq(
	    r->out.sent, (int)n, "%s, %s: %s", points[i].name, how, r->out.did);
	for (size_t k = 0; k < n; k++)
		cr_expect_eq(heard(r, points[i].much ? eleven[k].html : "Hello"), 1,
		    "%s, %s: message %zu", points[i].name, how, k);
}

Test(ways_crash, it_does_not_come_again)
{
	for (size_t i = 0; i < NELEMS(points); i++) {
		struct ways *r = killed(i);

		(void)ways_work(r);
		if (points[i].kept)
			expect_once(r, i, "alone");
		else
			cr_expect_eq(r->out.sent, 0, "%s", points[i].name);
		cr_expect_eq(ways_counts(r).dead, 0, "%s", points[i].name);
		ways_free(r);
	}
}

/* It does, as one that had no answer: before the queue is worked, or behind it. */
Test(ways_crash, it_comes_again)
{
	for (size_t i = 0; i < NELEMS(points); i++)
		for (int behind = 0; behind < 2; behind++) {
			const char *how = behind ? "again, later" : "again, at once";
			struct ways *r = killed(i);
			struct caller c;

			if (behind)
				(void)ways_work(r);
			c = call(r, "SM1", "q");
			cr_expect_neq(c.end, TURN_FAILED, "%s, %s: %s", points[i].name,
			    how, c.e.text);
			cr_expect_eq(c.answers, 1, "%s, %s", points[i].name, how);
			(void)ways_work(r);
			if (points[i].kept) {
				cr_expect_eq(c.n, 0u, "%s, %s", points[i].name, how);
				expect_once(r, i, how);
			} else {
				cr_expect_str_eq(
				    c.shown, "Hello|", "%s, %s", points[i].name, how);
				cr_expect_eq(
				    r->out.sent, 0, "%s, %s", points[i].name, how);
			}
			cr_expect_eq(r->s.bot.asked, points[i].asked, "%s, %s",
			    points[i].name, how);
			cr_expect_eq(
			    ways_counts(r).jobs, 0, "%s, %s", points[i].name, how);
			ways_free(r);
		}
}

/* In time: nobody knows whether the answer arrived; it comes again if it did not. */
static void
inline_when_answered(struct ways *r)
{
	die_when_answered(r);
}

Test(ways_crash, an_answer_that_is_not_out)
{
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_hello;
	ways_killed(r, inline_when_answered);
	c = call(r, "SM1", "q");
	cr_expect_eq(c.end, TURN_REPEAT);
	cr_expect_str_eq(c.shown, "Hello|");
	cr_expect_eq(r->s.bot.asked, 1);
	cr_expect_eq(ways_work(r), 0);
	ways_free(r);
}

static void
leave_a_job(struct ways *r)
{
	r->s.bot.during = ring_and_die;
	say_q(r);
}

/* Works the job, and dies before its end is written. */
static void
work_and_die(struct ways *r)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job_result out = { 0 };
	struct job job;
	struct err e;

	cr_assert(queue_recover(r->s.dialog.state, &e));
	cr_assert_eq(queue_take(r->s.dialog.state, a, &job, &e), QUEUE_OK);
	cr_assert_eq(ways_run_job(r, a, &job, &out), JOB_DONE);
	cr_assert_eq(out.n_follow, 1u);
	ways_die(r);
}

static void
work_and_die_asking(struct ways *r)
{
	r->s.bot.during = ways_die;
	(void)ways_work(r);
}

Test(ways_crash, a_job_that_is_worked_again)
{
	struct ways *r = ways_new();

	r->s.bot.says = &says_hello;
	r->s.bot.arg = r;
	ways_killed(r, leave_a_job);
	ways_killed(r, work_and_die_asking);
	r->s.bot.during = NULL;
	ways_killed(r, work_and_die);
	cr_expect_eq(r->s.bot.asked, 3);
	cr_expect_eq(r->out.sent, 0);
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, 3, "its reply is in the record");
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(call(r, "SM1", "q").n, 0u);
	(void)ways_work(r);
	cr_expect_eq(r->out.sent, 1);
	ways_free(r);
}

static void
ring_and_fill_disk(void *arg)
{
	struct rlimit none = { 0, RLIM_INFINITY };

	ways_rings(arg);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
}

static void
free_disk(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
}

/* He was told that it is accepted: then it is. */
Test(ways_crash, a_late_turn_that_cannot_be_committed)
{
	struct ways *r = ways_new();
	struct caller c;

	r->s.bot.says = &says_hello;
	r->s.bot.during = ring_and_fill_disk;
	r->s.bot.arg = r;
	c = call(r, "SM1", "q");
	free_disk();
	cr_expect_eq(c.end, TURN_DONE);
	cr_expect_eq(c.answers, 1);
	cr_expect_eq(c.n, 0u);
	r->s.bot.during = NULL;
	ways_close_state(r);
	ways_open_state(r);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	cr_expect_eq(r->s.bot.asked, 2);
	ways_free(r);
}
