/* SPDX-License-Identifier: Apache-2.0 */
/* Events that come late, in another order, when the session or the chat's row is gone. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
#include "store/conv.h"
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

TestSuite(event_order, .init = quiet, .fini = no_leaks);

#define EV(k, ...) \
	{ \
		.kind = AGENT_EV_##k, .chat_id = "C1", __VA_ARGS__ \
	}
#define CLOSED SAYS_TO_ME("Chat closed")

/* The events all know; scenes name them by their index. */
enum { TEXT, CLOSE, INFO, LEFT, JOINED, IN_QUEUE, ALONE, N_EVENTS };
static const struct agent_event events[N_EVENTS] = {
	[TEXT] = EV(TEXT, .by = "A1", .html = "hi"),
	[CLOSE] = EV(CLOSED, .by = "A1"),
	[INFO] = EV(OVER),
	[LEFT] = EV(LEFT, .by = "U1"),
	[JOINED] = EV(JOINED, .by = "A1", .shown = "Ann"),
	[IN_QUEUE] = EV(QUEUE, .position = 2),
	[ALONE] = EV(NOBODY),
};
#define ANN SAYS_TO_ME("Agent Ann has joined the conversation.")
#define SECOND SAYS_TO_ME("There are 2 people ahead of you.")

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_result says_hello = RESULT(hello);
static const struct line to_bot = { "yo", &says_hello, "yo", { "Hello" } };
static const struct line to_agent = { "yo", NULL, NULL, { NULL } };
static const struct line leave = { "/close", NULL, NULL, { "Chat closed" } };

static void
begin(struct event_stage *x)
{
	event_stage_init(x, NULL, 0);
	x->f.events = events;
	x->f.n_events = N_EVENTS;
}

/* Digits of `order` are indices into events. */
static void
come(struct event_stage *x, const char *order)
{
	for (; *order != '\0'; order++) {
		cr_expect_eq(event_take(x, (size_t)(*order - '0')), EVENT_TAKEN);
		event_settle(x);
	}
}

/* What was before, which events come, what the phone gets; who hears the user then. */
struct scene {
	const char *name;
	const char *order;
	const char *did;
	bool on;
};

static void
run(const struct scene *t, void (*before)(struct event_stage *x))
{
	struct event_stage x;

	begin(&x);
	event_open_chat(&x);
	before(&x);
	come(&x, t->order);
	cr_expect_str_eq(x.out.did, t->did, "%s", t->name);
	cr_expect_eq(event_dead(&x), 0, "%s", t->name);
	event_user(&x, t->on ? &to_agent : &to_bot);
	event_stage_fini(&x);
}

/* F-13, and "events arrive while the session is gone" */
Test(event_order, F13_session_is_gone)
{
	static const struct scene t[] = {
		{ "text", "0", SAYS_TO_ME("hi"), true },
		{ "joined", "4", ANN, true },
		{ "queue", "5", SECOND, true },
		{ "close, info", "12", CLOSED, false },
		{ "info, close", "21", CLOSED, false },
		{ "close, info, text", "120", CLOSED SAYS_TO_ME("hi"), false },
		{ "text, close", "01", SAYS_TO_ME("hi") CLOSED, false },
		{ "text, info", "02", SAYS_TO_ME("hi") CLOSED, false },
		{ "alone", "6", SAYS_TO_ME("No agents available") CLOSED, false },
		{ "left", "31", "", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		run(&t[i], event_forget_session);
}

static void
user_leaves(struct event_stage *x)
{
	event_user(x, &leave);
}

static void
user_leaves_and_is_forgotten(struct event_stage *x)
{
	event_user(x, &leave);
	event_forget_session(x);
}

/* behaviour 9.4: he knows; but what an agent still says he gets */
Test(event_order, after_the_users_own_end)
{
	static const struct scene t[] = {
		{ "close, info", "12", "", false },
		{ "info, close", "21", "", false },
		{ "left, info", "32", "", false },
		{ "text", "0", SAYS_TO_ME("hi"), false },
		{ "joined, queue, alone", "456", "", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		run(&t[i], user_leaves);
		run(&t[i], user_leaves_and_is_forgotten);
	}
}

static const struct bot_option choices[] = { { .label = "Red", .value = "r" },
	{ .label = "Blue", .value = "b" } };
static const struct bot_answer asking[] = { ASKS(BOT_CHOICE, "Which?", choices) };
static const struct bot_result asks = RESULT(asking);
static const struct line gets_options = { "colours", &asks, "colours",
	{ "Which?\n1) Red\n2) Blue" } };

/* T22, F-14: what is pending stays, whatever comes late. */
Test(event_order, T22_F14_options_stay)
{
	static const char *const orders[] = { "0", "1", "2", "3", "4", "5", "6",
		"012" };
	static const struct line picks = { "1", &says_hello, "option r: Red",
		{ "Hello" } };

	for (size_t i = 0; i < NELEMS(orders); i++) {
		struct event_stage x;

		begin(&x);
		event_open_chat(&x);
		event_user(&x, &leave);
		event_user(&x, &gets_options);
		come(&x, orders[i]);
		event_user(&x, &picks);
		event_stage_fini(&x);
	}
}

/*
 * The session is gone, with the machine say, and the chat is not: what the user says next is
 * for the agent, and not for the bot.
 */
Test(event_order, F25_the_user_writes_when_the_session_is_gone)
{
	struct event_stage x;

	begin(&x);
	event_open_chat(&x);
	event_forget_session(&x);
	event_user(&x, &to_agent);
	cr_expect_str_eq(x.f.did, "state C1;say C1 yo;");
	come(&x, "01");
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi") CLOSED);
	event_forget_session(&x);
	event_user(&x, &to_bot);
	event_stage_fini(&x);
}

/* It was over, and nobody had told us: now the bot hears him. */
Test(event_order, the_chat_is_gone_too)
{
	struct event_stage x;

	begin(&x);
	event_open_chat(&x);
	event_forget_session(&x);
	x.f.outcome = AGENT_OVER;
	event_user(&x, &to_bot);
	event_forget_session(&x);
	event_user(&x, &to_bot);
	cr_expect_str_eq(x.f.did, "state C1;say C1 yo;");
	cr_expect_eq(event_row(&x, "C1"), 0);
	event_stage_fini(&x);
}

/* Nobody can be asked for where agents are switched off. */
Test(event_order, agents_are_gone_too)
{
	struct event_stage x;

	begin(&x);
	event_open_chat(&x);
	event_forget_session(&x);
	x.f.disabled = true;
	event_user(&x, &to_bot);
	cr_expect_str_eq(x.f.did, "");
	event_stage_fini(&x);
}

/* The chat is one that only its event shows: it is the user's all the same. */
Test(event_order, a_chat_comes_back)
{
	struct event_stage x;

	begin(&x);
	event_open_chat(&x);
	event_forget_session(&x);
	x.f.disabled = true;
	event_user(&x, &gets_options);
	x.f.disabled = false;
	come(&x, "0");
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	event_user(&x, &to_agent);
	cr_expect_str_eq(x.f.did, "say C1 yo;");
	come(&x, "1");
	event_user(&x, &to_bot);
	event_stage_fini(&x);
}

/* The user is in another chat by now. */
Test(event_order, an_older_chat)
{
	static const struct line lines[] = {
		{ "q", NULL, "q", { "Hard", WANT_AGENT } },
		{ "1", NULL, NULL, { CONNECTING } },
	};
	static const struct bot_answer flagged[] = { { .kind = BOT_ANSWER,
	    .html = "Hard",
	    .related_title = "",
	    .escalate = true } };
	static const struct bot_result flags = RESULT(flagged);
	struct event_stage x;

	begin(&x);
	event_open_chat(&x);
	event_user(&x, &leave);
	x.f.opened.chat.id = "C2";
	for (size_t i = 0; i < NELEMS(lines); i++) {
		struct line l = lines[i];

		l.bot = i == 0 ? &flags : NULL;
		event_user(&x, &l);
	}
	come(&x, "012345");
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	x.f.did[0] = '\0';
	event_user(&x, &to_agent);
	cr_expect_str_eq(x.f.did, "state C2;say C2 yo;");
	event_stage_fini(&x);
}

/* chat.reorder_ms: what belongs together is put in order; the rest goes as it comes. */
Test(event_order, within_the_window)
{
	struct agent_event said[] = { EV(TEXT, .by = "A1", .html = "one"),
		EV(TEXT, .by = "A1", .html = "two"),
		EV(TEXT, .by = "A1", .html = "old") };
	struct event_stage x;
	int64_t now_ms;

	begin(&x);
	event_open_chat(&x);
	x.f.events = said;
	x.f.n_events = NELEMS(said);
	now_ms = clock_wall_ms(&x.s.clock.clock);
	said[0].created_ms = now_ms - 900;
	said[1].created_ms = now_ms - 100;
	said[2].created_ms = now_ms - 60000;
	cr_expect_eq(event_take(&x, 1), EVENT_TAKEN);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_eq(event_take(&x, 2), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(
	    x.out.did, SAYS_TO_ME("one") SAYS_TO_ME("two") SAYS_TO_ME("old"));
	event_stage_fini(&x);
}

/* Both are old, and neither has gone out: the older one goes first. */
Test(event_order, older_than_the_window)
{
	struct agent_event said[] = { EV(TEXT, .by = "A1", .html = "one"),
		EV(TEXT, .by = "A1", .html = "two"),
		EV(TEXT, .by = "A1", .html = "now"), EV(CLOSED, .by = "A1") };
	struct event_stage x;
	int64_t now_ms;

	begin(&x);
	event_open_chat(&x);
	x.f.events = said;
	x.f.n_events = NELEMS(said);
	now_ms = clock_wall_ms(&x.s.clock.clock);
	said[0].created_ms = now_ms - 40000;
	said[1].created_ms = now_ms - 10000;
	said[2].created_ms = now_ms + 5000; /* their clock is ahead */
	for (size_t i = NELEMS(said); i-- > 0;)
		cr_expect_eq(event_take(&x, i), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(
	    x.out.did, SAYS_TO_ME("one") SAYS_TO_ME("two") CLOSED SAYS_TO_ME("now"));
	event_stage_fini(&x);
}

#define OWNER "twilio-34900000000-34600111222"

/* As it is when state.db was lost, or the chat was made by an older botline. */
Test(event_order, T20_F27_the_owner_is_asked)
{
	static const struct {
		const char *name, *owner, *did, *asked;
		int64_t dead;
	} t[] = {
		{ "ours", OWNER, SAYS_TO_ME("hi"), "owner C1;", 0 },
		{ "of another source or kind", NULL, "", "owner C1;", 0 },
		{ "ours, and no address is known", "twilio-a-b", "", "owner C1;", 1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct event_stage x;

		begin(&x);
		x.f.owner = t[i].owner;
		come(&x, "0");
		cr_expect_eq(event_take(&x, TEXT), EVENT_SEEN, "%s", t[i].name);
		event_settle(&x);
		cr_expect_str_eq(x.out.did, t[i].did, "%s", t[i].name);
		cr_expect_str_eq(x.f.did, t[i].asked, "%s", t[i].name);
		cr_expect_eq(event_dead(&x), t[i].dead, "%s", t[i].name);
		event_stage_fini(&x);
	}
}

/*
 * A ticket is made of a chat days after its end, when nobody here knows of it any more. What
 * is pending stays, and the user is not told of an end that he has forgotten.
 */
Test(event_order, T22_a_chat_that_is_over_is_not_taken_up)
{
	static const struct scene t[] = {
		{ "text", "0", SAYS_TO_ME("hi"), false },
		{ "info", "2", "", false },
		{ "joined, queue, alone, left", "4563", "", false },
		{ "close, text", "10", SAYS_TO_ME("hi"), false },
	};
	static const struct line picks = { "1", &says_hello, "option r: Red",
		{ "Hello" } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct event_stage x;

		begin(&x);
		x.f.owner = OWNER;
		x.f.owned_is_over = true;
		talk_say(&x.s, CONF_PRODUCTION, OWNER, 0, &gets_options);
		come(&x, t[i].order);
		cr_expect_str_eq(x.out.did, t[i].did, "%s", t[i].name);
		cr_expect_str_eq(x.f.did, "owner C1;", "%s", t[i].name);
		talk_say(&x.s, CONF_PRODUCTION, OWNER, 1, &picks);
		event_stage_fini(&x);
	}
}

/* Where the record is lost as well, its end is news; a ticket alone is none. */
Test(event_order, a_chat_that_is_over_and_the_record_too)
{
	static const struct scene t[] = {
		{ "close, info", "12", CLOSED, false },
		{ "info, close", "21", CLOSED, false },
		{ "info", "2", "", false },
		{ "text, joined", "04", SAYS_TO_ME("hi"), false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct event_stage x;

		begin(&x);
		x.f.owner = OWNER;
		x.f.owned_is_over = true;
		come(&x, t[i].order);
		cr_expect_str_eq(x.out.did, t[i].did, "%s", t[i].name);
		talk_say(&x.s, CONF_PRODUCTION, OWNER, 0, &to_bot);
		event_stage_fini(&x);
	}
}

/* Events that came while it was asked are still in order, and it is asked once. */
Test(event_order, several_of_an_unknown_chat)
{
	struct event_stage x;

	begin(&x);
	x.f.owner = OWNER;
	cr_expect_eq(event_take(&x, JOINED), EVENT_TAKEN);
	cr_expect_eq(event_take(&x, TEXT), EVENT_TAKEN);
	cr_expect_eq(event_take(&x, CLOSE), EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, ANN SAYS_TO_ME("hi") CLOSED);
	cr_expect_str_eq(x.f.did, "owner C1;");
	cr_expect_eq(event_row(&x, "C1"), 0);
	event_stage_fini(&x);
}

/* It may be the turn that opens this chat: nothing of the chat gets before what that says. */
Test(event_order, the_owner_is_busy)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct conv *conv = NULL;
	struct event_stage x;
	struct job_result r;
	struct err e = { 0 };
	struct job job;

	begin(&x);
	x.f.owner = OWNER;
	cr_expect_eq(event_take(&x, TEXT), EVENT_TAKEN);
	x.s.clock.now_s += 2;
	cr_assert_eq(queue_take(x.st, a, &job, &e), QUEUE_OK, "%s", e.text);
	cr_assert_eq(conv_enter(x.s.store, OWNER,
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	cr_expect_eq(event_try(&x, a, &job, &r), JOB_LATER);
	cr_expect(r.free);
	cr_expect_eq(queue_lane_has(x.st, OWNER, NULL, &e), QUEUE_NONE);
	conv_leave(conv);
	cr_expect_eq(event_end(&x, &job, JOB_LATER, &r, &e), QUEUE_OK);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("hi"));
	event_stage_fini(&x);
}

/* A chat that found no agent was closed at once: its close is nobody's business. */
Test(event_order, the_end_of_a_chat_that_never_was)
{
	static const char *const ends[] = { "1", "2", "3", "6", "12" };
	const struct line hi = { "yo", &says_hello, "yo", { "Hello" } };

	for (size_t i = 0; i < NELEMS(ends); i++) {
		struct event_stage x;

		begin(&x);
		x.f.owner = OWNER;
		talk_say(&x.s, CONF_PRODUCTION, OWNER, 0, &hi);
		come(&x, ends[i]);
		cr_expect_str_eq(x.out.did, "", "%s", ends[i]);
		cr_expect_eq(event_row(&x, "C1"), ends[i][0] == '6' ? 1 : 0);
		event_stage_fini(&x);
	}
}

/* The record of the owner's conversation is there: its addresses count. */
Test(event_order, the_owners_own_address)
{
	struct line hi = { "yo", &says_hello, "yo", { "Hello" } };
	struct event_stage x;

	begin(&x);
	x.f.owner = OWNER;
	x.s.from = "rcs:someone";
	talk_say(&x.s, CONF_PRODUCTION, OWNER, 0, &hi);
	come(&x, "0");
	cr_expect_str_eq(x.out.did, "rcs:someone<+34900000000: hi;");
	hi = to_agent;
	talk_say(&x.s, CONF_PRODUCTION, OWNER, 1, &hi);
	event_stage_fini(&x);
}

/* Each environment has conversations and words of its own. */
Test(event_order, environments)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct turn t = { .env = CONF_PREPRODUCTION, .arena = a };
	struct agent_event ev;
	struct event_stage x;
	struct err e = { 0 };

	begin(&x);
	x.f.owner = OWNER;
	t.conf = x.s.conf;
	cr_assert(agent_event_read(
	    x.s.dialog.agent, conf_cfg(x.s.conf, t.env), a, "1", 1, &ev, &e));
	cr_expect_eq(dialog_event_take(&x.s.dialog, &t, &ev, "1", 1, AGENT_PROVEN, &e),
	    EVENT_TAKEN);
	event_settle(&x);
	cr_expect_str_eq(x.out.did, SAYS_TO_ME("Chat cerrado"));
	cr_expect_eq(event_row(&x, "C1"), -1, "in production there is no such chat");
	cr_expect_eq(event_take(&x, CLOSE), EVENT_TAKEN, "nor was that event seen");
	event_stage_fini(&x);
}
