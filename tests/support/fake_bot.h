/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_BOT_H
#define SUPPORT_FAKE_BOT_H

#include <pthread.h>
#include <stdio.h>

#include "bot/bot.h"

/*
 * A bot that says what the test put in `says`, or fails with `trouble`, and notes what
 * it heard: "text", or "option VALUE: text", of the last call. Its memory counts the
 * calls of one conversation. `during` runs in the middle of each call.
 */
struct fake_bot {
	const struct bot_result *says; /* NULL: trouble */
	struct err trouble;
	void (*during)(void *arg);
	void *arg;

	pthread_mutex_t lock; /* guards what stands below */
	int asked;
	char heard[256];
	char memory[16]; /* as given to the last call; "" for none */
	char env[16];
	int64_t until_ms;
};

#define FAKE_BOT_INIT \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}

static inline void
fake_bot_note(
    struct fake_bot *f, const struct bot_call *call, const struct bot_input *in)
{
	f->asked++;
	if (in->option != NULL)
		snprintf(f->heard, sizeof(f->heard), "option %s%s: %s",
		    in->option->value, in->option->as_text ? " as text" : "", in->text);
	else
		snprintf(f->heard, sizeof(f->heard), "%s", in->text);
	snprintf(f->memory, sizeof(f->memory), "%s", call->memory ? call->memory : "");
	snprintf(f->env, sizeof(f->env), "%s", call->env);
	f->until_ms = call->until_ms;
}

static inline bool
fake_bot_ask(void *self, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct fake_bot *f = self;
	int calls = call->memory != NULL ? call->memory[0] - '0' : 0;

	pthread_mutex_lock(&f->lock);
	fake_bot_note(f, call, in);
	pthread_mutex_unlock(&f->lock);
	if (f->during != NULL)
		f->during(f->arg);
	if (f->says == NULL) {
		*e = f->trouble;
		return false;
	}
	*out = *f->says;
	out->memory = arena_printf(call->arena, "%d", (calls + 1) % 10);
	return true;
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
};

#endif
