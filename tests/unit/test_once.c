/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process is killed before and behind each call to the agents' side, and another goes on:
 * the agent has heard all of the message once, there is one chat, the user has one reply.
 */
#include "config.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "agent/agent.h"
#include "base/log.h"
#include "render/html.h"
#include "support/agent_talk.h"
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

TestSuite(once, .init = quiet, .fini = no_leaks);

#define CLOSED "Chat closed"

static const struct bot_answer hard[] = {
	{ .kind = BOT_ANSWER, .html = "Hard", .related_title = "", .escalate = true }
};
static const struct bot_result flags = RESULT(hard);
static const struct bot_field fields[] = { { "INQUIRY", "parcel" } };
static const struct bot_form form = { .name = "Ann",
	.contact = "ann@mail.example",
	.fields = fields,
	.n = NELEMS(fields) };
static const struct bot_answer formed[] = {
	{ .kind = BOT_ANSWER, .html = "Thanks", .related_title = "", .form = &form }
};
static const struct bot_result gives_form = RESULT(formed);

/* What was said before, and the message in which the process dies. */
static const struct scene {
	const char *name, *before[3], *text;
	const struct bot_result *says; /* to each of them */
	const char *heard; /* by the agent */
	const char *shown; /* to the user, of this message */
	int asked; /* the bot, of this message */
	bool alone; /* users talk to agents alone */
	bool queued; /* the chat stands in a queue */
} scenes[] = {
	{ .name = "a text",
	    .before = { "q", "1" },
	    .text = "hi",
	    .says = &flags,
	    .heard = "hi|",
	    .shown = "" },
	{ .name = "a text, in the queue",
	    .before = { "q", "1" },
	    .text = "hi",
	    .says = &flags,
	    .heard = "hi|",
	    .shown = "You are still in the queue. The agent will read your messages "
		     "when it is your turn. Type exit to leave the queue.|",
	    .queued = true },
	{ .name = "a chat",
	    .before = { "q" },
	    .text = "1",
	    .says = &flags,
	    .heard = "",
	    .shown = CONNECTING "|" },
	{ .name = "a chat by the bot's form",
	    .text = "q",
	    .says = &gives_form,
	    .heard = "",
	    .shown = "Thanks|" CONNECTING "|",
	    .asked = 1 },
	{ .name = "a chat, and a text in it",
	    .text = "hi",
	    .heard = "hi|",
	    .shown = CONNECTING "|",
	    .alone = true },
	{ .name = "the end",
	    .before = { "q", "1" },
	    .text = "/close",
	    .says = &flags,
	    .heard = "",
	    .shown = CLOSED "|" },
};

/* All of one run. */
struct run {
	struct ways *r;
	struct fake_agent *f;
	const struct scene *scene;
	int sent; /* to the user before the message */
};

static struct run
run_new(const struct scene *scene)
{
	struct run t = { .r = ways_new(), .scene = scene };

	t.f = mmap(NULL, sizeof(*t.f), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(t.f, MAP_FAILED);
	*t.f = (struct fake_agent)FAKE_AGENT_INIT;
	t.f->arg = t.r;
	if (scene->queued)
		t.f->state = AGENT_STATE_QUEUED;
	t.r->s.dialog.agent = agent_from_ops(&fake_agent_ops, t.f);
	t.r->s.bot.says = scene->says;
	t.r->s.bot.setup.only_agents = scene->alone ? BOT_YES : BOT_UNSET;
	for (size_t i = 0; i < NELEMS(scene->before) && scene->before[i] != NULL; i++) {
		const char *sids[] = { "SM-a", "SM-b", "SM-c" };

		(void)call(t.r, sids[i], scene->before[i]);
	}
	t.f->calls = 0;
	t.f->did[0] = '\0';
	t.r->s.bot.asked = 0;
	t.sent = t.r->out.sent;
	return t;
}

static void
run_free(struct run *t)
{
	agent_free(t->r->s.dialog.agent);
	ways_free(t->r);
	munmap(t->f, sizeof(*t->f));
}

/* What the user was shown: in answers, then by the queue. */
static const char *
shown(const struct run *t, const char *answers)
{
	static char all[2000];
	size_t len = (size_t)snprintf(all, sizeof(all), "%s", answers);

	for (int i = t->sent; i < t->r->out.sent && len < sizeof(all); i++)
		len += (size_t)snprintf(
		    all + len, sizeof(all) - len, "%s|", t->r->out.list[i].text);
	return all;
}

/* For the process that dies. */
static const char *victim;

static void
say_it(struct ways *r)
{
	(void)call(r, "SM1", victim);
}

/* In the first call the user is told that his answer comes later. */
static struct fake_agent *ringing;

static void
ring_once(void *arg)
{
	if (ringing->calls == 0)
		ways_rings(arg);
}

static void
expect(struct run *t, const char *answers, const char *how, int k)
{
	const struct scene *is = t->scene;

	cr_expect_str_eq(
	    t->f->heard, is->heard, "%s, %s %d: %s", is->name, how, k, t->f->did);
	cr_expect_eq(t->f->opens, 1, "%s, %s %d: %s", is->name, how, k, t->f->did);
	cr_expect_str_eq(
	    shown(t, answers), is->shown, "%s, %s %d: %s", is->name, how, k, t->f->did);
	cr_expect_eq(ways_counts(t->r).jobs, 0, "%s, %s %d", is->name, how, k);
	cr_expect_eq(ways_counts(t->r).dead, 0, "%s, %s %d", is->name, how, k);
}

/* The record is whole: what is said next goes where it belongs. */
static void
expect_to_go_on(struct run *t, const char *how, int k)
{
	bool ended = strcmp(t->scene->text, "/close") == 0;
	int asked = t->r->s.bot.asked;

	t->f->heard[0] = '\0';
	(void)call(t->r, "SM2", "next");
	(void)ways_work(t->r);
	cr_expect_str_eq(t->f->heard, ended ? "" : "next|", "%s, %s %d: %s",
	    t->scene->name, how, k, t->f->did);
	cr_expect_eq(
	    t->r->s.bot.asked - asked, ended, "%s, %s %d", t->scene->name, how, k);
}

/* Calls to the agents' side when nothing happens. */
static int
calls_of(const struct scene *scene)
{
	struct run t = run_new(scene);
	struct caller c = call(t.r, "SM1", scene->text);
	int n = t.f->calls;

	cr_expect_eq(c.end, TURN_DONE, "%s: %s", scene->name, c.e.text);
	(void)ways_work(t.r);
	expect(&t, c.shown, "alive", 0);
	cr_expect_eq(t.r->s.bot.asked, scene->asked, "%s", scene->name);
	cr_assert_gt(n, 0, "%s", scene->name);
	run_free(&t);
	return n;
}

static struct run
killed(const struct scene *scene, int before, int after, bool late)
{
	struct run t = run_new(scene);

	t.f->dies_before = before;
	t.f->dies_after = after;
	t.f->during = late ? ring_once : NULL;
	ringing = t.f;
	victim = scene->text;
	ways_killed(t.r, say_it);
	t.f->dies_before = t.f->dies_after = 0;
	t.f->during = NULL;
	return t;
}

/* He had no answer, and says it again. */
Test(once, it_comes_again)
{
	for (size_t i = 0; i < NELEMS(scenes); i++) {
		int n = calls_of(&scenes[i]);

		for (int k = 1; k <= n; k++)
			for (int after = 0; after < 2; after++) {
				const char *how = after ? "killed behind" : "killed at";
				struct run t = killed(
				    &scenes[i], after ? 0 : k, after ? k : 0, false);
				struct caller c = call(t.r, "SM1", scenes[i].text);

				cr_expect_neq(c.end, TURN_FAILED, "%s, %s %d: %s",
				    scenes[i].name, how, k, c.e.text);
				cr_expect_eq(c.answers, 1);
				(void)ways_work(t.r);
				expect(&t, c.shown, how, k);
				expect_to_go_on(&t, how, k);
				run_free(&t);
			}
	}
}

/* He was told that it is accepted: the queue goes on, and a repeat says nothing. */
Test(once, it_was_late)
{
	for (size_t i = 0; i < NELEMS(scenes); i++) {
		int n = calls_of(&scenes[i]);

		for (int k = 1; k <= n; k++)
			for (int after = 0; after < 2; after++) {
				const char *how = after ? "late behind" : "late at";
				struct run t = killed(
				    &scenes[i], after ? 0 : k, after ? k : 0, true);
				struct caller c;

				(void)ways_work(t.r);
				expect(&t, "", how, k);
				c = call(t.r, "SM1", scenes[i].text);
				cr_expect_eq(
				    c.n, 0u, "%s, %s %d", scenes[i].name, how, k);
				(void)ways_work(t.r);
				expect(&t, "", how, k);
				expect_to_go_on(&t, how, k);
				run_free(&t);
			}
	}
}

/* The end of a form is not told to the bot a second time. */
Test(once, the_bot_is_not_asked_again)
{
	const struct scene *by_form = &scenes[3];
	struct run t = killed(by_form, 0, calls_of(by_form), false);

	cr_assert_str_eq(by_form->name, "a chat by the bot's form");
	cr_expect_eq(t.r->s.bot.asked, 1);
	cr_expect_str_eq(
	    call(t.r, "SM1", by_form->text).shown, "Thanks|" CONNECTING "|");
	cr_expect_eq(t.r->s.bot.asked, 1);
	run_free(&t);
}

/* Messages that came meanwhile keep theirs; the one that was interrupted is not lost. */
Test(once, others_come_between)
{
	for (int after = 0; after < 2; after++) {
		struct run t = killed(&scenes[0], after ? 0 : 2, after ? 2 : 0, false);

		cr_expect_eq(call(t.r, "SM2", "two").end, TURN_DONE);
		cr_expect_eq(call(t.r, "SM3", "three").end, TURN_DONE);
		t.r->s.clock.now_s += 60;
		cr_expect_eq(call(t.r, "SM1", "hi").end, TURN_DONE);
		cr_expect_str_eq(t.f->heard, after ? "hi|two|three|" : "two|three|hi|");
		cr_expect_eq(call(t.r, "SM1", "hi").end, TURN_REPEAT);
		(void)ways_work(t.r);
		cr_expect_eq(t.r->out.sent, t.sent);
		run_free(&t);
	}
}

/* The agents' side does not say what became of it: it is asked until it does. */
Test(once, in_doubt)
{
	for (int arrives = 0; arrives < 2; arrives++) {
		struct run t = run_new(&scenes[0]);
		struct caller c;

		t.f->outcome = AGENT_UNSURE;
		t.f->lost = arrives;
		t.f->look_fails = 3;
		c = call(t.r, "SM1", "hi");
		cr_expect_eq(c.end, TURN_DONE);
		cr_expect_eq(c.answers, 1);
		cr_expect_eq(c.n, 0u);
		cr_expect_eq(ways_counts(t.r).jobs, 1);
		t.f->outcome = AGENT_DELIVERED;
		(void)ways_work(t.r);
		expect(&t, "", arrives ? "arrives" : "does not", 0);
		run_free(&t);
	}
}

/* It never does: nothing is said again, and he is told. */
Test(once, in_doubt_for_good)
{
	struct run t = run_new(&scenes[0]);

	t.f->outcome = AGENT_UNSURE;
	t.f->lost = 1;
	t.f->look_fails = -1;
	cr_expect_eq(call(t.r, "SM1", "hi").n, 0u);
	(void)ways_work(t.r);
	cr_expect_str_eq(t.f->heard, "hi|");
	cr_expect_str_eq(shown(&t, ""), NOT_TOLD_AGENT "|", "%s", t.f->did);
	cr_expect_eq(ways_counts(t.r).jobs, 0);
	t.f->outcome = AGENT_DELIVERED;
	expect_to_go_on(&t, "in doubt for good", 0);
	run_free(&t);
}

Test(once, a_chat_in_doubt)
{
	struct run t = run_new(&scenes[2]);
	struct caller c;

	t.f->opening = AGENT_OPEN_UNSURE;
	c = call(t.r, "SM1", "1");
	cr_expect_eq(c.n, 0u);
	cr_expect_eq(ways_counts(t.r).jobs, 1);
	t.f->opening = AGENT_OPENED;
	(void)ways_work(t.r);
	expect(&t, "", "a chat in doubt", 0);
	cr_assert_not_null(strstr(t.f->did, "again;"), "%s", t.f->did);
	run_free(&t);

	t = run_new(&scenes[2]);
	t.f->opening = AGENT_OPEN_UNSURE;
	cr_expect_eq(call(t.r, "SM1", "1").n, 0u);
	(void)ways_work(t.r);
	cr_expect_str_eq(shown(&t, ""), "There was an error joining the chat|");
	run_free(&t);
}

/* Its events have told of the chat, or it has ended, before the message comes again. */
Test(once, the_chat_has_ended)
{
	struct run t = killed(&scenes[0], 2, 0, false);

	t.r->s.clock.now_s += 60;
	t.f->outcome = AGENT_OVER;
	cr_expect_str_eq(call(t.r, "SM1", "hi").shown, "Hard|" WANT_AGENT "|");
	cr_expect_str_eq(t.f->heard, "");
	cr_expect_eq(t.r->s.bot.asked, 1, "nobody has heard it: the bot does");
	run_free(&t);

	t = killed(&scenes[0], 0, 2, false);
	t.f->outcome = AGENT_OVER;
	cr_expect_str_eq(call(t.r, "SM1", "hi").shown, "");
	cr_expect_str_eq(t.f->heard, "hi|");
	cr_expect_eq(t.r->s.bot.asked, 0, "the agent has heard it");
	run_free(&t);
}

/* What cannot be noted is not done: the message may come again. */
static void
fill_disk(void)
{
	struct rlimit none = { 0, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
}

static void
free_disk(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
}

Test(once, no_room_for_a_note)
{
	for (size_t i = 0; i < NELEMS(scenes); i++) {
		struct run t = run_new(&scenes[i]);
		struct caller c;

		t.f->opens = 0;
		fill_disk();
		c = call(t.r, "SM1", scenes[i].text);
		free_disk();
		cr_expect_eq(c.end, TURN_FAILED, "%s", scenes[i].name);
		cr_expect_eq(c.answers, 0, "%s", scenes[i].name);
		cr_expect_str_empty(t.f->heard, "%s", scenes[i].name);
		cr_expect_eq(t.f->opens, 0, "%s", scenes[i].name);
		cr_expect_null(strstr(t.f->did, "leave"), "%s", scenes[i].name);
		run_free(&t);
	}
}
