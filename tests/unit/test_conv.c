/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/hurry.h"
#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(conv, .init = not_for_ever, .fini = no_leaks);

Test(conv, load_and_commit)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct conv *c = enter(s, "x");
	struct stat st;
	char path[300];

	cr_expect_str_eq(load(c), "", "new");
	commit(c, "first");
	cr_expect_str_eq(load(c), "first", "seen at once");
	commit(c, "second");
	cr_expect_str_eq(load(c), "second");
	conv_leave(c);
	cr_expect_str_eq(heard(s, "x"), "second", "seen later");
	cr_expect_str_eq(heard(s, "y"), "", "another one is another one");
	say(s, "x", "third, without a look at the second");
	cr_expect_str_eq(heard(s, "x"), "third, without a look at the second");
	say(s, "x", "");
	cr_expect_str_eq(heard(s, "x"), "", "empty");
	cr_assert_eq(lstat(conv_path(s, "x", path), &st), 0);
	cr_expect_eq(st.st_mode, S_IFREG | 0600u);
	conv_leave(NULL);
}

/* The name is a hash: no id can leave the folder, and none can be read from it. */
Test(conv, names)
{
	static const struct {
		const char *name, *id, *file;
	} t[] = {
		{ "SHA-256 of abc", "abc",
		    "c-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "SHA-256 of nothing", "",
		    "c-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "SHA-256 of a path", "../../etc/passwd",
		    "c-3754d6cb3a38e1185e5b382d5f3ef3f118af75bf4bf0254d1fdb8437f51423e0" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);

	for (size_t i = 0; i < NELEMS(t); i++) {
		char path[300];

		say(s, t[i].id, "text");
		snprintf(path, sizeof(path), "%s/%s", dir.path, t[i].file);
		cr_expect_eq(access(path, F_OK), 0, "%s", t[i].name);
	}
}

Test(conv, too_big)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct conv *c = enter(s, "x");
	CLEANUP(buf_fini) struct buf small = BUF_INIT(3);
	char *big = calloc(1, LIMIT_RECORD + 1);
	struct err e = { 0 };

	commit(c, "four");
	cr_expect_not(conv_commit(c, big, LIMIT_RECORD + 1, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_str_eq(load(c), "four");
	cr_expect_not(conv_load(c, &small, &e), "no room");
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect(conv_commit(c, big, LIMIT_RECORD, &e), "as large as allowed");
	free(big);
	conv_leave(c);
}

/* One turn in a thread of its own. */
struct turn {
	struct store *store;
	int64_t wait_ms;
	atomic_int *entered;
	enum conv_entry entry;
	int place;
	pthread_t thread;
};

static void *
take_turn(void *arg)
{
	struct turn *t = arg;
	struct conv *c = NULL;
	struct err e;

	t->entry = conv_enter(
	    t->store, "x", clock_mono_ms(&clock_system) + t->wait_ms, NULL, &c, &e);
	if (t->entry == CONV_ENTERED)
		t->place = atomic_fetch_add(t->entered, 1);
	conv_leave(c);
	return NULL;
}

Test(conv, waiters_enter_in_order)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct conv *holder, *no = NULL;
	struct turn t[LIMIT_WAITING];
	atomic_int entered = 0;
	struct err e = { 0 };

	for (int round = 0; round < rounds(60); round++) {
		holder = enter(s, "x");
		for (int i = 0; i < LIMIT_WAITING; i++) {
			t[i] = (struct turn){ s, PATIENCE_MS, &entered, CONV_FAILED, -1,
				0 };
			pthread_create(&t[i].thread, NULL, take_turn, &t[i]);
			await_line(s, "x", i + 2);
		}
		cr_expect_eq(
		    conv_enter(s, "x", FOREVER, NULL, &no, &e), CONV_BUSY, "full line");
		cr_expect_eq(conv_enter(s, "x", 0, NULL, &no, &e), CONV_BUSY,
		    "without time too");
		cr_expect_eq(entered, round * LIMIT_WAITING);
		conv_leave(holder);
		for (int i = 0; i < LIMIT_WAITING; i++) {
			pthread_join(t[i].thread, NULL);
			cr_expect_eq(t[i].entry, CONV_ENTERED);
			cr_expect_eq(
			    t[i].place, round * LIMIT_WAITING + i, "waiter %d", i);
		}
	}
	conv_leave(enter(s, "x"));
}

Test(conv, late)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct conv *holder = enter(s, "x"), *c = NULL;
	int64_t before = clock_mono_ms(&clock_system);
	struct err e = { 0 };

	cr_expect_eq(conv_enter(s, "x", before + 100, NULL, &c, &e), CONV_LATE);
	cr_expect_geq(clock_mono_ms(&clock_system), before + 99);
	cr_expect_eq(
	    conv_enter(s, "x", before, NULL, &c, &e), CONV_LATE, "no time at all");
	cr_expect_eq(conv_enter(s, "x", -1, NULL, &c, &e), CONV_LATE, "nonsense");
	conv_leave(holder);
	cr_expect_eq(conv_enter(s, "x", before, NULL, &c, &e), CONV_ENTERED,
	    "free needs no time");
	conv_leave(c);
}

/* What happens while the waiter is told that he has waited a while. */
struct told {
	struct store *store;
	struct conv *holder; /* leaves then; NULL: goes on */
	struct turn *next; /* comes then, behind the waiter; NULL: nobody */
	int times;
};

static void
tell(void *arg)
{
	struct told *t = arg;

	t->times++;
	if (t->next != NULL) {
		pthread_create(&t->next->thread, NULL, take_turn, t->next);
		await_line(t->store, "x", 3);
	}
	conv_leave(t->holder);
}

/* He who was told keeps his place: one who comes meanwhile is behind him. */
Test(conv, alarm_keeps_the_place)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	atomic_int entered = 0;
	struct turn next = { s, PATIENCE_MS, &entered, CONV_FAILED, -1, 0 };
	struct told told = { s, enter(s, "x"), &next, 0 };
	const int64_t now_ms = clock_mono_ms(&clock_system);
	const struct conv_alarm alarm = { now_ms + 30, tell, &told };
	struct conv *c = NULL;
	struct err e;

	cr_expect_eq(
	    conv_enter(s, "x", now_ms + PATIENCE_MS, &alarm, &c, &e), CONV_ENTERED);
	cr_expect_geq(clock_mono_ms(&clock_system), now_ms + 30);
	cr_expect_eq(told.times, 1);
	cr_expect_eq(atomic_fetch_add(&entered, 1), 0, "he is in before the next");
	conv_leave(c);
	pthread_join(next.thread, NULL);
	cr_expect_eq(next.place, 1);
}

Test(conv, alarm)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct conv *holder = enter(s, "x"), *c = NULL;
	struct told told = { s, NULL, NULL, 0 };
	const int64_t now_ms = clock_mono_ms(&clock_system);
	struct conv_alarm alarm = { now_ms + 20, tell, &told };
	struct err e;

	cr_expect_eq(conv_enter(s, "x", now_ms + SHORT_MS, &alarm, &c, &e), CONV_LATE);
	cr_expect_eq(told.times, 1, "told, and then it was too late");
	cr_expect_eq(conv_enter(s, "x", now_ms, &alarm, &c, &e), CONV_LATE);
	cr_expect_eq(told.times, 1, "no time at all");
	alarm.at_ms = now_ms - 1000;
	cr_expect_eq(conv_enter(s, "y", FOREVER, &alarm, &c, &e), CONV_ENTERED);
	cr_expect_eq(told.times, 1, "nothing to wait for");
	conv_leave(c);
	told.holder = holder;
	cr_expect_eq(conv_enter(s, "x", FOREVER, &alarm, &c, &e), CONV_ENTERED);
	cr_expect_eq(told.times, 2, "its moment had passed before");
	conv_leave(c);
}

/* The process is to stop, which is said when somebody stands in line. */
static void *
hurry_later(void *arg)
{
	await_line(arg, "x", 2);
	hurry_set(clock_mono_ms(&clock_system));
	return NULL;
}

Test(conv, alarm_in_a_hurry)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct told told = { s, enter(s, "x"), NULL, 0 };
	const struct conv_alarm alarm = { clock_mono_ms(&clock_system) + 3600000, tell,
		&told };
	struct conv *c = NULL;
	pthread_t thread;
	struct err e;

	cr_assert_eq(pthread_create(&thread, NULL, hurry_later, s), 0);
	cr_expect_eq(conv_enter(s, "x", FOREVER, &alarm, &c, &e), CONV_ENTERED);
	pthread_join(thread, NULL);
	cr_expect_eq(told.times, 1);
	conv_leave(c);
	hurry_set(INT64_MAX);
}

/* A child that has entered; it leaves by being killed. */
static pid_t
enter_in_child(const struct tmpdir *dir)
{
	int ready[2];
	char c = 0;
	pid_t pid;

	cr_assert_eq(pipe(ready), 0);
	pid = fork_child();
	if (pid == 0) {
		struct store_opts o = { dir->path, 3600, &clock_system };
		struct conv *conv = NULL;
		struct err e;
		struct store *s = store_open(&o, &e);

		if (s != NULL &&
		    conv_enter(s, "x", FOREVER, NULL, &conv, &e) == CONV_ENTERED &&
		    conv_commit(conv, "of the child", 12, &e) &&
		    write(ready[1], "y", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	cr_assert_eq(read(ready[0], &c, 1), 1, "the child entered");
	close(ready[0]);
	return pid;
}

Test(conv, next_enters_when_the_holder_dies)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	atomic_int entered = 0;
	struct turn t = { s, PATIENCE_MS, &entered, CONV_FAILED, -1, 0 };
	pid_t pid = enter_in_child(&dir);

	pthread_create(&t.thread, NULL, take_turn, &t);
	await_line(s, "x", 2);
	cr_expect_eq(entered, 0);
	kill(pid, SIGKILL);
	pthread_join(t.thread, NULL);
	cr_expect_eq(t.entry, CONV_ENTERED);
	waitpid(pid, NULL, 0);
	cr_expect_str_eq(heard(s, "x"), "of the child", "what was committed stands");
}

Test(conv, expiry)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(1000000);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 100, &hand.clock);
	struct conv *c;

	say(s, "x", "text");
	hand.now_s += 100;
	cr_expect_str_eq(heard(s, "x"), "text", "on its last second");
	hand.now_s += 1;
	cr_expect_str_eq(heard(s, "x"), "", "over");
	c = enter(s, "x");
	cr_expect_str_eq(load(c), "", "over");
	commit(c, "new life");
	cr_expect_str_eq(load(c), "new life");
	conv_leave(c);
	hand.now_s += 100;
	cr_expect_str_eq(heard(s, "x"), "new life");
	say(s, "x", "renewed");
	hand.now_s += 100;
	cr_expect_str_eq(heard(s, "x"), "renewed", "life counts from the last commit");
}

static void *
hear_in_thread(void *s)
{
	cr_expect_str_eq(heard(s, "x"), "just committed");
	return NULL;
}

/* Expired when we got in line, renewed by the one before us while we stood there. */
Test(conv, renewed_while_waiting)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(1000000);
	CLEANUP(store_closep) struct store *s = open_store(&dir, 100, &hand.clock);
	struct conv *c;
	pthread_t thread;

	say(s, "x", "old");
	hand.now_s += 1000;
	c = enter(s, "x");
	pthread_create(&thread, NULL, hear_in_thread, s);
	await_line(s, "x", 2);
	commit(c, "just committed");
	conv_leave(c);
	pthread_join(thread, NULL);
}

/* Enters and loads with stderr turned to a pipe; gives back what was logged. */
static const char *
logged_by_hearing(struct store *s, const char *want)
{
	static char lines[4096];
	int saved = dup(STDERR_FILENO), p[2];
	const char *text;
	ssize_t n;

	cr_assert_eq(pipe(p), 0);
	dup2(p[1], STDERR_FILENO);
	text = heard(s, "x");
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(p[1]);
	n = read(p[0], lines, sizeof(lines) - 1);
	close(p[0]);
	lines[n > 0 ? n : 0] = '\0';
	cr_expect_str_eq(text, want);
	return lines;
}

Test(conv, damaged_file_is_told_once)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char path[300];
	const char *log;
	int fd;

	say(s, "x", "text");
	fd = open(conv_path(s, "x", path), O_WRONLY | O_CLOEXEC);
	cr_assert_eq(pwrite(fd, "?", 1, 0), 1);
	close(fd);
	log = logged_by_hearing(s, "");
	cr_expect_not_null(strstr(log, " warn store "), "%s", log);
	cr_expect_not_null(strstr(log, strrchr(path, '/') + 1), "its name: %s", log);
	cr_expect_str_eq(logged_by_hearing(s, ""), "", "once");
	say(s, "x", "new");
	cr_expect_str_eq(logged_by_hearing(s, "new"), "", "in order again");
}

Test(conv, damaged_file_is_overwritten)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char path[300];
	int fd = open(conv_path(s, "x", path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_eq(write(fd, "nonsense", 8), 8);
	close(fd);
	say(s, "x", "without a look");
	cr_expect_str_eq(heard(s, "x"), "without a look");
}

/* Record number n: its length differs from its neighbours', its bytes follow from n. */
static size_t
make_record(uint32_t n, char *out)
{
	size_t len = sizeof(n) + n * 7919u % 60000;

	memcpy(out, &n, sizeof(n));
	memset(out + sizeof(n), (int)(n % 251), len - sizeof(n));
	return len;
}

struct progress {
	atomic_uint started, done;
};

static void
commit_for_ever(const struct tmpdir *dir, struct progress *p)
{
	static char record[LIMIT_RECORD];
	struct store_opts o = { dir->path, 3600, &clock_system };
	struct err e;
	struct store *s = store_open(&o, &e);
	struct conv *c = NULL;

	while (s != NULL && conv_enter(s, "x", FOREVER, NULL, &c, &e) == CONV_ENTERED) {
		uint32_t n = p->done + 1;
		size_t len = make_record(n, record);

		p->started = n;
		if (!conv_commit(c, record, len, &e))
			break;
		p->done = n;
		conv_leave(c);
	}
	_exit(1);
}

/* The same numbers in each run (xorshift, Marsaglia 2003). */
static unsigned
random_below(unsigned n)
{
	static uint32_t x = 20260131;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

/* Reads the record that stands, which must be a whole one, and gives its number. */
static uint32_t
standing_record(struct store *s, int round)
{
	static char want[LIMIT_RECORD];
	CLEANUP(buf_fini) struct buf b = RECORD_BUF;
	struct conv *c = enter(s, "x");
	struct err e = { 0 };
	uint32_t n = 0;

	cr_assert(conv_load(c, &b, &e), "%s", e.text);
	conv_leave(c);
	if (b.len == 0)
		return 0;
	cr_assert_geq(b.len, sizeof(n));
	memcpy(&n, b.data, sizeof(n));
	cr_assert_eq(b.len, make_record(n, want), "round %d, record %u", round, n);
	cr_assert_eq(memcmp(b.data, want, b.len), 0, "round %d, record %u", round, n);
	return n;
}

Test(conv, killed_at_any_moment)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned in_between = 0;

	cr_assert_neq(p, MAP_FAILED);
	for (int round = 0; round < rounds(200) || in_between == 0; round++) {
		unsigned until = p->done + random_below(4);
		uint32_t n;
		pid_t pid = fork_child();

		cr_assert_lt(round, 20000, "none is hit in the middle of a commit");
		if (pid == 0)
			commit_for_ever(&dir, p);
		while (p->done < until)
			sched_yield();
		for (volatile unsigned spin = random_below(40000); spin > 0; spin--)
			;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		n = standing_record(s, round);
		cr_assert(n >= p->done && n <= p->started, "round %d: %u, committed %u",
		    round, n, p->done);
		in_between += p->started > p->done;
		p->done = n;
	}
	munmap(p, sizeof(*p));
}
