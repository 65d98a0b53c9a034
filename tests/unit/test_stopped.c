/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/stopped.h"
#include "unit/queue_support.h"

TestSuite(stopped, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };

static bool
is_stopped(struct state *st, const char *conv_id)
{
	struct err e = { 0 };
	bool is;

	cr_assert(stop_is(st, conv_id, &is, &e), "%s", e.text);
	return is;
}

Test(stopped, until_cleared)
{
	static char longest[LIMIT_CONV_ID + 1];
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state *st = open_state(&dir, &clock_system);
	struct err e = { 0 };
	bool was = true;

	memset(longest, 'c', LIMIT_CONV_ID);
	cr_expect_not(is_stopped(st, "a"));
	cr_expect(stop_clear(st, "a", &was, &e));
	cr_expect_not(was);
	cr_expect(stop_set(st, "a", "21610", NOW, &e), "%s", e.text);
	cr_expect(stop_set(st, "a", "STOP", NOW + 1, &e), "twice is once");
	cr_expect(stop_set(st, longest, "STOP", NOW, &e), "%s", e.text);
	cr_expect(is_stopped(st, "a"));
	cr_expect(is_stopped(st, longest));
	cr_expect_not(is_stopped(st, "b"), "another's");
	state_close(st);

	st = open_state(&dir, &clock_system);
	cr_expect(is_stopped(st, "a"), "it outlives the process");
	cr_expect(stop_clear(st, "a", &was, &e), "%s", e.text);
	cr_expect(was);
	cr_expect_not(is_stopped(st, "a"));
	cr_expect(is_stopped(st, longest));
	cr_expect(stop_clear(st, longest, NULL, &e));
	cr_expect_not(is_stopped(st, longest));
	state_close(st);
}

Test(stopped, without_a_state)
{
	struct err e = { 0 };
	bool flag = true;

	cr_expect(stop_set(NULL, "a", "STOP", NOW, &e));
	cr_expect(stop_is(NULL, "a", &flag, &e));
	cr_expect_not(flag);
	cr_expect(stop_clear(NULL, "a", &flag, &e));
	cr_expect_not(flag);
}
