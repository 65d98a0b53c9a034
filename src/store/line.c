/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hurry.h"
#include "base/limits.h"
#include "store/line.h"

/*
 * The bytes that are locked. Locks may lie behind the end of a file, and these do, by far.
 * A ticket is a byte of the line: the one who draws it holds a write lock on it. Tickets
 * are numbered from 0 while the line is empty, else from the last one in it, so that a
 * later ticket is always a higher one.
 */
#define GATE ((off_t)1 << 40)
#define LINE (GATE + 1)
static_assert(
    sizeof(off_t) == 8, "the line lies beyond 2 GiB: use 64-bit file offsets");

/*
 * A blocking lock has no deadline of its own: a signal to this very thread ends it. When
 * it comes just before the system call it is lost, so it comes again until all is over.
 */
#define WAKE_SIGNAL (SIGRTMIN + 4)
#define NS_OF_MS ((int64_t)1000000)
#define WAKE_AGAIN_NS (20 * NS_OF_MS)

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static int
lock_op(int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock l = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len
	};

	return fcntl(fd, cmd, &l);
}

static void
wake(int sig UNUSED)
{
	/* Being there is all it does: the system call returns EINTR. */
}

bool
line_setup(struct err *e)
{
	struct sigaction sa = { .sa_handler =
				    wake }; /* no SA_RESTART: that is the point */

	sigemptyset(&sa.sa_mask);
	if (sigaction(WAKE_SIGNAL, &sa, NULL) != 0)
		return err_io(e, "signal handler of the conversation lock");
	return true;
}

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

struct alarm {
	timer_t timer;
	sigset_t mask; /* of the thread, before */
};

static bool
alarm_start(struct alarm *a, int64_t until_ns, struct err *e)
{
	struct sigevent ev = { .sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = WAKE_SIGNAL };
	struct itimerspec when = {
		.it_value = { until_ns / 1000000000, until_ns % 1000000000 },
		.it_interval = { 0, WAKE_AGAIN_NS },
	};
	sigset_t set;

	ev.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &ev, &a->timer) != 0)
		return err_io(e, "timer of the conversation lock");
	if (timer_settime(a->timer, TIMER_ABSTIME, &when, NULL) != 0) {
		err_io(e, "timer of the conversation lock");
		timer_delete(a->timer);
		return false;
	}
	/* Elsewhere the signal may stay blocked: only here has it anything to interrupt. */
	sigemptyset(&set);
	sigaddset(&set, WAKE_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &set, &a->mask);
	return true;
}

static void
alarm_stop(struct alarm *a)
{
	timer_delete(a->timer);
	pthread_sigmask(SIG_SETMASK, &a->mask, NULL);
}

/* Locks the bytes, waiting for others until that moment. */
static enum line_result
lock_wait(int fd, short type, off_t start, off_t len, int64_t until_ns, struct err *e)
{
	enum line_result result = LINE_OK;
	struct alarm alarm;

	if (now_ns() >= until_ns)
		return LINE_LATE;
	if (!alarm_start(&alarm, until_ns, e))
		return LINE_FAILED;
	while (lock_op(fd, F_OFD_SETLKW, type, start, len) != 0) {
		if (errno != EINTR) {
			err_io(e, "lock");
			result = LINE_FAILED;
			break;
		}
		if (now_ns() >= until_ns) {
			result = LINE_LATE;
			break;
		}
	}
	alarm_stop(&alarm);
	return result;
}

/* Whether the waiter has something to be told before his time is over. */
static bool
has_alarm(const struct line_until *u)
{
	return u->fn != NULL && u->alarm_ns < u->ns && now_ns() < u->ns;
}

/* When it is to be told: sooner where the process is to stop. */
static int64_t
alarm_of(const struct line_until *u)
{
	int64_t ms = u->alarm_ns / NS_OF_MS;

	return hurry_by(ms) < ms ? hurry_by(ms) * NS_OF_MS : u->alarm_ns;
}

/* The same, telling the waiter what he asked to be told. */
static enum line_result
lock_until(
    int fd, short type, off_t start, off_t len, struct line_until *u, struct err *e)
{
	enum line_result r;

	if (lock_op(fd, F_OFD_SETLK, type, start, len) == 0)
		return LINE_OK;
	if (errno != EAGAIN && errno != EACCES) {
		err_io(e, "lock");
		return LINE_FAILED;
	}
	while (has_alarm(u)) {
		void (*fn)(void *arg) = u->fn;
		int64_t look_ns = now_ns() + LIMIT_HURRY_LOOK_MS * NS_OF_MS;
		int64_t alarm_ns = alarm_of(u);

		r = lock_wait(
		    fd, type, start, len, alarm_ns < look_ns ? alarm_ns : look_ns, e);
		if (r != LINE_LATE)
			return r;
		if (now_ns() >= alarm_of(u)) {
			u->fn = NULL;
			fn(u->arg);
		}
	}
	return lock_wait(fd, type, start, len, u->ns, e);
}

enum line_result
line_gate(int fd, struct line_until *until, struct err *e)
{
	return lock_until(fd, F_WRLCK, GATE, 1, until, e);
}

bool
line_gate_try(int fd)
{
	return lock_op(fd, F_OFD_SETLK, F_WRLCK, GATE, 1) == 0;
}

bool
line_gate_open(int fd, struct err *e)
{
	if (lock_op(fd, F_OFD_SETLK, F_UNLCK, GATE, 1) != 0)
		return err_io(e, "unlock");
	return true;
}

struct census {
	int n, max;
	int64_t highest; /* ticket; -1 when none is held */
};

/*
 * Counts the tickets held in [from, to]. The kernel names any one of those that would stand
 * in our way, so what lies before it and behind it has to be asked for again. Read locks of
 * those that wait are not in the way of the read lock we ask about: only tickets are seen.
 */
static bool
count_tickets(int fd, int64_t from, int64_t to, struct census *c, struct err *e)
{
	while (from <= to && c->n < c->max) {
		struct flock l = { .l_type = F_RDLCK,
			.l_whence = SEEK_SET,
			.l_start = LINE + from,
			.l_len = to - from + 1 };
		int64_t found;

		if (fcntl(fd, F_OFD_GETLK, &l) != 0)
			return err_io(e, "look at locks");
		if (l.l_type == F_UNLCK)
			break;
		found = l.l_start - LINE;
		if (found < from || found > to)
			return err_set(e, ERR_IO, 0, "a foreign lock on the file");
		c->n++;
		if (found > c->highest)
			c->highest = found;
		if (!count_tickets(
			fd, from, found - 1, c, e)) /* no deeper than c->max */
			return false;
		from = found + 1;
	}
	return true;
}

/* Enough for a line that is never empty for longer than any machine runs. */
#define LAST_TICKET (((int64_t)1 << 62) - 1)

static bool
take_census(int fd, int max, struct census *c, struct err *e)
{
	*c = (struct census){ .max = max, .highest = -1 };
	return count_tickets(fd, 0, LAST_TICKET, c, e);
}

int
line_length(int fd, int max, struct err *e)
{
	struct census c;

	return take_census(fd, max, &c, e) ? c.n : -1;
}

enum line_result
line_draw(int fd, int max, int64_t *ticket, struct err *e)
{
	struct census c;

	if (!take_census(fd, max, &c, e))
		return LINE_FAILED;
	if (c.n >= max)
		return LINE_FULL;
	if (lock_op(fd, F_OFD_SETLK, F_WRLCK, LINE + c.highest + 1, 1) != 0) {
		err_io(e, "lock");
		return LINE_FAILED;
	}
	*ticket = c.highest + 1;
	return LINE_OK;
}

enum line_result
line_wait(int fd, int64_t ticket, struct line_until *until, struct err *e)
{
	enum line_result result;

	if (ticket == 0)
		return LINE_OK; /* the line was empty */
	/* It is granted when nobody holds an earlier ticket, and has then done its work. */
	result = lock_until(fd, F_RDLCK, LINE, ticket, until, e);
	if (result == LINE_OK && lock_op(fd, F_OFD_SETLK, F_UNLCK, LINE, ticket) != 0) {
		err_io(e, "unlock");
		return LINE_FAILED;
	}
	return result;
}
