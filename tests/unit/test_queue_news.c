/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that wait for news of a message. */
#include "config.h"

#include "unit/queue_support.h"

TestSuite(queue_news, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };
#define NOW_MS (NOW * (int64_t)1000)

/* A job of the lane sends a message of that id; another waits for news of it. */
static void
send_one(struct state *st, const char *lane, const char *id)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct new_job wait = {
		.kind = "wait", .body = id, .due_ms = clock_wall_ms(st->clock) + 5000
	};
	struct err e = { 0 };
	struct job job;

	add(st, lane, "to be sent");
	job = take(st, a);
	cr_assert_eq(queue_done_sent(st, &job, id, &wait, &e), QUEUE_OK, "%s", e.text);
}

static enum queue_result
news(struct state *st, const char *id, bool keep)
{
	char lane[SHA256_HEX_SIZE], want[SHA256_HEX_SIZE];
	struct err e = { 0 };
	enum queue_result r = queue_news(st, id, keep, lane, &e);

	cr_assert_neq(r, QUEUE_FAILED, "%s", e.text);
	sha256_hex("x", 1, want);
	if (r == QUEUE_OK)
		cr_expect_str_eq(lane, want);
	return r;
}

/* When there is something to take. */
static int64_t
next_ms(struct state *st)
{
	int64_t ms = -1;
	struct err e;

	cr_assert(queue_next_ms(st, &ms, &e));
	return ms;
}

Test(queue_news, end_the_wait)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();

	send_one(st, "x", "SM1");
	add(st, "x", "behind");
	cr_expect_eq(next_ms(st), NOW_MS + 5000, "the lane is held");
	cr_expect_eq(news(st, "SM2", false), QUEUE_NONE, "another's");
	cr_expect_eq(next_ms(st), NOW_MS + 5000);
	cr_expect_eq(news(st, "SM1", false), QUEUE_OK);
	cr_expect_leq(next_ms(st), NOW_MS);
	cr_expect_str_eq(take(st, a).body, "behind");
	cr_expect_eq(news(st, "SM1", true), QUEUE_OK, "more news change nothing");
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM news"), 0);
}

Test(queue_news, none_come)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct err e = { 0 };
	struct job job;

	send_one(st, "x", "SM1");
	add(st, "x", "behind");
	clock.now_s = NOW + 5;
	job = take(st, a);
	cr_expect_str_eq(job.kind, "wait");
	cr_expect_str_eq(job.body, "SM1");
	cr_expect_eq(news(st, "SM1", true), QUEUE_OK, "it is at its end already");
	cr_expect_eq(queue_done(st, &job, NULL, 0, &e), QUEUE_OK, "and still ours");
	cr_expect_str_eq(take(st, a).body, "behind");
}

/* Of a message that is not known yet: another process is about to write it down. */
Test(queue_news, come_first)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(state_closep) struct state *other = open_state(&dir, &clock.clock);

	cr_expect_eq(news(other, "SM1", true), QUEUE_NONE);
	cr_expect_eq(news(other, "SM1", true), QUEUE_NONE, "twice");
	send_one(st, "x", "SM1");
	cr_expect_eq(next_ms(st), INT64_MAX, "nothing waits");
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM news"), 0);
	cr_expect_eq(news(other, "SM2", false), QUEUE_NONE);
	send_one(st, "x", "SM2");
	cr_expect_eq(next_ms(st), NOW_MS + 5000, "those were not kept");
}

Test(queue_news, outlive_the_process)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	struct state *st = open_state(&dir, &clock.clock);

	send_one(st, "x", "SM1");
	(void)news(st, "SM2", true);
	state_close(st);
	st = open_state(&dir, &clock.clock);
	cr_expect_eq(next_ms(st), NOW_MS + 5000);
	cr_expect_eq(news(st, "SM1", true), QUEUE_OK);
	cr_expect_eq(next_ms(st), INT64_MAX);
	send_one(st, "x", "SM2");
	cr_expect_eq(next_ms(st), INT64_MAX);
	state_close(st);
}

Test(queue_news, sweep)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct err e;

	(void)news(st, "SM1", true);
	clock.now_s = NOW + LIMIT_NEWS_S - 1;
	cr_assert(state_sweep(st, 10, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM news"), 1);
	clock.now_s = NOW + LIMIT_NEWS_S;
	cr_assert(state_sweep(st, 10, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM news"), 0);
	(void)news(st, "SM2", true);
	clock.now_s += LIMIT_NEWS_S;
	(void)news(st, "SM3", true);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM news"), 1,
	    "between sweeps they go as others come");
}
