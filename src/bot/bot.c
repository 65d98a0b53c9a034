/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "bot/bot.h"
#include "bot/bot_inbenta.h"

/* The engines there are; a new one is one more row. */
static const struct bot_ops *const engines[] = {
	&bot_inbenta,
};

struct bot {
	const struct bot_ops *ops;
	void *self;
};

struct bot *
bot_from_ops(const struct bot_ops *ops, void *self)
{
	struct bot *b = xcalloc(1, sizeof(*b));

	b->ops = ops;
	b->self = self;
	return b;
}

struct bot *
bot_open(
    const char *name, struct store *store, const struct clock *clock, struct err *e)
{
	for (size_t i = 0; i < NELEMS(engines); i++)
		if (strcmp(engines[i]->name, name) == 0)
			return bot_from_ops(engines[i], engines[i]->open(store, clock));
	(void)err_set(e, ERR_CONFIG, 0, "%s: no such bot engine", name);
	return NULL;
}

void
bot_close(struct bot *b)
{
	if (b == NULL)
		return;
	b->ops->close(b->self);
	free(b);
}

bool
bot_ask(struct bot *b, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	return b->ops->ask(b->self, call, in, out, e);
}

bool
bot_note(
    struct bot *b, const struct bot_call *call, const struct bot_note *n, struct err *e)
{
	return b->ops->note == NULL || b->ops->note(b->self, call, n, e);
}

bool
bot_history(struct bot *b, const struct bot_call *call, const struct bot_line **lines,
    size_t *n, struct err *e)
{
	*lines = NULL;
	*n = 0;
	return b->ops->history == NULL || call->memory == NULL ||
	    b->ops->history(b->self, call, lines, n, e);
}

bool
bot_set_variable(struct bot *b, const struct bot_call *call, const char *name,
    const char *value, struct err *e)
{
	return b->ops->set_variable == NULL ||
	    b->ops->set_variable(b->self, call, name, value, e);
}

void
bot_setup(
    struct bot *b, const struct bot_call *call, const char *lang, struct bot_setup *out)
{
	*out = (struct bot_setup){ 0 };
	if (b->ops->setup != NULL)
		b->ops->setup(b->self, call, lang, out);
}

bool
bot_forget_setup(struct bot *b, const struct bot_call *call)
{
	return b->ops->forget_setup != NULL && b->ops->forget_setup(b->self, call);
}
