/* SPDX-License-Identifier: Apache-2.0 */
/* Tickets that the bot has made: what they hold, what is said, and that none is made twice. */
#include "config.h"

#include "base/log.h"
#include "render/html.h"
#include "store/kv.h"
#include "support/event_stage.h"
#include "support/fake_tickets.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup((enum log_level) - 1, LOG_KV); /* it says what went wrong */
	render_init();
	not_for_ever();
}

TestSuite(ticket_make, .init = quiet, .fini = no_leaks);

#define MADE(number) "We have received your request. Your ticket number is: " number
#define NOT_MADE "Sorry, I could not create the ticket. Please try again later."
#define MAKE "make Ann Lee ann@mail.example 4 late [USER: q] [BOT: <p>Hm</p>];"

static const struct bot_line said[] = { { false, "q", 5 }, { true, "<p>Hm</p>", 6 } };
static const struct bot_ticket ann = { "Ann Lee", "ann@mail.example", "late", 4 };
static const struct bot_answer wants[] = {
	{ .kind = BOT_ANSWER,
	    .html = "One moment.",
	    .related_title = "",
	    .ticket = &ann },
	{ .kind = BOT_ANSWER, .html = "Bye.", .related_title = "", .ticket = &ann },
};
static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer hard[] = { { .kind = BOT_ANSWER,
    .html = "Hard.",
    .related_title = "",
    .ticket = &ann,
    .escalate = true } };
static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result wants_ticket = RESULT(wants);
static const struct bot_result wants_both = RESULT(hard);

struct office {
	struct event_stage x;
	struct fake_tickets f;
};

static void
office_init(struct office *o)
{
	*o = (struct office){ .f = FAKE_TICKETS_INIT };
	event_stage_init(&o->x, NULL, 0);
	o->x.s.bot.lines = said;
	o->x.s.bot.n_lines = NELEMS(said);
	o->x.s.dialog.tickets = tickets_from_ops(&fake_tickets_ops, &o->f);
}

static void
office_fini(struct office *o)
{
	tickets_free(o->x.s.dialog.tickets);
	event_stage_fini(&o->x);
}

/* The i-th message; SM-i. */
static void
say(struct office *o, size_t i, const struct bot_result *bot, const char *const *shown)
{
	struct line l = { "q", bot, "q", { NULL } };

	for (size_t k = 0; k < NELEMS(l.shown) && shown[k] != NULL; k++)
		l.shown[k] = shown[k];
	talk_say(&o->x.s, CONF_PRODUCTION, EVENT_CONV, i, &l);
}

#define SHOWN(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

/* A conversation that there is: a new one has no history. */
static void
begin(struct office *o)
{
	say(o, 0, &says_hello, SHOWN("Hello"));
	o->f.did[0] = '\0';
}

Test(ticket_make, what_is_said)
{
	static const struct bot_ticket no_mail = { "Ann", "", "late", 0 },
				       no_word = { "", "a@b.example", "", 0 },
				       bare = { "", "a@b.example", "late", 0 };
	static const struct {
		const char *name;
		const struct bot_ticket *form;
		enum ticket_made made;
		bool disabled;
		const char *number, *did, *shown;
	} t[] = {
		{ "made", &ann, TICKET_MADE, false, "#A-501", MAKE, MADE("#A-501") },
		{ "its number is no HTML", &ann, TICKET_MADE, false, "<b>&amp;", MAKE,
		    MADE("<b>&amp;") },
		{ "least of all", &bare, TICKET_MADE, false, "7",
		    "make - a@b.example 0 late [USER: q] [BOT: <p>Hm</p>];",
		    MADE("7") },
		{ "not made", &ann, TICKET_NOT_MADE, false, NULL, MAKE, NOT_MADE },
		{ "unsure", &ann, TICKET_UNSURE, false, NULL, MAKE, NOT_MADE },
		{ "no address", &no_mail, TICKET_MADE, false, NULL, "", NOT_MADE },
		{ "no inquiry", &no_word, TICKET_MADE, false, NULL, "", NOT_MADE },
		{ "no office", &ann, TICKET_MADE, true, NULL, "", NOT_MADE },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct bot_answer answer = { .kind = BOT_ANSWER,
			.html = "One moment.",
			.related_title = "",
			.ticket = t[i].form };
		struct bot_result r = { BOT_ANSWERED, &answer, 1, NULL };
		struct office o;

		office_init(&o);
		begin(&o);
		o.f.made = t[i].made;
		o.f.number = t[i].number;
		o.f.disabled = t[i].disabled;
		say(&o, 1, &r, SHOWN("One moment.", t[i].shown));
		cr_expect_str_eq(o.f.did, t[i].did, "%s", t[i].name);
		office_fini(&o);
	}
}

/* Of two answers that want one; the next message is another wish. */
Test(ticket_make, one_for_a_message)
{
	struct office o;

	office_init(&o);
	begin(&o);
	say(&o, 1, &wants_ticket, SHOWN("One moment.", "Bye.", MADE("#A-501")));
	cr_expect_str_eq(o.f.did, MAKE);
	say(&o, 2, &wants_ticket, SHOWN("One moment.", "Bye.", MADE("#A-501")));
	cr_expect_str_eq(o.f.did, MAKE MAKE);
	office_fini(&o);
}

/* The question for an agent is the last thing that is said. */
Test(ticket_make, before_the_agent)
{
	struct office o;

	office_init(&o);
	begin(&o);
	say(&o, 1, &wants_both, SHOWN("Hard.", MADE("#A-501"), WANT_AGENT));
	cr_expect_str_eq(o.f.did, MAKE "hours;");
	office_fini(&o);
}

/* No history is no reason to make none. */
Test(ticket_make, without_history)
{
	struct office o;

	office_init(&o);
	begin(&o);
	o.x.s.bot.history_trouble = (struct err){ ERR_UPSTREAM, 500, "down" };
	say(&o, 1, &wants_ticket, SHOWN("One moment.", "Bye.", MADE("#A-501")));
	cr_expect_str_eq(o.f.did, "make Ann Lee ann@mail.example 4 late;");
	office_fini(&o);
}

/*
 * The process dies: before the call, after the call, after the number is noted. The record
 * is the one of before, the message comes again, and the bot wants the same again.
 */
Test(ticket_make, worked_again)
{
	static const struct {
		const char *name, *note, *shown, *did;
	} t[] = {
		{ "nothing noted", NULL, MADE("#A-501"), MAKE },
		{ "no word of what became of it", "", NOT_MADE, "" },
		{ "number noted", "#A-77", MADE("#A-77"), "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };
		struct office o;

		office_init(&o);
		begin(&o);
		if (t[i].note != NULL)
			cr_assert(kv_put(o.x.st, "once/ticket/production/SM-1",
				      t[i].note, strlen(t[i].note), &e),
			    "%s", e.text);
		say(&o, 1, &wants_ticket, SHOWN("One moment.", "Bye.", t[i].shown));
		cr_expect_str_eq(o.f.did, t[i].did, "%s", t[i].name);
		office_fini(&o);
	}
}

/* The same with what is really noted: the record is lost with the machine, the state is not. */
Test(ticket_make, record_lost)
{
	static const struct {
		const char *name;
		enum ticket_made made;
		const char *first, *again, *did;
	} t[] = {
		{ "made", TICKET_MADE, MADE("#A-501"), MADE("#A-501"), MAKE },
		{ "unsure", TICKET_UNSURE, NOT_MADE, NOT_MADE, MAKE },
		{ "not made: it may be tried", TICKET_NOT_MADE, NOT_MADE,
		    MADE("#A-501"), MAKE MAKE },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct office o;

		office_init(&o);
		begin(&o);
		o.f.made = t[i].made;
		say(&o, 1, &wants_ticket, SHOWN("One moment.", "Bye.", t[i].first));
		event_forget_session(&o.x);
		o.f.made = TICKET_MADE;
		say(&o, 1, &wants_ticket, SHOWN("One moment.", "Bye.", t[i].again));
		cr_expect_str_eq(o.f.did, t[i].did, "%s", t[i].name);
		office_fini(&o);
	}
}

/* Where nothing can be noted none is made. */
Test(ticket_make, without_state)
{
	struct office o;

	office_init(&o);
	begin(&o);
	o.x.s.dialog.state = NULL;
	say(&o, 1, &wants_ticket, SHOWN("One moment.", "Bye.", NOT_MADE));
	cr_expect_str_eq(o.f.did, "");
	office_fini(&o);
}
