/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a file of the time zone database, and as the rule that ends one: what is
 * accepted has an offset of about a day at most, at any moment of our calendar.
 */
#include "config.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/zone.h"
#include "base/zone_rule.h"
#include "fuzz/fuzz.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static bool
is_offset(int32_t s)
{
	return s > -26 * 3600 && s < 26 * 3600;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int years[] = { 2, 1900, 1970, 2026, 2028, 2037, 2100, 9998 };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(zone_freep) struct zone *z = NULL;
	struct zone_rule rule;
	struct err e;
	bool has_rule;

	z = zone_parse(data, size, &e);
	has_rule = zone_rule_read(arena_strndup(a, (const char *)data, size), &rule);
	for (size_t i = 0; i < NELEMS(years); i++)
		for (int month = 1; month <= 12; month++) {
			int64_t at = day_number(years[i], month, 1) * DAY_S;

			need(z == NULL || is_offset(zone_offset_s(z, at)));
			need(!has_rule || is_offset(zone_rule_offset_s(&rule, at)));
		}
	return 0;
}
