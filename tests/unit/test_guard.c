/* SPDX-License-Identifier: Apache-2.0 */
/* Floods of one user, and two machines that answer each other. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "dialog/flood.h"
#include "dialog/loop.h"
#include "render/html.h"
#include "support/agent_talk.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(guard, .init = quiet, .fini = no_leaks);

enum { DAY_MS = 24 * 3600 * 1000 };
static const int64_t base_ms = 1700000000000;

/* A message so many ms after base_ms; the verdict as a letter: fine, begins, goes on. */
struct drop {
	int64_t at_ms;
	size_t n;
	enum flood_verdict want;
};

enum { DROPS = 12 };

Test(guard, flood_bucket)
{
	static const struct {
		const char *name;
		int64_t per_min;
		struct drop drops[DROPS];
	} t[] = {
		{ "off", 0,
		    { { 0, 100, FLOOD_FINE }, { 0, 100, FLOOD_FINE },
			{ 1, 1, FLOOD_FINE } } },
		{ "as many as a minute takes, at once", 3,
		    { { 0, 1, FLOOD_FINE }, { 0, 1, FLOOD_FINE }, { 0, 1, FLOOD_FINE },
			{ 0, 1, FLOOD_BEGINS }, { 0, 1, FLOOD_GOES_ON } } },
		{ "a number that does not divide a minute", 7,
		    { { 0, 6, FLOOD_FINE }, { 0, 1, FLOOD_FINE },
			{ 0, 1, FLOOD_BEGINS } } },
		{ "in step with the limit for ever", 2,
		    { { 0, 1, FLOOD_FINE }, { 30000, 1, FLOOD_FINE },
			{ 60000, 1, FLOOD_FINE }, { 90000, 1, FLOOD_FINE } } },
		{ "again when half has drained, and not before", 4,
		    { { 0, 4, FLOOD_FINE }, { 0, 1, FLOOD_BEGINS },
			{ 15000, 1, FLOOD_GOES_ON }, { 29999, 1, FLOOD_GOES_ON },
			{ 30000, 1, FLOOD_FINE }, { 30000, 1, FLOOD_FINE },
			{ 30000, 1, FLOOD_BEGINS } } },
		{ "refused ones do not fill it", 2,
		    { { 0, 2, FLOOD_FINE }, { 0, 1, FLOOD_BEGINS },
			{ 0, 1, FLOOD_GOES_ON }, { 0, 1, FLOOD_GOES_ON },
			{ 30000, 1, FLOOD_FINE } } },
		{ "one a minute is told once", 1,
		    { { 0, 1, FLOOD_FINE }, { 1, 1, FLOOD_BEGINS },
			{ 30001, 1, FLOOD_GOES_ON }, { 60000, 1, FLOOD_FINE },
			{ 60000, 1, FLOOD_BEGINS } } },
		{ "several at once count each", 4,
		    { { 0, 2, FLOOD_FINE }, { 0, 3, FLOOD_BEGINS } } },
		{ "more at once than it holds, when it is empty", 2,
		    { { 0, 5, FLOOD_FINE }, { 0, 1, FLOOD_BEGINS } } },
		{ "a message that was accepted before another", 3,
		    { { 500, 1, FLOOD_FINE }, { 0, 1, FLOOD_FINE },
			{ 500, 1, FLOOD_FINE }, { 501, 1, FLOOD_BEGINS } } },
		{ "a clock set back by a day", 2,
		    { { DAY_MS, 2, FLOOD_FINE }, { 0, 1, FLOOD_BEGINS },
			{ 60000, 1, FLOOD_FINE } } },
		{ "a clock set forward", 1,
		    { { 0, 1, FLOOD_FINE }, { DAY_MS, 1, FLOOD_FINE } } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct flood f = { 0 };

		for (size_t k = 0; k < DROPS && t[i].drops[k].n > 0; k++) {
			const struct drop *d = &t[i].drops[k];

			cr_expect_eq(
			    flood_count(&f, t[i].per_min, base_ms + d->at_ms, d->n),
			    d->want, "%s, %zu", t[i].name, k);
		}
	}
}

Test(guard, flood_limit_that_is_lifted)
{
	struct flood f = { 0 };

	cr_expect_eq(flood_count(&f, 1, base_ms, 1), FLOOD_FINE);
	cr_expect_eq(flood_count(&f, 1, base_ms, 1), FLOOD_BEGINS);
	cr_expect_eq(flood_count(&f, 0, base_ms, 1), FLOOD_FINE);
	cr_expect_eq(flood_count(&f, 1, base_ms, 1), FLOOD_FINE, "begun anew");
}

/* A text of one letter, which stays: what a loop keeps is borrowed. */
static const char *
text_of(char letter)
{
	static const char *const texts[] = { "A", "B", "a", "b", "c", "d", "e", "f" };

	for (size_t i = 0; i < NELEMS(texts); i++)
		if (texts[i][0] == letter)
			return texts[i];
	cr_assert_fail("no text of \"%c\"", letter);
	return NULL;
}

Test(guard, loop_counts)
{
	/* Each letter is a message and its reply: capital said, small got; '-': no reply. */
	static const struct {
		const char *name;
		const char *talk;
		int64_t step_s;
		bool is_loop;
	} t[] = {
		{ "nothing yet", "", 1, false },
		{ "seven times", "AaAaAaAaAaAaAa", 1, false },
		{ "eight times", "AaAaAaAaAaAaAaAa", 1, true },
		{ "other replies: a menu", "AaAbAcAdAeAfAaAb", 1, false },
		{ "another reply among them", "AaAaAbAaAaAaAaAaAaAa", 1, false },
		{ "another text among them", "AaAaAaAaAaAaAaBaAa", 1, false },
		{ "after others", "BbAaAaAaAaAaAaAaAa", 1, true },
		{ "no reply among them", "AaAaA-AaAaAaAaAaAaAa", 1, false },
		{ "no reply at all", "A-A-A-A-A-A-A-A-A-", 1, false },
		{ "within the time", "AaAaAaAaAaAaAaAa", 85, true },
		{ "over more than the time", "AaAaAaAaAaAaAaAa", 86, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct loop l = { 0 };
		int64_t at_s = 1700000000;
		bool tripped = false;

		for (const char *p = t[i].talk; *p != '\0'; p += 2) {
			cr_expect_not(tripped, "%s: a loop is told once", t[i].name);
			tripped = loop_note(&l, text_of(p[0]),
			    p[1] != '-' ? text_of(p[1]) : NULL, at_s);
			at_s += t[i].step_s;
		}
		cr_expect_eq(tripped, t[i].is_loop, "%s", t[i].name);
		cr_expect_eq(loop_is(&l, "A", at_s), t[i].is_loop, "%s", t[i].name);
		cr_expect_not(loop_is(&l, "B", at_s), "%s: another text", t[i].name);
	}
}

Test(guard, loop_ends_with_time)
{
	struct loop l = { "A", "a", LIMIT_LOOP_SAME, 1000000 };

	cr_expect(loop_is(&l, "A", 1000000 + LIMIT_LOOP_S));
	cr_expect_not(loop_is(&l, "A", 1000001 + LIMIT_LOOP_S));
	cr_expect_not(loop_is(&l, "A", 1000000 - LIMIT_LOOP_S - 1), "set back");
	cr_expect_not(loop_note(&l, "A", "a", 1000001 + LIMIT_LOOP_S));
	cr_expect_eq(l.times, 1, "counted from the beginning");
}

static const struct bot_option two[] = { { .label = "Opening hours", .value = "w1" },
	{ .label = "My order", .value = "w2" } };
static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer other[] = { SAYS(BOT_ANSWER, "Other") };
static const struct bot_answer menu[] = { ASKS(BOT_CHOICE, "Which?", two) };
static const struct bot_answer flagged[] = {
	{ .kind = BOT_ANSWER, .html = "Hard", .related_title = "", .escalate = true }
};
static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result says_other = RESULT(other);
static const struct bot_result shows_menu = RESULT(menu);
static const struct bot_result flags = RESULT(flagged);

#define HI(text) \
	{ \
		text, &says_hello, NULL, \
		{ \
			"Hello" \
		} \
	}
#define EIGHT \
	HI("hi"), HI("Hi"), HI(" HI! "), HI("hi"), HI("hi"), HI("hi"), HI("hi"), \
	    HI("hi")
#define SILENCE(text) \
	{ \
		text, NULL, NULL, \
		{ \
			NULL \
		} \
	}
#define FLOODED "Your messages come faster than I can read them. Please wait a minute."

Test(guard, loop_in_a_conversation)
{
	static const struct talk t[] = {
		{ "not answered any more",
		    { EIGHT, SILENCE("hi"), SILENCE("HI"), SILENCE("hi") } },
		{ "another text ends it",
		    { EIGHT, SILENCE("hi"), HI("ho"), HI("hi") } },
		{ "so does time", { EIGHT, SILENCE("hi"), HI("[+601]hi"), HI("hi") } },
		{ "slow ones are no loop",
		    { HI("hi"), HI("[+200]hi"), HI("[+200]hi"), HI("[+200]hi"),
			HI("[+200]hi"), HI("[+200]hi"), HI("[+200]hi") } },
		{ "a file makes it another",
		    { EIGHT,
			{ "[media]hi", &says_hello, NULL,
			    { "Hello", "Sorry, I can't open pictures or files." } } } },
		{ "another reply ends the row",
		    { HI("hi"), HI("hi"), HI("hi"), HI("hi"), HI("hi"), HI("hi"),
			HI("hi"), { "hi", &says_other, NULL, { "Other" } }, HI("hi"),
			HI("hi") } },
		{ "who hears of trouble may ask again",
		    { { "q", &talk_fails, NULL, { UNAVAILABLE } },
			{ "q", &talk_fails, NULL, { UNAVAILABLE } },
			{ "q", &talk_fails, NULL, { UNAVAILABLE } },
			{ "q", &talk_fails, NULL, { UNAVAILABLE } },
			{ "q", &talk_fails, NULL, { UNAVAILABLE } },
			{ "q", &talk_fails, NULL, { UNAVAILABLE } }, HI("q") } },
		{ "nothing said to nothing is no loop",
		    { SILENCE(""), SILENCE(""), SILENCE(""), SILENCE(""), SILENCE(""),
			SILENCE(""), HI("hi") } },
		{ "a menu that leads on",
		    { { "q", &shows_menu, NULL,
			  { "Which?\n1) Opening hours\n2) My order" } },
			{ "1", &shows_menu, "option w1: Opening hours",
			    { "Which?\n1) Opening hours\n2) My order" } },
			{ "1", &says_other, "option w1: Opening hours",
			    { "Other" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* What is said to an agent is for a person, who may want to hear it again. */
Test(guard, no_loop_with_an_agent)
{
	static const struct agent_talk t[] = {
		{ .talk = { "agent",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "1", NULL, NULL, { CONNECTING } }, SILENCE("a"),
			  SILENCE("a"), SILENCE("a"), SILENCE("a"), SILENCE("a"),
			  SILENCE("a") } },
		    .state = AGENT_STATE_TALKING,
		    .did = "there;open agent  ;state C1;say C1 a;say C1 a;say C1 a;"
			   "say C1 a;say C1 a;say C1 a;" },
	};

	agent_talk_run_all(NULL, 0, NULL, 0, t, NELEMS(t));
}

static const struct stage_file three_a_minute[] = { { "conf/custom/dialog.cfg",
    "flood_per_min = 3;" } };

Test(guard, flood_in_a_conversation)
{
	static const struct talk t[] = {
		{ "a notice once, then silence, until it has drained to half",
		    { HI("a"), HI("b"), HI("c"), { "d", NULL, NULL, { FLOODED } },
			SILENCE("e"), SILENCE("[+29]f"), HI("[+1]g"),
			{ "h", NULL, NULL, { FLOODED } } } },
		{ "a question stays open",
		    { HI("a"), HI("b"),
			{ "q", &shows_menu, NULL,
			    { "Which?\n1) Opening hours\n2) My order" } },
			{ "1", NULL, NULL, { FLOODED } },
			{ "[+60]1", &says_other, "option w1: Opening hours",
			    { "Other" } } } },
		{ "another conversation", { HI("a"), HI("b"), HI("c") } },
	};
	struct stage s;

	stage_init_with(&s, three_a_minute, 1);
	for (size_t i = 0; i < NELEMS(t); i++)
		talk_run(&s, CONF_PRODUCTION, &t[i]);
	stage_fini(&s);
}

Test(guard, flood_reaches_no_agent)
{
	static const struct agent_talk t[] = {
		{ .talk = { "leave",
		      { { "q", &flags, "q", { "Hard", WANT_AGENT } },
			  { "1", NULL, NULL, { CONNECTING } }, SILENCE("a"),
			  { "b", NULL, NULL, { FLOODED } }, SILENCE("c"),
			  { "/close", NULL, NULL, { "Chat closed" } }, SILENCE("d") } },
		    .state = AGENT_STATE_TALKING,
		    .did = "there;open leave  ;state C1;say C1 a;leave C1 user;" },
	};

	agent_talk_run_all(three_a_minute, 1, NULL, 0, t, NELEMS(t));
}
