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
	bool as_text; /* choosing it means saying its label */
};

enum bot_kind {
	BOT_ANSWER, /* a statement */
	BOT_POLAR, /* a yes/no question; labels are the keys "yes" and "no" */
	BOT_CHOICE /* a question with several options */
};

struct bot_answer {
	enum bot_kind kind;
	const char *html; /* "" when there is no text */
	const struct bot_option *options;
	size_t n_options;
};

struct bot_input {
	const char *text; /* what the user says; with an option its label */
	const struct bot_option *option; /* NULL: free text */
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

#endif
