/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "dialog/step.h"
#include "support/leaks.h"

TestSuite(step, .fini = no_leaks);

/* Rows of a state and event. */
static size_t
rows(enum pending_kind in, enum event on)
{
	size_t n = 0;

	for (size_t i = 0; i < n_steps; i++)
		n += steps[i].in == in && steps[i].on == on;
	return n;
}

Test(step, no_row_twice_and_none_out_of_range)
{
	for (size_t i = 0; i < n_steps; i++) {
		cr_expect_lt((int)steps[i].in, PENDING_KINDS, "row %zu", i);
		cr_expect_lt((int)steps[i].on, EVENTS, "row %zu", i);
		cr_expect_lt((int)steps[i].act, ACTS, "row %zu", i);
		cr_expect_eq(rows(steps[i].in, steps[i].on), 1u, "row %zu", i);
		cr_expect_eq(step_find(steps[i].in, steps[i].on), &steps[i]);
	}
}

/* What the table must answer: every event that step_event() can give in that state. */
Test(step, no_gaps)
{
	static const bool possible[PENDING_KINDS][EVENTS] = {
		[PENDING_NONE] = { [EVENT_EMPTY] = true, [EVENT_TEXT] = true },
		[PENDING_POLAR] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_NO] = true,
		    [EVENT_TEXT] = true },
		[PENDING_CHOICE] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_TEXT] = true },
		[PENDING_LIST] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_TEXT] = true,
		    [EVENT_TEXT_AGAIN] = true },
		[PENDING_PAGES] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_TEXT] = true },
		[PENDING_RATING] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_TEXT] = true },
		[PENDING_COMMENT] = { [EVENT_EMPTY] = true, [EVENT_TEXT] = true },
		[PENDING_ESCALATION] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_NO] = true,
		    [EVENT_TEXT] = true },
	};

	for (int k = 0; k < PENDING_KINDS; k++)
		for (int on = 0; on < EVENTS; on++)
			cr_expect_eq(rows((enum pending_kind)k, (enum event)on),
			    (size_t)possible[k][on], "state %d, event %d", k, on);
}

static const struct choice yes_no[] = {
	{ .label = "S\xc3\xad", .value = "1", .polar = true },
	{ .label = "No", .value = "2", .polar = true },
};
static const struct choice uno_dos[] = {
	{ .label = "Uno", .value = "1" },
	{ .label = "Dos", .value = "2" },
};
static const struct choice pages[] = {
	{ .label = "Uno", .value = "", .kind = CHOICE_PAGE, .html = "" },
	{ .label = "Dos", .value = "", .kind = CHOICE_PAGE, .html = "" },
};

static const struct state {
	const char *name;
	struct pending p;
} states[] = {
	{ "none", { .kind = PENDING_NONE } },
	{ "polar", { .kind = PENDING_POLAR, .choices = yes_no, .n = 2 } },
	{ "polar, warned",
	    { .kind = PENDING_POLAR, .choices = yes_no, .n = 2, .warned = true } },
	{ "choice", { .kind = PENDING_CHOICE, .choices = uno_dos, .n = 2 } },
	{ "choice, warned",
	    { .kind = PENDING_CHOICE, .choices = uno_dos, .n = 2, .warned = true } },
	{ "list", { .kind = PENDING_LIST, .choices = uno_dos, .n = 2 } },
	{ "list, retried and warned",
	    { .kind = PENDING_LIST,
		.choices = uno_dos,
		.n = 2,
		.retried = true,
		.warned = true } },
	{ "pages", { .kind = PENDING_PAGES, .choices = pages, .n = 2 } },
	{ "rating",
	    { .kind = PENDING_RATING, .choices = yes_no, .n = 2, .code = "c" } },
	{ "comment", { .kind = PENDING_COMMENT } },
	{ "escalation", { .kind = PENDING_ESCALATION, .choices = yes_no, .n = 2 } },
};

/* Every message in every state is an event that has a row, and the right one. */
Test(step, walk)
{
	/* Empty, Pick, Number, nO, Text, text Again: in the order of the states. */
	static const char letters[EVENTS + 1] = "EPNOTA";
	static const struct {
		const char *text, *pick;
		const char want[NELEMS(states) + 1];
	} t[] = {
		{ "", NULL, "EEEEEEEEEEE" },
		{ "1", NULL, "TPPPPPPPPTP" },
		{ "si", NULL, "TPPTTTATPTP" },
		{ "dos", NULL, "TTTPPPPPTTT" },
		{ "3", NULL, "TNTNTNANNTN" },
		{ "no gracias", NULL, "TOOTTTATTTO" },
		{ "hola", NULL, "TTTTTTATTTT" },
		{ "", "2", "EPPPPPPPPEP" },
		{ "hola", "Uno", "TTTPPPPPTTT" },
		{ "hola", "of no choice", "TTTTTTATTTT" },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		for (size_t k = 0; k < NELEMS(states); k++) {
			CLEANUP(arena_freep) struct arena *a = arena_new();
			const struct heard h = { t[i].text, t[i].pick, "No" };
			struct match m;
			enum event on = step_event(a, &states[k].p, &h, &m);

			cr_expect_eq(letters[on], t[i].want[k], "\"%s\" in %s: %d",
			    t[i].text, states[k].name, on);
			cr_expect_not_null(step_find(states[k].p.kind, on));
		}
}

/* What the table says of choices: how long they live. */
Test(step, life_of_choices)
{
	for (size_t i = 0; i < n_steps; i++) {
		bool keeps = steps[i].next == NEXT_SAME || steps[i].next == NEXT_WARNED;

		cr_expect_eq(keeps,
		    steps[i].act == ACT_NOTHING || steps[i].act == ACT_SAY_RANGE,
		    "row %zu: they go when something was said, and only then", i);
		cr_expect_eq(steps[i].next == NEXT_WARNED, steps[i].on == EVENT_NUMBER,
		    "row %zu: a warning follows the first number out of range", i);
		cr_expect_eq(steps[i].next == NEXT_STAYS,
		    steps[i].in == PENDING_LIST && steps[i].on == EVENT_TEXT,
		    "row %zu: a list alone outlives a wrong answer", i);
	}
}
