/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "unit/queue_support.h"

TestSuite(queue, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };
#define NOW_MS ((int64_t)NOW * 1000)

/* Jobs that are added one by one, and how they come out. */
Test(queue, order)
{
	static const struct {
		const char *name;
		struct new_job jobs[5];
		const char *want;
	} t[] = {
		{ "as added",
		    { { "x", "k", "1", 0, 0 }, { "x", "k", "2", 0, 0 },
			{ "x", "k", "3", 0, 0 } },
		    "1 2 3 " },
		{ "lanes by age",
		    { { "x", "k", "1", 0, 0 }, { "y", "k", "2", 0, NOW_MS - 5 },
			{ "z", "k", "3", 0, NOW_MS - 9 } },
		    "3 2 1 " },
		{ "by a moment of their own",
		    { { "x", "k", "1", 300, 0 }, { "x", "k", "2", 100, 0 },
			{ "x", "k", "3", 200, 0 } },
		    "2 3 1 " },
		{ "the same moment: as added",
		    { { "x", "k", "1", 100, 0 }, { "x", "k", "2", 100, 0 },
			{ "x", "k", "3", 100, 0 } },
		    "1 2 3 " },
		{ "without one: behind all, even a later moment",
		    { { "x", "k", "1", NOW_MS + 60000, 0 }, { "x", "k", "2", 0, 0 },
			{ "x", "k", "3", NOW_MS - 1, 0 } },
		    "3 1 2 " },
		{ "not yet: holds up its lane alone",
		    { { "x", "k", "1", 0, NOW_MS + 1 }, { "x", "k", "2", 0, 0 },
			{ "y", "k", "3", 0, 0 } },
		    "3 " },
		{ "now", { { "x", "k", "1", 0, NOW_MS } }, "1 " },
		{ "none", { { 0 } }, "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		struct fake_clock clock = FAKE_CLOCK(NOW);
		CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);

		for (const struct new_job *j = t[i].jobs; j->lane != NULL; j++)
			add_at(st, j->lane, j->body, j->ord_ms, j->due_ms);
		cr_expect_str_eq(drain(st), t[i].want, "%s", t[i].name);
	}
}

Test(queue, one_at_a_time_in_a_lane)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job x1, y1;
	struct err e = { 0 };

	add(st, "x", "x1");
	add(st, "y", "y1");
	clock.now_s++;
	add(st, "x", "x2");
	x1 = take(st, a);
	y1 = take(st, a);
	cr_expect_str_eq(x1.body, "x1");
	cr_expect_str_eq(x1.lane, "x");
	cr_expect_str_eq(x1.kind, "note");
	cr_expect_str_eq(x1.why, "");
	cr_expect_eq(x1.made_ms, NOW_MS);
	cr_expect_eq(x1.tries, 1);
	cr_expect_not(x1.unsure);
	cr_expect_str_eq(y1.body, "y1", "the other lane does not wait");
	cr_expect_str_eq(take(st, a).body, "", "x2 waits for x1");
	add_at(st, "x", "x0", 1, 0);
	cr_expect_str_eq(
	    take(st, a).body, "", "nothing gets before what is being worked");
	cr_expect_eq(queue_lane_has(st, "x", NULL, &e), QUEUE_OK);
	cr_expect_eq(queue_lane_has(st, "x", "note", &e), QUEUE_OK);
	cr_expect_eq(queue_lane_has(st, "x", "turn", &e), QUEUE_NONE, "another kind");
	cr_expect_eq(queue_lane_has(st, "z", "note", &e), QUEUE_NONE, "another lane");
	done(st, &x1);
	cr_expect_str_eq(drain(st), "x0 x2 ", "behind x1, before x2");
	cr_expect_eq(queue_lane_has(st, "x", NULL, &e), QUEUE_NONE);
	cr_expect_eq(
	    queue_lane_has(st, "y", NULL, &e), QUEUE_OK, "being worked counts");
	cr_expect_eq(queue_lane_has(st, "y", "note", &e), QUEUE_OK, "of a kind too");
	done(st, &y1);
	cr_expect_eq(queue_lane_has(st, "y", NULL, &e), QUEUE_NONE);
	cr_expect_eq(
	    behind_number(st, "SELECT count(*) FROM lane"), 0, "empty lanes go");
}

Test(queue, what_was_begun_stays_first)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job x1;
	struct err e = { 0 };

	add_at(st, "x", "x1", NOW_MS, 0);
	x1 = take(st, a);
	cr_expect_eq(
	    queue_later(st, &x1, &(struct job_later){ .why = "", .free = true }, &e),
	    QUEUE_OK);
	add_at(st, "x", "x0", 1, 0);
	cr_expect_str_eq(drain(st), "x1 x0 ");
}

Test(queue, clock_set_back)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);

	add(st, "x", "1");
	clock.now_s = NOW - 3600;
	add(st, "x", "2");
	clock.now_s = NOW;
	cr_expect_str_eq(drain(st), "1 2 ");
}

Test(queue, seen)
{
	const struct new_job jobs[] = { { "x", "k", "1", 0, 0 },
		{ "y", "k", "2", 0, 0 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct err e = { 0 };

	cr_expect_eq(queue_add(st, jobs, 2, "key", &e), QUEUE_OK);
	cr_expect_eq(queue_add(st, jobs, 2, "key", &e), QUEUE_SEEN);
	cr_expect_str_eq(drain(st), "1 2 ", "once");
	cr_expect_eq(queue_add(st, jobs, 1, "key", &e), QUEUE_SEEN, "worked is seen");
	cr_expect_eq(queue_add(st, jobs, 1, "Key", &e), QUEUE_OK, "another one");
	cr_expect_eq(queue_add(st, jobs, 1, NULL, &e), QUEUE_OK, "none");
	cr_expect_eq(queue_add(st, NULL, 0, "nothing to do", &e), QUEUE_OK);
	cr_expect_eq(queue_add(st, NULL, 0, "nothing to do", &e), QUEUE_SEEN);
	clock.now_s += LIMIT_SEEN_S - 1;
	cr_expect_eq(queue_add(st, jobs, 1, "key", &e), QUEUE_SEEN);
	clock.now_s += 1;
	cr_expect_eq(queue_add(st, jobs, 1, "key", &e), QUEUE_OK, "forgotten");
	cr_expect_eq(queue_add(st, jobs, 1, "key", &e), QUEUE_SEEN, "known anew");
}

Test(queue, each_seen)
{
	const struct new_job jobs[] = { { "x", "k", "1", 0, 0 },
		{ "y", "k", "2", 0, 0 }, { "x", "k", "3", 0, 0 } };
	const struct new_job bad[] = { { "x", "k", "4", 0, 0 },
		{ "", "k", "5", 0, 0 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	bool seen[3] = { true, false, true };
	struct err e = { 0 };

	cr_expect_eq(
	    queue_add_each(st, jobs, (const char *const[]){ "a", "b" }, 2, NULL, &e),
	    QUEUE_OK);
	cr_expect_eq(
	    queue_add_each(st, jobs, (const char *const[]){ "b", "a" }, 2, NULL, &e),
	    QUEUE_SEEN);
	cr_expect_eq(queue_add_each(
			 st, jobs, (const char *const[]){ "a", "b", "c" }, 3, seen, &e),
	    QUEUE_OK, "the third");
	cr_expect(seen[0] && seen[1] && !seen[2]);
	cr_expect_str_eq(drain(st), "1 3 2 ");
	cr_expect_eq(
	    queue_add_each(st, jobs, (const char *const[]){ "d", "d" }, 2, NULL, &e),
	    QUEUE_OK, "of two with one key the first");
	cr_expect_str_eq(drain(st), "1 ");
	cr_expect_eq(
	    queue_add_each(st, bad, (const char *const[]){ "e", "f" }, 2, NULL, &e),
	    QUEUE_FAILED, "all or none");
	cr_expect_str_eq(drain(st), "");
	cr_expect_eq(
	    queue_add_each(st, jobs, (const char *const[]){ "e" }, 1, NULL, &e),
	    QUEUE_OK, "not even the key");
	clock.now_s += LIMIT_SEEN_S;
	cr_expect_eq(
	    queue_add_each(st, jobs, (const char *const[]){ "a" }, 1, NULL, &e),
	    QUEUE_OK, "forgotten");
}

/* What is refused leaves nothing, not even the key. */
Test(queue, limits)
{
	static char lane[LIMIT_CONV_ID + 2], kind[LIMIT_QUEUE_KIND + 2],
	    body[LIMIT_QUEUE_BODY + 2];
	static const struct new_job ok = { "x", "k", "b", 0, 0 };
	const struct {
		const char *name;
		struct new_job job;
		enum queue_result want;
	} t[] = {
		{ "lane too long", { lane, "k", "b", 0, 0 }, QUEUE_FAILED },
		{ "lane as long as allowed", { lane + 1, "k", "b", 0, 0 }, QUEUE_OK },
		{ "no lane", { "", "k", "b", 0, 0 }, QUEUE_FAILED },
		{ "kind too long", { "x", kind, "b", 0, 0 }, QUEUE_FAILED },
		{ "kind as long as allowed", { "x", kind + 1, "b", 0, 0 }, QUEUE_OK },
		{ "no kind", { "x", "", "b", 0, 0 }, QUEUE_FAILED },
		{ "body too long", { "x", "k", body, 0, 0 }, QUEUE_FAILED },
		{ "body as long as allowed", { "x", "k", body + 1, 0, 0 }, QUEUE_OK },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	struct err e = { 0 };

	memset(lane, 'l', sizeof(lane) - 1);
	memset(kind, 'k', sizeof(kind) - 1);
	memset(body, 'b', sizeof(body) - 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct new_job jobs[] = { ok, t[i].job };
		struct queue_counts before, after;

		cr_assert(queue_count(st, &before, &e));
		cr_expect_eq(
		    queue_add(st, jobs, 2, t[i].name, &e), t[i].want, "%s", t[i].name);
		cr_assert(queue_count(st, &after, &e));
		cr_expect_eq(after.jobs - before.jobs, t[i].want == QUEUE_OK ? 2 : 0,
		    "%s", t[i].name);
		if (t[i].want != QUEUE_FAILED)
			continue;
		cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", t[i].name);
		cr_expect_eq(queue_add(st, NULL, 0, t[i].name, &e), QUEUE_OK,
		    "%s: the key is not seen", t[i].name);
	}
}

Test(queue, full)
{
	static const struct new_job job = { "x", "k", "body", 0, 0 };
	static struct new_job batch[LIMIT_QUEUE_BATCH + 1];
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	struct job claimed;
	struct err e = { 0 };
	char text[200];

	for (size_t i = 0; i < NELEMS(batch); i++)
		batch[i] = job;
	cr_expect_eq(queue_add(st, batch, NELEMS(batch), NULL, &e), QUEUE_FAILED);
	for (int i = 0; i < LIMIT_QUEUE_LANE / LIMIT_QUEUE_BATCH; i++)
		cr_expect_eq(
		    queue_add(st, batch, LIMIT_QUEUE_BATCH, NULL, &e), QUEUE_OK);
	cr_expect_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_FULL, "the lane");
	cr_expect_not_null(strstr(e.text, "conversation"), "%s", e.text);
	cr_expect_eq(queue_claim(st, &job, &claimed, &e), QUEUE_FULL);
	batch[0].lane = "y";
	cr_expect_eq(queue_add(st, batch, 2, NULL, &e), QUEUE_FULL, "all or none");
	cr_expect_eq(queue_lane_has(st, "y", NULL, &e), QUEUE_NONE);
	batch[1].lane = "y";
	cr_expect_eq(queue_add(st, batch, 2, NULL, &e), QUEUE_OK, "others have room");

	snprintf(
	    text, sizeof(text), "UPDATE total SET jobs = %d", LIMIT_QUEUE_JOBS - 1);
	behind(st, text);
	cr_expect_eq(queue_add(st, batch, 2, NULL, &e), QUEUE_FULL, "the queue");
	cr_expect_not_null(strstr(e.text, "full"), "%s", e.text);
	cr_expect_eq(queue_add(st, batch, 1, NULL, &e), QUEUE_OK, "the last one");
	cr_expect_eq(queue_claim(st, &batch[0], &claimed, &e), QUEUE_FULL);
	snprintf(text, sizeof(text), "UPDATE total SET jobs = 1, bytes = %d",
	    LIMIT_QUEUE_BYTES - 4);
	behind(st, text);
	cr_expect_eq(queue_add(st, batch, 2, NULL, &e), QUEUE_FULL, "by bytes");
	cr_expect_eq(queue_add(st, batch, 1, NULL, &e), QUEUE_OK, "the last bytes");
}

Test(queue, lease_ends)
{
	const struct new_job follow = { NULL, "k", "too late", 0, 0 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job old, new;
	struct err e = { 0 };

	add(st, "x", "1");
	old = take(st, a);
	clock.now_s += LIMIT_LEASE_MS / 1000 - 1;
	cr_expect_str_eq(take(st, a).body, "", "still ours");
	cr_expect_eq(queue_renew(st, &old, &e), QUEUE_OK);
	clock.now_s += LIMIT_LEASE_MS / 1000 - 1;
	cr_expect_str_eq(take(st, a).body, "", "and again");
	cr_expect_eq(queue_save(st, &old, "2", &e), QUEUE_OK, "saving renews");
	clock.now_s += LIMIT_LEASE_MS / 1000;
	new = take(st, a);
	cr_expect_str_eq(new.body, "2", "what was saved");
	cr_expect(new.unsure, "what became of the first try is not known");
	cr_expect_eq(new.id, old.id);
	cr_expect_eq(new.tries, 2);
	cr_expect_eq(queue_renew(st, &old, &e), QUEUE_LOST);
	cr_expect_eq(queue_save(st, &old, "3", &e), QUEUE_LOST);
	cr_expect_eq(queue_done(st, &old, &follow, 1, &e), QUEUE_LOST);
	cr_expect_eq(
	    queue_later(st, &old, &(struct job_later){ .why = "" }, &e), QUEUE_LOST);
	cr_expect_eq(queue_dead(st, &old, "", false, &e), QUEUE_LOST);
	done(st, &new);
	cr_expect_eq(queue_done(st, &new, NULL, 0, &e), QUEUE_LOST, "only once");
	cr_expect_str_eq(drain(st), "");
}

/* It ran out, but nobody has come for it: what was done counts. */
Test(queue, lease_ended_and_still_ours)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job job;

	add(st, "x", "1");
	job = take(st, a);
	clock.now_s += LIMIT_LEASE_MS;
	done(st, &job);
	cr_expect_str_eq(drain(st), "");
}

Test(queue, keep)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(state_closep) struct state *other = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job job;
	struct err e = { 0 };
	int64_t changes;

	cr_expect(queue_keep(st, &e), "nothing is leased yet");
	add(st, "x", "1");
	job = take(st, a);
	changes = behind_number(st, "SELECT total_changes()");
	cr_expect(queue_keep(st, &e));
	cr_expect_eq(behind_number(st, "SELECT total_changes()"), changes,
	    "fresh leases cost nothing");
	for (int s = 0; s < (LIMIT_JOB_MS - LIMIT_LEASE_MS) / 1000;
	     s += LIMIT_LEASE_MS / 2000) {
		clock.now_s += LIMIT_LEASE_MS / 2000 - 1;
		cr_expect(queue_keep(other, &e), "whose it is not");
		clock.now_s += 1;
		cr_expect(queue_keep(st, &e));
		cr_expect_str_eq(take(other, a).body, "", "kept for %d s", s);
	}
	clock.now_s += LIMIT_LEASE_MS / 1000;
	cr_expect(queue_keep(st, &e), "for ever is too long");
	cr_expect_eq(queue_renew(st, &job, &e), QUEUE_OK, "but for who asks");
	clock.now_s += LIMIT_LEASE_MS / 1000;
	cr_expect(queue_keep(st, &e));
	job = take(other, a);
	cr_expect_str_eq(job.body, "1");
	cr_expect(job.unsure);
}

Test(queue, given_up)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct new_job turn = { "x", "turn", "1", 0, 0 };
	struct job claimed, job;
	struct err e = { 0 };

	cr_assert_eq(queue_claim(st, &turn, &claimed, &e), QUEUE_OK);
	queue_give_up(st, &claimed);
	behind(st, "PRAGMA query_only = 1");
	cr_expect_not(queue_keep(st, &e), "nothing can be written");
	behind(st, "PRAGMA query_only = 0");
	cr_expect_str_eq(take(st, a).body, "", "still leased");
	cr_expect(queue_keep(st, &e));
	job = take(st, a);
	cr_expect_str_eq(job.body, "1");
	cr_expect(job.unsure, "its try has no end");
	queue_give_up(st, &claimed);
	cr_expect(queue_keep(st, &e));
	cr_expect_str_eq(take(st, a).body, "", "whose lease is another by now");
	cr_expect_eq(queue_done(st, &job, NULL, 0, &e), QUEUE_OK);
	for (int i = 0; i < LIMIT_QUEUE_GIVEN_UP + 1; i++)
		queue_give_up(st, &job);
	cr_expect(queue_keep(st, &e), "of jobs that have ended nothing is left");
	cr_expect_eq(st->n_given_up, 0);
}

Test(queue, process_gone)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct state *other = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct new_job turn = { "y", "turn", "y1", 0, 0 };
	struct job job, claimed;
	struct err e = { 0 };

	add(st, "x", "x1");
	add(st, "y", "y0");
	cr_expect_str_eq(take(other, a).body, "x1");
	cr_expect_eq(queue_claim(other, &turn, &claimed, &e), QUEUE_OK);
	cr_expect(queue_recover(st, &e));
	job = take(st, a);
	cr_expect_str_eq(job.body, "y0");
	cr_expect_str_eq(take(st, a).body, "", "the other one lives");
	state_close(other);
	cr_expect(queue_recover(st, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM owner"), 1, "ourselves");
	done(st, &job);
	for (int i = 0; i < 2; i++) {
		job = take(st, a);
		cr_expect(strcmp(job.body, "x1") == 0 || strcmp(job.body, "y1") == 0);
		cr_expect(job.unsure, "%s", job.body);
		done(st, &job);
	}
	cr_expect(queue_recover(st, &e), "again");
	cr_expect_str_eq(take(st, a).body, "");
}

/* Replaces the first job by others, several times over, all within one millisecond. */
Test(queue, follow_ups_take_the_place)
{
	static const struct {
		const char *name, *first;
		struct new_job follow[4];
		const char *now_first;
	} t[] = {
		{ "three for one", "a",
		    { { NULL, "k", "b", 0, 0 }, { "x", "k", "c", 1, 0 },
			{ NULL, "k", "d", 9, 0 } },
		    "b" },
		{ "two for the first of them", "b",
		    { { NULL, "k", "e", 0, 0 }, { NULL, "k", "f", 0, 0 } }, "e" },
		{ "none for the first of these", "e", { { 0 } }, "f" },
		{ "one for the second", "f", { { NULL, "k", "g", 0, 0 } }, "g" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job job = { 0 };
	struct err e = { 0 };

	add(st, "x", "a");
	add(st, "x", "z");
	job = take(st, a);
	for (size_t i = 0; i < NELEMS(t); i++) {
		size_t n = 0;

		while (t[i].follow[n].kind != NULL)
			n++;
		cr_expect_str_eq(job.body, t[i].first, "%s", t[i].name);
		cr_expect_eq(queue_done(st, &job, t[i].follow, n, &e), QUEUE_OK, "%s",
		    t[i].name);
		job = take(st, a);
		cr_expect_str_eq(job.body, t[i].now_first, "%s", t[i].name);
	}
	done(st, &job);
	cr_expect_str_eq(drain(st), "c d z ");
}

Test(queue, follow_ups_are_not_refused_half_way)
{
	static struct new_job batch[LIMIT_QUEUE_BATCH];
	static char body[LIMIT_QUEUE_BODY + 2];
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job job;
	struct err e = { 0 };

	add(st, "x", "1");
	job = take(st, a);
	behind(st, "UPDATE total SET jobs = 999999; UPDATE lane SET jobs = 999999");
	for (size_t i = 0; i < NELEMS(batch); i++)
		batch[i] = (struct new_job){ NULL, "k", "f", 0, 0 };
	memset(body, 'b', sizeof(body) - 1);
	batch[7].body = body;
	cr_expect_eq(queue_done(st, &job, batch, NELEMS(batch), &e), QUEUE_FAILED);
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	batch[7].body = "f";
	cr_expect_eq(queue_done(st, &job, batch, NELEMS(batch), &e), QUEUE_OK);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM job"), LIMIT_QUEUE_BATCH);
}

/* A turn that is late: law 5 of the design. */
Test(queue, claim)
{
	const struct new_job turn = { "x", "turn", "question", 0, 0 };
	const struct new_job sends[] = { { NULL, "send", "answer", 0, 0 },
		{ NULL, "send", "picture", 0, 0 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job before, claimed = { 0 };
	struct err e = { 0 };

	add(st, "x", "before");
	before = take(st, a);
	cr_expect_eq(queue_claim(st, &turn, &claimed, &e), QUEUE_OK);
	cr_expect_str_eq(claimed.body, "question");
	cr_expect_eq(claimed.tries, 1);
	add(st, "x", "after");
	done(st, &before);
	cr_expect_str_eq(take(st, a).body, "", "it is worked already");
	cr_expect_eq(queue_done(st, &claimed, sends, NELEMS(sends), &e), QUEUE_OK);
	cr_expect_str_eq(drain(st), "answer picture after ");

	cr_expect_eq(queue_claim(st, &turn, &claimed, &e), QUEUE_OK);
	cr_expect_str_eq(take(st, a).body, "");
	add(st, "x", "2");
	clock.now_s += LIMIT_LEASE_MS / 1000;
	before = take(st, a);
	cr_expect_str_eq(before.body, "question", "whoever claimed it is lost");
	cr_expect(before.unsure);
	cr_expect_eq(queue_done(st, &claimed, sends, NELEMS(sends), &e), QUEUE_LOST);
}

/* Turns of a conversation that are told at one moment that they are late, the last one first. */
Test(queue, claims_stand_as_they_came)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	const struct new_job turns[] = { { "x", "turn", "third", NOW_MS - 1, 0 },
		{ "x", "turn", "first", NOW_MS - 3, 0 },
		{ "x", "turn", "second", NOW_MS - 2, 0 } };
	const struct new_job send = { NULL, "send", "answer", 0, 0 };
	struct job claimed[3];
	struct err e = { 0 };

	for (size_t i = 0; i < NELEMS(turns); i++)
		cr_assert_eq(queue_claim(st, &turns[i], &claimed[i], &e), QUEUE_OK);
	cr_expect_eq(queue_done(st, &claimed[1], &send, 1, &e), QUEUE_OK);
	clock.now_s += LIMIT_LEASE_MS / 1000;
	cr_expect_str_eq(drain(st), "answer second third ");
}

/* It ends before those in front of it do. */
Test(queue, claim_done_in_the_middle)
{
	const struct new_job turn = { "x", "turn", "question", 0, 0 };
	const struct new_job sends[] = { { NULL, "send", "answer", 0, 0 },
		{ NULL, "send", "picture", 0, 0 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct job claimed = { 0 };
	struct err e = { 0 };

	add(st, "x", "1");
	add(st, "x", "2");
	cr_expect_eq(queue_claim(st, &turn, &claimed, &e), QUEUE_OK);
	add(st, "x", "3");
	cr_expect_eq(queue_done(st, &claimed, sends, NELEMS(sends), &e), QUEUE_OK);
	cr_expect_str_eq(drain(st), "1 2 answer picture 3 ");
}

Test(queue, later)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct job job;
	struct err e = { 0 };
	int64_t next_ms;

	add(st, "x", "1");
	add(st, "x", "2");
	job = take(st, a);
	cr_expect_eq(
	    queue_later(st, &job,
		&(struct job_later){ .delay_ms = 5000, .why = "busy", .unsure = true },
		&e),
	    QUEUE_OK);
	cr_expect_str_eq(take(st, a).body, "", "the lane waits with it");
	cr_expect(queue_next_ms(st, &next_ms, &e));
	cr_expect_eq(next_ms, NOW_MS + 5000);
	clock.now_s += 5;
	job = take(st, a);
	cr_expect_str_eq(job.body, "1");
	cr_expect_str_eq(job.why, "busy");
	cr_expect_eq(job.tries, 2);
	cr_expect(job.unsure, "as it said");
	cr_expect_eq(
	    queue_later(st, &job,
		&(struct job_later){ .why = "not our turn", .free = true }, &e),
	    QUEUE_OK);
	job = take(st, a);
	cr_expect_eq(job.tries, 2, "the last one was none");
	cr_expect_not(job.unsure, "as it said");
	cr_expect_eq(queue_later(st, &job,
			 &(struct job_later){ .delay_ms = INT64_MAX, .why = "" }, &e),
	    QUEUE_OK);
	cr_expect(queue_next_ms(st, &next_ms, &e));
	cr_expect_eq(next_ms, NOW_MS + 5000 + LIMIT_BACKOFF_MS, "no longer than that");
	clock.now_s += LIMIT_BACKOFF_MS / 1000;
	cr_expect_str_eq(drain(st), "1 2 ");
	cr_expect(queue_next_ms(st, &next_ms, &e));
	cr_expect_eq(next_ms, INT64_MAX);
}

Test(queue, backoff)
{
	static const struct {
		int tries;
		int64_t most;
	} t[] = { { 0, 1000 }, { 1, 1000 }, { 2, 2000 }, { 5, 16000 }, { 9, 256000 },
		{ 10, 300000 }, { 1000000, 300000 } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		int64_t low = INT64_MAX, high = 0;

		for (int j = 0; j < 200; j++) {
			int64_t ms = queue_backoff_ms(t[i].tries);

			low = ms < low ? ms : low;
			high = ms > high ? ms : high;
		}
		cr_expect_geq(low, t[i].most / 2, "%d", t[i].tries);
		cr_expect_leq(high, t[i].most, "%d", t[i].tries);
		cr_expect_lt(low, high, "%d: by chance", t[i].tries);
	}
}
