/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "base/limits.h"
#include "dialog/streak.h"
#include "support/leaks.h"

TestSuite(streak, .fini = no_leaks);

#define NOW 1790000000

Test(streak, room)
{
	static const struct {
		const char *name;
		struct streak k;
		size_t n;
		bool room;
	} t[] = {
		{ "the first", { 0, 0 }, 1, true },
		{ "nothing", { LIMIT_STREAK, NOW }, 0, true },
		{ "as many as may be", { LIMIT_STREAK - 1, NOW }, 1, true },
		{ "one more", { LIMIT_STREAK, NOW }, 1, false },
		{ "all at once", { 0, 0 }, LIMIT_STREAK, true },
		{ "too many at once", { 0, 0 }, LIMIT_STREAK + 1, false },
		{ "some of them would fit", { 10, NOW }, 6, false },
		{ "before the pause is over", { 15, NOW - LIMIT_STREAK_S + 1 }, 1,
		    false },
		{ "after the pause", { 15, NOW - LIMIT_STREAK_S }, 10, true },
		{ "the clock goes back a little", { 15, NOW + 2 }, 1, false },
		{ "the clock was set", { 15, NOW + 86400 }, 1, true },
		{ "more than there can be", { LIMIT_STREAK + 7, NOW }, 1, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(
		    streak_has_room(&t[i].k, NOW, t[i].n), t[i].room, "%s", t[i].name);
}

Test(streak, counting)
{
	struct streak k = { 0, 0 };

	streak_add(&k, NOW, 3);
	cr_expect_eq(k.n, 3);
	cr_expect_eq(k.at_s, NOW);
	streak_add(&k, NOW + 20, 2);
	cr_expect_eq(k.n, 5);
	streak_add(&k, NOW + 40, 0);
	cr_expect_eq(k.at_s, NOW + 20, "nothing was said");
	streak_add(&k, NOW + 20 + LIMIT_STREAK_S, 1);
	cr_expect_eq(k.n, 1, "it begins anew");
}
