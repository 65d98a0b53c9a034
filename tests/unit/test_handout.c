/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/handout.h"
#include "store/handout_i.h"
#include "support/leaks.h"
#include "unit/own_disk.h"
#include "unit/store_support.h"

TestSuite(handout, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };

/* A file in memory that holds the bytes. */
static int
source_of(const void *data, size_t len)
{
	int fd = -1;
	struct err e = { 0 };

	cr_assert(file_unnamed(NULL, &fd, &e), "%s", e.text);
	cr_assert(file_write_all(fd, data, len, &e), "%s", e.text);
	return fd;
}

static bool
try_put(struct store *s, const char *text, int64_t ttl_s, char *token, struct err *e)
{
	CLEANUP(closep) int fd = source_of(text, strlen(text));
	const struct handout h = { fd, strlen(text), "image/png", "cat.png" };

	return handout_put(s, &h, ttl_s, token, e);
}

static void
put(struct store *s, const char *text, int64_t ttl_s, char token[HANDOUT_TOKEN_SIZE])
{
	struct err e = { 0 };

	cr_assert(try_put(s, text, ttl_s, token, &e), "%s", e.text);
}

/* What the token opens, its first bytes; "(none)": nothing. Valid until the next call. */
static const char *
got(struct store *s, const char *token)
{
	static char text[1000];
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct handout h = { .fd = -1 };
	struct err e = { 0 };
	ssize_t n;

	switch (handout_open(s, token, a, &h, &e)) {
	case HANDOUT_OK:
		break;
	case HANDOUT_NONE:
		return "(none)";
	case HANDOUT_FAILED:
		snprintf(text, sizeof(text), "(failed: %s)", e.text);
		return text;
	}
	n = pread(h.fd, text, sizeof(text) - 1, 0);
	close(h.fd);
	cr_assert_geq(n, 0);
	text[(size_t)n < h.size ? (size_t)n : h.size] = '\0';
	return text;
}

static const char *
in_folder(const struct store *s, const char *name, char path[300])
{
	snprintf(path, 300, "%s/" HANDOUT_FOLDER "/%s", store_path(s), name);
	return path;
}

/* Where the file of a token lies. */
static const char *
path_of(const struct store *s, const char *token, char path[300])
{
	char hex[SHA256_HEX_SIZE], name[100];

	sha256_hex(token, strlen(token), hex);
	snprintf(name, sizeof(name), HANDOUT_PREFIX "%s", hex);
	return in_folder(s, name, path);
}

/* NULL when there is none: the first process that puts may die before it has made it. */
static DIR *
open_folder(const struct store *s)
{
	char path[300];
	DIR *d = opendir(in_folder(s, "", path));

	cr_assert(d != NULL || errno == ENOENT);
	return d;
}

/* How many files lie there of names that begin so. */
static int
lie_there(const struct store *s, const char *prefix)
{
	DIR *d = open_folder(s);
	const struct dirent *entry;
	int n = 0;

	if (d == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(d);
	return n;
}

Test(handout, life)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock clock = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock.clock);
	char cat[HANDOUT_TOKEN_SIZE], dog[HANDOUT_TOKEN_SIZE], path[300];
	struct stat st;

	cr_expect_str_eq(
	    got(s, "0123456789abcdef0123456789abcdef"), "(none)", "no folder yet");
	cr_expect_eq(handout_sweep(s, 100), 0, "nor anything to sweep");
	put(s, "a cat", 60, cat);
	put(s, "", 120, dog);
	cr_expect_str_neq(cat, dog);
	cr_expect_str_eq(got(s, cat), "a cat");
	cr_expect_str_eq(got(s, cat), "a cat", "as often as you like");
	cr_expect_str_eq(got(s, dog), "", "an empty file is a file");
	cr_assert_eq(lstat(path_of(s, cat, path), &st), 0);
	cr_expect_eq(st.st_mode, S_IFREG | 0600u);
	cr_assert_eq(lstat(in_folder(s, "", path), &st), 0);
	cr_expect_eq(st.st_mode, S_IFDIR | 0700u);
	cr_expect_eq(lie_there(s, cat), 0, "the folder shows no token");
	clock.now_s = NOW + 59;
	cr_expect_eq(handout_sweep(s, 100), 0);
	cr_expect_str_eq(got(s, cat), "a cat", "in its last second");
	clock.now_s = NOW + 60;
	cr_expect_str_eq(got(s, cat), "(none)", "over, though it is still there");
	cr_expect_eq(handout_sweep(s, 100), 1);
	cr_expect_eq(lie_there(s, HANDOUT_PREFIX), 1);
	cr_expect_str_eq(got(s, dog), "");
	cr_expect_eq(store_sweep(s, 100), 0, "the other sweep leaves it alone");
	cr_expect_str_eq(got(s, dog), "");
}

Test(handout, what_it_is)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char longest[LIMIT_HANDOUT_TEXT + 1];
	const struct {
		const char *name, *type, *file;
	} t[] = {
		{ "a picture", "image/png", "cat.png" },
		{ "nothing told", "", "" },
		{ "a name alone", "", "letter" },
		{ "of any characters", "x/y; a=\"b\"",
		    "Katze \xf0\x9f\x90\x88\r\n/.." },
		{ "the longest", longest, longest },
	};

	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(closep) int fd = source_of("0123456789", 10);
		const struct handout h = { fd, 7, t[i].type, t[i].file };
		char token[HANDOUT_TOKEN_SIZE], text[8] = "";
		struct handout out = { .fd = -1 };
		struct err e = { 0 };

		cr_assert(
		    handout_put(s, &h, 60, token, &e), "%s: %s", t[i].name, e.text);
		cr_assert_eq(
		    handout_open(s, token, a, &out, &e), HANDOUT_OK, "%s", t[i].name);
		cr_expect_eq(out.size, 7, "%s", t[i].name);
		cr_expect_str_eq(out.type, t[i].type, "%s", t[i].name);
		cr_expect_str_eq(out.name, t[i].file, "%s", t[i].name);
		cr_expect_eq(pread(out.fd, text, 7, 0), 7);
		cr_expect_str_eq(
		    text, "0123456", "%s: what was told counts", t[i].name);
		close(out.fd);
	}
}

/* Whatever comes as a token leads nowhere else. */
Test(handout, tokens)
{
	static const struct {
		const char *name, *token;
	} t[] = {
		{ "empty", "" },
		{ "too short", "0123456789abcdef0123456789abcde" },
		{ "too long", "0123456789abcdef0123456789abcdef0" },
		{ "upper case", "0123456789ABCDEF0123456789ABCDEF" },
		{ "no digit", "0123456789abcdef0123456789abcdeg" },
		{ "a blank behind it", "0123456789abcdef0123456789abcdef " },
		{ "a path", "../../../../../../../../etc/passwd" },
		{ "of the right length", "../c-0123456789abcdef0123456789a" },
		{ "the lock", "lock" },
		{ "unknown", "0123456789abcdef0123456789abcdef" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char token[HANDOUT_TOKEN_SIZE];

	put(s, "there is something", 60, token);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_str_eq(got(s, t[i].token), "(none)", "%s", t[i].name);
	for (size_t i = 0; token[i] != '\0'; i++) {
		char was = token[i];

		token[i] = was == '0' ? '1' : '0';
		cr_expect_str_eq(got(s, token), "(none)", "another digit %zu", i);
		token[i] = was;
	}
	cr_expect_str_eq(got(s, token), "there is something");
}

Test(handout, refused)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	CLEANUP(closep) int fd = source_of("0123456789", 10);
	char too_long[LIMIT_HANDOUT_TEXT + 2], token[HANDOUT_TOKEN_SIZE];
	const struct {
		const char *name;
		struct handout h;
		enum err_kind kind;
	} t[] = {
		{ "type too long", { fd, 10, too_long, "" }, ERR_TOO_BIG },
		{ "name too long", { fd, 10, "", too_long }, ERR_TOO_BIG },
		{ "content too long", { fd, LIMIT_HANDOUT_BYTES, "", "" },
		    ERR_TOO_BIG },
		{ "for ever", { fd, SIZE_MAX, "", "" }, ERR_TOO_BIG },
		{ "shorter than told", { fd, 11, "", "" }, ERR_IO },
		{ "closed", { -1, 10, "", "" }, ERR_IO },
	};

	memset(too_long, 'n', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	put(s, "to make the folder", 60, token);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };

		cr_expect_not(handout_put(s, &t[i].h, 60, token, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
	}
	cr_expect_eq(lie_there(s, HANDOUT_PREFIX), 1, "nothing is kept");
	cr_expect_eq(lie_there(s, FILE_TMP_PREFIX), 0, "nothing is left");
}

/* A file of any length that takes no space, over at that time. */
static void
plant(const struct store *s, const char *name, off_t size, int64_t until_s)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = (time_t)until_s } };
	char path[300];
	CLEANUP(closep)
	int fd = open(in_folder(s, name, path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_neq(fd, -1);
	cr_assert_eq(ftruncate(fd, size), 0);
	cr_assert_eq(futimens(fd, times), 0);
}

Test(handout, limits)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock clock = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock.clock);
	char token[HANDOUT_TOKEN_SIZE], name[40], path[300];
	struct err e = { 0 };

	put(s, "x", 1000, token);
	plant(s, HANDOUT_PREFIX "big", LIMIT_HANDOUT_BYTES - 100, NOW + 10);
	put(s, "fits", 1000, token);
	cr_expect_not(try_put(s, "does not", 1000, token, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", e.text);
	clock.now_s = NOW + 10;
	put(s, "the big one is over, and goes", 1000, token);
	cr_expect_eq(access(in_folder(s, HANDOUT_PREFIX "big", path), F_OK), -1);

	for (int i = 3; i < LIMIT_HANDOUT_FILES - 1; i++) {
		snprintf(name, sizeof(name), HANDOUT_PREFIX "%d", i);
		plant(s, name, 0, i == 3 ? NOW + 20 : NOW + 1000);
	}
	put(s, "the last", 1000, token);
	cr_expect_not(try_put(s, "one too many", 1000, token, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG, "%s", e.text);
	clock.now_s = NOW + 20;
	put(s, "one is over", 1000, token);
	cr_expect_eq(lie_there(s, HANDOUT_PREFIX), LIMIT_HANDOUT_FILES);
}

Test(handout, sweep_takes_up_where_it_stopped)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock clock = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock.clock);
	char token[HANDOUT_TOKEN_SIZE], path[300];
	struct tmpdir folder;
	size_t gone = 0;

	for (int i = 0; i < 10; i++)
		put(s, "x", i % 2 == 0 ? 10 : 100, token);
	plant(s, "of an operator", 5, 0);
	clock.now_s = NOW + 10;
	/* Ten files, the lock, one of somebody else, two dots. */
	for (int i = 0; i < 5; i++)
		gone += handout_sweep(s, 3);
	cr_expect_eq(gone, 5);
	cr_expect_eq(lie_there(s, HANDOUT_PREFIX), 5);
	cr_expect_eq(access(in_folder(s, "of an operator", path), F_OK), 0);

	clock.now_s = NOW + 100;
	cr_expect_leq(handout_sweep(s, 3), 3, "in the middle of the folder");
	cr_assert_lt(
	    snprintf(folder.path, sizeof(folder.path), "%s/" HANDOUT_FOLDER, dir.path),
	    (int)sizeof(folder.path));
	tmpdir_fini(&folder);
	cr_expect_eq(handout_sweep(s, 100), 0, "the folder is gone");
	put(s, "a new folder", 10, token);
	cr_expect_str_eq(got(s, token), "a new folder");
	clock.now_s = NOW + 110;
	cr_expect_eq(handout_sweep(s, 100), 1, "swept as the old one was");
}

/* Whoever has it open reads on, whatever becomes of its name. */
Test(handout, read_while_it_goes)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock clock = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char token[HANDOUT_TOKEN_SIZE], text[20] = "";
	struct handout h = { .fd = -1 };
	struct err e;

	put(s, "a cat", 10, token);
	cr_assert_eq(handout_open(s, token, a, &h, &e), HANDOUT_OK);
	clock.now_s = NOW + 10;
	cr_expect_eq(handout_sweep(s, 100), 1);
	cr_expect_eq(pread(h.fd, text, h.size, 0), 5);
	cr_expect_str_eq(text, "a cat");
	close(h.fd);
}

Test(handout, damaged)
{
	static const struct {
		const char *name;
		off_t at; /* from the end; what is there becomes another byte */
		off_t cut; /* bytes at the end that are missing */
	} t[] = {
		{ "magic", 1, 0 },
		{ "sum", 5, 0 },
		{ "length of the name", 12, 0 },
		{ "high byte of it", 9, 0 },
		{ "length of the type", 16, 0 },
		{ "size", 24, 0 },
		{ "name", 25, 0 },
		{ "type", 40, 0 },
		{ "a byte is missing", 0, 1 },
		{ "the tail is missing", 0, 24 },
		{ "all but two bytes", 0, 43 },
		{ "all", 0, 45 },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct timespec later[2] = { { .tv_nsec = UTIME_OMIT },
			{ .tv_sec = clock_wall_s(&clock_system) + 1000 } };
		char token[HANDOUT_TOKEN_SIZE], path[300], byte;
		struct stat st;
		int fd;

		put(s, "cats!", 1000, token);
		fd = open(path_of(s, token, path), O_RDWR | O_CLOEXEC);
		cr_assert_neq(fd, -1);
		cr_assert_eq(fstat(fd, &st), 0);
		cr_assert_eq(st.st_size, 5 + 9 + 7 + 24, "as the table takes it to be");
		if (t[i].at != 0) {
			cr_assert_eq(pread(fd, &byte, 1, st.st_size - t[i].at), 1);
			byte ^= 0x55;
			cr_assert_eq(pwrite(fd, &byte, 1, st.st_size - t[i].at), 1);
		}
		cr_assert_eq(ftruncate(fd, st.st_size - t[i].cut), 0);
		cr_assert_eq(futimens(fd, later), 0);
		close(fd);
		cr_expect_str_eq(got(s, token), "(none)", "%s", t[i].name);
	}
}

/* What others put in its place is not read. */
Test(handout, planted)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char token[HANDOUT_TOKEN_SIZE], path[300], other[310];

	put(s, "a cat", 1000, token);
	path_of(s, token, path);
	snprintf(other, sizeof(other), "%s.too", path);
	cr_assert_eq(link(path, other), 0);
	cr_expect(strstr(got(s, token), "second name") != NULL, "%s", got(s, token));
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(symlink(other, path), 0);
	cr_expect(strncmp(got(s, token), "(failed", 7) == 0, "a symbolic link");
	cr_expect(strstr(got(s, token), token) == NULL, "no token in an error");
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_expect(strncmp(got(s, token), "(failed", 7) == 0, "a pipe");
}

Test(handout, full_disk)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	static char big[300000];
	char token[HANDOUT_TOKEN_SIZE], filler[100];
	struct store *s;
	struct err e = { 0 };

	if (!own_mounts() ||
	    mount("tmpfs", dir.path, "tmpfs", 0, "size=512k,mode=0700") != 0)
		cr_skip("this machine lets us mount nothing");
	snprintf(filler, sizeof(filler), "%s/filler", dir.path);
	s = open_store(&dir, 3600, &clock_system);
	memset(big, 'b', sizeof(big) - 1);
	put(s, "a cat", 60, token);
	own_disk_fill(filler);
	cr_expect_not(try_put(s, big, 60, token, &e));
	cr_expect_eq(e.kind, ERR_IO, "%s", e.text);
	cr_expect_eq(e.code, ENOSPC);
	cr_expect_eq(lie_there(s, FILE_TMP_PREFIX), 0, "nothing is left");
	cr_expect_str_eq(got(s, token), "a cat");
	cr_assert_eq(unlink(filler), 0);
	put(s, big, 60, token);
	store_close(s);
	cr_expect_eq(umount(dir.path), 0);
}

/* What the putting process tells of itself in memory that it shares. */
struct progress {
	atomic_uint begun, done;
	char token[HANDOUT_TOKEN_SIZE]; /* of the last one that is done */
};

enum { CONTENT = 200000 };

static void
put_for_ever(const struct tmpdir *dir, struct progress *p, const char *content)
{
	struct store_opts o = { dir->path, 3600, &clock_system };
	struct err e;
	struct store *s = store_open(&o, &e);
	const struct handout h = { source_of(content, CONTENT), CONTENT, "a/b", "c" };
	char token[HANDOUT_TOKEN_SIZE];

	for (;;) {
		p->begun++;
		if (s == NULL || !handout_put(s, &h, 1000, token, &e))
			break;
		memcpy(p->token, token, sizeof(token));
		p->done++;
	}
	_exit(1);
}

/* Every file that has its name is whole; their number. */
static unsigned
whole_ones(const struct store *s, const char *content)
{
	char path[300];
	DIR *d = open_folder(s);
	const struct dirent *entry;
	static char text[CONTENT];
	unsigned n = 0;

	if (d == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL) {
		CLEANUP(closep) int fd = -1;
		struct stat st;

		if (strncmp(entry->d_name, HANDOUT_PREFIX, 2) != 0)
			continue;
		fd = open(in_folder(s, entry->d_name, path), O_RDONLY | O_CLOEXEC);
		cr_assert(fd >= 0 && fstat(fd, &st) == 0);
		cr_assert_eq(st.st_size, CONTENT + 3 + 1 + 24);
		cr_assert_eq(pread(fd, text, CONTENT, 0), CONTENT);
		cr_assert_eq(memcmp(text, content, CONTENT), 0);
		n++;
	}
	closedir(d);
	return n;
}

/*
 * Killed at any moment, a file is there whole or not at all; and what was begun goes with
 * the next sweep, though its time has not come.
 */
Test(handout, killed_at_any_moment)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock clock = HAND_CLOCK(0);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock.clock);
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	static char content[CONTENT];
	unsigned seed = 20261120, whole;
	int torn, halves = 0;

	cr_assert_neq(p, MAP_FAILED);
	random_hex(content, (CONTENT - 1) / 2);
	for (int round = 0; round < rounds(100) || halves == 0; round++) {
		pid_t pid;

		cr_assert_lt(round, 5000, "none is hit in the middle");
		*p = (struct progress){ 0 };
		pid = fork_child();
		if (pid == 0)
			put_for_ever(&dir, p, content);
		while (p->begun < 1 + (unsigned)round % 3)
			sched_yield();
		seed = seed * 1103515245 + 12345;
		for (volatile unsigned spin = seed / 65536 % 20000 * 20; spin > 0;
		     spin--)
			;
		kill(pid, SIGKILL);
		cr_assert_eq(waitpid(pid, NULL, 0), pid);
		torn = lie_there(s, FILE_TMP_PREFIX);
		cr_assert_leq(torn, 1);
		halves += torn;
		whole = whole_ones(s, content);
		cr_assert(whole >= p->done && whole <= p->begun,
		    "round %d: %u whole, %u done, %u begun", round, whole, p->done,
		    p->begun);
		clock.now_s = clock_wall_s(&clock_system);
		cr_assert_eq(handout_sweep(s, 1000), (size_t)torn, "round %d", round);
		cr_assert_eq(lie_there(s, FILE_TMP_PREFIX), 0, "round %d", round);
		if (p->done > 0)
			cr_assert_eq(strncmp(got(s, p->token), content, 900), 0,
			    "round %d: what was told is there", round);
		clock.now_s += 1001;
		cr_assert_eq(handout_sweep(s, 1000), whole, "round %d", round);
	}
	munmap(p, sizeof(*p));
}

/* One that is being made stays, whoever sweeps and counts, and counts itself. */
Test(handout, made_by_another_process)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char token[HANDOUT_TOKEN_SIZE], path[300];
	CLEANUP(closep) int fd = -1;
	struct err e = { 0 };

	put(s, "x", 60, token);
	plant(s, FILE_TMP_PREFIX "1", LIMIT_HANDOUT_BYTES - 50, 0);
	fd = open(in_folder(s, FILE_TMP_PREFIX "1", path), O_RDWR | O_CLOEXEC);
	cr_assert(line_gate_try(fd), "its maker works on it");
	cr_expect_eq(handout_sweep(s, 100), 0);
	cr_expect_not(try_put(s, "x", 60, token, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG, "it counts: %s", e.text);
	cr_expect_eq(access(path, F_OK), 0);
	closep(&fd);
	put(s, "x", 60, token);
	cr_expect_eq(access(path, F_OK), -1, "its maker is gone");
}

/* Somebody who stands still with the gate in his hand stops nobody for ever. */
Test(handout, held_up)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char token[HANDOUT_TOKEN_SIZE], later[HANDOUT_TOKEN_SIZE], path[300];
	CLEANUP(closep) int fd = -1;
	struct err e = { 0 };

	put(s, "a cat", 600, token);
	fd = open(in_folder(s, HANDOUT_LOCK, path), O_RDWR | O_CLOEXEC);
	cr_assert(line_gate_try(fd));
	cr_expect_not(try_put(s, "x", 60, later, &e));
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(handout_sweep(s, 100), 0, "without waiting");
	cr_expect_str_eq(got(s, token), "a cat", "reading needs no gate");
}
