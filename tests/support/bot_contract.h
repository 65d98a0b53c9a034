/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_BOT_CONTRACT_H
#define SUPPORT_BOT_CONTRACT_H

#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "bot/bot.h"
#include "support/patience.h"

/*
 * The promises of bot/bot.h, checked on any engine. The engine's own test brings a stand-in
 * for its upstream that can be set to each of the scenes, and calls bot_contract_run() from
 * a Criterion test.
 */
enum bot_scene {
	BOT_SCENE_ANSWER, /* every message gets one statement */
	BOT_SCENE_POLAR, /* a yes/no question */
	BOT_SCENE_CHOICE, /* a question with at least two options */
	BOT_SCENE_SEVERAL, /* two statements and a question */
	BOT_SCENE_LIST, /* a form wants one of at least two values, shown in other words */
	BOT_SCENE_DATE, /* a form wants a date */
	BOT_SCENE_PAGES, /* two pages: one with url and code, one without title or url */
	BOT_SCENE_RATED, /* a statement with two related contents, to be rated */
	BOT_SCENE_NOTHING, /* a statement that says that nothing was found */
	BOT_SCENE_ESCALATES, /* a statement: a person should take over */
	BOT_SCENE_OFFERS, /* a statement and a yes/no question: does the user want one? */
	BOT_SCENE_WANTS, /* he does; then a choice whose second option says the same */
	BOT_SCENE_FORM, /* a form for an agent: Ann Lee, ann@mail.example, x is "late" */
	BOT_SCENE_TICKET, /* Ann Lee, ann@mail.example wants one for queue 4: late */
	BOT_SCENE_SLOW, /* the engine's gateway times out */
	BOT_SCENE_DOWN, /* connections end without an answer */
	BOT_SCENE_ERROR, /* status 500 */
	BOT_SCENE_GARBAGE, /* bytes that are no answer */
	BOT_SCENE_SILENT, /* nothing comes, connections stay */
	N_BOT_SCENES
};

/* What is set up at the engine, for bot_setup(). */
enum bot_setup_scene {
	BOT_SETUP_TEXTS, /* in "en" `thanks` is "Ta", in "es" not; agents alone */
	BOT_SETUP_NONE, /* the engine knows of no such thing */
	BOT_SETUP_DOWN /* status 500 */
};

struct bot_contract {
	const struct bot_ops *ops;
	struct store *store;
	const struct clock *clock;
	struct http *http;
	const struct cfg *cfg; /* credentials the stand-in accepts */
	void *sim;
	void (*set)(void *sim, enum bot_scene scene);
	/* How many conversations were begun, how many messages came; the last message's body. */
	size_t (*begun)(void *sim);
	size_t (*messages)(void *sim);
	const char *(*heard)(void *sim);
	/* How many notes and variables came; heard() tells of them too. */
	size_t (*noted)(void *sim);
	/* How often the history was asked for: "hello" of the user, an answer of the bot. */
	size_t (*histories)(void *sim);
	/* May leave messages without an answer. How often it was asked what is set up. */
	void (*set_setup)(void *sim, enum bot_setup_scene scene);
	size_t (*setups)(void *sim);
};

struct bot_contract_run {
	const struct bot_contract *k;
	struct bot *bot;
	struct arena *arena;
};

static inline struct bot_call
bot_contract_call(const struct bot_contract_run *t, const char *memory, int64_t ms)
{
	return (struct bot_call){ .http = t->k->http,
		.cfg = t->k->cfg,
		.env = "production",
		.arena = t->arena,
		.memory = memory,
		.until_ms = clock_mono_ms(t->k->clock) + ms };
}

static inline bool
bot_contract_ask(const struct bot_contract_run *t, const char *memory, const char *text,
    const struct bot_option *option, int64_t ms, struct bot_result *out, struct err *e)
{
	struct bot_call call = bot_contract_call(t, memory, ms);
	struct bot_input in = { .text = text, .option = option };

	return bot_ask(t->bot, &call, &in, out, e);
}

static inline void
bot_contract_sound_options(const struct bot_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cr_assert_not_null(options[i].label);
		cr_assert_not_null(options[i].value);
		cr_expect_str_neq(options[i].label, "");
	}
}

/* What holds of every answer. */
static inline void
bot_contract_sound(const struct bot_answer *a)
{
	cr_assert_not_null(a->html);
	cr_assert_not_null(a->related_title);
	cr_expect_eq(a->n_options > 0,
	    a->kind == BOT_POLAR || a->kind == BOT_CHOICE || a->kind == BOT_LIST,
	    "questions have options, statements none");
	cr_expect_eq(a->n_pages > 0, a->kind == BOT_PAGES);
	bot_contract_sound_options(a->options, a->n_options);
	bot_contract_sound_options(a->related, a->n_related);
	for (size_t i = 0; a->kind == BOT_LIST && i < a->n_options; i++)
		cr_expect(a->options[i].as_text);
	for (size_t i = 0; i < a->n_related; i++)
		cr_expect(a->related[i].as_text);
	for (size_t i = 0; i < a->n_pages; i++) {
		const struct bot_page *p = &a->pages[i];

		cr_assert(p->title && p->html && p->url && p->click);
		cr_expect_str_neq(p->title, "");
	}
	cr_expect(a->rate_code == NULL || a->rate_code[0] != '\0');
	if (a->ticket != NULL)
		cr_assert(a->ticket->name && a->ticket->contact && a->ticket->inquiry);
	if (a->form == NULL)
		return;
	cr_assert(a->form->name != NULL && a->form->contact != NULL);
	cr_assert(a->form->n == 0 || a->form->fields != NULL);
	for (size_t i = 0; i < a->form->n; i++) {
		cr_expect_str_neq(a->form->fields[i].name, "");
		cr_assert_not_null(a->form->fields[i].value);
	}
}

/* An exchange that has to work. */
static inline struct bot_result
bot_contract_say(const struct bot_contract_run *t, enum bot_scene scene,
    const char *memory, const char *text, const struct bot_option *option)
{
	struct bot_result r = { 0 };
	struct err e = { 0 };

	t->k->set(t->k->sim, scene);
	cr_assert(bot_contract_ask(t, memory, text, option, PATIENCE_MS, &r, &e),
	    "scene %d: %s", (int)scene, e.text);
	cr_assert_not_null(r.memory, "what the engine keeps is never NULL");
	cr_assert(r.n == 0 || r.answers != NULL);
	for (size_t i = 0; i < r.n; i++)
		bot_contract_sound(&r.answers[i]);
	return r;
}

static inline void
bot_contract_answers(const struct bot_contract_run *t)
{
	struct bot_result r;

	r = bot_contract_say(t, BOT_SCENE_ANSWER, NULL, "hello", NULL);
	cr_expect_eq(r.outcome, BOT_ANSWERED);
	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_ANSWER);
	cr_expect_str_neq(r.answers[0].html, "");

	r = bot_contract_say(t, BOT_SCENE_POLAR, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_POLAR);
	cr_assert_eq(r.answers[0].n_options, 2);
	cr_expect_str_eq(r.answers[0].options[0].label, "yes");
	cr_expect_str_eq(r.answers[0].options[1].label, "no");

	r = bot_contract_say(t, BOT_SCENE_SEVERAL, NULL, "hello", NULL);
	cr_assert_eq(r.n, 3);
	cr_expect_eq(r.answers[1].kind, BOT_ANSWER);
	cr_expect_neq(r.answers[2].kind, BOT_ANSWER);

	r = bot_contract_say(t, BOT_SCENE_SLOW, NULL, "hello", NULL);
	cr_expect_eq(r.outcome, BOT_SLOW);
	cr_expect_eq(r.n, 0);
}

/* Forms, pages, related contents and ratings. */
static inline void
bot_contract_parts(const struct bot_contract_run *t)
{
	struct bot_result r;

	r = bot_contract_say(t, BOT_SCENE_LIST, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_LIST);
	cr_assert_geq(r.answers[0].n_options, 2);
	for (size_t i = 0; i < r.answers[0].n_options; i++) {
		const struct bot_option *o = &r.answers[0].options[i];

		cr_assert_not_null(o->say);
		(void)bot_contract_say(t, BOT_SCENE_ANSWER, r.memory, o->say, o);
		cr_expect_not_null(strstr(t->k->heard(t->k->sim), o->say));
		cr_expect_null(strstr(t->k->heard(t->k->sim), o->label));
	}

	r = bot_contract_say(t, BOT_SCENE_DATE, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_DATE);

	r = bot_contract_say(t, BOT_SCENE_PAGES, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_PAGES);
	cr_assert_eq(r.answers[0].n_pages, 2);
	cr_expect_str_neq(r.answers[0].pages[0].url, "");
	cr_expect_str_neq(r.answers[0].pages[0].click, "");
	cr_expect_str_eq(r.answers[0].pages[1].url, "");
	cr_expect_null(r.answers[0].rate_code);

	r = bot_contract_say(t, BOT_SCENE_RATED, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_ANSWER);
	cr_expect_eq(r.answers[0].n_related, 2);
	cr_expect_not_null(r.answers[0].rate_code);
	cr_expect_not(r.answers[0].no_results);

	r = bot_contract_say(t, BOT_SCENE_NOTHING, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	cr_expect(r.answers[0].no_results);
}

/* What says that a person should take over; elsewhere nothing does. */
static inline void
bot_contract_signs(const struct bot_contract_run *t)
{
	struct bot_result r;
	const struct bot_answer *a;

	r = bot_contract_say(t, BOT_SCENE_CHOICE, NULL, "hello", NULL);
	a = &r.answers[0];
	cr_expect(!a->escalate && !a->offers_agent && !a->wants_agent && !a->form);
	cr_expect_not(a->options[0].starts_agent);

	r = bot_contract_say(t, BOT_SCENE_ESCALATES, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	a = &r.answers[0];
	cr_expect(a->escalate && !a->offers_agent && !a->wants_agent && !a->form);

	r = bot_contract_say(t, BOT_SCENE_OFFERS, NULL, "hello", NULL);
	cr_assert_eq(r.n, 2);
	cr_expect(r.answers[0].offers_agent && r.answers[1].offers_agent);
	cr_expect_eq(r.answers[1].kind, BOT_POLAR);

	r = bot_contract_say(t, BOT_SCENE_WANTS, NULL, "hello", NULL);
	cr_assert_eq(r.n, 2);
	a = &r.answers[0];
	cr_expect(!a->escalate && !a->offers_agent && a->wants_agent && !a->form);
	cr_expect_not(r.answers[1].wants_agent);
	cr_assert_geq(r.answers[1].n_options, 2);
	cr_expect_not(r.answers[1].options[0].starts_agent);
	cr_expect(r.answers[1].options[1].starts_agent);

	r = bot_contract_say(t, BOT_SCENE_FORM, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	a = &r.answers[0];
	cr_assert_not_null(a->form);
	cr_expect_str_eq(a->form->name, "Ann Lee");
	cr_expect_str_eq(a->form->contact, "ann@mail.example");
	cr_assert_eq(a->form->n, 1);
	cr_expect_str_eq(a->form->fields[0].name, "x");
	cr_expect_str_eq(a->form->fields[0].value, "late");
	cr_expect_null(a->ticket);

	r = bot_contract_say(t, BOT_SCENE_TICKET, NULL, "hello", NULL);
	cr_assert_eq(r.n, 1);
	a = &r.answers[0];
	cr_assert_not_null(a->ticket);
	cr_expect_str_eq(a->ticket->name, "Ann Lee");
	cr_expect_str_eq(a->ticket->contact, "ann@mail.example");
	cr_expect_str_eq(a->ticket->inquiry, "late");
	cr_expect_eq(a->ticket->queue, 4);
	cr_expect(!a->escalate && !a->offers_agent && !a->wants_agent && !a->form);
}

/* The bot hears of the wish and whether somebody is there; its answer is no new wish. */
static inline void
bot_contract_to_agent(const struct bot_contract_run *t)
{
	const char *memory = NULL;

	t->k->set(t->k->sim, BOT_SCENE_WANTS);
	for (int i = 0; i < 4; i++) {
		struct bot_call call = bot_contract_call(t, memory, PATIENCE_MS);
		struct bot_input in = { .text = "",
			.to_agent = i % 2 ? BOT_AGENT_NOBODY : BOT_AGENT_THERE };
		struct bot_result r = { 0 };
		size_t begun = t->k->begun(t->k->sim);
		size_t messages = t->k->messages(t->k->sim);
		struct err e = { 0 };

		cr_assert(bot_ask(t->bot, &call, &in, &r, &e), "%s", e.text);
		cr_expect_eq(t->k->begun(t->k->sim), begun + (memory == NULL));
		cr_expect_eq(t->k->messages(t->k->sim), messages + 1);
		cr_assert_eq(r.n, 2);
		cr_expect_not(r.answers[0].wants_agent);
		cr_expect(r.answers[1].options[1].starts_agent);
		bot_contract_sound(&r.answers[0]);
		cr_assert_not_null(r.memory);
		memory = r.memory;
	}
}

static inline bool
bot_contract_lines(const struct bot_contract_run *t, const char *memory, int64_t ms,
    const struct bot_line **lines, size_t *n, struct err *e)
{
	struct bot_call call = bot_contract_call(t, memory, ms);

	*n = 99;
	return bot_history(t->bot, &call, lines, n, e);
}

/* What was said, of the conversation that there is. */
static inline void
bot_contract_history(const struct bot_contract_run *t)
{
	struct bot_result r =
	    bot_contract_say(t, BOT_SCENE_ANSWER, NULL, "hello", NULL);
	size_t begun = t->k->begun(t->k->sim), histories = t->k->histories(t->k->sim);
	const struct bot_line *lines;
	struct err e = { 0 };
	size_t n;

	cr_assert(
	    bot_contract_lines(t, r.memory, PATIENCE_MS, &lines, &n, &e), "%s", e.text);
	cr_assert_eq(n, 2);
	cr_expect_not(lines[0].by_bot);
	cr_expect_str_eq(lines[0].text, "hello");
	cr_expect_gt(lines[0].said_at, 0);
	cr_expect(lines[1].by_bot);
	cr_expect_str_neq(lines[1].text, "");
	cr_expect_eq(t->k->histories(t->k->sim), ++histories);

	cr_expect(bot_contract_lines(t, NULL, PATIENCE_MS, &lines, &n, &e));
	cr_expect_eq(n, 0);
	cr_expect(bot_contract_lines(t, "{", PATIENCE_MS, &lines, &n, &e));
	cr_expect_eq(n, 0);
	cr_expect_eq(t->k->histories(t->k->sim), histories, "no conversation, no call");

	t->k->set(t->k->sim, BOT_SCENE_ERROR);
	cr_expect_not(bot_contract_lines(t, r.memory, PATIENCE_MS, &lines, &n, &e));
	cr_expect(n == 0 && e.kind == ERR_UPSTREAM && e.text[0] != '\0');
	t->k->set(t->k->sim, BOT_SCENE_SILENT);
	cr_expect_not(bot_contract_lines(t, r.memory, SHORT_MS, &lines, &n, &e));
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(t->k->begun(t->k->sim), begun, "no conversation is begun");
}

/* With its memory a conversation goes on; without, or with a damaged one, a new one begins. */
static inline void
bot_contract_memory(const struct bot_contract_run *t)
{
	static const char *const bad[] = { "", "{", "null", "[]", "{}", "{\"v\":99}",
		"\xff" };
	struct bot_result r =
	    bot_contract_say(t, BOT_SCENE_ANSWER, NULL, "hello", NULL);
	size_t begun = t->k->begun(t->k->sim);

	for (int i = 0; i < 3; i++)
		r = bot_contract_say(t, BOT_SCENE_ANSWER, r.memory, "more", NULL);
	cr_expect_eq(t->k->begun(t->k->sim), begun, "the conversation goes on");
	for (size_t i = 0; i < NELEMS(bad); i++) {
		r = bot_contract_say(t, BOT_SCENE_ANSWER, bad[i], "hello", NULL);
		cr_expect_eq(t->k->begun(t->k->sim), ++begun, "memory '%s'", bad[i]);
	}
}

static inline void
bot_contract_options(const struct bot_contract_run *t)
{
	struct bot_result r =
	    bot_contract_say(t, BOT_SCENE_CHOICE, NULL, "hello", NULL);
	struct bot_option as_text;
	CLEANUP(buf_fini) struct buf heard = BUF_INIT(100000);

	cr_assert_eq(r.n, 1);
	cr_expect_eq(r.answers[0].kind, BOT_CHOICE);
	cr_assert_geq(r.answers[0].n_options, 2);
	as_text = r.answers[0].options[0];
	as_text.as_text = true;
	(void)bot_contract_say(
	    t, BOT_SCENE_ANSWER, r.memory, "Label", &r.answers[0].options[0]);
	buf_str(&heard, t->k->heard(t->k->sim));
	(void)bot_contract_say(
	    t, BOT_SCENE_ANSWER, r.memory, "Label", &r.answers[0].options[1]);
	cr_expect_str_neq(
	    heard.data, t->k->heard(t->k->sim), "each option its own value");
	(void)bot_contract_say(t, BOT_SCENE_ANSWER, r.memory, "Label", &as_text);
	cr_expect_not_null(
	    strstr(t->k->heard(t->k->sim), "Label"), "said by its label");
}

/* Notes and variables; each note arrives once, or not at all. */
static inline void
bot_contract_notes(const struct bot_contract_run *t)
{
	static const struct bot_note notes[] = {
		{ .kind = BOT_NOTE_RATING,
		    .code = "c0de",
		    .value = 7,
		    .comment = "so \"so\"" },
		{ .kind = BOT_NOTE_RATING, .code = "c1de", .value = 2, .comment = "" },
		{ .kind = BOT_NOTE_CLICK, .code = "c2de" },
		{ .kind = BOT_NOTE_AGENT_CAME,
		    .chat = "c3de",
		    .app = "an app",
		    .region = "eu" },
		{ .kind = BOT_NOTE_NO_AGENT_CAME,
		    .chat = "c4de",
		    .app = "",
		    .region = "" },
		{ .kind = BOT_NOTE_NO_AGENTS },
		{ .kind = BOT_NOTE_DECLINED },
	};
	struct bot_result r = bot_contract_say(t, BOT_SCENE_ANSWER, NULL, "hi", NULL);
	struct bot_call call = bot_contract_call(t, r.memory, PATIENCE_MS), none;
	size_t noted = t->k->noted(t->k->sim), begun = t->k->begun(t->k->sim);
	struct err e = { 0 };

	for (size_t i = 0; i < NELEMS(notes); i++) {
		cr_assert(bot_note(t->bot, &call, &notes[i], &e), "%s", e.text);
		cr_expect_eq(t->k->noted(t->k->sim), ++noted);
		if (notes[i].code != NULL || notes[i].chat != NULL)
			cr_expect_not_null(strstr(t->k->heard(t->k->sim),
			    notes[i].code != NULL ? notes[i].code : notes[i].chat));
	}
	cr_assert(
	    bot_set_variable(t->bot, &call, "a_name", "a value", &e), "%s", e.text);
	cr_expect_eq(t->k->noted(t->k->sim), ++noted);
	cr_expect_not_null(strstr(t->k->heard(t->k->sim), "a_name"));
	cr_expect_not_null(strstr(t->k->heard(t->k->sim), "a value"));

	none = call;
	none.memory = NULL;
	cr_expect_not(bot_note(t->bot, &none, &notes[0], &e));
	cr_expect_eq(e.kind, ERR_INPUT, "%s", e.text);
	cr_expect_not(bot_set_variable(t->bot, &none, "a_name", "v", &e));
	cr_expect_eq(e.kind, ERR_INPUT, "%s", e.text);
	cr_expect_eq(t->k->noted(t->k->sim), noted, "no conversation, no call");

	t->k->set(t->k->sim, BOT_SCENE_DOWN);
	for (size_t i = 0; i < NELEMS(notes); i++) {
		cr_expect_not(bot_note(t->bot, &call, &notes[i], &e));
		cr_expect_eq(e.kind, ERR_TIMEOUT, "it arrived: %s", e.text);
		cr_expect_null(strstr(e.text, "so"), "%s", e.text);
		cr_expect_eq(t->k->noted(t->k->sim), ++noted, "not sent again");
	}
	cr_expect_not(bot_set_variable(t->bot, &call, "a_name", "a value", &e));
	cr_expect_eq(t->k->begun(t->k->sim), begun, "no conversation is begun");
}

/* The bot greets, whether there was a conversation or not; it goes on from there. */
static inline void
bot_contract_welcome(const struct bot_contract_run *t)
{
	const char *memory = NULL;

	t->k->set(t->k->sim, BOT_SCENE_ANSWER);
	for (int i = 0; i < 2; i++) {
		struct bot_call call = bot_contract_call(t, memory, PATIENCE_MS);
		struct bot_input in = { .welcome = true };
		struct bot_result r = { 0 };
		size_t begun = t->k->begun(t->k->sim);
		struct err e = { 0 };

		cr_assert(bot_ask(t->bot, &call, &in, &r, &e), "%s", e.text);
		cr_assert_eq(r.n, 1);
		cr_expect_eq(t->k->begun(t->k->sim), begun + (memory == NULL));
		cr_assert_not_null(r.memory);
		memory = r.memory;
		begun = t->k->begun(t->k->sim);
		(void)bot_contract_say(t, BOT_SCENE_ANSWER, memory, "hello", NULL);
		cr_expect_eq(t->k->begun(t->k->sim), begun);
	}
}

static inline struct bot_setup
bot_contract_setup_of(const struct bot_contract_run *t, const char *lang)
{
	struct bot_call call = bot_contract_call(t, NULL, PATIENCE_MS);
	struct bot_setup s = { .n = 99 };

	bot_setup(t->bot, &call, lang, &s);
	cr_assert(s.n == 0 || s.texts != NULL);
	return s;
}

/* What is set up is asked for once, until it is forgotten; without it there is nothing. */
static inline void
bot_contract_setup(const struct bot_contract_run *t)
{
	struct bot_call call = bot_contract_call(t, NULL, PATIENCE_MS);
	struct bot_setup s;
	size_t asked;

	t->k->set_setup(t->k->sim, BOT_SETUP_TEXTS);
	for (int i = 0; i < 3; i++) {
		s = bot_contract_setup_of(t, "en");
		cr_assert_eq(s.n, 1);
		cr_expect_str_eq(s.texts[0].label, "thanks");
		cr_expect_str_eq(s.texts[0].text, "Ta");
		cr_expect_eq(s.only_agents, BOT_YES);
		cr_expect_neq(bot_contract_setup_of(t, "es").only_agents, BOT_UNSET);
	}
	asked = t->k->setups(t->k->sim);
	cr_expect_eq(asked, 1);

	t->k->set_setup(t->k->sim, BOT_SETUP_NONE);
	cr_expect_eq(bot_contract_setup_of(t, "en").n, 1, "it is kept");
	cr_expect(bot_forget_setup(t->bot, &call));
	cr_expect_not(bot_forget_setup(t->bot, &call));
	for (int i = 0; i < 3; i++) {
		s = bot_contract_setup_of(t, "en");
		cr_expect(s.n == 0 && s.only_agents == BOT_UNSET);
	}
	cr_expect_eq(t->k->setups(t->k->sim), ++asked, "none is kept too");

	cr_expect(bot_forget_setup(t->bot, &call));
	t->k->set_setup(t->k->sim, BOT_SETUP_DOWN);
	for (int i = 0; i < 3; i++) {
		s = bot_contract_setup_of(t, "en");
		cr_expect(s.n == 0 && s.only_agents == BOT_UNSET);
	}
	cr_expect_eq(t->k->setups(t->k->sim), ++asked, "not tried again at once");
}

static inline void
bot_contract_trouble(const struct bot_contract_run *t)
{
	static const enum bot_scene scenes[] = { BOT_SCENE_DOWN, BOT_SCENE_ERROR,
		BOT_SCENE_GARBAGE, BOT_SCENE_SILENT };
	struct bot_result before =
	    bot_contract_say(t, BOT_SCENE_ANSWER, NULL, "hi", NULL);
	const struct bot_answer mark = { .html = "untouched" };
	size_t begun = t->k->begun(t->k->sim), messages;

	for (size_t i = 0; i < NELEMS(scenes); i++) {
		struct bot_result r = {
			.answers = &mark, .n = 1, .memory = "untouched"
		};
		int64_t start = clock_mono_ms(t->k->clock);
		bool silent = scenes[i] == BOT_SCENE_SILENT;
		struct err e = { 0 };

		t->k->set(t->k->sim, scenes[i]);
		cr_expect_not(bot_contract_ask(t, before.memory, "a private text", NULL,
				  silent ? SHORT_MS : PATIENCE_MS, &r, &e),
		    "scene %d", (int)scenes[i]);
		cr_expect_eq(e.kind, silent ? ERR_TIMEOUT : ERR_UPSTREAM, "%s", e.text);
		cr_expect_str_neq(e.text, "");
		cr_expect_null(strstr(e.text, "private"), "%s", e.text);
		cr_expect(r.answers == &mark && r.n == 1 &&
			strcmp(r.memory, "untouched") == 0,
		    "nothing is handed out");
		cr_expect_lt(clock_mono_ms(t->k->clock) - start, PATIENCE_MS / 2);
		(void)bot_contract_say(
		    t, BOT_SCENE_ANSWER, before.memory, "again", NULL);
		cr_expect_eq(t->k->begun(t->k->sim), begun, "the kept memory is good");
	}
	messages = t->k->messages(t->k->sim);
	struct bot_result r = { 0 };
	struct err e = { 0 };
	cr_expect_not(bot_contract_ask(t, before.memory, "late", NULL, -1, &r, &e));
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(t->k->messages(t->k->sim), messages, "no time, no call");
}

static inline void
bot_contract_run(const struct bot_contract *k)
{
	struct bot_contract_run t = { .k = k, .arena = arena_new() };

	cr_assert_not_null(k->ops->name);
	t.bot = bot_from_ops(k->ops, k->ops->open(k->store, k->clock));
	bot_contract_answers(&t);
	bot_contract_parts(&t);
	bot_contract_signs(&t);
	bot_contract_memory(&t);
	bot_contract_options(&t);
	bot_contract_welcome(&t);
	bot_contract_to_agent(&t);
	bot_contract_history(&t);
	bot_contract_notes(&t);
	bot_contract_setup(&t);
	bot_contract_trouble(&t);
	bot_close(t.bot);
	arena_free(t.arena);
}

#endif
