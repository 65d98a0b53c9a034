/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/limits.h"
#include "unit/queue_support.h"

TestSuite(queue_join, .init = not_for_ever, .fini = no_leaks);

Test(queue_join, in_one_step)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct state *st = open_state(&dir, &clock_system);
	struct job first, last, *next;
	struct err e = { 0 };
	size_t n;

	add(st, "lane", "1");
	add(st, "lane", "2");
	add(st, "lane", "3");
	add(st, "other", "4");
	first = take(st, a);
	cr_assert_eq(queue_behind(st, &first, 8, a, &next, &n, &e), QUEUE_OK);
	cr_assert_eq(n, 2u, "those of its lane");
	cr_expect_str_eq(next[0].body, "2");
	cr_expect_str_eq(next[1].body, "3");
	cr_assert_eq(queue_behind(st, &first, 1, a, &next, &n, &e), QUEUE_OK);
	cr_expect_eq(n, 1u, "no more than wanted");
	cr_assert_eq(queue_join(st, &first, "12", next, 1, &e), QUEUE_OK, "%s", e.text);
	cr_expect_eq(
	    queue_join(st, &first, "13", next, 1, &e), QUEUE_LOST, "it is gone");
	cr_assert_eq(
	    queue_later(st, &first, &(struct job_later){ .why = "" }, &e), QUEUE_OK);
	first = take(st, a);
	last = strcmp(first.lane, "lane") == 0 ? first : take(st, a);
	cr_expect_str_eq(last.body, "12", "its place and its new body");
	cr_assert_eq(queue_behind(st, &last, 8, a, &next, &n, &e), QUEUE_OK);
	cr_expect_eq(n, 1u);
	cr_expect_eq(behind_number(st, "SELECT jobs FROM total"), 3);
	state_close(st);
}

Test(queue_join, what_ends_the_row)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct state *st = open_state(&dir, &clock_system);
	const struct new_job kind = { .lane = "lane", .kind = "else", .body = "3" };
	const struct new_job mine = { .lane = "lane", .kind = "note", .body = "5" };
	struct job first, claimed, *next;
	struct err e = { 0 };
	size_t n;

	add(st, "lane", "1");
	add(st, "lane", "2");
	cr_assert_eq(queue_add(st, &kind, 1, NULL, &e), QUEUE_OK);
	add(st, "lane", "4");
	first = take(st, a);
	cr_assert_eq(queue_behind(st, &first, 8, a, &next, &n, &e), QUEUE_OK);
	cr_expect_eq(n, 1u, "one of another kind");
	cr_assert_eq(queue_join(st, &first, "12", next, n, &e), QUEUE_OK);
	cr_assert_eq(queue_done(st, &first, NULL, 0, &e), QUEUE_OK);
	first = take(st, a);
	cr_assert_eq(queue_done(st, &first, NULL, 0, &e), QUEUE_OK);
	cr_assert_eq(queue_claim(st, &mine, &claimed, &e), QUEUE_OK);
	first = take(st, a);
	cr_expect_str_eq(first.body, "4");
	cr_assert_eq(queue_behind(st, &first, 8, a, &next, &n, &e), QUEUE_OK);
	cr_expect_eq(n, 0u, "one that is being worked");
	cr_assert_eq(queue_done(st, &first, NULL, 0, &e), QUEUE_OK);
	cr_expect_eq(
	    queue_behind(st, &first, 8, a, &next, &n, &e), QUEUE_LOST, "not ours");
	cr_expect_eq(queue_join(st, &first, "x", next, 0, &e), QUEUE_LOST);
	state_close(st);
}
