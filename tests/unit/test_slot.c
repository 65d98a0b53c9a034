/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/slot.h"
#include "unit/queue_support.h"

TestSuite(slot, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };
#define NOW_MS (NOW * (int64_t)1000)

static int64_t
slot(struct state *st, const char *sender, int rate_per_s)
{
	struct err e = { 0 };
	int64_t ms = -1;

	cr_assert(slot_take(st, sender, rate_per_s, &ms, &e), "%s", e.text);
	return ms - clock_wall_ms(st->clock);
}

Test(slot, one_a_second)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(state_closep) struct state *other = open_state(&dir, &clock.clock);

	cr_expect_eq(slot(st, "a", 1), 0);
	cr_expect_eq(slot(other, "a", 1), 1000, "processes share it");
	cr_expect_eq(slot(st, "a", 1), 2000);
	cr_expect_eq(slot(st, "b", 1), 0, "senders do not");
	clock.now_s = NOW + 2;
	cr_expect_eq(slot(st, "a", 1), 1000);
	clock.now_s = NOW + 60;
	cr_expect_eq(slot(st, "a", 1), 0, "what was not used is gone");
	cr_expect_eq(slot(st, "a", 1), 1000);
}

/* In any second no more than that leave, but for what may be ahead. */
Test(slot, many_a_second)
{
	enum { RATE = 80, AHEAD = RATE * LIMIT_PACE_AHEAD_MS / 1000 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	int64_t last = 0;

	for (int i = 0; i < 3 * RATE; i++) {
		int64_t at = slot(st, "a", RATE);

		cr_expect_geq(at, last, "in the order in which they were asked for");
		cr_expect_eq(at == 0, i < AHEAD, "%d: %lld", i, (long long)at);
		last = at;
	}
	cr_expect_eq(last, (3 * RATE - AHEAD) * 1000 / RATE);
	cr_expect_lt(last, 3000);
	cr_expect_gt(last, 3000 - LIMIT_PACE_AHEAD_MS - 1);
}

Test(slot, pushed)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct err e = { 0 };

	cr_expect(slot_push(st, "a", NOW_MS + 7000, &e), "%s", e.text);
	cr_expect_geq(slot(st, "a", 1000), 7000);
	cr_expect_geq(slot(st, "a", 1), 7000);
	cr_expect(slot_push(st, "a", NOW_MS + 1000, &e), "never nearer");
	cr_expect_geq(slot(st, "a", 1), 8000);
	cr_expect_eq(slot(st, "b", 1), 0);
}

/* A date that was set back, and back again, does not hold a sender up for good. */
Test(slot, odd_dates)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW + 1000000);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);

	cr_expect_eq(slot(st, "a", 1), 0);
	clock.now_s = NOW;
	cr_expect_eq(slot(st, "a", 1), 0);
	cr_expect_eq(slot(st, "a", 1), 1000);
}

Test(slot, sweep)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct err e;

	(void)slot(st, "a", 1);
	cr_assert(state_sweep(st, 10, &e));
	cr_expect_eq(slot(st, "a", 1), 1000);
	clock.now_s = NOW + 2 + LIMIT_NEWS_S;
	cr_assert(state_sweep(st, 10, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM pace"), 0);
}
