/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "store/due.h"
#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(due, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000, TTL = 100, RETRY = 60 };

#define ID_BUF BUF_INIT(LIMIT_CONV_ID)

/* The path of the mark of a conversation. */
static const char *
mark_path(const struct tmpdir *dir, const char *id, char out[300])
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(id, strlen(id), hex);
	snprintf(out, 300, "%s/due/c-%s", dir->path, hex);
	return out;
}

static void
set(struct store *s, const char *id, int64_t due_s)
{
	struct err e = { 0 };

	cr_assert(due_set(s, id, due_s, &e), "%s", e.text);
}

/* The id that is taken; "" when none is due. Valid until the next call. */
static const char *
taken(struct store *s, int64_t now_s)
{
	static char id[LIMIT_CONV_ID + 1];
	CLEANUP(buf_fini) struct buf b = ID_BUF;

	buf_str(&b, "of before");
	if (!due_take(s, now_s, RETRY, &b))
		return "";
	memcpy(id, b.data, b.len + 1);
	return id;
}

/* Makes a file of the folder of marks, due since long; NULL content makes a folder. */
static void
plant(const struct tmpdir *dir, const char *name, const char *content, size_t len)
{
	const struct timespec ts[2] = { { 1, 0 }, { 1, 0 } };
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/due/%s", dir->path, name);
	if (content == NULL) {
		cr_assert_eq(mkdir(path, 0700), 0);
	} else {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		cr_assert_neq(fd, -1);
		cr_assert_eq(write(fd, content, len), (ssize_t)len);
		close(fd);
	}
	cr_assert_eq(utimensat(AT_FDCWD, path, ts, 0), 0);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* What one look for marks logs, and that it takes none. */
static void
log_of_a_look(struct store *s, char *text, size_t size)
{
	int p[2], saved = dup(STDERR_FILENO);
	const char *id;
	ssize_t n;

	cr_assert_eq(pipe(p), 0);
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	dup2(p[1], STDERR_FILENO);
	id = taken(s, NOW);
	dup2(saved, STDERR_FILENO);
	n = read(p[0], text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	close(p[0]);
	close(p[1]);
	close(saved);
	cr_expect_str_empty(id);
}

Test(due, comes_at_its_time)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);

	cr_expect_str_empty(taken(s, NOW), "no folder yet");
	cr_expect_not(due_any(s, NOW));
	set(s, "a", NOW + 10);
	cr_expect_str_empty(taken(s, NOW + 9), "too early");
	cr_expect_not(due_any(s, NOW + 9));
	cr_expect(due_any(s, NOW + 10));
	cr_expect_str_eq(taken(s, NOW + 10), "a");
	cr_expect_str_empty(taken(s, NOW + 10), "taken: put off");
	cr_expect_str_empty(taken(s, NOW + 10 + RETRY - 1));
	cr_expect_str_eq(taken(s, NOW + 10 + RETRY), "a", "whoever took it has died");
	due_clear(s, "a");
	cr_expect_str_empty(taken(s, INT32_MAX));
	due_clear(s, "a");
	due_clear(s, "never set");
}

Test(due, a_new_mark_replaces_the_former)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);

	set(s, "a", NOW);
	set(s, "a", NOW + 10);
	cr_expect_str_empty(taken(s, NOW), "later");
	set(s, "a", NOW - 10);
	cr_expect_str_eq(taken(s, NOW), "a", "earlier");
	set(s, "a", NOW);
	cr_expect_str_eq(taken(s, NOW), "a", "set again after it was taken");
}

Test(due, files_are_private)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300];
	struct stat st;

	set(s, "a", NOW);
	cr_assert_eq(stat(mark_path(&dir, "a", path), &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0600u);
	snprintf(path, sizeof(path), "%s/due", dir.path);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0700u);
}

Test(due, ids_of_any_length_up_to_the_limit)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char id[LIMIT_CONV_ID + 2];
	struct err e = { 0 };

	memset(id, 'i', sizeof(id));
	id[LIMIT_CONV_ID + 1] = '\0';
	cr_expect_not(due_set(s, id, NOW, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	id[LIMIT_CONV_ID] = '\0';
	set(s, id, NOW);
	cr_expect_str_eq(taken(s, NOW), id);
}

/* An operator removed the folder: the next mark makes it anew. */
Test(due, folder_removed)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300];

	set(s, "a", NOW);
	set(s, "b", NOW);
	cr_expect_str_not_empty(taken(s, NOW)); /* the other one is still to come */
	unlink(mark_path(&dir, "a", path));
	unlink(mark_path(&dir, "b", path));
	snprintf(path, sizeof(path), "%s/due", dir.path);
	cr_assert_eq(rmdir(path), 0);
	cr_expect_str_empty(taken(s, NOW));
	set(s, "c", NOW);
	cr_expect_str_eq(taken(s, NOW), "c");
}

Test(due, folder_is_something_else)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300], log[2000];
	struct err e = { 0 };

	snprintf(path, sizeof(path), "%s/due", dir.path);
	cr_assert_eq(symlink("/tmp", path), 0);
	cr_expect_not(due_set(s, "a", NOW, &e));
	cr_expect_eq(e.kind, ERR_CONFIG, "%s", e.text);
	log_of_a_look(s, log, sizeof(log));
	cr_expect_not_null(strstr(log, "none of ours"), "%s", log);
	log_of_a_look(s, log, sizeof(log));
	cr_expect_str_empty(log, "told once");
}

Test(due, foreign_files_stay_and_are_told_once)
{
	static const struct {
		const char *name, *content;
	} t[] = {
		{ "README", "a" },
		{ "c-short", "a" },
		{ "c-of-sixty-six-bytes-but-not-of-hex-digits-after-all-as-one-can-see--",
		    "a" },
		{ "c-0000000000000000000000000000000000000000000000000000000000000000",
		    NULL },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *first = open_store(&dir, TTL, &hand.clock);

	set(first, "later", NOW + 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(store_closep)
		struct store *s = open_store(&dir, TTL, &hand.clock);
		char log[2000], path[300];

		plant(&dir, t[i].name, t[i].content, 1);
		log_of_a_look(s, log, sizeof(log));
		cr_expect_not_null(strstr(log, t[i].name), "%s: %s", t[i].name, log);
		log_of_a_look(s, log, sizeof(log));
		cr_expect_str_empty(log, "%s: told once", t[i].name);
		snprintf(path, sizeof(path), "%s/due/%s", dir.path, t[i].name);
		cr_expect_eq(remove(path), 0, "%s stays", t[i].name);
	}
}

/* Names of marks that lead elsewhere, or have a second name elsewhere. */
Test(due, links_are_not_followed)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300], target[300], log[2000];
	struct stat before, after;

	set(s, "later", NOW + 1);
	plant(&dir, "../target", "a", 1);
	snprintf(target, sizeof(target), "%s/target", dir.path);
	cr_assert_eq(stat(target, &before), 0);
	cr_assert_eq(symlink(target, mark_path(&dir, "a", path)), 0);
	log_of_a_look(s, log, sizeof(log));
	cr_expect(exists(path), "symbolic");
	unlink(path);
	cr_assert_eq(link(target, path), 0);
	log_of_a_look(s, log, sizeof(log));
	cr_expect(exists(path), "hard");
	cr_assert_eq(stat(target, &after), 0);
	cr_expect_eq(after.st_mtim.tv_sec, before.st_mtim.tv_sec, "untouched");
}

Test(due, damaged_marks_go)
{
	static const struct {
		const char *name, *content;
		size_t len;
	} t[] = {
		{ "empty", "", 0 },
		{ "cut short", "twilio-34600", 12 },
		{ "another's", "b", 1 },
		{ "a NUL behind", "a\0x", 3 },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	CLEANUP(buf_fini) struct buf big = BUF_INIT(LIMIT_CONV_ID + 1);
	char path[300], log[2000];
	const char *name = strrchr(mark_path(&dir, "a", path), '/') + 1;

	set(s, "later", NOW + 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		plant(&dir, name, t[i].content, t[i].len);
		log_of_a_look(s, log, sizeof(log));
		cr_expect_not_null(strstr(log, "damaged"), "%s: %s", t[i].name, log);
		cr_expect_not(exists(path), "%s", t[i].name);
	}
	while (buf_ok(&big))
		buf_chr(&big, 'a');
	plant(&dir, name, big.data, big.len);
	log_of_a_look(s, log, sizeof(log));
	cr_expect_not(exists(path), "too big");
	set(s, "a", NOW);
	cr_expect_str_eq(taken(s, NOW), "a", "and a good one in its place");
}

Test(due, what_died_half_written_goes)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300], log[2000];

	set(s, "later", NOW + 1);
	plant(&dir, FILE_TMP_PREFIX "x", "half of an id", 13);
	snprintf(path, sizeof(path), "%s/due/" FILE_TMP_PREFIX "x", dir.path);
	hand.now_s = 1 + LIMIT_TMP_AGE_S;
	log_of_a_look(s, log, sizeof(log));
	cr_expect(exists(path), "somebody may still be writing it");
	hand.now_s++;
	log_of_a_look(s, log, sizeof(log));
	cr_expect_not(exists(path));
	cr_expect_str_empty(log);
}

/* A mark has nothing to remind of once its conversation has gone. */
Test(due, goes_with_its_conversation)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300];

	say(s, "a", "text");
	set(s, "a", NOW + 10);
	cr_expect_eq(store_sweep(s, 1000), 0u);
	cr_expect(exists(mark_path(&dir, "a", path)));
	hand.now_s += TTL + 1;
	cr_expect_eq(store_sweep(s, 1000), 1u);
	cr_expect_not(exists(path));
	cr_expect_str_empty(taken(s, hand.now_s));
}

/* However many there are, one look ends, and all come in the end. */
Test(due, looks_at_a_bounded_number)
{
	const struct timespec later[2] = { { NOW + 1, 0 }, { NOW + 1, 0 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	char path[300];
	int looks = 0;

	set(s, "due", NOW);
	for (int i = 0; i < LIMIT_DUE_FILES + 100; i++) {
		CLEANUP(closep) int fd = -1;

		snprintf(path, sizeof(path), "%s/due/c-%064d", dir.path, i);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		cr_assert_eq(futimens(fd, later), 0);
	}
	while (*taken(s, NOW) == '\0')
		cr_assert_lt(++looks, 2);
	cr_expect_str_empty(taken(s, NOW));
}

enum { MARKS = 300, PROCESSES = 2 };

struct shared {
	atomic_int started;
	atomic_int taken[MARKS];
};

static void
take_all(const struct tmpdir *dir, struct shared *sh)
{
	struct store *s = open_store(dir, TTL, &clock_system);
	const char *id;

	sh->started++;
	while (sh->started < PROCESSES)
		sched_yield();
	while (*(id = taken(s, NOW)) != '\0')
		sh->taken[strtol(id, NULL, 10)]++;
	store_close(s);
	_exit(0);
}

Test(due, two_processes_share_the_work)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &clock_system);
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid[PROCESSES];
	char id[20];

	cr_assert_neq(sh, MAP_FAILED);
	for (int i = 0; i < MARKS; i++) {
		snprintf(id, sizeof(id), "%d", i);
		set(s, id, NOW);
	}
	for (int i = 0; i < PROCESSES; i++)
		if ((pid[i] = fork_child()) == 0)
			take_all(&dir, sh);
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		cr_assert_eq(waitpid(pid[i], &status, 0), pid[i]);
		cr_expect_eq(status, 0);
	}
	for (int i = 0; i < MARKS; i++)
		cr_expect_eq(sh->taken[i], 1, "mark %d was taken by one of them", i);
	munmap(sh, sizeof(*sh));
}
