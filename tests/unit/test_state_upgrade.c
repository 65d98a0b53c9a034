/* SPDX-License-Identifier: Apache-2.0 */
/* A state that an older botline has made. */
#include "config.h"

#include <sys/wait.h>

#include "store/chats.h"
#include "store/kv.h"
#include "unit/own_disk.h"
#include "unit/queue_support.h"

TestSuite(state_upgrade, .init = not_for_ever, .fini = no_leaks);

/* As that version made it: one job of kind "note", one value. */
static void
make_old(const struct tmpdir *dir, int version)
{
	char path[100], marks[500];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/" STATE_DB, dir->path);
	snprintf(marks, sizeof(marks),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d;"
	    "INSERT INTO lane(id, name, ready_ms, jobs) VALUES(1, 'x', 0, 0);"
	    "INSERT INTO job(id, lane, ord, root, sub, made_ms, due_ms, kind, size, body)"
	    " VALUES(1, 1, 1, 1, 0, 1, 1, 'note', 1, '1');"
	    "INSERT INTO kv VALUES('n', 1, x'76');UPDATE total SET next_id = 1",
	    STATE_APPLICATION, version);
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db,
			 "PRAGMA auto_vacuum = INCREMENTAL;"
			 "PRAGMA journal_mode = WAL",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	for (int i = 0; i < version; i++)
		cr_assert_eq(
		    sqlite3_exec(db, state_steps[i], NULL, NULL, NULL), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, marks, NULL, NULL, NULL), SQLITE_OK, "%s",
	    sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* All tables, indexes and triggers. */
static void
describe(struct state *st, struct buf *out)
{
	sqlite3_stmt *q = NULL;

	cr_assert_eq(sqlite3_prepare_v2(st->writes.db,
			 "SELECT type, name, coalesce(sql, '') FROM sqlite_schema "
			 "ORDER BY type, name",
			 -1, &q, NULL),
	    SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		buf_printf(out, "%s %s %s\n", sqlite3_column_text(q, 0),
		    sqlite3_column_text(q, 1), sqlite3_column_text(q, 2));
	sqlite3_finalize(q);
	cr_assert_gt(out->len, 1000);
}

/* All that was there is there, and all that came since can be used. */
static void
expect_whole(struct state *st)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf value = BUF_INIT(LIMIT_KV_VALUE);
	const char *const *ids;
	struct err e = { 0 };
	struct job job;
	size_t n;

	cr_expect_eq(kv_get(st, "n", &value, &e), KV_OK);
	cr_expect_str_eq(value.data, "v");
	cr_expect_eq(queue_lane_has(st, "x", "note", &e), QUEUE_OK);
	job = take(st, a);
	cr_expect_str_eq(job.body, "1");
	cr_expect_eq(
	    queue_done_sent(st, &job, "SM1", NULL, &e), QUEUE_OK, "%s", e.text);
	cr_assert(queue_sent(st, "x", 0, a, &ids, &n, &e), "%s", e.text);
	cr_assert_eq(n, 1);
	cr_expect_str_eq(ids[0], "SM1");
	cr_expect(state_sweep(st, 10, &e), "%s", e.text);
	cr_expect_eq(behind_number(st, "PRAGMA user_version"), STATE_VERSION);
}

Test(state_upgrade, every_version)
{
	CLEANUP(tmpdir_fini) struct tmpdir fresh_dir = tmpdir_new();
	CLEANUP(state_closep)
	struct state *fresh = open_state(&fresh_dir, &clock_system);
	CLEANUP(buf_fini) struct buf want = BUF_INIT(100000);

	describe(fresh, &want);
	for (int version = 1; version <= STATE_VERSION; version++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(buf_fini) struct buf is = BUF_INIT(100000);

		make_old(&dir, version);
		for (int again = 0; again < 2; again++) {
			CLEANUP(state_closep)
			struct state *st = open_state(&dir, &clock_system);

			buf_reset(&is);
			describe(st, &is);
			cr_expect_str_eq(is.data, want.data, "version %d", version);
			if (again == 1)
				expect_whole(st);
		}
	}
}

/* Several processes of the new botline come to the old file at once. */
Test(state_upgrade, taken_once)
{
	enum { COME = 6 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = NULL;
	struct queue_counts c = { 0 };
	struct err e = { 0 };

	make_old(&dir, 1);
	come_at_once(&dir, COME, "2");
	st = open_state(&dir, &clock_system);
	cr_expect(queue_count(st, &c, &e));
	cr_expect_eq(c.jobs, 1 + COME);
}

/* On a full disk it is refused, and stays as it was for when there is room. */
Test(state_upgrade, full_disk)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = dir.path, .clock = &clock_system };
	char filler[100];
	struct state *st;
	struct err e = { 0 };

	if (!own_mounts() ||
	    mount("tmpfs", dir.path, "tmpfs", 0, "size=512k,mode=0700") != 0)
		cr_skip("this machine lets us mount nothing");
	snprintf(filler, sizeof(filler), "%s/filler", dir.path);
	make_old(&dir, 1);
	own_disk_fill(filler);
	cr_expect_null(state_open(&o, &e));
	cr_expect_eq(e.kind, ERR_IO, "%s", e.text);
	cr_assert_eq(unlink(filler), 0);
	st = state_open(&o, &e);
	cr_assert_not_null(st, "%s", e.text);
	expect_whole(st);
	state_close(st);
	cr_expect_eq(umount(dir.path), 0);
}
