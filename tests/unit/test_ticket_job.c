/* SPDX-License-Identifier: Apache-2.0 */
/* Replies to tickets: how they are taken, whose phone they reach, how they read there. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "channel/letter.h"
#include "dialog/ticket.h"
#include "render/html.h"
#include "support/event_stage.h"
#include "support/fake_tickets.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(ticket_job, .init = quiet, .fini = no_leaks);

#define ANN "ann@mail.example"
#define PHONES "34900000000-34600111222"
#define CONV "twilio-" PHONES
#define HI \
	"Hi, I'm the agent that you spoke to a while ago. My response to your question"
#define INFO "Here is the ticket number for your reference"
#define END \
	"You can now continue chatting with the chatbot. If you want to talk to " \
	"someone, type 'agent'. Thank you!"
#define SMS(text, number) HI ":\n" text "\n\n" INFO ": " number "\n" END

struct desk {
	struct event_stage x;
	struct fake_tickets f;
	struct fake_person ann;
};

static void
desk_init_with(struct desk *k, const struct stage_file *files, size_t n)
{
	*k = (struct desk){ .f = FAKE_TICKETS_INIT };
	event_stage_init(&k->x, files, n);
	k->ann = (struct fake_person){ .contact = ANN, .phones = PHONES };
	k->f.people = &k->ann;
	k->f.n_people = 1;
	k->x.s.dialog.tickets = tickets_from_ops(&fake_tickets_ops, &k->f);
}

static void
desk_init(struct desk *k)
{
	desk_init_with(k, NULL, 0);
}

static void
desk_fini(struct desk *k)
{
	tickets_free(k->x.s.dialog.tickets);
	event_stage_fini(&k->x);
}

static enum ticket_take
take_in(struct desk *k, enum conf_env env, const struct ticket_reply *replies, size_t n,
    struct err *e)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct turn t = { .conf = k->x.s.conf, .env = env, .arena = a };

	return dialog_ticket_take(&k->x.s.dialog, &t, replies, n, e);
}

static void
take(
    struct desk *k, const struct ticket_reply *replies, size_t n, enum ticket_take want)
{
	struct err e = { 0 };

	cr_expect_eq(take_in(k, CONF_PRODUCTION, replies, n, &e), want, "%s", e.text);
}

static struct ticket_reply
reply_of(const char *key, const char *contact, const char *html)
{
	struct ticket_reply r = {
		.key = "", .number = "501", .contact = contact, .html = html
	};

	snprintf(r.key, sizeof(r.key), "%s", key);
	return r;
}

static void
take_one(struct desk *k, const char *html)
{
	struct ticket_reply r = reply_of(html, ANN, html);

	take(k, &r, 1, TICKET_TAKEN);
}

static int64_t
jobs(struct desk *k)
{
	struct queue_counts n = { 0 };
	struct err e = { 0 };

	cr_assert(queue_count(k->x.st, &n, &e), "%s", e.text);
	return n.jobs;
}

/* The tail of `did` behind who sent to whom; all that stands there. */
static void
expect_sent(struct desk *k, const char *name, const char *who, const char *text)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	cr_expect_str_eq(k->x.out.did,
	    text != NULL ? arena_printf(a, "%s: %s;", who, text) : "", "%s", name);
}

#define ME "+34600111222<+34900000000"
#define MY_WHATSAPP "whatsapp:+34600111222<whatsapp:+14155238886"

Test(ticket_job, texts)
{
	static const struct {
		const char *name, *phones, *html, *who, *want;
	} t[] = {
		{ "plain, by SMS", PHONES, "On its way.", ME,
		    SMS("On its way.", "501") },
		{ "plain keeps entities and marks", PHONES, "a &amp; _b_ *c*", ME,
		    SMS("a &amp; _b_ *c*", "501") },
		{ "HTML", PHONES, "<p>It is <b>late</b> &amp; lost.</p>", ME,
		    SMS("It is late & lost.", "501") },
		{ "a link", PHONES, "<a href=\"https://a.example/x\">Track</a>", ME,
		    SMS("Track (https://a.example/x)", "501") },
		{ "short codes", "12345-34600111222", "Yes.", "+34600111222<12345",
		    SMS("Yes.", "501") },
		{ "plain, on WhatsApp", "whatsapp14155238886-whatsapp34600111222",
		    "On its way.", MY_WHATSAPP,
		    "_" HI ":_\nOn its way.\n\n_" INFO ": *501*_\n_" END "_" },
		{ "HTML on WhatsApp", "whatsapp14155238886-whatsapp34600111222",
		    "<p>It is <b>late</b>.</p>", MY_WHATSAPP,
		    "_" HI ":_\nIt is *late*.\n\n_" INFO ": *501*_\n_" END "_" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct desk k;

		desk_init(&k);
		k.ann.phones = t[i].phones;
		take_one(&k, t[i].html);
		event_settle(&k.x);
		expect_sent(&k, t[i].name, t[i].who, t[i].want);
		cr_expect_eq(event_dead(&k.x), 0, "%s", t[i].name);
		desk_fini(&k);
	}
}

/* An agent has no picture shown that not everybody could fetch. */
Test(ticket_job, media)
{
	struct desk k;

	desk_init(&k);
	take_one(&k,
	    "<p>See</p><img src=\"https://a.example/p.png\">"
	    "<img src=\"https://127.0.0.1/q.png\">");
	event_settle(&k.x);
	cr_expect_not_null(
	    strstr(k.x.out.did, ME ":  +https://a.example/p.png;"), "%s", k.x.out.did);
	cr_expect_null(strstr(k.x.out.did, "+https://127.0.0.1"), "%s", k.x.out.did);
	desk_fini(&k);
}

/* It is no dead letter, and no other is sent, while it cannot be told. */
Test(ticket_job, outcomes)
{
	static const struct {
		const char *name, *phones;
		bool unknown, disabled;
		int fails;
		int64_t dead;
		const char *log; /* NULL: it is sent */
	} t[] = {
		{ "found", PHONES, false, false, 0, 0, NULL },
		{ "found later", PHONES, false, false, 3, 0, NULL },
		{ "unknown", PHONES, true, false, 0, 1, "nobody is known" },
		{ "without phones", NULL, false, false, 0, 1, "has never written" },
		{ "phones: one", "34600111222", false, false, 0, 1, "no pair" },
		{ "phones: nothing", "", false, false, 0, 1, "no pair" },
		{ "phones: words", "ours-hers", false, false, 0, 1, "no pair" },
		{ "phones: two channels", "34900000000-whatsapp34600111222", false,
		    false, 0, 1, "no pair" },
		{ "phones: a plus", "+34900000000-+34600111222", false, false, 0, 1,
		    "no pair" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct log_capture log;
		struct desk k;
		char *lines;

		desk_init(&k);
		log_setup(LOG_INFO, LOG_KV);
		log = log_capture_begin();
		k.ann.phones = t[i].phones;
		k.f.n_people = t[i].unknown ? 0 : 1;
		k.f.person_fails = t[i].fails;
		take_one(&k, "Yes.");
		event_settle(&k.x);
		lines = log_capture_end(&log);
		expect_sent(
		    &k, t[i].name, ME, t[i].log == NULL ? SMS("Yes.", "501") : NULL);
		cr_expect_eq(event_dead(&k.x), t[i].dead, "%s", t[i].name);
		cr_expect_eq(jobs(&k), 0, "%s", t[i].name);
		if (t[i].log != NULL) {
			cr_expect_not_null(
			    strstr(lines, "ticket=501"), "%s: %s", t[i].name, lines);
			cr_expect_not_null(
			    strstr(lines, t[i].log), "%s: %s", t[i].name, lines);
		}
		cr_expect_null(strstr(lines, "ann@"), "%s: %s", t[i].name, lines);
		free(lines);
		desk_fini(&k);
		log_turn("");
		log_setup(LOG_ERROR, LOG_KV);
	}
}

/* Credentials may come back. */
Test(ticket_job, waits_for_credentials)
{
	struct desk k;

	desk_init(&k);
	log_setup((enum log_level) - 1, LOG_KV); /* it says what to mend */
	k.f.disabled = true;
	take_one(&k, "Yes.");
	cr_expect(event_work_one(&k.x));
	cr_expect_eq(jobs(&k), 1);
	cr_expect_eq(event_dead(&k.x), 0);
	k.f.disabled = false;
	event_settle(&k.x);
	expect_sent(&k, "credentials", ME, SMS("Yes.", "501"));
	desk_fini(&k);
}

Test(ticket_job, taken_once)
{
	struct ticket_reply two[] = { reply_of("k1", ANN, "One."),
		reply_of("k2", ANN, "Two.") };
	struct ticket_reply more[] = { two[0], reply_of("k3", ANN, "Three.") };
	struct desk k;
	const char *did;

	desk_init(&k);
	take(&k, two, 0, TICKET_NOTHING);
	take(&k, two, 2, TICKET_TAKEN);
	cr_expect_eq(jobs(&k), 2);
	take(&k, two, 2, TICKET_SEEN);
	take(&k, two + 1, 1, TICKET_SEEN);
	take(&k, more, 2, TICKET_TAKEN);
	cr_expect_eq(jobs(&k), 3, "what is new of it");
	event_settle(&k.x);
	take(&k, more, 2, TICKET_SEEN);
	cr_expect_eq(jobs(&k), 0, "worked is seen");
	did = k.x.out.did;
	cr_expect_eq(k.x.out.sent, 3);
	cr_expect_lt(strstr(did, "One."), strstr(did, "Two."), "%s", did);
	cr_expect_lt(strstr(did, "Two."), strstr(did, "Three."), "%s", did);
	desk_fini(&k);
}

/* All or none. */
Test(ticket_job, not_taken)
{
	static struct ticket_reply many[LIMIT_QUEUE_BATCH + 1];
	struct err e = { 0 };
	struct desk k;

	desk_init(&k);
	for (size_t i = 0; i < NELEMS(many); i++) {
		char key[20];

		snprintf(key, sizeof(key), "k%zu", i);
		many[i] = reply_of(key, ANN, "Yes.");
	}
	cr_expect_eq(
	    take_in(&k, CONF_PRODUCTION, many, NELEMS(many), &e), TICKET_FAILED);
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_eq(jobs(&k), 0);
	cr_expect_eq(
	    take_in(&k, CONF_PRODUCTION, many, LIMIT_QUEUE_BATCH, &e), TICKET_TAKEN);
	cr_expect_eq(jobs(&k), LIMIT_QUEUE_BATCH);
	for (size_t i = 0; i < LIMIT_QUEUE_BATCH; i++)
		many[i].key[0] = 'l';
	cr_expect_eq(
	    take_in(&k, CONF_PRODUCTION, many, LIMIT_QUEUE_BATCH, &e), TICKET_TAKEN);
	many[0].key[0] = 'm';
	cr_expect_eq(take_in(&k, CONF_PRODUCTION, many, 1, &e), TICKET_FULL,
	    "a person has so many at most");
	many[1] = reply_of("other", "bob@mail.example", "Yes.");
	cr_expect_eq(take_in(&k, CONF_PRODUCTION, many, 2, &e), TICKET_FULL);
	cr_expect_eq(jobs(&k), 2 * LIMIT_QUEUE_BATCH);
	cr_expect_eq(
	    take_in(&k, CONF_PRODUCTION, many + 1, 1, &e), TICKET_TAKEN, "not seen");
	desk_fini(&k);
}

/* Whoever dies behind the messages and before his end says nothing twice. */
Test(ticket_job, worked_again)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job_result r;
	struct err e = { 0 };
	struct job job;
	struct desk k;

	desk_init(&k);
	take_one(&k, "Yes.");
	cr_assert_eq(queue_take(k.x.st, a, &job, &e), QUEUE_OK);
	cr_expect_eq(event_try(&k.x, a, &job, &r), JOB_DONE);
	cr_expect_eq(jobs(&k), 2, "its end is missing, its message is there");
	cr_expect_eq(event_try(&k.x, a, &job, &r), JOB_DONE);
	cr_expect_eq(jobs(&k), 2);
	cr_expect_eq(queue_done(k.x.st, &job, NULL, 0, &e), QUEUE_OK);
	event_settle(&k.x);
	expect_sent(&k, "again", ME, SMS("Yes.", "501"));
	desk_fini(&k);
}

/* In the user's conversation behind what he is still to get; the record stays as it is. */
Test(ticket_job, the_conversation)
{
	static const struct bot_option two[] = { { .label = "Red", .value = "r" },
		{ .label = "Blue", .value = "b" } };
	static const struct bot_answer asks[] = { ASKS(BOT_CHOICE, "Which?", two) };
	static const struct bot_answer fine[] = { SAYS(BOT_ANSWER, "Fine.") };
	static const struct bot_result colours = RESULT(asks), ends = RESULT(fine);
	struct ticket_reply r = reply_of("k", ANN, "Yes.");
	struct desk k;
	struct err e = { 0 };

	desk_init(&k);
	talk_say(&k.x.s, CONF_PRODUCTION, CONV, 0,
	    &(struct line){ "q", &colours, "q", { "Which?\n1) Red\n2) Blue" } });
	take(&k, &r, 1, TICKET_TAKEN);
	event_settle(&k.x);
	expect_sent(&k, "talk", ME, SMS("Yes.", "501"));
	cr_expect_str_eq(k.x.out.callback, EVENT_URL "?status=1&ticket=501");
	talk_say(&k.x.s, CONF_PRODUCTION, CONV, 1,
	    &(struct line){ "2", &ends, "option b: Blue", { "Fine." } });

	/* Another environment's person has another conversation, and its language. */
	k.x.out.did[0] = '\0';
	cr_expect_eq(take_in(&k, CONF_PREPRODUCTION, &r, 1, &e), TICKET_TAKEN);
	event_settle(&k.x);
	cr_expect_not_null(strstr(k.x.out.did, "\nYes.\n\nEste es"), "%s", k.x.out.did);
	desk_fini(&k);
}

/* The owner's texts count; marks that he put around them are not doubled. */
Test(ticket_job, texts_of_the_owner)
{
	static const struct bot_text own[] = { { "ticket_response_intro", "_Hello_" },
		{ "ticket_response_info", "No" }, { "ticket_response_end", "_Bye_" } };
	struct desk k;

	desk_init(&k);
	k.x.s.bot.setup = (struct bot_setup){ .texts = own, .n = NELEMS(own) };
	k.ann.phones = "whatsapp14155238886-whatsapp34600111222";
	take_one(&k, "Yes.");
	event_settle(&k.x);
	expect_sent(&k, "owner", MY_WHATSAPP, "_Hello:_\nYes.\n\n_No: *501*_\n_Bye_");
	desk_fini(&k);
}

/* Each line about a message that answers a ticket has its number, also of a dead one. */
Test(ticket_job, number_in_the_log)
{
	static const struct {
		const char *name;
		enum out_why why;
	} t[] = { { "window", OUT_WHY_WINDOW }, { "opted out", OUT_WHY_OPTED_OUT },
		{ "receiver", OUT_WHY_RECEIVER } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct letter letter = { 0 };
		struct job_result r;
		struct err e = { 0 };
		struct job job;
		struct desk k;

		desk_init(&k);
		k.x.out.unlucky = -1;
		k.x.out.result = OUT_REFUSED;
		k.x.out.why = t[i].why;
		take_one(&k, "Yes.");
		cr_expect(event_work_one(&k.x));
		cr_assert_eq(queue_take(k.x.st, a, &job, &e), QUEUE_OK);
		cr_expect_str_eq(job.kind, "send");
		cr_expect_str_eq(job.lane, CONV);
		cr_assert(letter_read(&letter, job.body, a, &e), "%s", e.text);
		cr_expect_str_eq(letter.ticket, "501");
		log_turn("");
		cr_expect_eq(event_try(&k.x, a, &job, &r), JOB_DEAD, "%s", t[i].name);
		cr_expect_str_eq(log_ticket_now(), "501", "%s", t[i].name);
		log_turn("");
		dialog_job_log(&job);
		cr_expect_str_eq(log_ticket_now(), "501", "too old: %s", t[i].name);
		log_turn("");
		cr_expect_str_eq(log_ticket_now(), "");
		desk_fini(&k);
	}
}

/* A number of any length is shown, and read in the log, as far as there is room. */
Test(ticket_job, numbers)
{
	struct ticket_reply r = reply_of("k", ANN, "Yes.");
	char number[3 * LIMIT_TICKET];
	struct desk k;

	desk_init(&k);
	r.number = "#A-<501>";
	take(&k, &r, 1, TICKET_TAKEN);
	event_settle(&k.x);
	expect_sent(&k, "number", ME, SMS("Yes.", "#A-<501>"));
	cr_expect_str_eq(k.x.out.callback, ""); /* nobody has called, nothing is set */
	memset(number, '7', sizeof(number) - 1);
	number[sizeof(number) - 1] = '\0';
	r = reply_of("long", ANN, "Yes.");
	r.number = number;
	log_setup((enum log_level) - 1, LOG_KV);
	take(&k, &r, 1, TICKET_TAKEN);
	event_settle(&k.x);
	number[LIMIT_TICKET] = '\0';
	cr_expect_not_null(strstr(k.x.out.did, number));
	cr_expect_eq(k.x.out.sent, 2);
	desk_fini(&k);
}
