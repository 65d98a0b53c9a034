/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "dialog/step.h"

/*
 * Options live for one message of the user. Two messages do not count: an empty one,
 * since nothing was said, and a number out of range, once.
 */
const struct step steps[] = {
	{ PENDING_NONE, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_NONE, EVENT_TEXT, ACT_ASK_TEXT, NEXT_BOT },

	{ PENDING_POLAR, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_POLAR, EVENT_PICK, ACT_ASK_CHOICE, NEXT_BOT },
	{ PENDING_POLAR, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_POLAR, EVENT_NUMBER_AGAIN, ACT_ASK_TEXT, NEXT_BOT },
	{ PENDING_POLAR, EVENT_NO, ACT_ASK_NO, NEXT_BOT },
	{ PENDING_POLAR, EVENT_TEXT, ACT_ASK_TEXT, NEXT_BOT },

	{ PENDING_CHOICE, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_CHOICE, EVENT_PICK, ACT_ASK_CHOICE, NEXT_BOT },
	{ PENDING_CHOICE, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_CHOICE, EVENT_NUMBER_AGAIN, ACT_ASK_TEXT, NEXT_BOT },
	{ PENDING_CHOICE, EVENT_TEXT, ACT_ASK_TEXT, NEXT_BOT },
};

const size_t n_steps = NELEMS(steps);

enum event
step_event(struct arena *a, const struct pending *p, const char *no_label,
    const char *text, struct match *m)
{
	*m = (struct match){ MATCH_NONE, 0 };
	if (*text == '\0')
		return EVENT_EMPTY;
	if (p->kind == PENDING_NONE)
		return EVENT_TEXT;
	*m = match_text(a, p->choices, p->n, text);
	switch (m->kind) {
	case MATCH_CHOICE:
		return EVENT_PICK;
	case MATCH_OUT_OF_RANGE:
		return p->warned ? EVENT_NUMBER_AGAIN : EVENT_NUMBER;
	case MATCH_NONE:
		break;
	}
	if (p->kind == PENDING_POLAR && match_negation(a, no_label, text))
		return EVENT_NO;
	return EVENT_TEXT;
}

const struct step *
step_find(enum pending_kind in, enum event on)
{
	for (size_t i = 0; i < n_steps; i++)
		if (steps[i].in == in && steps[i].on == on)
			return &steps[i];
	abort(); /* a row is missing: our own mistake, which a test looks for */
}
