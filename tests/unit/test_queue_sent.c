/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of messages that were sent. */
#include "config.h"

#include "unit/queue_support.h"

TestSuite(queue_sent, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };
#define NOW_MS (NOW * (int64_t)1000)

/* A job of the lane, which sent a message of that id. */
static void
send_one(struct state *st, const char *lane, const char *id)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct err e = { 0 };
	struct job job;

	add(st, lane, "to be sent");
	job = take(st, a);
	cr_assert_str_eq(job.lane, lane);
	cr_assert_eq(queue_done_sent(st, &job, id, NULL, &e), QUEUE_OK, "%s", e.text);
	cr_assert_eq(queue_lane_has(st, lane, NULL, &e), QUEUE_NONE, "it is done");
}

/* The ids kept with the lane since then, a blank behind each. */
static const char *
sent(struct state *st, const char *lane, int64_t since_ms)
{
	static char text[LIMIT_SENT * (LIMIT_SID + 2)];
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *const *ids = NULL;
	struct err e = { 0 };
	size_t n = 99, len = 0;

	cr_assert(queue_sent(st, lane, since_ms, a, &ids, &n, &e), "%s", e.text);
	cr_assert_leq(n, LIMIT_SENT);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ", ids[i]);
	return text;
}

Test(queue_sent, ids)
{
	static const struct {
		const char *name, *lane;
		int64_t since_ms;
		const char *want;
	} t[] = {
		{ "all, the newest first", "x", 0, "SM3 SM2 SM1 " },
		{ "since the second", "x", NOW_MS + 1000, "SM3 SM2 " },
		{ "behind the second", "x", NOW_MS + 1001, "SM3 " },
		{ "behind the last", "x", NOW_MS + 2001, "" },
		{ "another lane", "y", 0, "SM9 " },
		{ "a lane that sent nothing", "z", 0, "" },
		{ "a lane that does not know what it sent", "unknown", 0, "" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);

	cr_expect_str_eq(sent(st, "x", 0), "", "nothing at all");
	send_one(st, "x", "SM1");
	send_one(st, "unknown", "");
	clock.now_s = NOW + 1;
	send_one(st, "x", "SM2");
	send_one(st, "y", "SM9");
	clock.now_s = NOW + 2;
	send_one(st, "x", "SM3");
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_str_eq(
		    sent(st, t[i].lane, t[i].since_ms), t[i].want, "%s", t[i].name);
}

/* A lane's older ones go when there are enough; those of the others stay. */
Test(queue_sent, bounded)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	char id[20], last[20];

	send_one(st, "other", "SM0");
	for (int i = 0; i < LIMIT_SENT + 10; i++) {
		clock.now_s = NOW + i;
		snprintf(id, sizeof(id), "SM%03d", i);
		send_one(st, "x", id);
	}
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM sent"), LIMIT_SENT + 1);
	snprintf(last, sizeof(last), " SM%03d ", 10);
	cr_expect_eq(strncmp(sent(st, "x", 0), id, 5), 0, "the newest is there");
	cr_expect_not_null(strstr(sent(st, "x", 0), last), "and LIMIT_SENT of them");
	cr_expect_str_eq(sent(st, "other", 0), "SM0 ");

	/* Of one moment there may be more. No more are given. */
	for (int i = 0; i < LIMIT_SENT + 10; i++) {
		snprintf(id, sizeof(id), "SM1%03d", i);
		send_one(st, "y", id);
	}
	cr_expect_eq(strlen(sent(st, "y", 0)), LIMIT_SENT * strlen("SM1000 "));
}

Test(queue_sent, sweep)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct err e;

	send_one(st, "x", "SM1");
	send_one(st, "y", "SM2");
	clock.now_s = NOW + 1;
	send_one(st, "x", "SM3");
	clock.now_s = NOW + LIMIT_SENT_S - 1;
	cr_assert(state_sweep(st, 100, &e));
	cr_expect_str_eq(sent(st, "x", 0), "SM3 SM1 ");
	clock.now_s = NOW + LIMIT_SENT_S;
	cr_assert(state_sweep(st, 1, &e));
	cr_expect_eq(
	    behind_number(st, "SELECT count(*) FROM sent"), 2, "one at a time");
	cr_assert(state_sweep(st, 1, &e));
	cr_expect_str_eq(sent(st, "x", 0), "SM3 ");
	cr_expect_str_eq(sent(st, "y", 0), "");
}

/* Done and kept, or neither. */
Test(queue_sent, refused)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char id[LIMIT_SID + 2];
	struct job job, lost;
	struct err e;

	memset(id, 'S', LIMIT_SID + 1);
	id[LIMIT_SID + 1] = '\0';
	add(st, "x", "1");
	job = take(st, a);
	cr_expect_eq(queue_done_sent(st, &job, id, NULL, &e), QUEUE_FAILED);
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_eq(queue_lane_has(st, "x", NULL, &e), QUEUE_OK);
	lost = job;
	lost.lease++;
	cr_expect_eq(queue_done_sent(st, &lost, "SM1", NULL, &e), QUEUE_LOST);
	cr_expect_str_eq(sent(st, "x", 0), "");
	id[LIMIT_SID] = '\0';
	cr_expect_eq(
	    queue_done_sent(st, &job, id, NULL, &e), QUEUE_OK, "as long as allowed");
	cr_expect_eq(queue_done_sent(st, &job, id, NULL, &e), QUEUE_LOST, "once");
	cr_expect_eq(strncmp(sent(st, "x", 0), id, LIMIT_SID), 0);
}

/* They outlive the process; whose they are cannot be read from the file. */
Test(queue_sent, outlive)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	struct state *st = open_state(&dir, &clock.clock);

	send_one(st, "whatsapp:+15550100", "SM1");
	state_close(st);
	st = open_state(&dir, &clock.clock);
	cr_expect_str_eq(sent(st, "whatsapp:+15550100", 0), "SM1 ");
	cr_expect_eq(
	    behind_number(st, "SELECT count(*) FROM sent WHERE lane LIKE '%555%'"), 0);
	state_close(st);
}
