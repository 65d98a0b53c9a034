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
