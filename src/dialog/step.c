/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "dialog/step.h"

/*
 * Choices live for one message of the user. Three messages do not count: an empty one,
 * since nothing was said; a number out of range, once; a wrong answer to a form's list,
 * once. A question for a rating goes with the next text, whatever becomes of that.
 */
const struct step steps[] = {
	{ PENDING_NONE, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_NONE, EVENT_TEXT, ACT_ASK_TEXT, NEXT_NEW },

	{ PENDING_POLAR, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_POLAR, EVENT_PICK, ACT_PICK, NEXT_NEW },
	{ PENDING_POLAR, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_POLAR, EVENT_NO, ACT_ASK_NO, NEXT_NEW },
	{ PENDING_POLAR, EVENT_TEXT, ACT_ASK_TEXT, NEXT_NEW },

	{ PENDING_CHOICE, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_CHOICE, EVENT_PICK, ACT_PICK, NEXT_NEW },
	{ PENDING_CHOICE, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_CHOICE, EVENT_TEXT, ACT_ASK_TEXT, NEXT_NEW },

	{ PENDING_LIST, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_LIST, EVENT_PICK, ACT_PICK, NEXT_NEW },
	{ PENDING_LIST, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_LIST, EVENT_TEXT, ACT_ASK_TEXT, NEXT_STAYS },
	{ PENDING_LIST, EVENT_TEXT_AGAIN, ACT_ASK_TEXT, NEXT_SPENT },

	{ PENDING_PAGES, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_PAGES, EVENT_PICK, ACT_PICK, NEXT_NEW },
	{ PENDING_PAGES, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_PAGES, EVENT_TEXT, ACT_ASK_TEXT, NEXT_NEW },

	{ PENDING_RATING, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_RATING, EVENT_PICK, ACT_PICK, NEXT_NEW },
	{ PENDING_RATING, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_RATING, EVENT_TEXT, ACT_ASK_UNRATED, NEXT_GONE },

	{ PENDING_COMMENT, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_COMMENT, EVENT_TEXT, ACT_COMMENT, NEXT_NEW },

	{ PENDING_ESCALATION, EVENT_EMPTY, ACT_NOTHING, NEXT_SAME },
	{ PENDING_ESCALATION, EVENT_PICK, ACT_PICK, NEXT_NEW },
	{ PENDING_ESCALATION, EVENT_NUMBER, ACT_SAY_RANGE, NEXT_WARNED },
	{ PENDING_ESCALATION, EVENT_NO, ACT_UNWANTED, NEXT_NEW },
	{ PENDING_ESCALATION, EVENT_TEXT, ACT_ASK_TEXT, NEXT_GONE },
};

const size_t n_steps = NELEMS(steps);

/* A text that means no choice. */
static enum event
no_match(struct arena *a, const struct pending *p, const struct heard *h)
{
	if ((p->kind == PENDING_POLAR || p->kind == PENDING_ESCALATION) &&
	    match_negation(a, h->no_label, h->text))
		return EVENT_NO;
	if (p->kind == PENDING_LIST && p->retried)
		return EVENT_TEXT_AGAIN;
	return EVENT_TEXT;
}

enum event
step_event(
    struct arena *a, const struct pending *p, const struct heard *h, struct match *m)
{
	*m = (struct match){ MATCH_NONE, 0 };
	if (h->pick != NULL)
		*m = match_id(a, p->choices, p->n, h->pick);
	if (m->kind == MATCH_CHOICE)
		return EVENT_PICK;
	if (*h->text == '\0')
		return EVENT_EMPTY;
	if (p->n == 0)
		return EVENT_TEXT;
	*m = match_text(a, p->choices, p->n, h->text);
	if (m->kind == MATCH_CHOICE)
		return EVENT_PICK;
	if (m->kind == MATCH_OUT_OF_RANGE && !p->warned)
		return EVENT_NUMBER;
	return no_match(a, p, h);
}

const struct step *
step_find(enum pending_kind in, enum event on)
{
	for (size_t i = 0; i < n_steps; i++)
		if (steps[i].in == in && steps[i].on == on)
			return &steps[i];
	abort(); /* a row is missing: our own mistake, which a test looks for */
}
