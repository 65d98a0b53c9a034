/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/queue_support.h"

TestSuite(queue_look, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };
#define NOW_MS ((int64_t)NOW * 1000)

static void
die(struct state *st, const struct job *job, const char *why, bool unsure)
{
	struct err e = { 0 };

	cr_assert_eq(queue_dead(st, job, why, unsure, &e), QUEUE_OK, "%s", e.text);
}

/* The counts are what a look at the tables finds, whatever has happened. */
static void
expect_counts_true(struct state *st)
{
	struct queue_counts c;
	struct err e = { 0 };

	cr_assert(queue_count(st, &c, &e), "%s", e.text);
	cr_expect_eq(c.jobs, behind_number(st, "SELECT count(*) FROM job"));
	cr_expect_eq(c.lanes, behind_number(st, "SELECT count(*) FROM lane"));
	cr_expect_eq(c.dead, behind_number(st, "SELECT count(*) FROM dead"));
	cr_expect_eq(c.bytes,
	    behind_number(
		st, "SELECT coalesce(sum(length(CAST(body AS BLOB))), 0) FROM job"));
	cr_expect_eq(c.oldest_ms,
	    behind_number(st, "SELECT coalesce(min(made_ms), 0) FROM job"));
	cr_expect_eq(behind_number(st,
			 "SELECT count(*) FROM lane WHERE jobs <> "
			 "(SELECT count(*) FROM job WHERE lane = lane.id)"),
	    0);
}

Test(queue_look, counts)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_counts c;
	struct job job;
	struct err e = { 0 };

	expect_counts_true(st);
	add(st, "x", "\"\xc3\xa9\"");
	clock.now_s++;
	add(st, "x", "2");
	add(st, "y", "3");
	job = take(st, a);
	expect_counts_true(st);
	cr_expect(queue_count(st, &c, &e));
	cr_expect_eq(c.jobs, 3);
	cr_expect_eq(c.lanes, 2);
	cr_expect_eq(c.working, 1);
	cr_expect_eq(c.bytes, 6);
	cr_expect_eq(c.dead, 0);
	cr_expect_eq(c.oldest_ms, NOW_MS);
	cr_expect_eq(queue_save(st, &job, "four", &e), QUEUE_OK);
	expect_counts_true(st);
	die(st, &job, "refused", false);
	expect_counts_true(st);
	cr_expect_eq(queue_retry(st, job.id, &e), QUEUE_OK);
	expect_counts_true(st);
	cr_expect_str_eq(drain(st), "2 four 3 ");
	expect_counts_true(st);
}

Test(queue_look, pages)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_row rows[2];
	struct job job;
	struct err e = { 0 };
	size_t n = 9;

	cr_expect(queue_list(st, QUEUE_LIVE, 0, a, rows, 2, &n, &e));
	cr_expect_eq(n, 0);
	add(st, "x", "1");
	add_at(st, "y", "2 \xc3\xa9", 0, NOW_MS + 500);
	add(st, "x", "3");
	job = take(st, a);
	cr_expect(queue_list(st, QUEUE_LIVE, 0, a, rows, 2, &n, &e));
	cr_assert_eq(n, 2);
	cr_expect_eq(rows[0].id, job.id);
	cr_expect(rows[0].working);
	cr_expect_eq(rows[0].tries, 1);
	cr_expect_str_eq(rows[1].lane, "y");
	cr_expect_str_eq(rows[1].kind, "note");
	cr_expect_str_eq(rows[1].why, "");
	cr_expect_eq(rows[1].made_ms, NOW_MS);
	cr_expect_eq(rows[1].due_ms, NOW_MS + 500);
	cr_expect_eq(rows[1].size, 4);
	cr_expect_not(rows[1].working);
	cr_expect_not(rows[1].unsure);
	cr_expect(queue_list(st, QUEUE_LIVE, rows[1].id, a, rows, 2, &n, &e));
	cr_assert_eq(n, 1);
	cr_expect_str_eq(rows[0].lane, "x");
	cr_expect(queue_list(st, QUEUE_LIVE, rows[0].id, a, rows, 2, &n, &e));
	cr_expect_eq(n, 0);
	cr_expect(queue_list(st, QUEUE_DEAD, 0, a, rows, 2, &n, &e));
	cr_expect_eq(n, 0);
}

Test(queue_look, dead_letter)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_row row = { 0 };
	enum queue_box box = QUEUE_LIVE;
	const char *body = "";
	struct job old, new;
	struct err e = { 0 };

	add(st, "x", "1");
	add(st, "x", "2");
	old = take(st, a);
	clock.now_s += 10;
	die(st, &old, "the number is no mobile", true);
	cr_expect_str_eq(drain(st), "2 ", "the lane goes on");
	cr_expect_eq(queue_show(st, old.id, a, &row, &box, &body, &e), QUEUE_OK);
	cr_expect_eq(box, QUEUE_DEAD);
	cr_expect_str_eq(body, "1");
	cr_expect_str_eq(row.lane, "x");
	cr_expect_str_eq(row.why, "the number is no mobile");
	cr_expect_eq(row.made_ms, NOW_MS);
	cr_expect_eq(row.due_ms, NOW_MS + 10000);
	cr_expect(row.unsure);

	add(st, "x", "3");
	cr_expect_eq(queue_retry(st, old.id, &e), QUEUE_OK);
	cr_expect_eq(queue_retry(st, old.id, &e), QUEUE_NONE, "it is no letter now");
	cr_expect_eq(queue_show(st, old.id, a, &row, &box, &body, &e), QUEUE_OK);
	cr_expect_eq(box, QUEUE_LIVE);
	new = take(st, a);
	cr_expect_str_eq(new.body, "3", "behind what is there");
	done(st, &new);
	new = take(st, a);
	cr_expect_eq(new.id, old.id, "the same one");
	cr_expect_eq(new.tries, 1, "new");
	cr_expect_eq(new.made_ms, NOW_MS + 10000, "new");
	cr_expect(new.unsure, "but not innocent");
	cr_expect_eq(queue_done(st, &old, NULL, 0, &e), QUEUE_LOST, "an old lease");
	done(st, &new);
	cr_expect_eq(queue_show(st, old.id, a, &row, &box, &body, &e), QUEUE_NONE);
}

Test(queue_look, drop)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_row rows[2];
	struct job job;
	struct err e = { 0 };
	size_t n;

	add(st, "x", "1");
	add(st, "x", "2");
	cr_assert(queue_list(st, QUEUE_LIVE, 0, a, rows, 2, &n, &e));
	job = take(st, a);
	cr_expect_eq(queue_drop(st, job.id, &e), QUEUE_LOST, "it is being worked");
	cr_expect_eq(queue_drop(st, rows[1].id, &e), QUEUE_OK, "behind it");
	cr_expect_eq(queue_drop(st, rows[1].id, &e), QUEUE_NONE);
	die(st, &job, "", false);
	cr_expect_eq(queue_drop(st, job.id, &e), QUEUE_OK, "the letter");
	cr_expect_eq(queue_drop(st, job.id, &e), QUEUE_NONE);
	add(st, "y", "3");
	cr_assert(queue_list(st, QUEUE_LIVE, 0, a, rows, 2, &n, &e));
	cr_expect_eq(n, 1);
	cr_expect_eq(queue_drop(st, rows[0].id, &e), QUEUE_OK, "the first of its lane");
	cr_expect_eq(queue_lane_has(st, "y", NULL, &e), QUEUE_NONE);
	expect_counts_true(st);
}

Test(queue_look, reasons)
{
	static char longest[LIMIT_QUEUE_WHY + 3];
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_row row = { 0 };
	enum queue_box box;
	const char *body;
	struct job job;
	struct err e = { 0 };

	/* The limit falls between the two bytes of a letter. */
	memset(longest, 'w', sizeof(longest) - 1);
	memcpy(longest + LIMIT_QUEUE_WHY - 1, "\xc3\xa9", 2);
	add(st, "x", "1");
	job = take(st, a);
	die(st, &job, longest, false);
	cr_expect_eq(queue_show(st, job.id, a, &row, &box, &body, &e), QUEUE_OK);
	cr_expect_eq(strlen(row.why), LIMIT_QUEUE_WHY - 1);
	cr_expect_not(row.unsure);
}

Test(queue_look, letters_are_bounded)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_row rows[3];
	struct err e = { 0 };
	char text[100];
	size_t n;

	for (int i = 0; i < 3; i++) {
		struct job job;

		if (i == 2) {
			snprintf(text, sizeof(text), "UPDATE total SET dead = %d",
			    LIMIT_DEAD);
			behind(st, text);
		}
		add(st, "x", "letter");
		job = take(st, a);
		die(st, &job, "", false);
		clock.now_s++;
	}
	cr_expect(queue_list(st, QUEUE_DEAD, 0, a, rows, 3, &n, &e));
	cr_expect_eq(n, 2);
	cr_expect_eq(rows[0].due_ms, NOW_MS + 1000, "the oldest went");
}

Test(queue_look, sweep)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct err e = { 0 };

	for (int i = 0; i < 4; i++) {
		struct job job;
		char key[20];

		snprintf(key, sizeof(key), "%d", i);
		cr_expect_eq(queue_add(st, NULL, 0, key, &e), QUEUE_OK);
		add(st, "x", key);
		job = take(st, a);
		die(st, &job, "", false);
		clock.now_s++;
	}
	add(st, "x", "stays");
	cr_expect(state_sweep(st, 100, &e), "%s", e.text);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM seen"), 4);
	clock.now_s = NOW + LIMIT_SEEN_S + 2;
	cr_expect(state_sweep(st, 2, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM seen"), 2, "no more");
	cr_expect(state_sweep(st, 100, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM seen"), 1, "no younger");
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM dead"), 4);
	clock.now_s = NOW + LIMIT_DEAD_S + 2;
	cr_expect(state_sweep(st, 100, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM dead"), 1);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM job"), 1);
	expect_counts_true(st);
}
