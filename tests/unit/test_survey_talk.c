/* SPDX-License-Identifier: Apache-2.0 */
/* A survey in the conversation, from a chat's end to its answers: behaviour 10.2. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/survey_rig.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(survey_talk, .init = quiet, .fini = no_leaks);

/* Once per chat, whatever ends it, in whatever order. */
Test(survey_talk, it_begins_once)
{
	static const struct {
		const char *name, *scene, *did;
	} t[] = {
		{ "closed", "C", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "inactive", "I", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "nobody", "N",
		    SAYS_TO_ME("No agents available") AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "left elsewhere", "L", SAYS_TO_ME(FIRST) },
		{ "left", "/", SAYS_TO_ME(FIRST) },
		{ "over", "O", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "a ticket", "T", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "T21", "CT", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "T21, reversed", "TC", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "many ends", "COTIU", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "left, then all of it", "/CTU", SAYS_TO_ME(FIRST) },
		{ "the session is lost", "-C", AFTER_CLOSED SAYS_TO_ME(FIRST) },
		{ "a late text does not end it", "CX",
		    AFTER_CLOSED SAYS_TO_ME(FIRST) SAYS_TO_ME("hi") },
	};
	static const struct line answers = IN("1", LAST);

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct after r;

		begin(&r, TALK);
		after_come(&r, t[i].scene);
		cr_expect_str_eq(r.x.out.did, t[i].did, "%s", t[i].name);
		cr_expect_eq(event_dead(&r.x), 0, "%s", t[i].name);
		event_user(&r.x, &answers);
		after_fini(&r);
	}
}

Test(survey_talk, it_asks_whether_it_may)
{
	struct after r;

	begin(&r, ASKING);
	after_come(&r, "CT");
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED SAYS_TO_ME(OFFER));
	after_fini(&r);
}

/* At the end of the chat there may be no ticket yet: then it begins with that. */
Test(survey_talk, it_waits_for_the_ticket)
{
	struct after r;

	begin(&r, BOTH);
	r.office.survey_is = TICKET_SURVEY_NONE;
	after_come(&r, "C");
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED);
	event_user(&r.x, &(struct line)TO_BOT);
	r.office.survey_is = TICKET_SURVEY;
	after_come(&r, "T");
	cr_expect_str_eq(
	    r.x.out.did, AFTER_CLOSED SAYS_TO_ME(FIRST), "and there is no link");
	cr_expect_null(strstr(r.x.f.did, "link"));
	cr_expect_not_null(strstr(r.office.did, "survey C1 -;"));
	cr_expect_not_null(strstr(r.office.did, "survey C1 123;"));
	after_fini(&r);
}

/* An unsigned event's ticket may be anybody's: the chat's own is looked up. */
Test(survey_talk, a_ticket_without_proof)
{
	struct after r;

	begin(&r, TALK);
	cr_expect_eq(event_take_as(&r.x, strchr(after_letters, 'T') - after_letters,
			 AGENT_UNPROVEN),
	    EVENT_TAKEN);
	event_settle(&r.x);
	cr_expect_null(strstr(r.office.did, "123"), "%s", r.office.did);
	cr_expect_str_eq(r.x.out.did, AFTER_CLOSED SAYS_TO_ME(FIRST));
	after_fini(&r);
}

/* What he says to it, and what is handed in. */
Test(survey_talk, it_runs)
{
	static const struct {
		const char *name, *settings;
		struct line lines[9];
		const char *handed; /* NULL: nothing */
	} t[] = {
		{ "numbers and words", TALK,
		    { IN("2", LAST), IN(" fine\nreally ", THANKS), TO_BOT },
		    "hand-in 5 TK 12=n 13=fine\nreally;" },
		{ "a label", TALK, { IN("not AT all", LAST), IN("no", THANKS), TO_BOT },
		    "hand-in 5 TK 12=n 13=no;" },
		{ "wrong, then right", TALK,
		    { IN("9", AGAIN), IN("1", LAST), IN("x", THANKS), TO_BOT },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "twice wrong, and on", TALK,
		    { IN("9", AGAIN), IN("hm", DOUBT), IN("1", AGAIN), IN("1", LAST),
			IN("x", THANKS), TO_BOT },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "twice wrong, and out", TALK,
		    { IN("9", AGAIN), IN("hm", DOUBT), IN("no", OUR_THANKS), TO_BOT },
		    NULL },
		{ "left at once", TALK, { IN("/close", OUR_THANKS), TO_BOT }, NULL },
		{ "left later, in capitals", TALK,
		    { IN("1", LAST), IN(" /CLOSE", OUR_THANKS), TO_BOT }, NULL },
		{ "wanted", ASKING,
		    { IN("yes", FIRST), IN("1", LAST), IN("x", THANKS), TO_BOT },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "not wanted", ASKING, { IN("2", OUR_THANKS), TO_BOT }, NULL },
		{ "neither", ASKING, { IN("what?", OUR_THANKS), TO_BOT }, NULL },
		{ "commands are answers", TALK,
		    { IN("1", LAST), IN("clear_user_session", THANKS), TO_BOT },
		    "hand-in 5 TK 12=y 13=clear_user_session;" },
		{ "an agent is not called", TALK,
		    { IN("1", LAST), IN("agent", THANKS), TO_BOT },
		    "hand-in 5 TK 12=y 13=agent;" },
		{ "nothing is said", TALK,
		    { IN(" ", NULL), IN("1", LAST), IN("x", THANKS) },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "a picture", TALK,
		    { IN("[media]",
			  "I can only read text. Please write your question."),
			IN("1", LAST), IN("x", THANKS) },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "a picture beside an answer", TALK,
		    { IN("[media]1", LAST, "Sorry, I can't open pictures or files."),
			IN("x", THANKS) },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "late", TALK,
		    { IN("[+1790]1", LAST), IN("[+1790]x", THANKS), TO_BOT },
		    "hand-in 5 TK 12=y 13=x;" },
		{ "too late", TALK,
		    { { "[+1800]1", &says_hello, "1", { "Hello" } }, TO_BOT }, NULL },
		{ "too late for the rest", TALK,
		    { IN("1", LAST), { "[+1801]x", &says_hello, "x", { "Hello" } },
			TO_BOT },
		    NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char want[200] = "";
		struct after r;

		begin(&r, t[i].settings);
		after_come(&r, "C");
		r.office.did[0] = '\0';
		for (size_t k = 0; t[i].lines[k].say != NULL; k++)
			event_user(&r.x, &t[i].lines[k]);
		event_settle(&r.x);
		if (t[i].handed != NULL)
			snprintf(want, sizeof(want), "%s", t[i].handed);
		cr_expect_str_eq(r.office.did, want, "%s", t[i].name);
		cr_expect_eq(event_dead(&r.x), 0, "%s", t[i].name);
		after_fini(&r);
	}
}

/* What the bot has asked meanwhile waits. */
Test(survey_talk, T22_options_wait)
{
	static const struct line lines[] = { { "colours", &asks, "colours",
						 { "Which?\n1) Red\n2) Blue" } },
		IN("1", LAST), IN("x", THANKS),
		{ "1", &says_hello, "option r: Red", { "Hello" } } };
	struct after r;

	begin(&r, TALK);
	r.office.survey_is = TICKET_SURVEY_NONE;
	after_come(&r, "C");
	event_user(&r.x, &lines[0]);
	r.office.survey_is = TICKET_SURVEY;
	after_come(&r, "T");
	for (size_t i = 1; i < NELEMS(lines); i++)
		event_user(&r.x, &lines[i]);
	after_fini(&r);
}

static void
open_again(struct after *r, const char *chat)
{
	r->x.f.opened.chat.id = chat;
	event_open_chat(&r->x);
}

/* The user is with an agent again before the survey comes: it does not. */
Test(survey_talk, a_chat_begun_anew)
{
	static const struct line unheard = IN("yo", NULL);
	struct after r;

	begin(&r, TALK);
	r.office.survey_is = TICKET_SURVEY_NONE;
	after_come(&r, "/");
	open_again(&r, "C2");
	r.office.survey_is = TICKET_SURVEY;
	after_come(&r, "T");
	cr_expect_str_eq(r.x.out.did, "");
	event_user(&r.x, &unheard);
	cr_expect_not_null(strstr(r.x.f.did, "say C2 yo;"));
	cr_expect_not_null(strstr(r.x.f.did, "state C2;"));
	event_user(&r.x, &after_leaves);
	event_settle(&r.x);
	cr_expect_str_eq(r.x.out.did, SAYS_TO_ME(FIRST), "that of the second chat");
	after_fini(&r);
}

/* An agent's word in a chat that comes back goes before a survey. */
Test(survey_talk, an_agent_comes_back)
{
	static const struct agent_event other = { .kind = AGENT_EV_TEXT,
		.key = "other",
		.chat_id = "C2",
		.by = "A1",
		.html = "hello again" };
	static const struct chat_row row = { .id = "C2",
		.env = "production",
		.conv = EVENT_CONV,
		.user = "+34600111222",
		.ours = "+34900000000",
		.extra = "{\"v\":1}" };
	static const struct line unheard = IN("1", NULL);
	struct after r;
	struct err e = { 0 };

	begin(&r, TALK);
	after_come(&r, "C");
	cr_assert(chats_put(r.x.st, &row, &e), "%s", e.text);
	r.x.f.events = &other;
	r.x.f.n_events = 1;
	cr_expect_eq(event_take(&r.x, 0), EVENT_TAKEN);
	event_settle(&r.x);
	r.x.f.did[0] = '\0';
	event_user(&r.x, &unheard);
	cr_expect_str_eq(r.x.f.did, "say C2 1;");
	after_fini(&r);
}

/* A second chat has a survey of its own; one that still runs is not broken off. */
Test(survey_talk, the_next_chat)
{
	static const struct line lines[] = { IN("1", LAST), IN("x", THANKS) };
	struct after r;

	begin(&r, TALK);
	after_come(&r, "C");
	for (size_t i = 0; i < NELEMS(lines); i++)
		event_user(&r.x, &lines[i]);
	event_settle(&r.x);
	r.x.out.did[0] = '\0';
	open_again(&r, "C2");
	event_user(&r.x, &after_leaves);
	event_settle(&r.x);
	cr_expect_str_eq(r.x.out.did, SAYS_TO_ME(FIRST));
	after_come(&r, "T"); /* of the first */
	cr_expect_str_eq(r.x.out.did, SAYS_TO_ME(FIRST));
	event_user(&r.x, &lines[0]);
	after_fini(&r);
}
