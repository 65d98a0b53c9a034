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

Test(step, no_gaps)
{
	static const bool possible[PENDING_KINDS][EVENTS] = {
		[PENDING_NONE] = { [EVENT_EMPTY] = true, [EVENT_TEXT] = true },
		[PENDING_POLAR] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_NUMBER_AGAIN] = true,
		    [EVENT_NO] = true,
		    [EVENT_TEXT] = true },
		[PENDING_CHOICE] = { [EVENT_EMPTY] = true,
		    [EVENT_PICK] = true,
		    [EVENT_NUMBER] = true,
		    [EVENT_NUMBER_AGAIN] = true,
		    [EVENT_TEXT] = true },
	};

	for (int k = 0; k < PENDING_KINDS; k++)
		for (int on = 0; on < EVENTS; on++)
			cr_expect_eq(rows((enum pending_kind)k, (enum event)on),
			    (size_t)possible[k][on], "state %d, event %d", k, on);
}

/* Every message in every state is an event that has a row, and the right one. */
Test(step, walk)
{
	static const struct choice yes_no[] = { { "S\xc3\xad", "1", false, true },
		{ "No", "2", false, true } };
	static const struct choice list[] = { { "Uno", "1", false, false },
		{ "Dos", "2", false, false } };
	static const struct pending states[] = {
		{ PENDING_NONE, false, NULL, 0 },
		{ PENDING_POLAR, false, yes_no, 2 },
		{ PENDING_POLAR, true, yes_no, 2 },
		{ PENDING_CHOICE, false, list, 2 },
		{ PENDING_CHOICE, true, list, 2 },
	};
	static const struct {
		const char *text;
		enum event want[NELEMS(states)];
	} t[] = {
		{ "",
		    { EVENT_EMPTY, EVENT_EMPTY, EVENT_EMPTY, EVENT_EMPTY,
			EVENT_EMPTY } },
		{ "1", { EVENT_TEXT, EVENT_PICK, EVENT_PICK, EVENT_PICK, EVENT_PICK } },
		{ "si",
		    { EVENT_TEXT, EVENT_PICK, EVENT_PICK, EVENT_TEXT, EVENT_TEXT } },
		{ "dos",
		    { EVENT_TEXT, EVENT_TEXT, EVENT_TEXT, EVENT_PICK, EVENT_PICK } },
		{ "3",
		    { EVENT_TEXT, EVENT_NUMBER, EVENT_NUMBER_AGAIN, EVENT_NUMBER,
			EVENT_NUMBER_AGAIN } },
		{ "no gracias",
		    { EVENT_TEXT, EVENT_NO, EVENT_NO, EVENT_TEXT, EVENT_TEXT } },
		{ "hola",
		    { EVENT_TEXT, EVENT_TEXT, EVENT_TEXT, EVENT_TEXT, EVENT_TEXT } },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		for (size_t k = 0; k < NELEMS(states); k++) {
			CLEANUP(arena_freep) struct arena *a = arena_new();
			struct match m;
			enum event on = step_event(a, &states[k], "No", t[i].text, &m);

			cr_expect_eq(
			    on, t[i].want[k], "\"%s\" in state %zu", t[i].text, k);
			cr_expect_not_null(step_find(states[k].kind, on));
		}
}

/* What the table says of options: how long they live. */
Test(step, life_of_options)
{
	for (size_t i = 0; i < n_steps; i++) {
		bool asks = steps[i].act == ACT_ASK_TEXT ||
		    steps[i].act == ACT_ASK_NO || steps[i].act == ACT_ASK_CHOICE;

		cr_expect_eq(steps[i].next == NEXT_BOT, asks,
		    "row %zu: options go when the bot is asked, and only then", i);
		cr_expect_eq(steps[i].next == NEXT_WARNED, steps[i].on == EVENT_NUMBER,
		    "row %zu: a warning follows the first number out of range", i);
	}
}
