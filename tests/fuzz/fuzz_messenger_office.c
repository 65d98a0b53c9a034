/* SPDX-License-Identifier: Apache-2.0 */
/* Any JSON as what Messenger tells of tickets and of its service hours. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "messenger/tickets.h"
#include "messenger/timetable.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_timetable(const struct messenger_timetable *t)
{
	for (size_t day = 0; day < NELEMS(t->days); day++) {
		need(t->days[day].n <= LIMIT_DAY_RANGES);
		need(t->has_week || t->days[day].n == 0);
		for (size_t i = 0; i < t->days[day].n; i++)
			need(t->days[day].hours[i].from != NULL &&
			    t->days[day].hours[i].to != NULL);
	}
	need(t->n_holidays <= LIMIT_EXCEPTIONS);
	for (size_t i = 0; i < t->n_holidays; i++)
		need(t->holidays[i] != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(js_putp) js *root = NULL;
	CLEANUP(arena_freep) struct arena *a = NULL;
	struct messenger_timetable t;
	const char *id, *number;
	struct err e;

	if (!js_parse((const char *)data, size, &root, &e))
		return 0;
	a = arena_new();
	if (messenger_ticket_find(root, "C1", a, &id))
		need(id == NULL || messenger_id_ok(id));
	number = messenger_ticket_number(root, a);
	need(number == NULL || messenger_id_ok(number));
	if (messenger_timetable_read(&t, root, 1, a, &e))
		check_timetable(&t);
	return 0;
}
