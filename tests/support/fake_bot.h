/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_BOT_H
#define SUPPORT_FAKE_BOT_H

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "bot/bot.h"

/*
 * A bot that says what the test put in `says`, or fails with `trouble`, and notes what
 * it heard: "text", or "option VALUE: text", of the last call. Its memory counts the
 * calls of one conversation. `during` runs in the middle of each call. Welcomes are
 * answered with `greets`, the wish for an agent with `leads`; notes and variables are
 * written down in `notes`, one behind the other, unless `note_trouble` has a kind. Its
 * history is `lines`, unless `history_trouble` has a kind.
 */
struct fake_bot {
	const struct bot_result *says; /* NULL: trouble */
	struct err trouble;
	const struct bot_result *greets; /* NULL: trouble */
	const struct bot_result *leads; /* NULL: trouble */
	struct err note_trouble;
	const struct bot_line *lines;
	size_t n_lines;
	struct err history_trouble;
	struct bot_setup setup;
	void (*during)(void *arg);
	void *arg;
	void (*during_note)(void *arg);

	pthread_mutex_t lock; /* guards what stands below */
	int asked; /* without welcomes and wishes for an agent */
	int greeted;
	int led; /* wishes for an agent */
	int histories; /* how often the history was asked for */
	int noted; /* tries */
	int forgot; /* how often to forget the setup */
	char heard[256];
	/*
	 * What arrived: "rate CODE=VALUE COMMENT;" "click CODE;" "came CHAT APP REGION;"
	 * "none came CHAT APP REGION;" "no agents;" "declined;" "set NAME=VALUE;".
	 */
	char notes[4096];
	char memory[16]; /* as given to the last call; "" for none */
	char note_memory[16];
	char env[16];
	char lang[8]; /* that the setup was asked for */
	int64_t until_ms;
};

#define FAKE_BOT_INIT \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}

static inline void
fake_bot_hear(
    struct fake_bot *f, const struct bot_call *call, const struct bot_input *in)
{
	if (in->welcome) {
		f->greeted++;
	} else if (in->to_agent != BOT_AGENT_UNASKED) {
		f->led++;
		snprintf(f->heard, sizeof(f->heard), "to agent: %s",
		    in->to_agent == BOT_AGENT_THERE ? "there" : "nobody");
	} else {
		f->asked++;
		if (in->option != NULL)
			snprintf(f->heard, sizeof(f->heard), "option %s%s: %s",
			    in->option->value, in->option->as_text ? " as text" : "",
			    in->text);
		else
			snprintf(f->heard, sizeof(f->heard), "%s", in->text);
	}
	snprintf(f->memory, sizeof(f->memory), "%s", call->memory ? call->memory : "");
	snprintf(f->env, sizeof(f->env), "%s", call->env);
	f->until_ms = call->until_ms;
}

static inline bool
fake_bot_ask(void *self, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct fake_bot *f = self;
	const struct bot_result *says = in->welcome ? f->greets
	    : in->to_agent != BOT_AGENT_UNASKED     ? f->leads
						    : f->says;
	int calls = call->memory != NULL ? call->memory[0] - '0' : 0;

	pthread_mutex_lock(&f->lock);
	fake_bot_hear(f, call, in);
	pthread_mutex_unlock(&f->lock);
	if (f->during != NULL)
		f->during(f->arg);
	if (says == NULL) {
		*e = f->trouble;
		return false;
	}
	*out = *says;
	out->memory = arena_printf(call->arena, "%d", (calls + 1) % 10);
	return true;
}

static inline void
fake_bot_write(struct fake_bot *f, const struct bot_note *n)
{
	size_t len = strlen(f->notes), room = sizeof(f->notes) - len;
	char *end = f->notes + len;

	switch (n->kind) {
	case BOT_NOTE_RATING:
		snprintf(end, room, "rate %s=%lld %s;", n->code, (long long)n->value,
		    n->comment);
		break;
	case BOT_NOTE_CLICK:
		snprintf(end, room, "click %s;", n->code);
		break;
	case BOT_NOTE_AGENT_CAME:
		snprintf(end, room, "came %s %s %s;", n->chat, n->app, n->region);
		break;
	case BOT_NOTE_NO_AGENT_CAME:
		snprintf(end, room, "none came %s %s %s;", n->chat, n->app, n->region);
		break;
	case BOT_NOTE_NO_AGENTS:
		snprintf(end, room, "no agents;");
		break;
	case BOT_NOTE_DECLINED:
		snprintf(end, room, "declined;");
		break;
	}
}

static inline bool
fake_bot_note(
    void *self, const struct bot_call *call, const struct bot_note *n, struct err *e)
{
	struct fake_bot *f = self;
	bool ok = f->note_trouble.kind == ERR_NONE;

	pthread_mutex_lock(&f->lock);
	f->noted++;
	if (ok)
		fake_bot_write(f, n);
	else
		*e = f->note_trouble;
	snprintf(f->note_memory, sizeof(f->note_memory), "%s",
	    call->memory != NULL ? call->memory : "");
	snprintf(f->env, sizeof(f->env), "%s", call->env);
	pthread_mutex_unlock(&f->lock);
	if (f->during_note != NULL)
		f->during_note(f->arg);
	return ok;
}

static inline bool
fake_bot_set_variable(void *self, const struct bot_call *call, const char *name,
    const char *value, struct err *e)
{
	struct fake_bot *f = self;
	bool ok = f->note_trouble.kind == ERR_NONE;
	size_t len;

	(void)call;
	pthread_mutex_lock(&f->lock);
	len = strlen(f->notes);
	if (ok)
		snprintf(
		    f->notes + len, sizeof(f->notes) - len, "set %s=%s;", name, value);
	else
		*e = f->note_trouble;
	pthread_mutex_unlock(&f->lock);
	return ok;
}

static inline bool
fake_bot_history(void *self, const struct bot_call *call, const struct bot_line **lines,
    size_t *n, struct err *e)
{
	struct fake_bot *f = self;
	bool ok = f->history_trouble.kind == ERR_NONE;

	(void)call;
	pthread_mutex_lock(&f->lock);
	f->histories++;
	if (ok) {
		*lines = f->lines;
		*n = f->n_lines;
	} else {
		*e = f->history_trouble;
	}
	pthread_mutex_unlock(&f->lock);
	return ok;
}

static inline void
fake_bot_setup(
    void *self, const struct bot_call *call, const char *lang, struct bot_setup *out)
{
	struct fake_bot *f = self;

	(void)call;
	pthread_mutex_lock(&f->lock);
	snprintf(f->lang, sizeof(f->lang), "%s", lang);
	*out = f->setup;
	pthread_mutex_unlock(&f->lock);
}

static inline bool
fake_bot_forget(void *self, const struct bot_call *call)
{
	struct fake_bot *f = self;

	(void)call;
	f->forgot++;
	return f->setup.n > 0;
}

static inline void
fake_bot_close(void *self)
{
	(void)self; /* it is the test's own */
}

static const struct bot_ops fake_bot_ops = {
	.name = "fake",
	.ask = fake_bot_ask,
	.close = fake_bot_close,
	.note = fake_bot_note,
	.set_variable = fake_bot_set_variable,
	.history = fake_bot_history,
	.setup = fake_bot_setup,
	.forget_setup = fake_bot_forget,
};

#endif
