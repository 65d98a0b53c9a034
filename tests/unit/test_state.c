/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "store/chats.h"
#include "store/kv.h"
#include "unit/own_disk.h"
#include "unit/queue_support.h"

TestSuite(state, .init = not_for_ever, .fini = no_leaks);

/* A path below the folder of a test; valid for the next 31 calls. */
static const char *
below(const struct tmpdir *dir, const char *name)
{
	static char paths[32][200];
	static size_t at;
	char *path = paths[at++ % NELEMS(paths)];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir->path, name);
	return path;
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0, "%s", path);
	return st.st_mode & 07777;
}

static void
write_file(const char *path, const char *data, size_t len)
{
	CLEANUP(closep)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_eq(write(fd, data, len), (ssize_t)len, "%s", path);
}

static const char *const files[] = { "s/state.db", "s/state.db-wal", "s/state.db-shm",
	"s/state.lock" };

Test(state, modes)
{
	static const mode_t masks[] = { 0, 022, 077 };

	for (size_t i = 0; i < NELEMS(masks); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		struct state_opts o = { .path = below(&dir, "s"),
			.clock = &clock_system };
		struct err e = { 0 };
		mode_t before = umask(masks[i]);
		struct state *st = state_open(&o, &e);

		cr_assert_not_null(st, "%s", e.text);
		add(st, "x", "1");
		umask(before);
		cr_expect_str_eq(state_path(st), below(&dir, "s"));
		cr_expect_eq(mode_of(below(&dir, "s")), 0700);
		for (size_t j = 0; j < NELEMS(files); j++)
			cr_expect_eq(mode_of(below(&dir, files[j])), 0600,
			    "umask %03o: %s", masks[i], files[j]);
		state_close(st);
		cr_expect_eq(access(below(&dir, "s/state.db.new"), F_OK), -1);
	}
}

Test(state, loose_modes_are_set_right)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = below(&dir, "s"), .clock = &clock_system };
	struct err e = { 0 };
	struct state *st = state_open(&o, &e);

	add(st, "x", "1");
	for (size_t j = 0; j < NELEMS(files); j++)
		cr_assert_eq(chmod(below(&dir, files[j]), 0666), 0);
	state_close(state_open(&o, &e));
	for (size_t j = 0; j < NELEMS(files); j++)
		cr_expect_eq(mode_of(below(&dir, files[j])), 0600, "%s", files[j]);
	state_close(st);
}

Test(state, default_folder)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = "", .clock = &clock_system };
	struct state *st;
	struct err e = { 0 };
	char dirs[200];

	snprintf(dirs, sizeof(dirs), "%s/a:%s/b", dir.path, dir.path);
	setenv("STATE_DIRECTORY", dirs, 1);
	st = state_open(&o, &e);
	cr_assert_not_null(st, "%s", e.text);
	cr_expect_str_eq(state_path(st), below(&dir, "a"));
	state_close(st);
	o.existing = true;
	for (int i = 0; i < 2; i++) {
		if (i == 0)
			setenv("STATE_DIRECTORY", "relative", 1);
		else
			unsetenv("STATE_DIRECTORY");
		cr_expect_null(state_open(&o, &e));
		cr_expect_not_null(strstr(e.text, BOTLINE_STATE), "%s", e.text);
	}
}

/* What is there outlives a process that ends without a word. */
Test(state, outlives_the_process)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	static struct state *st; /* not lost when a child ends */
	int status;

	for (int i = 0; i < 3; i++) {
		pid_t pid = fork_child();

		if (pid == 0) {
			st = open_state(&dir, &clock_system);
			add(st, "x", i == 0 ? "1" : i == 1 ? "2" : "3");
			_exit(7);
		}
		cr_assert_eq(waitpid(pid, &status, 0), pid);
		cr_assert_eq(WEXITSTATUS(status), 7);
	}
	st = open_state(&dir, &clock_system);
	cr_expect_str_eq(drain(st), "1 2 3 ");
	state_close(st);
}

/* All come to an empty folder at once. */
Test(state, made_once)
{
	enum { COME = 8 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = NULL;
	struct queue_counts c = { 0 };
	struct err e = { 0 };

	come_at_once(&dir, COME, "1");
	st = open_state(&dir, &clock_system);
	cr_expect(queue_count(st, &c, &e));
	cr_expect_eq(c.jobs, COME);
}

static void
db_sql(const struct tmpdir *dir, const char *text)
{
	sqlite3 *db = NULL;

	cr_assert_eq(sqlite3_open(below(dir, "s/state.db"), &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK, "%s", text);
	sqlite3_close(db);
}

static void
no_folder(const struct tmpdir *dir)
{
	write_file(below(dir, "s"), "", 0);
}

static void
linked_folder(const struct tmpdir *dir)
{
	cr_assert_eq(symlink("/tmp", below(dir, "s")), 0);
}

static void
open_folder(const struct tmpdir *dir)
{
	cr_assert_eq(mkdir(below(dir, "s"), 0700), 0);
	write_file(below(dir, "s/x"), "", 0);
	cr_assert_eq(chmod(below(dir, "s"), 0755), 0);
}

static void
own_folder(const struct tmpdir *dir)
{
	cr_assert_eq(mkdir(below(dir, "s"), 0700), 0);
}

static void
linked_db(const struct tmpdir *dir)
{
	own_folder(dir);
	cr_assert_eq(symlink("../elsewhere", below(dir, "s/state.db")), 0);
}

static void
db_with_two_names(const struct tmpdir *dir)
{
	struct state_opts o = { .path = below(dir, "s"), .clock = &clock_system };
	struct err e = { 0 };

	state_close(state_open(&o, &e));
	cr_assert_eq(link(below(dir, "s/state.db"), below(dir, "s/again")), 0);
}

static void
linked_lock(const struct tmpdir *dir)
{
	own_folder(dir);
	cr_assert_eq(symlink("../elsewhere", below(dir, "s/state.lock")), 0);
}

static void
lock_is_pipe(const struct tmpdir *dir)
{
	own_folder(dir);
	cr_assert_eq(mkfifo(below(dir, "s/state.lock"), 0600), 0);
}

static void
empty_db(const struct tmpdir *dir)
{
	own_folder(dir);
	write_file(below(dir, "s/state.db"), "", 0);
}

static void
nonsense_db(const struct tmpdir *dir)
{
	static char text[8192];

	own_folder(dir);
	memset(text, 'n', sizeof(text));
	write_file(below(dir, "s/state.db"), text, sizeof(text));
}

static void
short_db(const struct tmpdir *dir)
{
	db_with_two_names(dir);
	cr_assert_eq(unlink(below(dir, "s/again")), 0);
	cr_assert_eq(truncate(below(dir, "s/state.db"), 3000), 0);
}

static void
foreign_db(const struct tmpdir *dir)
{
	own_folder(dir);
	db_sql(dir, "CREATE TABLE t(a)");
}

static void
newer_db(const struct tmpdir *dir)
{
	db_with_two_names(dir);
	cr_assert_eq(unlink(below(dir, "s/again")), 0);
	db_sql(dir, "PRAGMA user_version = 1000");
}

static void
log_without_db(const struct tmpdir *dir)
{
	own_folder(dir);
	write_file(below(dir, "s/state.db-wal"), "log", 3);
}

Test(state, refused)
{
	static const struct {
		const char *name;
		void (*prepare)(const struct tmpdir *dir);
		const char *path, *want; /* path below the test's folder */
	} t[] = {
		{ "a file in the folder's place", no_folder, "s", "not a folder" },
		{ "a link in its place", linked_folder, "s", "symbolic link" },
		{ "a folder that others may read", open_folder, "s", "chmod 700" },
		{ "the folder above is missing", own_folder, "t/s",
		    "install -d -m 700" },
		{ "a link for the database", linked_db, "s", "not a file of ours" },
		{ "a database of two names", db_with_two_names, "s",
		    "not a file of ours" },
		{ "a link for the lock", linked_lock, "s", "state.lock" },
		{ "a pipe for the lock", lock_is_pipe, "s", "not a file of ours" },
		{ "empty", empty_db, "s", "damaged (it is empty)" },
		{ "nonsense", nonsense_db, "s", "damaged (file is not a database)" },
		{ "cut off", short_db, "s", "damaged" },
		{ "of another program", foreign_db, "s", "not a file of botline" },
		{ "of a newer botline", newer_db, "s", "newer botline (version 1000" },
		{ "only its log is left", log_without_db, "s", "it is missing" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		struct state_opts o = { .clock = &clock_system };
		struct err e = { 0 };
		struct stat before = { 0 }, after = { 0 };

		t[i].prepare(&dir);
		lstat(below(&dir, "s/state.db"), &before);
		for (int again = 0; again < 2; again++) {
			struct state *st;

			o.path = below(&dir, t[i].path);
			st = state_open(&o, &e);
			cr_expect_null(st, "%s", t[i].name);
			state_close(st);
			cr_expect_eq(e.kind, ERR_CONFIG, "%s: %s", t[i].name, e.text);
			cr_expect_not_null(
			    strstr(e.text, t[i].want), "%s: %s", t[i].name, e.text);
			cr_expect_eq(
			    strncmp(e.text, "store.state_path: ", 18), 0, "%s", e.text);
		}
		lstat(below(&dir, "s/state.db"), &after);
		cr_expect_eq(before.st_ino, after.st_ino, "%s", t[i].name);
		cr_expect_eq(before.st_size, after.st_size, "%s", t[i].name);
	}
}

/* The advice fits into the message, however long the folder's path is. */
Test(state, long_path)
{
	static char path[700];
	struct state_opts o = { .path = path, .clock = &clock_system };
	struct err e = { 0 };

	memset(path, 'p', sizeof(path) - 1);
	path[0] = '/';
	cr_expect_null(state_open(&o, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "path of 699 bytes"), "%s", e.text);
}

Test(state, existing_only)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = {
		.path = below(&dir, "s"), .clock = &clock_system, .existing = true
	};
	struct err e = { 0 };

	cr_expect_null(state_open(&o, &e));
	cr_expect_eq(access(below(&dir, "s"), F_OK), -1, "nothing is made");
	own_folder(&dir);
	cr_expect_null(state_open(&o, &e));
	cr_expect_not_null(strstr(e.text, "no state here"), "%s", e.text);
	cr_expect_eq(access(below(&dir, "s/state.db"), F_OK), -1);
}

/* Damage inside is found by who looks for it, and told by who meets it. */
Test(state, damaged_inside)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = dir.path, .clock = &clock_system };
	struct err e = { 0 };
	struct state *st = open_state(&dir, &clock_system);
	static char junk[4096];
	enum queue_result r = QUEUE_OK;
	int fd;

	for (int i = 0; i < 50; i++)
		add(st, "x", "a job among others");
	state_close(st);
	o.inspect = true;
	st = state_open(&o, &e);
	cr_assert_not_null(st, "sound: %s", e.text);
	state_close(st);

	memset(junk, 0xff, sizeof(junk));
	fd = open(below(&dir, "state.db"), O_WRONLY | O_CLOEXEC);
	for (off_t at = 4096; pwrite(fd, junk, sizeof(junk), at) > 0 && at < 20 * 4096;
	     at += 4096)
		;
	close(fd);
	cr_expect_null(state_open(&o, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "damaged"), "%s", e.text);
	cr_expect_not_null(strstr(e.text, ".recover"), "%s", e.text);
	o.inspect = false;
	st = state_open(&o, &e);
	if (st != NULL)
		r = queue_add(
		    st, &(struct new_job){ "x", "k", "b", 0, 0 }, 1, NULL, &e);
	cr_expect(st == NULL || r == QUEUE_FAILED);
	cr_expect_eq(e.kind, ERR_CONFIG, "%s", e.text);
	cr_expect_not_null(strstr(e.text, "damaged"), "%s", e.text);
	state_close(st);
}

/* An operator who removes the file of a running program shall not lose jobs in silence. */
Test(state, removed_while_open)
{
	const struct new_job job = { "x", "k", "b", 0, 0 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	struct err e = { 0 };

	add(st, "x", "1");
	cr_assert_eq(rename(below(&dir, "state.db"), below(&dir, "moved")), 0);
	cr_expect_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_FAILED);
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "restarted"), "%s", e.text);
	write_file(below(&dir, "state.db"), "", 0);
	cr_expect_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_FAILED, "replaced");
	cr_assert_eq(rename(below(&dir, "moved"), below(&dir, "state.db")), 0);
	cr_expect_str_eq(drain(st), "1 ", "put back");
}

/* Somebody works on the file with another program. */
Test(state, held_by_another_program)
{
	const struct new_job job = { "x", "k", "b", 0, 0 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	sqlite3 *db = NULL;
	struct err e = { 0 };

	cr_assert_eq(sqlite3_open(below(&dir, "state.db"), &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_busy_timeout(st->writes.db, 1);
	cr_expect_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_FAILED);
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(queue_lane_has(st, "x", NULL, &e), QUEUE_NONE, "reading goes on");
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	cr_expect_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_OK, "%s", e.text);
	sqlite3_close(db);
}

/* A disk that takes its time over a change holds up nobody who only asks. */
Test(state, questions_do_not_wait)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_KV_VALUE);
	CLEANUP(tx_fini) struct tx t = { 0 };
	struct queue_counts c = { 0 };
	struct chat_row chat;
	struct err e = { 0 };
	int64_t next_ms;

	add(st, "x", "1");
	cr_assert(tx_begin(&t, st, &e));
	cr_assert(SQL_DO(t.c, &e, SQL_JOB_DROP, sql_int(1)));
	cr_expect_eq(queue_lane_has(st, "x", NULL, &e), QUEUE_OK, "as it was");
	cr_expect(queue_next_ms(st, &next_ms, &e));
	cr_expect(queue_count(st, &c, &e));
	cr_expect_eq(c.jobs, 1);
	cr_expect_eq(kv_get(st, "x", &b, &e), KV_NONE);
	cr_expect_eq(chats_find(st, "", "x", a, &chat, &e), CHATS_NONE);
	cr_expect(queue_keep(st, &e));
	cr_expect(queue_recover(st, &e));
}

Test(state, no_customer_text_stays_behind)
{
	static char bytes[1024 * 1024];
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state *st = open_state(&dir, &clock_system);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(closep) int fd = -1;
	struct err e = { 0 };
	ssize_t n;

	for (int i = 0; i < 100; i++)
		add(st, "x",
		    "something-personal something-personal something-personal");
	for (int i = 0; i < 100; i++) {
		struct job job = take(st, a);

		done(st, &job);
	}
	cr_expect(state_sweep(st, 10, &e), "%s", e.text);
	state_close(st);
	fd = open(below(&dir, "state.db"), O_RDONLY | O_CLOEXEC);
	n = read(fd, bytes, sizeof(bytes));
	cr_assert(n > 4096 && (size_t)n < sizeof(bytes));
	cr_expect_null(memmem(bytes, (size_t)n, "something-personal", 18));
}

static bool
mount_own(const struct tmpdir *dir)
{
	return own_mounts() &&
	    mount("tmpfs", dir->path, "tmpfs", 0, "size=1m,mode=0700") == 0;
}

Test(state, full_disk)
{
	static char big[200000];
	const struct new_job job = { "x", "k", big, 0, 0 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = below(&dir, "s"), .clock = &clock_system };
	struct state *st;
	struct err e = { 0 };

	if (!mount_own(&dir))
		cr_skip("this machine lets us mount nothing; see state_faults");
	memset(big, 'b', sizeof(big) - 1);
	own_disk_fill(below(&dir, "filler"));
	cr_expect_null(state_open(&o, &e), "nothing can be made");
	cr_expect_eq(e.code, ENOSPC, "%s", e.text);
	cr_assert_eq(unlink(below(&dir, "filler")), 0);
	st = state_open(&o, &e);
	cr_assert_not_null(st, "nothing was left half-made: %s", e.text);
	add(st, "x", "1");
	own_disk_fill(below(&dir, "filler"));
	for (int tries = 0; tries < 3; tries++) {
		cr_expect_eq(queue_add(st, &job, 1, "key", &e), QUEUE_FAILED);
		cr_expect_eq(e.kind, ERR_IO);
		cr_expect_eq(e.code, ENOSPC, "%s", e.text);
		cr_expect_eq(
		    queue_lane_has(st, "x", NULL, &e), QUEUE_OK, "what was stands");
	}
	cr_assert_eq(unlink(below(&dir, "filler")), 0);
	cr_expect_eq(queue_add(st, &job, 1, "key", &e), QUEUE_OK, "%s", e.text);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM job"), 2);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM seen"), 1);
	state_close(st);
	cr_expect_eq(umount(dir.path), 0);
}

Test(state, disk_that_cannot_be_written)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = below(&dir, "s"), .clock = &clock_system };
	struct err e = { 0 };

	if (!mount_own(&dir))
		cr_skip("this machine lets us mount nothing");
	for (int made = 0; made < 2; made++) {
		if (made == 1) {
			cr_assert_eq(mount(NULL, dir.path, NULL, MS_REMOUNT, NULL), 0);
			state_close(state_open(&o, &e));
		}
		cr_assert_eq(
		    mount(NULL, dir.path, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
		cr_expect_null(state_open(&o, &e));
		cr_expect_eq(e.kind, ERR_CONFIG);
		cr_expect_not_null(
		    strstr(e.text, "Read-only file system; name a folder"), "%s",
		    e.text);
	}
	cr_expect_eq(umount(dir.path), 0);
}

/* The text of an ordinary user's mistake: root may write everywhere. */
Test(state, folder_that_may_not_be_written)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state_opts o = { .path = dir.path, .clock = &clock_system };
	struct err e = { 0 };

	write_file(below(&dir, "not-empty"), "", 0);
	cr_assert_eq(chmod(dir.path, 0500), 0);
	if (geteuid() == 0) {
		cr_assert_eq(chown(dir.path, 65534, 65534), 0);
		cr_assert_eq(seteuid(65534), 0);
	}
	cr_expect_null(state_open(&o, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(
	    strstr(e.text, "Permission denied; name a folder"), "%s", e.text);
	cr_assert_eq(seteuid(getuid()), 0);
	cr_assert_eq(chmod(dir.path, 0700), 0);
}
