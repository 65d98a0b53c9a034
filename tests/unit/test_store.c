/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(store, .init = not_for_ever, .fini = no_leaks);

Test(store, default_folder)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct store_opts o = { "", 3600, &clock_system };
	struct err e = { 0 };
	struct store *s;
	struct stat st;
	char want[100];

	setenv("TMPDIR", dir.path, 1);
	snprintf(want, sizeof(want), "%s/botline-%u", dir.path, (unsigned)geteuid());
	s = store_open(&o, &e);
	cr_assert_not_null(s, "%s", e.text);
	cr_expect_str_eq(store_path(s), want);
	cr_assert_eq(lstat(want, &st), 0);
	cr_expect_eq(st.st_mode, S_IFDIR | 0700u);
	store_close(s);
	s = store_open(&o, &e);
	cr_assert_not_null(s, "it is there already: %s", e.text);
	store_close(s);
	store_close(NULL);
}

Test(store, refuses_unsafe_folders)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	static const struct {
		const char *name, *says;
	} t[] = {
		{ "link", "symbolic link" },
		{ "open", "chmod 700" },
		{ "file", "not a folder" },
		{ "missing/below", "would be made in is missing" },
	};
	char path[300], at[300];

	snprintf(path, sizeof(path), "%s/link", dir.path);
	cr_assert_eq(symlink(dir.path, path), 0);
	snprintf(path, sizeof(path), "%s/open", dir.path);
	cr_assert(mkdir(path, 0700) == 0 && chmod(path, 0770) == 0);
	snprintf(path, sizeof(path), "%s/file", dir.path);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct store_opts o = { at, 3600, &clock_system };
		struct err e = { 0 };

		snprintf(at, sizeof(at), "%s/%s", dir.path, t[i].name);
		cr_expect_null(store_open(&o, &e), "%s", t[i].name);
		cr_expect_not_null(
		    strstr(e.text, t[i].says), "%s: %s", t[i].name, e.text);
		cr_expect_eq(strncmp(e.text, "store.path: ", 12), 0, "%s", e.text);
	}
}

static void
plant_link(const char *path)
{
	cr_assert_eq(symlink("target", path), 0);
}

static void
plant_live_link(const char *path)
{
	char target[320];

	snprintf(target, sizeof(target), "%s-target", path);
	close(open(target, O_WRONLY | O_CREAT, 0600));
	cr_assert_eq(symlink(target, path), 0);
}

static void
plant_hard_link(const char *path)
{
	char target[320];

	snprintf(target, sizeof(target), "%s-target", path);
	close(open(target, O_WRONLY | O_CREAT, 0600));
	cr_assert_eq(link(target, path), 0);
}

static void
plant_folder(const char *path)
{
	cr_assert_eq(mkdir(path, 0700), 0);
}

static void
plant_fifo(const char *path)
{
	cr_assert_eq(mkfifo(path, 0600), 0);
}

static void
plant_foreign(const char *path)
{
	close(open(path, O_WRONLY | O_CREAT, 0600));
	/* Only root can give a file away, and only root would be let in. */
	cr_assert_eq(geteuid() == 0 ? chown(path, 12345, 12345) : chmod(path, 0), 0);
}

static const struct planted {
	const char *name, *says, *says_unless_root;
	void (*plant)(const char *path);
} planted[] = {
	{ "link to nowhere", "symbolic link", NULL, plant_link },
	{ "link to a file of ours", "symbolic link", NULL, plant_live_link },
	{ "second name of a file", "hard link", NULL, plant_hard_link },
	{ "folder", "Is a directory", NULL, plant_folder },
	{ "FIFO", "not a regular file", NULL, plant_fifo },
	{ "foreign file", "belongs to user 12345", "Permission denied", plant_foreign },
};

static const char *
words_of(const struct planted *p)
{
	return geteuid() != 0 && p->says_unless_root != NULL ? p->says_unless_root
							     : p->says;
}

Test(store, refuses_planted_conversations)
{
	for (size_t i = 0; i < NELEMS(planted); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(store_closep)
		struct store *s = open_store(&dir, 3600, &clock_system);
		struct conv *c = NULL;
		struct err e = { 0 };
		char path[300];

		planted[i].plant(conv_path(s, "x", path));
		cr_expect_eq(conv_enter(s, "x", FOREVER, NULL, &c, &e), CONV_FAILED,
		    "%s", planted[i].name);
		cr_expect_eq(e.kind, ERR_IO, "%s", planted[i].name);
		cr_expect_not_null(strstr(e.text, words_of(&planted[i])), "%s: %s",
		    planted[i].name, e.text);
		cr_expect_not_null(
		    strstr(e.text, path), "%s: %s", planted[i].name, e.text);
		conv_leave(enter(s, "another one is not touched"));
	}
}

Test(store, refuses_planted_caches)
{
	for (size_t i = 0; i < NELEMS(planted); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(store_closep)
		struct store *s = open_store(&dir, 3600, &clock_system);
		CLEANUP(buf_fini) struct buf b = BUF_INIT(100);
		struct cache_stamp stamp;
		struct err e = { 0 };
		char path[300];

		snprintf(path, sizeof(path), "%s/cached-x", dir.path);
		planted[i].plant(path);
		cr_expect_not(
		    cache_read(s, "cached-x", &b, &stamp, &e), "%s", planted[i].name);
		cr_expect_eq(e.kind, ERR_IO, "%s", planted[i].name);
		cr_expect_eq(b.len, 0u, "%s", planted[i].name);
	}
}

Test(store, cache)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100);
	struct cache_stamp first = { 0 }, second = { 0 }, seen = { 0 };
	struct err e = { ERR_IO, 0, "" };
	struct stat st;
	char path[300];

	cr_expect_not(cache_read(s, "cached-x", &b, &seen, &e));
	cr_expect_eq(e.kind, ERR_NONE, "missing is no error");
	cr_expect_not(cache_is(s, "cached-x", &seen));
	cr_assert(cache_write(s, "cached-x", "one", 3, &first, &e), "%s", e.text);
	cr_expect(cache_is(s, "cached-x", &first));
	cr_assert(cache_read(s, "cached-x", &b, &seen, &e), "%s", e.text);
	cr_expect_str_eq(b.data, "one");
	cr_expect_arr_eq(&seen, &first, sizeof(seen));
	cr_assert(cache_write(s, "cached-x", "two", 3, &second, &e), "%s", e.text);
	cr_expect_not(cache_is(s, "cached-x", &first), "replaced");
	cr_expect(cache_is(s, "cached-x", &second));
	cr_assert(cache_read(s, "cached-x", &b, &seen, &e), "%s", e.text);
	cr_expect_str_eq(b.data, "two", "reading starts with an empty buffer");
	snprintf(path, sizeof(path), "%s/cached-x", dir.path);
	cr_assert_eq(lstat(path, &st), 0);
	cr_expect_eq(st.st_mode, S_IFREG | 0600u);
	cache_drop(s, "cached-x");
	cache_drop(s, "cached-x");
	cr_expect_not(cache_is(s, "cached-x", &second), "dropped");
	cr_expect_not(cache_read(s, "cached-x", &b, &seen, &e));
	cr_expect_eq(e.kind, ERR_NONE);
}

Test(store, cache_sizes)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	CLEANUP(buf_fini) struct buf small = BUF_INIT(2);
	char *big = calloc(1, LIMIT_UPSTREAM_BYTES + 1);
	struct cache_stamp stamp;
	struct err e = { 0 };

	cr_assert(cache_write(s, "cached-x", big, LIMIT_UPSTREAM_BYTES, &stamp, &e));
	cr_expect(cache_read(s, "cached-x", &b, &stamp, &e), "%s", e.text);
	cr_expect_eq(b.len, (size_t)LIMIT_UPSTREAM_BYTES);
	cr_assert(
	    cache_write(s, "cached-x", big, LIMIT_UPSTREAM_BYTES + 1, &stamp, &e));
	cr_expect_not(cache_read(s, "cached-x", &b, &stamp, &e), "one byte more");
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_assert(cache_write(s, "cached-x", "123", 3, &stamp, &e));
	cr_expect_not(cache_read(s, "cached-x", &small, &stamp, &e), "a small buffer");
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	free(big);
}

Test(store, cache_names)
{
	static const char *const bad[] = { "", ".", "..", ".tmp-x", "a/b", "../x", "/x",
		"c-x" };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100);
	struct cache_stamp stamp;

	for (size_t i = 0; i < NELEMS(bad); i++) {
		struct err e = { 0 };

		cr_expect_not(
		    cache_write(s, bad[i], "x", 1, &stamp, &e), "\"%s\"", bad[i]);
		cr_expect_eq(e.kind, ERR_IO, "\"%s\"", bad[i]);
		cr_expect_not(cache_read(s, bad[i], &b, &stamp, &e), "\"%s\"", bad[i]);
		cr_expect_eq(e.kind, ERR_IO, "\"%s\"", bad[i]);
		cache_drop(s, bad[i]);
	}
}

/*
 * Runs the function as a user whom permissions bind; it returns what failed, or NULL. The
 * folder belongs to that user.
 */
static void
run_unprivileged(const char *(*fn)(const char *path), const char *path)
{
	int status;
	pid_t pid = fork_child();

	if (pid == 0) {
		const char *failed = "setuid";

		if (geteuid() != 0 ||
		    (chown(path, 12345, 12345) == 0 && setgid(12345) == 0 &&
			setuid(12345) == 0))
			failed = fn(path);
		if (failed != NULL)
			fprintf(stderr, "%s\n", failed);
		_exit(failed != NULL);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
}

#define NEED(cond) \
	if (!(cond)) \
	return #cond

static const char *
use_unwritable(const char *path)
{
	struct store_opts o = { path, 3600, &clock_system };
	struct cache_stamp stamp;
	struct conv *c = NULL;
	struct err e = { 0 };
	struct store *s = store_open(&o, &e);

	NEED(s != NULL);
	NEED(conv_enter(s, "known", 0, NULL, &c, &e) == CONV_ENTERED);
	NEED(conv_commit(c, "1", 1, &e));
	conv_leave(c);
	NEED(chmod(path, 0500) == 0);
	NEED(conv_enter(s, "new", 0, NULL, &c, &e) == CONV_FAILED);
	NEED(e.kind == ERR_IO && e.code == EACCES);
	NEED(strstr(e.text, "Permission denied") != NULL);
	NEED(!cache_write(s, "cached-x", "x", 1, &stamp, &e));
	NEED(e.kind == ERR_IO && e.code == EACCES);
	NEED(conv_enter(s, "known", 0, NULL, &c, &e) == CONV_ENTERED);
	NEED(conv_commit(c, "2", 1, &e));
	conv_leave(c);
	NEED(chmod(path, 0700) == 0);
	NEED(conv_enter(s, "new", 0, NULL, &c, &e) == CONV_ENTERED);
	conv_leave(c);
	store_close(s);
	return NULL;
}

Test(store, unwritable_folder)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();

	run_unprivileged(use_unwritable, dir.path);
}

static const char *
use_foreign(const char *path)
{
	struct store_opts o = { "/", 3600, &clock_system };
	struct err e = { 0 };

	NEED(*path == '/');
	NEED(store_open(&o, &e) == NULL);
	NEED(e.kind == ERR_CONFIG);
	NEED(strstr(e.text, "belongs to user 0") != NULL);
	return NULL;
}

Test(store, foreign_folder)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();

	run_unprivileged(use_foreign, dir.path);
}
