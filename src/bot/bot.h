/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOT_BOT_H
#define BOT_BOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct cfg;
struct http;
struct store;

/*
 * What the dialogue knows of a chatbot engine. No name of an engine's API appears above
 * this line of rooms: engines translate.
 */

/* A choice the bot offers. Texts are HTML as the engine sends them. */
struct bot_option {
	const char *label;
	const char *value; /* the engine's own; goes back with the choice */
	const char *say; /* plain text; NULL: the label */
	bool as_text; /* choosing it means saying `say`, or its label */
	bool starts_agent; /* it asks for an agent: to_agent is said in its place */
};

enum bot_kind {
	BOT_ANSWER, /* a statement */
	BOT_POLAR, /* a yes/no question; labels "yes" and "no" are keys of ours */
	BOT_CHOICE, /* a question with several options */
	BOT_LIST, /* a form wants one of its options, all as_text; the bot judges the rest */
	BOT_DATE, /* a form wants a date */
	BOT_TEXT, /* a form wants a text */
	BOT_PAGES /* contents found elsewhere */
};

/* What a form asked of the user, as text. Nothing is NULL, all may be "" or 0. */
struct bot_field {
	const char *name; /* as the bot's owner gave it, not "" */
	const char *value;
};

struct bot_form {
	const char *name; /* of the user */
	const char *contact; /* an address to write to */
	const struct bot_field *fields; /* all others */
	size_t n;
};

/* What a ticket shall hold. Nothing is NULL, all may be "" or 0. */
struct bot_ticket {
	const char *name; /* of the user */
	const char *contact; /* an address to write to */
	const char *inquiry; /* what it is about */
	int64_t queue; /* of the office; 0: not told */
};

/* A content that was found. */
struct bot_page {
	const char *title; /* HTML, not "" */
	const char *html; /* "" when there is no text */
	const char *url; /* "": none */
	const char *click; /* code of BOT_NOTE_CLICK; "": none */
};

struct bot_answer {
	const char *html; /* "" when there is no text */
	const struct bot_option *options; /* of BOT_POLAR, BOT_CHOICE, BOT_LIST */
	size_t n_options;
	const struct bot_page *pages; /* of BOT_PAGES */
	size_t n_pages;
	const char *related_title; /* HTML, may be "" */
	const struct bot_option *related; /* contents to go on with, all as_text */
	size_t n_related;
	const char *rate_code; /* of BOT_NOTE_RATING; NULL: not to be rated */
	enum bot_kind kind;
	bool no_results; /* the bot found nothing */

	/* Signs that a person should take over; several may be set. */
	bool escalate; /* the bot says so, of itself */
	bool offers_agent; /* it asks whether the user wants one: so may the next one */
	bool wants_agent; /* the user asked for one; never in the answer to to_agent */
	const struct bot_form *form; /* all is asked: connect; NULL: no form */
	const struct bot_ticket *ticket; /* that is to be made; NULL: none */
};

/* What the bot is to hear: the first of these that is set. */
struct bot_input {
	bool welcome; /* what it says by itself at the begin of a conversation */
	/*
	 * The user wants an agent: the bot is told whether one is there, and does what its
	 * owner set up for that. It may ask a form's questions, hand out the form at once,
	 * or say that nobody is there.
	 */
	enum { BOT_AGENT_UNASKED, BOT_AGENT_THERE, BOT_AGENT_NOBODY } to_agent;
	const struct bot_option *option; /* NULL: none was chosen */
	const char *text; /* what the user says; with an option what choosing it says */
};

enum bot_note_kind {
	BOT_NOTE_RATING, /* code, value, comment */
	BOT_NOTE_CLICK, /* code */
	BOT_NOTE_AGENT_CAME, /* chat, app, region; an agent took it */
	BOT_NOTE_NO_AGENT_CAME, /* chat, app, region; none did before it ended */
	BOT_NOTE_NO_AGENTS, /* nobody was there when the user wanted an agent */
	BOT_NOTE_DECLINED /* the user wanted none when asked */
};

/* Something the engine keeps count of. */
struct bot_note {
	enum bot_note_kind kind;
	const char *code;
	int64_t value; /* id of the rating */
	const char *comment; /* "" when there is none */
	const char *chat; /* its id at the agents' service */
	const char *app, *region; /* where it is held: agent_place(); may be "" */
};

/* Something that was said in the conversation with the bot. */
struct bot_line {
	bool by_bot;
	const char *text; /* the bot's is HTML, the user's is not; not blank */
	int64_t said_at; /* Unix time; 0: not known */
};

/* A label of ours in the engine's own words. */
struct bot_text {
	const char *label, *text;
};

/* What the engine's owner set there for us. */
struct bot_setup {
	const struct bot_text *texts; /* of one language; in the call's arena */
	size_t n;
	enum { BOT_UNSET, BOT_NO, BOT_YES } only_agents; /* talks to agents alone */
};

enum bot_outcome {
	BOT_ANSWERED,
	BOT_SLOW /* the engine's own gateway timed out: the user is asked to say it again */
};

struct bot_result {
	enum bot_outcome outcome;
	const struct bot_answer *answers; /* in the call's arena */
	size_t n;
	const char *memory; /* the engine's state, kept with the conversation */
};

/* What a call may use. Borrowed for its duration. */
struct bot_call {
	struct http *http;
	const struct cfg *cfg;
	const char *env; /* "production"… */
	struct arena *arena; /* results live here */
	const char *memory; /* what the last call left; NULL: a new conversation */
	int64_t until_ms; /* clock's mono_ms */
};

/* An engine with what it shares between conversations (tokens). Thread-safe. */
struct bot;

struct bot_ops {
	const char *name; /* "inbenta" */
	void *(*open)(struct store *store, const struct clock *clock);
	void (*close)(void *self);
	bool (*ask)(void *self, const struct bot_call *call, const struct bot_input *in,
	    struct bot_result *out, struct err *e);
	/* Those below may be NULL: the engine has no such thing. */
	bool (*note)(void *self, const struct bot_call *call, const struct bot_note *n,
	    struct err *e);
	bool (*set_variable)(void *self, const struct bot_call *call, const char *name,
	    const char *value, struct err *e);
	bool (*history)(void *self, const struct bot_call *call,
	    const struct bot_line **lines, size_t *n, struct err *e);
	void (*setup)(void *self, const struct bot_call *call, const char *lang,
	    struct bot_setup *out);
	bool (*forget_setup)(void *self, const struct bot_call *call);
};

/* The engines there are; a new one is one more row in bot.c. */
struct bot *bot_open(const char *name, struct store *store, const struct clock *clock,
    struct err *e) MUST_CHECK;
/*
 * The same of operations that are in no table and a `self` that exists already: for tests
 * and their fakes. bot_close() calls ops->close(self) as always.
 */
struct bot *bot_from_ops(const struct bot_ops *ops, void *self) MUST_CHECK;

void bot_close(struct bot *b); /* NULL is allowed */

/*
 * One exchange. False: the bot could not be asked or did not answer; out is untouched, but
 * for its memory when the engine has something newer to keep, and the kept memory stays
 * valid. ERR_CONFIG and ERR_DENIED are the operator's to mend.
 */
bool bot_ask(struct bot *b, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e) MUST_CHECK;

/*
 * Tells the engine of a rating, a click, or what became of a wish for an agent, once:
 * nothing is repeated that may have arrived. False: with ERR_TIMEOUT it may have arrived all
 * the same, else it has not and may be told again; whoever asks logs it and goes on. Without
 * a memory there is no conversation it could belong to (ERR_INPUT).
 */
bool bot_note(struct bot *b, const struct bot_call *call, const struct bot_note *n,
    struct err *e) MUST_CHECK;

/*
 * What was said, oldest first, in the call's arena; the newest LIMIT_HISTORY_LINES of it, and
 * of their texts LIMIT_HISTORY_BYTES. Without a memory nothing was said. May be repeated.
 * False: it could not be had, *n is 0.
 */
bool bot_history(struct bot *b, const struct bot_call *call,
    const struct bot_line **lines, size_t *n, struct err *e) MUST_CHECK;

/* Sets a variable of the conversation. As bot_note(), but may be repeated. */
bool bot_set_variable(struct bot *b, const struct bot_call *call, const char *name,
    const char *value, struct err *e) MUST_CHECK;

/*
 * What is set at the engine for a language ("en"). Comes from a cache but for once in a
 * while, when it may take LIMIT_SETUP_MS; an engine that cannot be asked costs no more,
 * and gives what is known, or nothing.
 */
void bot_setup(struct bot *b, const struct bot_call *call, const char *lang,
    struct bot_setup *out);

/* Forgets what bot_setup() has cached. False: there was nothing. */
bool bot_forget_setup(struct bot *b, const struct bot_call *call);

#endif
