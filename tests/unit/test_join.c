/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages that are asked as one (dialog.join_ms). */
#include "config.h"

#include <signal.h>
#include <sys/resource.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/ways_rig.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(join, .init = quiet, .fini = no_leaks);

#define SAYS(t) \
	{ \
		.kind = BOT_ANSWER, .html = (t), .related_title = "" \
	}
#define USER "+34600111222<+34900000000: "

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_answer hello[] = { SAYS("Hello") };
static const struct bot_answer sure[] = { { .kind = BOT_POLAR,
    .html = "Sure?",
    .options = yes_no,
    .n_options = NELEMS(yes_no),
    .related_title = "" } };
static const struct bot_result says_hello = { BOT_ANSWERED, hello, 1, NULL };
static const struct bot_result asks_sure = { BOT_ANSWERED, sure, 1, NULL };

static struct ways *
joining(void)
{
	static const struct stage_file files[] = { { "conf/custom/dialog.cfg",
	    "flood_per_min = 0; join_ms = 2000;" } };
	struct ways *r = ways_new();

	conf_unref(r->s.conf);
	r->s.conf = stage_conf(&r->s.dir, files, NELEMS(files));
	r->s.bot.says = &says_hello;
	return r;
}

enum { SAID = 10 };

/* What comes within the window, what the bot hears last, how often it is asked. */
Test(join, what_is_joined)
{
	static const struct {
		const char *name;
		const char *said[SAID];
		const char *heard;
		int asked;
	} t[] = {
		{ "one alone", { "a" }, "a", 1 },
		{ "several", { "my order", " is late ", "why?" },
		    "my order\nis late\nwhy?", 1 },
		{ "a number is for itself", { "a", "b", "3" }, "3", 2 },
		{ "and parts what stands around it", { "a", "3", "b", "c" }, "b\nc",
		    3 },
		{ "so is a command", { "a", "show_user_id" }, "show_user_id", 2 },
		{ "a stop word is no text", { "a", "b", "STOP" }, "a\nb", 1 },
		{ "nor is one that takes it back", { "STOP", "START", "a", "b" },
		    "a\nb", 1 },
		{ "nothing is no text", { "a", " ", "b" }, "b", 2 },
		{ "more than a limit of them",
		    { "1a", "2a", "3a", "4a", "5a", "6a", "7a", "8a", "9a" }, "9a", 2 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct ways *r = joining();

		for (size_t k = 0; k < SAID && t[i].said[k] != NULL; k++) {
			char sid[8];
			struct caller c;

			snprintf(sid, sizeof(sid), "SM%zu", k);
			c = call(r, sid, t[i].said[k]);
			cr_expect_eq(c.end, TURN_DONE, "%s, %zu", t[i].name, k);
			cr_expect_eq(c.answers, 1, "%s, %zu", t[i].name, k);
			cr_expect_eq(c.n, 0u, "%s, %zu", t[i].name, k);
		}
		cr_expect_eq(r->s.bot.asked, 0, "%s: too early", t[i].name);
		(void)ways_work(r);
		cr_expect_eq(
		    r->s.bot.asked, t[i].asked, "%s: %d", t[i].name, r->s.bot.asked);
		cr_expect_str_eq(r->s.bot.heard, t[i].heard, "%s", t[i].name);
		cr_expect_eq(ways_counts(r).jobs, 0, "%s", t[i].name);
		ways_free(r);
	}
}

/* Not before the window of the first has gone, and then at once. */
Test(join, window_counts_from_the_first)
{
	struct ways *r = joining();
	enum job_end end;

	(void)call(r, "SM1", "a");
	cr_expect_not(ways_work_one(r, &end));
	r->s.clock.now_s += 1;
	(void)call(r, "SM2", "b");
	cr_expect_not(ways_work_one(r, &end));
	r->s.clock.now_s += 1;
	cr_expect(ways_work_one(r, &end));
	cr_expect_str_eq(r->s.bot.heard, "a\nb");
	ways_free(r);
}

/* Whichever of them comes again is known, and says nothing. */
Test(join, repeats)
{
	static const char *const sids[] = { "SM1", "SM2", "SM3" };
	struct ways *r = joining();

	for (size_t i = 0; i < NELEMS(sids); i++)
		(void)call(r, sids[i], "text");
	cr_expect_eq(call(r, "SM1", "text").end, TURN_REPEAT, "while it waits");
	(void)ways_work(r);
	for (size_t i = 0; i < NELEMS(sids); i++) {
		struct caller c = call(r, sids[i], "text");

		cr_expect_eq(c.end, TURN_REPEAT, "%s", sids[i]);
		cr_expect_eq(c.n, 0u, "%s", sids[i]);
	}
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, 1);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	ways_free(r);
}

/* An answer to what was asked is not held back, and neither is anything without a way out. */
Test(join, not_held_back)
{
	struct ways *r = joining();
	struct caller c;

	r->s.bot.says = &asks_sure;
	(void)call(r, "SM1", "q");
	(void)ways_work(r);
	r->s.bot.says = &says_hello;
	c = call(r, "SM2", "yes please");
	cr_expect_str_eq(c.shown, "Hello|", "a question is open");
	r->out.disabled = true;
	c = call(r, "SM3", "q");
	cr_expect_str_eq(c.shown, "Hello|", "nothing could be sent");
	cr_expect_eq(ways_counts(r).jobs, 0);
	ways_free(r);
}

static struct caller
say_by_rest(struct ways *r, const char *sid, const char *text, void (*during)(void *))
{
	struct caller c = {
		.r = r, .sid = sid, .text = text, .road = ROAD_QUEUE, .during = during
	};

	caller_main(&c);
	return c;
}

/* Though it has a job from the beginning. */
Test(join, where_all_goes_by_rest)
{
	struct ways *r = joining();

	cr_expect_eq(say_by_rest(r, "SM1", "a", NULL).n, 0u);
	cr_expect_eq(say_by_rest(r, "SM2", "b", NULL).n, 0u);
	cr_expect_eq(ways_counts(r).working, 0, "both wait");
	cr_expect_eq(r->s.bot.asked, 0);
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, 1);
	cr_expect_str_eq(r->s.bot.heard, "a\nb");
	cr_expect_str_eq(r->out.did, USER "Hello;");
	ways_free(r);
}

/* One is never joined with itself: its repeat stays behind, and finds the claim. */
Test(join, repeats_where_all_goes_by_rest)
{
	static const char *const came[] = { "SM1", "SM1", "SM2", "SM1", "SM2" };
	struct ways *r = joining();

	for (size_t i = 0; i < NELEMS(came); i++)
		cr_expect_eq(say_by_rest(r, came[i], came[i], NULL).n, 0u);
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, 2, "%d", r->s.bot.asked);
	cr_expect_str_eq(r->s.bot.heard, "SM2");
	cr_expect_str_eq(r->out.did, USER "Hello;" USER "Hello;");
	cr_expect_eq(ways_counts(r).jobs, 0);
	ways_free(r);
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit limit = { bytes, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
fill_disk(void *arg)
{
	(void)arg;
	limit_files(0);
}

/* Its job cannot be put off: it is nobody's as soon as that can be written. */
Test(join, no_room_to_put_it_off)
{
	struct ways *r = joining();
	struct err e;

	cr_expect_eq(say_by_rest(r, "SM1", "a", fill_disk).end, TURN_DONE);
	limit_files(RLIM_INFINITY);
	cr_expect_eq(ways_counts(r).working, 1);
	cr_assert(queue_keep(r->s.dialog.state, &e), "%s", e.text);
	cr_expect_eq(ways_counts(r).working, 0, "it does not wait for its lease");
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did, USER "Hello;");
	ways_free(r);
}

static void
work_all(struct ways *r)
{
	(void)ways_work(r);
}

/* Killed when they have become one and the bot is asked: they stay one, answered once. */
Test(join, killed_in_mid_turn)
{
	struct ways *r = joining();

	(void)call(r, "SM1", "a");
	(void)call(r, "SM2", "b");
	r->s.bot.during = ways_die;
	r->s.bot.arg = r;
	ways_killed(r, work_all);
	r->s.bot.during = NULL;
	cr_expect_eq(ways_counts(r).jobs, 1, "two have become one");
	(void)call(r, "SM3", "c");
	(void)ways_work(r);
	cr_expect_eq(r->s.bot.asked, 3, "%d", r->s.bot.asked);
	cr_expect_str_eq(r->s.bot.heard, "c", "what came later is asked by itself");
	cr_expect_str_eq(r->out.did, USER "Hello;" USER "Hello;");
	cr_expect_eq(call(r, "SM1", "a").end, TURN_REPEAT);
	cr_expect_eq(call(r, "SM2", "b").end, TURN_REPEAT);
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}
