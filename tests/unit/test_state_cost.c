/* SPDX-License-Identifier: Apache-2.0 */
/* The cost of a call does not grow with what is there: no statement reads a table through. */
#include "config.h"

#include <ctype.h>

#include "store/chats.h"
#include "store/kv.h"
#include "store/slot.h"
#include "unit/queue_support.h"

TestSuite(state_cost, .init = not_for_ever, .fini = no_leaks);

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/*
 * A line of a plan is fine when it finds rows by a key, or takes the first one of an index
 * that is in order already.
 */
static bool
line_is_flat(const char *line, const char *statement)
{
	if (strncmp(line, "SCAN ", 5) != 0 && strncmp(line, "USE TEMP B-TREE", 15) != 0)
		return true;
	return strstr(line, " USING ") != NULL && strstr(line, "INDEX") != NULL &&
	    ends_with(statement, " LIMIT 1");
}

Test(state_cost, plans)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	int lines = 0;

	for (size_t i = 0; i < N_SQL; i++) {
		sqlite3_stmt *q = NULL;
		char text[1000];

		/* For metrics, now and then; no turn and no job asks that. */
		if (i == SQL_LOOK_KINDS)
			continue;
		snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", state_sql[i]);
		cr_assert_eq(sqlite3_prepare_v2(st->writes.db, text, -1, &q, NULL),
		    SQLITE_OK, "%s: %s", state_sql[i], sqlite3_errmsg(st->writes.db));
		while (sqlite3_step(q) == SQLITE_ROW) {
			const char *line = (const char *)sqlite3_column_text(q, 3);

			lines++;
			cr_expect(line_is_flat(line, state_sql[i]), "%s: %s", line,
			    state_sql[i]);
		}
		sqlite3_finalize(q);
	}
	cr_expect_gt(lines, 30, "there are plans");
}

Test(state_cost, judge)
{
	static const struct {
		const char *line, *statement;
		bool flat;
	} t[] = {
		{ "SEARCH job USING INTEGER PRIMARY KEY (rowid=?)", "SELECT 1", true },
		{ "SCAN job", "SELECT count(*) FROM job", false },
		{ "SCAN job", "SELECT id FROM job LIMIT 1", false },
		{ "SCAN job USING COVERING INDEX job_made", "SELECT count(*) FROM job",
		    false },
		{ "SCAN lane USING INDEX lane_ready", "SELECT a LIMIT 1", true },
		{ "USE TEMP B-TREE FOR ORDER BY", "SELECT a LIMIT 1", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(line_is_flat(t[i].line, t[i].statement), t[i].flat, "%s",
		    t[i].line);
}

/* Everything that runs all the time, with the tables well filled. */
static void
use_everything(struct state *st)
{
	const struct new_job turn = { "claimed", "turn", "c", 0, 0 };
	const struct new_job event = { "lane 7", "event", "e", 1, INT64_MAX };
	const struct new_job wait = { NULL, "wait", "w", 0, INT64_MAX };
	const struct new_job follow = { NULL, "k", "f", 0, 0 };
	const struct chat_row chat = {
		.id = "1", .env = "", .conv = "c", .user = "u", .ours = "o", .extra = ""
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_KV_VALUE);
	struct queue_row rows[3], row;
	struct queue_counts c;
	struct chat_row found;
	const char *const *ids;
	enum queue_box box;
	const char *body;
	struct job job;
	struct err e = { 0 };
	char lane[SHA256_HEX_SIZE];
	int64_t slot_ms;
	size_t n;

	cr_expect_eq(queue_add(st, &turn, 1, "key", &e), QUEUE_OK);
	cr_expect_eq(queue_claim(st, &turn, &job, &e), QUEUE_OK);
	cr_expect_eq(queue_renew(st, &job, &e), QUEUE_OK);
	cr_expect_eq(queue_save(st, &job, "saved", &e), QUEUE_OK);
	cr_expect_eq(queue_done(st, &job, &follow, 1, &e), QUEUE_OK);
	job = take(st, a);
	cr_expect_eq(
	    queue_later(st, &job, &(struct job_later){ .why = "" }, &e), QUEUE_OK);
	job = take(st, a);
	cr_expect_eq(queue_dead(st, &job, "", false, &e), QUEUE_OK);
	cr_expect_eq(queue_show(st, job.id, a, &row, &box, &body, &e), QUEUE_OK);
	cr_expect_eq(queue_retry(st, job.id, &e), QUEUE_OK);
	cr_expect_eq(queue_drop(st, job.id, &e), QUEUE_OK);
	cr_expect(queue_list(st, QUEUE_LIVE, 0, a, rows, 3, &n, &e));
	cr_expect(queue_list(st, QUEUE_DEAD, 0, a, rows, 3, &n, &e));
	cr_expect(queue_count(st, &c, &e));
	cr_expect_eq(queue_lane_has(st, "claimed", NULL, &e), QUEUE_OK);
	cr_expect_eq(queue_lane_has(st, "claimed", "k", &e), QUEUE_OK);
	cr_expect_eq(queue_lane_before(st, "claimed", "k", INT64_MAX, &e), QUEUE_OK);
	cr_expect_eq(queue_add(st, &event, 1, NULL, &e), QUEUE_OK);
	job = take(st, a);
	cr_expect_str_eq(job.lane, "claimed");
	cr_expect_eq(queue_done_sent(st, &job, "SM1", &wait, &e), QUEUE_OK);
	cr_expect_eq(queue_news(st, "SM1", true, lane, &e), QUEUE_OK);
	cr_expect_eq(queue_news(st, "SM2", true, lane, &e), QUEUE_NONE);
	cr_expect(slot_take(st, "1", 80, &slot_ms, &e));
	cr_expect(slot_push(st, "1", slot_ms + 1000, &e));
	cr_expect(queue_sent(st, "claimed", 0, a, &ids, &n, &e));
	cr_expect_eq(n, LIMIT_SENT);
	cr_expect(queue_keep(st, &e));
	cr_expect(queue_recover(st, &e));
	cr_expect(kv_put(st, "n", "v", 1, &e));
	cr_expect_eq(kv_swap(st, "n", "v", 1, "w", 1, &e), KV_OK);
	cr_expect_eq(kv_get(st, "n", &b, &e), KV_OK);
	cr_expect(chats_put(st, &chat, &e));
	cr_expect_eq(chats_find(st, "", "1", a, &found, &e), CHATS_OK);
	cr_expect_eq(chats_open_of(st, "", chat.conv, a, &found, &e), CHATS_OK);
	cr_expect_eq(chats_close(st, "", "1", &e), CHATS_OK);
	cr_expect(state_sweep(st, 10, &e));
}

/* 1 when it was used at all. */
static int
expect_flat(sqlite3_stmt *q, const char *text)
{
	if (q == NULL)
		return 0;
	cr_expect_eq(
	    sqlite3_stmt_status(q, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0), 0, "%s", text);
	cr_expect_eq(sqlite3_stmt_status(q, SQLITE_STMTSTATUS_SORT, 0), 0, "%s", text);
	cr_expect_lt(
	    sqlite3_stmt_status(q, SQLITE_STMTSTATUS_VM_STEP, 0), 2000, "%s", text);
	return 1;
}

Test(state_cost, steps)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	char lane[SHA256_HEX_SIZE], text[300];
	int used = 0;

	behind(st,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
	    "INSERT INTO lane(id, name, ready_ms, jobs) SELECT i, 'lane ' || i, 4000000000000 + i, 0 FROM n;"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
	    "INSERT INTO job(id, lane, ord, root, sub, made_ms, due_ms, kind, size, body) "
	    "SELECT i, i / 2 + 1, i, i, 0, i, 4000000000000 + i, 'k', 1, 'b' FROM n "
	    "WHERE i < 4000;"
	    "INSERT INTO dead SELECT id + 10000, 'x', 1, id * 1000000000, 1, 1, 0, 'k', 'w', "
	    "1, 'b' FROM job;"
	    "INSERT INTO seen SELECT 'key ' || id, 4000000000 FROM job;"
	    "INSERT INTO sent SELECT 'lane', 4000000000000, id, 0 FROM job;"
	    "INSERT INTO news SELECT id, 4000000000000 FROM job;"
	    "INSERT INTO pace SELECT id, 4000000000000000 FROM job;"
	    "INSERT INTO kv SELECT 'name ' || id, 1, x'01' FROM job;"
	    "INSERT INTO chat SELECT 'e', id, 'c', 'u', 'o', '', 0, 4000000000 FROM job;"
	    "UPDATE total SET next_id = 20000");
	/* As many of the lane in question as are kept. */
	sha256_hex("claimed", strlen("claimed"), lane);
	snprintf(text, sizeof(text),
	    "INSERT INTO sent SELECT '%s', id, 'SM0', 0 FROM job ORDER BY id LIMIT %d",
	    lane, LIMIT_SENT);
	behind(st, text);
	use_everything(st);
	for (size_t i = 0; i < N_SQL; i++)
		used += expect_flat(st->writes.stmts[i], state_sql[i]) +
		    expect_flat(st->reads.stmts[i], state_sql[i]);
	cr_expect_gt(used, 40, "%d", used);
}
