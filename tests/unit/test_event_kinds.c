/* SPDX-License-Identifier: Apache-2.0 */
/* What each kind of an agent's event is to the user: behaviour 9.3, and twice of each. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
#include "support/event_stage.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(event_kinds, .init = quiet, .fini = no_leaks);

enum { MOST = 4 };

/* Events of one chat, one behind the other, and what comes of them. */
struct scene {
	const char *name;
	struct agent_event events[MOST];
	size_t n;
	const char *did; /* what the phone gets */
	const char *asked; /* what the agents' side is asked; NULL: nothing */
	const char *notes; /* what the bot is told; NULL: nothing */
	int row; /* see event_row() */
	bool on; /* the bot hears nothing afterwards */
};

#define EV(k, ...) \
	{ \
		.kind = AGENT_EV_##k, .chat_id = "C1", __VA_ARGS__ \
	}
#define CLOSED SAYS_TO_ME("Chat closed")
#define CAME "came C1 APP eu;"
#define NONE_CAME "none came C1 APP eu;"

static void
check_after(struct event_stage *x, const struct scene *t)
{
	static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
	static const struct bot_result says_hello = RESULT(hello);
	const struct line heard = { "hi", &says_hello, "hi", { "Hello" } };
	const struct line unheard = { "hi", NULL, NULL, { NULL } };

	event_user(x, t->on ? &unheard : &heard);
}

static void
run(const struct scene *t, const char *how, int times)
{
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.f.events = t->events;
	x.f.n_events = t->n;
	for (size_t i = 0; i < t->n; i++) {
		for (int k = 0; k < times; k++) {
			enum event_take want = t->events[i].kind == AGENT_EV_NOTHING
			    ? EVENT_NOTHING
			    : k > 0 ? EVENT_SEEN
				    : EVENT_TAKEN;

			cr_expect_eq(event_take(&x, i), want, "%s, %s", t->name, how);
		}
		event_settle(&x);
	}
	cr_expect_str_eq(x.out.did, t->did, "%s, %s", t->name, how);
	cr_expect_str_eq(
	    x.f.did, t->asked != NULL ? t->asked : "", "%s, %s", t->name, how);
	cr_expect_str_eq(
	    x.s.bot.notes, t->notes != NULL ? t->notes : "", "%s, %s", t->name, how);
	cr_expect_eq(event_row(&x, "C1"), t->row, "%s, %s", t->name, how);
	cr_expect_eq(event_dead(&x), 0, "%s, %s", t->name, how);
	check_after(&x, t);
	event_stage_fini(&x);
}

static void
run_all(const struct scene *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		run(&t[i], "once", 1);
		run(&t[i], "twice", 2);
	}
}

Test(event_kinds, T18_what_agents_say)
{
	static const struct scene t[] = {
		{ .name = "plain text, as it is",
		    .events = { EV(
			TEXT, .by = "A1", .html = "a &amp; b *c* > d\n\n\ne") },
		    .n = 1,
		    .did = SAYS_TO_ME("a &amp; b *c* > d\n\n\ne"),
		    .row = 1,
		    .on = true },
		{ .name = "HTML",
		    .events = { EV(TEXT, .by = "A1",
			.html = "<p>Hi <b>you</b> &amp; me, "
				"<a href=\"https://x.example/a\">this</a></p>") },
		    .n = 1,
		    .did = SAYS_TO_ME("Hi you & me, this (https://x.example/a)"),
		    .row = 1,
		    .on = true },
		{ .name = "controls are none of a text's",
		    .events = { EV(
			TEXT, .by = "A1", .html = " a\x01\x02 b\r\nc\x1b ") },
		    .n = 1,
		    .did = SAYS_TO_ME("a b\nc"),
		    .row = 1,
		    .on = true },
		{ .name = "a smaller-than that is no tag",
		    .events = { EV(TEXT, .by = "A1", .html = "1 < 2 &lt; 3") },
		    .n = 1,
		    .did = SAYS_TO_ME("1 < 2 < 3"),
		    .row = 1,
		    .on = true },
		{ .name = "a picture among text",
		    .events = { EV(TEXT, .by = "A1",
			.html = "Look <img src=\"https://x.example/a.png\">") },
		    .n = 1,
		    .did = SAYS_TO_ME("Look") EVENT_ME " +https://x.example/a.png;",
		    .row = 1,
		    .on = true },
		{ .name = "hostile HTML",
		    .events = { EV(TEXT, .by = "A1",
			.html = "<script>alert(1)</script><b>x</b>"
				"<a href=\"javascript:alert(1)\">y</a><<<") },
		    .n = 1,
		    .did = SAYS_TO_ME("xy<<<"),
		    .row = 1,
		    .on = true },
		{ .name = "nothing to be seen",
		    .events = { EV(TEXT, .by = "A1", .html = "<p></p>") },
		    .n = 1,
		    .did = "",
		    .row = 1,
		    .on = true },
		{ .name = "two, in their order",
		    .events = { EV(TEXT, .by = "A1", .html = "one"),
			EV(TEXT, .by = "A1", .html = "two") },
		    .n = 2,
		    .did = SAYS_TO_ME("one") SAYS_TO_ME("two"),
		    .row = 1,
		    .on = true },
	};

	run_all(t, NELEMS(t));
}

/* Pictures that only somebody inside could fetch are shown as links. */
Test(event_kinds, F10_pictures_of_private_places)
{
	static const char *const urls[] = { "http://x.example/a.png",
		"https://10.0.0.1/a.png", "https://127.0.0.1/a.png",
		"https://169.254.169.254/a.png", "https://localhost/a.png",
		"https://db.internal/a.png", "https://intranet/a.png",
		"https://[::1]/a.png", "https://user:word@x.example/a.png",
		"https://2130706433/a.png" };

	for (size_t i = 0; i < NELEMS(urls); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct scene t = { .name = urls[i],
			.events = { EV(TEXT, .by = "A1") },
			.n = 1,
			.row = 1,
			.on = true };

		t.events[0].html = arena_printf(a, "See <img src=\"%s\">", urls[i]);
		t.did = arena_printf(a, EVENT_ME "See %s;", urls[i]);
		run(&t, "once", 1);
	}
}

Test(event_kinds, agents_join)
{
	static const struct scene t[] = {
		{ .name = "F-38",
		    .events = { EV(JOINED, .by = "A1", .shown = "Ann") },
		    .n = 1,
		    .did = SAYS_TO_ME("Agent Ann has joined the conversation."),
		    .notes = CAME,
		    .row = 1,
		    .on = true },
		{ .name = "once for each agent",
		    .events = { EV(JOINED, .by = "A1", .shown = "Ann"),
			EV(JOINED, .by = "A2", .shown = "Bob"),
			EV(JOINED, .by = "A1", .shown = "Ann") },
		    .n = 3,
		    .did = SAYS_TO_ME("Agent Ann has joined the conversation.")
			SAYS_TO_ME("Agent Bob has joined the conversation."),
		    .notes = CAME,
		    .row = 1,
		    .on = true },
		{ .name = "a name that would be more",
		    .events = { EV(JOINED, .by = "A1",
			.shown = "<img src=https://x.example/a.png> & \x02") },
		    .n = 1,
		    .did = SAYS_TO_ME("Agent <img src=https://x.example/a.png> & has "
				      "joined the conversation."),
		    .notes = CAME,
		    .row = 1,
		    .on = true },
		{ .name = "no name",
		    .events = { EV(JOINED, .by = "A1") },
		    .n = 1,
		    .did = SAYS_TO_ME("Agent has joined the conversation."),
		    .notes = CAME,
		    .row = 1,
		    .on = true },
	};

	run_all(t, NELEMS(t));
}

Test(event_kinds, queue)
{
	static const struct scene t[] = {
		{ .name = "places",
		    .events = { EV(QUEUE, .position = 3), EV(QUEUE, .position = 1) },
		    .n = 2,
		    .did = SAYS_TO_ME("There are 3 people ahead of you.")
			SAYS_TO_ME("There is one person ahead of you."),
		    .row = 1,
		    .on = true },
		{ .name = "not the same again",
		    .events = { EV(QUEUE, .position = 2), EV(QUEUE, .position = 2),
			EV(QUEUE, .position = 1) },
		    .n = 3,
		    .did = SAYS_TO_ME("There are 2 people ahead of you.")
			SAYS_TO_ME("There is one person ahead of you."),
		    .row = 1,
		    .on = true },
		{ .name = "nothing that was overtaken",
		    .events = { EV(QUEUE, .position = 1, .created_ms = 2000),
			EV(QUEUE, .position = 2, .created_ms = 1000) },
		    .n = 2,
		    .did = SAYS_TO_ME("There is one person ahead of you."),
		    .row = 1,
		    .on = true },
		{ .name = "a moment that is far ahead is none",
		    .events = { EV(QUEUE, .position = 3,
				    .created_ms = INT64_C(99999999999999)),
			EV(QUEUE, .position = 1, .created_ms = 1000) },
		    .n = 2,
		    .did = SAYS_TO_ME("There are 3 people ahead of you.")
			SAYS_TO_ME("There is one person ahead of you."),
		    .row = 1,
		    .on = true },
		{ .name = "not beside an agent",
		    .events = { EV(TEXT, .by = "A1", .html = "hi"),
			EV(QUEUE, .position = 2) },
		    .n = 2,
		    .did = SAYS_TO_ME("hi"),
		    .row = 1,
		    .on = true },
	};

	run_all(t, NELEMS(t));
}

Test(event_kinds, ends)
{
	static const struct scene t[] = {
		{ .name = "closed by an agent",
		    .events = { EV(CLOSED, .by = "A1") },
		    .n = 1,
		    .did = CLOSED,
		    .notes = NONE_CAME },
		{ .name = "closed after he has joined",
		    .events = { EV(JOINED, .by = "A1", .shown = "Ann"),
			EV(CLOSED, .by = "A1") },
		    .n = 2,
		    .did = SAYS_TO_ME("Agent Ann has joined the conversation.") CLOSED,
		    .notes = CAME },
		{ .name = "nobody wrote, and there is no text of its own for that",
		    .events = { EV(INACTIVE) },
		    .n = 1,
		    .did = CLOSED,
		    .notes = NONE_CAME },
		{ .name = "closed by the user elsewhere",
		    .events = { EV(LEFT, .by = "U1") },
		    .n = 1,
		    .did = "",
		    .notes = NONE_CAME },
		{ .name = "T21: closed, then over",
		    .events = { EV(CLOSED, .by = "A1"), EV(OVER) },
		    .n = 2,
		    .did = CLOSED,
		    .notes = NONE_CAME },
		{ .name = "T21: over, then closed",
		    .events = { EV(OVER), EV(CLOSED, .by = "A1") },
		    .n = 2,
		    .did = CLOSED,
		    .notes = NONE_CAME },
		{ .name = "F-13: a text comes late",
		    .events = { EV(CLOSED, .by = "A1"), EV(OVER),
			EV(TEXT, .by = "A1", .html = "bye") },
		    .n = 3,
		    .did = CLOSED SAYS_TO_ME("bye"),
		    .notes = NONE_CAME },
		{ .name = "who joins or waits after the end does not open it",
		    .events = { EV(CLOSED, .by = "A1"),
			EV(JOINED, .by = "A1", .shown = "Ann"),
			EV(QUEUE, .position = 2) },
		    .n = 3,
		    .did = CLOSED,
		    .notes = NONE_CAME },
	};

	run_all(t, NELEMS(t));
}

#define ALONE SAYS_TO_ME("No agents available") CLOSED

Test(event_kinds, nobody_is_left)
{
	static const struct scene t[] = {
		{ .name = "F-38: none came",
		    .events = { EV(NOBODY) },
		    .n = 1,
		    .did = ALONE,
		    .asked = "leave C1 nobody;",
		    .notes = NONE_CAME },
		{ .name = "the close that follows is silent",
		    .events = { EV(NOBODY), EV(CLOSED), EV(OVER) },
		    .n = 3,
		    .did = ALONE,
		    .asked = "leave C1 nobody;",
		    .notes = NONE_CAME },
		{ .name = "somebody is there after all",
		    .events = { EV(TEXT, .by = "A1", .html = "hi"), EV(NOBODY) },
		    .n = 2,
		    .did = SAYS_TO_ME("hi"),
		    .asked = "state C1;",
		    .row = 1,
		    .on = true },
		{ .name = "of a chat that is over",
		    .events = { EV(CLOSED, .by = "A1"), EV(NOBODY) },
		    .n = 2,
		    .did = CLOSED,
		    .notes = NONE_CAME },
	};

	run_all(t, NELEMS(t));
}

/* T19, T20: what is of no use is not even queued. */
Test(event_kinds, T19_T20_what_is_none)
{
	static const struct agent_event events[] = { EV(NOTHING),
		EV(TEXT, .by = "U1", .html = "my own words"),
		EV(TEXT, .by = "X", .html = "not an agent's") };
	static const struct agent_event resolved[] = { EV(NOTHING), EV(NOTHING),
		EV(NOTHING) };
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.f.events = events;
	x.f.resolved = resolved;
	x.f.n_events = NELEMS(events);
	x.f.user = "U1";
	cr_expect_eq(event_take(&x, 0), EVENT_NOTHING);
	cr_expect_eq(event_take(&x, 1), EVENT_NOTHING, "his own echo");
	cr_expect_eq(event_take(&x, 2), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, "");
	cr_expect_eq(x.worked, 1);
	event_stage_fini(&x);
}

/* T17: that he has left is nothing new once it is noted; what others do is. */
Test(event_kinds, T17_he_has_left)
{
	static const struct agent_event events[] = { EV(CLOSED, .by = "U1"),
		EV(CLOSED, .by = "U1"), EV(CLOSED, .by = "A1") };
	static const struct agent_event resolved[] = { EV(LEFT, .by = "U1"),
		EV(LEFT, .by = "U1"), EV(CLOSED, .by = "A1") };
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.f.events = events;
	x.f.resolved = resolved;
	x.f.n_events = NELEMS(events);
	x.f.user = "U1";
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN, "nobody has noted it");
	event_settle(&x);
	cr_expect_eq(event_take(&x, 1), EVENT_NOTHING, "noted by then");
	cr_expect_eq(event_take(&x, 2), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, "");
	event_stage_fini(&x);
}

static void
says_so_at_once(void *arg)
{
	struct event_stage *x = arg;

	x->f.during = NULL;
	cr_expect_eq(event_take(x, 0), EVENT_NOTHING, "it is noted already");
}

/* The agents' side tells of the end before it answers him who has asked for it. */
Test(event_kinds, T17_the_echo_is_faster_than_the_answer)
{
	static const struct agent_event events[] = { EV(CLOSED, .by = "U1") };
	static const struct line leaves = { "/close", NULL, NULL, { "Chat closed" } };
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.f.events = events;
	x.f.n_events = NELEMS(events);
	x.f.user = "U1";
	x.f.during = says_so_at_once;
	x.f.arg = &x;
	event_user(&x, &leaves);
	cr_expect_null(x.f.during, "it was asked for");
	cr_expect_str_eq(x.f.did, "leave C1 user;");
	event_stage_fini(&x);
}

/* The label is optional, and the bot's owner may have his own words. */
Test(event_kinds, words_of_the_bots_owner)
{
	static const struct bot_text texts[] = { { "chat_closed_inactivity", "Idle" },
		{ "agent_joined", "$agentName is here" } };
	static const struct scene t = { .name = "own words",
		.events = { EV(JOINED, .by = "A1", .shown = "Ann"), EV(INACTIVE) },
		.n = 2 };
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.s.bot.setup = (struct bot_setup){ .texts = texts, .n = NELEMS(texts) };
	x.f.events = t.events;
	x.f.n_events = t.n;
	for (size_t i = 0; i < t.n; i++) {
		cr_expect_eq(event_take(&x, i), EVENT_TAKEN);
		event_settle(&x);
	}
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("Ann is here") SAYS_TO_ME("Idle"));
	event_stage_fini(&x);
}
