/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/leaks.h"
#include "unit/store_support.h"

static void
setup(void)
{
	struct err e = { 0 };

	not_for_ever();
	cr_assert(line_setup(&e), "%s", e.text);
}

TestSuite(line, .init = setup, .fini = no_leaks);

enum { MANY = 100 };

static int64_t
in_ms(int64_t ms)
{
	return (clock_mono_ms(&clock_system) + ms) * 1000000;
}

static int
open_line(const struct tmpdir *dir)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "%s/file", dir->path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_neq(fd, -1);
	return fd;
}

static struct line_until
until_ms(int64_t ms)
{
	return (struct line_until){ .ns = in_ms(ms) };
}

static enum line_result
gate(int fd, int64_t ms)
{
	struct line_until u = until_ms(ms);
	struct err e;

	return line_gate(fd, &u, &e);
}

static enum line_result
await(int fd, int64_t ticket, int64_t ms)
{
	struct line_until u = until_ms(ms);
	struct err e;

	return line_wait(fd, ticket, &u, &e);
}

/* Draws a ticket; -1 when the line is full. */
static int64_t
draw(int fd, int max)
{
	struct err e = { 0 };
	int64_t ticket = -1;
	enum line_result r;

	cr_assert_eq(gate(fd, 10000), LINE_OK);
	r = line_draw(fd, max, &ticket, &e);
	cr_assert(r == LINE_OK || r == LINE_FULL, "%s", e.text);
	cr_assert(line_gate_open(fd, &e), "%s", e.text);
	return r == LINE_OK ? ticket : -1;
}

static int
length(int fd, int max)
{
	struct err e = { 0 };
	int n = line_length(fd, max, &e);

	cr_assert_geq(n, 0, "%s", e.text);
	return n;
}

Test(line, tickets)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	int fd[5], other = open_line(&dir);

	for (int i = 0; i < 5; i++)
		cr_expect_eq(draw(fd[i] = open_line(&dir), MANY), i, "ticket %d", i);
	cr_expect_eq(length(other, MANY), 5, "all are seen");
	cr_expect_eq(length(other, 3), 3, "counted no further than asked");
	cr_expect_eq(length(fd[4], MANY), 4, "one does not see himself");
	cr_expect_eq(draw(other, 5), -1, "full");
	close(fd[0]);
	close(fd[3]);
	cr_expect_eq(length(other, MANY), 3, "those who left are gone");
	cr_expect_eq(draw(fd[0] = open_line(&dir), 4), 5, "gaps are not filled");
	cr_expect_eq(draw(other, 4), -1, "full again");
	close(fd[4]);
	close(fd[0]);
	cr_expect_eq(draw(fd[0] = open_line(&dir), MANY), 3, "one behind the last");
	close(fd[0]);
	close(fd[1]);
	close(fd[2]);
	cr_expect_eq(length(other, MANY), 0, "empty");
	cr_expect_eq(draw(other, MANY), 0, "numbers start again");
	close(other);
}

Test(line, gate)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	int a = open_line(&dir), b = open_line(&dir);
	struct err e = { 0 };

	cr_expect(line_gate_try(a));
	cr_expect_not(line_gate_try(b));
	cr_expect_eq(gate(b, 30), LINE_LATE);
	cr_expect_eq(gate(b, -30), LINE_LATE, "no time at all");
	cr_expect(line_gate_open(a, &e), "%s", e.text);
	cr_expect_eq(gate(b, -30), LINE_OK, "free needs no time");
	close(b);
	cr_expect(line_gate_try(a), "closing opens it");
	close(a);
}

/* One that stands in line, in a thread of its own. */
struct stander {
	const struct tmpdir *dir;
	int number, until_ms;
	sem_t drawn;
	atomic_int *entered; /* how many have been let in before */
	int place; /* which one we were; -1: late */
	pthread_t thread;
};

static void *
stand(void *arg)
{
	struct stander *s = arg;
	int fd = open_line(s->dir);
	struct line_until until = until_ms(s->until_ms);
	int64_t ticket = draw(fd, MANY);
	struct err e;

	sem_post(&s->drawn);
	s->place = -1;
	if (line_wait(fd, ticket, &until, &e) == LINE_OK)
		s->place = atomic_fetch_add(s->entered, 1);
	close(fd);
	return NULL;
}

/* Starts it and returns when it has its ticket. */
static void
start(struct stander *s)
{
	sem_init(&s->drawn, 0, 0);
	cr_assert_eq(pthread_create(&s->thread, NULL, stand, s), 0);
	while (sem_wait(&s->drawn) != 0)
		;
}

static void
finish(struct stander *s)
{
	pthread_join(s->thread, NULL);
	sem_destroy(&s->drawn);
}

Test(line, first_come_first_served)
{
	enum { N = 12 };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	atomic_int entered = 0;
	struct stander s[N];
	int holder = open_line(&dir);

	cr_assert_eq(draw(holder, MANY), 0);
	for (int i = 0; i < N; i++) {
		/* Every third one has no patience: that must not hurt those behind. */
		s[i] = (struct stander){ .dir = &dir,
			.number = i,
			.until_ms = i % 3 == 1 ? 30 : PATIENCE_MS,
			.entered = &entered };
		start(&s[i]);
	}
	for (int i = 1; i < N; i += 3)
		finish(&s[i]);
	cr_expect_eq(entered, 0, "nobody passes the holder");
	close(holder);
	for (int i = 0, place = 0; i < N; i++) {
		if (i % 3 != 1)
			finish(&s[i]);
		cr_expect_eq(s[i].place, i % 3 == 1 ? -1 : place++, "number %d", i);
	}
}

Test(line, late)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	int holder = open_line(&dir), fd = open_line(&dir);
	int64_t ticket, before = clock_mono_ms(&clock_system);

	cr_assert_eq(draw(holder, MANY), 0);
	ticket = draw(fd, MANY);
	cr_expect_eq(await(fd, ticket, 100), LINE_LATE);
	cr_expect_geq(clock_mono_ms(&clock_system), before + 99);
	close(holder);
	cr_expect_eq(await(fd, ticket, 0), LINE_OK, "free at last");
	close(fd);
}

/* Who is told that he has waited a while, and what he does then. */
struct told {
	int times;
	int64_t ms; /* when it was the last time */
	int *lets_go; /* a descriptor that he closes; NULL: none */
	int64_t sleeps_ms, slept_ms;
};

static void
tell(void *arg)
{
	struct told *t = arg;
	struct timespec nap = { .tv_nsec = t->sleeps_ms * 1000000 };

	t->times++;
	t->ms = clock_mono_ms(&clock_system);
	/* Cut short by any signal that comes. */
	nanosleep(&nap, NULL);
	t->slept_ms = clock_mono_ms(&clock_system) - t->ms;
	if (t->lets_go != NULL)
		closep(t->lets_go);
}

Test(line, alarm)
{
	static const struct {
		const char *name;
		int64_t alarm_ms, until_ms;
		bool free, lets_go;
		int64_t sleeps_ms;
		enum line_result result;
		int times;
		int64_t at_ms; /* not before */
	} t[] = {
		{ "told, then late", 60, SHORT_MS, false, false, 0, LINE_LATE, 1, 60 },
		{ "told, then let in", 60, PATIENCE_MS, false, true, 0, LINE_OK, 1,
		    60 },
		{ "long ago", -60, PATIENCE_MS, false, true, 0, LINE_OK, 1, 0 },
		{ "nothing to wait for", -60, PATIENCE_MS, true, false, 0, LINE_OK, 0,
		    0 },
		{ "no time at all", -60, -30, false, false, 0, LINE_LATE, 0, 0 },
		{ "after the end", 60, 50, false, false, 0, LINE_LATE, 0, 0 },
		{ "at the end", 50, 50, false, false, 0, LINE_LATE, 0, 0 },
		{ "he takes his time", 20, PATIENCE_MS, false, true, 90, LINE_OK, 1,
		    20 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(closep) int holder = open_line(&dir);
		CLEANUP(closep) int fd = open_line(&dir);
		struct told told = { .lets_go = t[i].lets_go ? &holder : NULL,
			.sleeps_ms = t[i].sleeps_ms };
		struct line_until u = { 0, 0, tell, &told };
		int64_t ticket, before;
		struct err e;

		cr_assert_eq(draw(holder, MANY), 0);
		ticket = draw(fd, MANY);
		if (t[i].free)
			closep(&holder);
		before = clock_mono_ms(&clock_system);
		u.alarm_ns = (before + t[i].alarm_ms) * 1000000;
		u.ns = (before + t[i].until_ms) * 1000000;
		cr_expect_eq(
		    line_wait(fd, ticket, &u, &e), t[i].result, "%s", t[i].name);
		cr_expect_eq(
		    told.times, t[i].times, "%s: told %d times", t[i].name, told.times);
		cr_expect(told.times == 0 || told.ms - before >= t[i].at_ms,
		    "%s: told after %lld ms", t[i].name, (long long)(told.ms - before));
		cr_expect(told.slept_ms >= t[i].sleeps_ms, "%s: woken after %lld ms",
		    t[i].name, (long long)told.slept_ms);
	}
}

/* Who is told at the gate is not told again in the line. */
Test(line, alarm_once)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(closep) int holder = open_line(&dir);
	CLEANUP(closep) int gatekeeper = open_line(&dir);
	CLEANUP(closep) int fd = open_line(&dir);
	struct told told = { .lets_go = &gatekeeper };
	struct line_until u = { in_ms(PATIENCE_MS), in_ms(30), tell, &told };
	int64_t ticket;
	struct err e;

	cr_assert_eq(draw(holder, MANY), 0);
	cr_assert(line_gate_try(gatekeeper));
	cr_expect_eq(line_gate(fd, &u, &e), LINE_OK);
	cr_expect_eq(told.times, 1);
	cr_assert_eq(line_draw(fd, MANY, &ticket, &e), LINE_OK);
	cr_assert(line_gate_open(fd, &e));
	u.ns = in_ms(80);
	cr_expect_eq(line_wait(fd, ticket, &u, &e), LINE_LATE);
	cr_expect_eq(told.times, 1);
}

/* Holds the first place in another process until it is killed or told to leave. */
static pid_t
hold_in_child(const struct tmpdir *dir, int *leave)
{
	int ready[2], go[2];
	char c;
	pid_t pid;

	cr_assert(pipe(ready) == 0 && pipe(go) == 0);
	pid = fork_child();
	if (pid == 0) {
		int fd = open_line(dir);

		close(go[1]);
		c = draw(fd, MANY) == 0 ? 'y' : 'n';
		if (write(ready[1], &c, 1) == 1 && read(go[0], &c, 1) >= 0)
			_exit(0); /* closes nothing itself: the kernel does */
		_exit(1);
	}
	close(go[0]);
	close(ready[1]);
	cr_assert_eq(read(ready[0], &c, 1), 1);
	cr_assert_eq(c, 'y', "the child is the first");
	close(ready[0]);
	*leave = go[1];
	return pid;
}

Test(line, death_of_the_holder)
{
	static const int ways[] = { SIGKILL, SIGTERM, 0 };

	for (size_t i = 0; i < NELEMS(ways); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		atomic_int entered = 0;
		struct stander next = {
			.dir = &dir, .until_ms = 30000, .entered = &entered
		};
		int leave;
		pid_t pid = hold_in_child(&dir, &leave);

		start(&next);
		cr_expect_eq(entered, 0, "way %zu", i);
		if (ways[i] != 0)
			kill(pid, ways[i]);
		close(leave); /* or it exits by itself */
		finish(&next);
		cr_expect_eq(next.place, 0, "way %zu", i);
		waitpid(pid, NULL, 0);
	}
}

static atomic_int signals_seen;

static void
count_signal(int sig UNUSED)
{
	atomic_fetch_add(&signals_seen, 1);
}

/* Whether somebody waits for a lock on the file, as the kernel lists them. */
static bool
blocked_on(int fd)
{
	FILE *f = fopen("/proc/locks", "r");
	char line[200], inode[40];
	struct stat st;
	bool found = RUNNING_ON_VALGRIND; /* there they ask again and again */

	cr_assert(f != NULL && fstat(fd, &st) == 0);
	snprintf(inode, sizeof(inode), ":%llu ", (unsigned long long)st.st_ino);
	while (fgets(line, sizeof(line), f) != NULL)
		found |=
		    strstr(line, "-> OFDLCK") != NULL && strstr(line, inode) != NULL;
	fclose(f);
	return found;
}

/* Signals for other purposes wake the one who waits; he goes on waiting. */
Test(line, other_signals)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	atomic_int entered = 0;
	struct stander next = { .dir = &dir, .until_ms = 30000, .entered = &entered };
	struct sigaction sa = { .sa_handler = count_signal };
	int holder = open_line(&dir);

	sigaction(SIGUSR1, &sa, NULL);
	cr_assert_eq(draw(holder, MANY), 0);
	start(&next);
	for (int i = 1; i <= 5; i++) {
		while (!blocked_on(holder))
			sched_yield();
		pthread_kill(next.thread, SIGUSR1);
		while (signals_seen < i)
			sched_yield();
	}
	while (!blocked_on(holder))
		sched_yield();
	cr_expect_eq(entered, 0);
	close(holder);
	finish(&next);
	cr_expect_eq(next.place, 0);
}

/* Waiting leaves no trace: neither a timer nor another signal mask. */
Test(line, waiting_leaves_no_trace)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	int holder = open_line(&dir), fd = open_line(&dir);
	sigset_t all, before, after;
	int64_t ticket;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	cr_assert_eq(draw(holder, MANY), 0);
	ticket = draw(fd, MANY);
	cr_expect_eq(await(fd, ticket, 20), LINE_LATE, "all blocked");
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		cr_expect_eq(sigismember(&after, sig), sigismember(&before, sig),
		    "signal %d", sig);
	close(holder);
	close(fd);
}
