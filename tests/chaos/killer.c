/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a program that is to die in the middle of what it does: it ends by SIGKILL
 * at the n-th call of some functions of the C library, counted over all threads from a while
 * after its start. Nothing is flushed, given back or said, as when the power goes.
 *
 *	KILLER_CALLS     which: some of the words write, sync, send, lock, connect
 *	KILLER_COUNT     the n; 0 or nothing: it lives
 *	KILLER_AFTER_MS  how long after its start counting begins
 *	KILLER_SIDE      before (the call is not made any more) or after it
 */
#include "config.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum sort { WRITE = 1, SYNC = 2, SEND = 4, LOCK = 8, CONNECT = 16 };

static const struct {
	const char *word;
	enum sort sort;
} sorts[] = { { "write", WRITE }, { "sync", SYNC }, { "send", SEND }, { "lock", LOCK },
	{ "connect", CONNECT } };

/* Written before main(), by one thread. */
static unsigned int armed;
static bool after_call;
static int64_t begin_ms;

static atomic_long left; /* calls until the end */

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static long
number(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void
arm(void)
{
	const char *calls = getenv("KILLER_CALLS"), *side = getenv("KILLER_SIDE");
	long count = number("KILLER_COUNT");

	if (calls == NULL || count <= 0)
		return;
	after_call = side != NULL && strcmp(side, "after") == 0;
	begin_ms = now_ms() + number("KILLER_AFTER_MS");
	atomic_store(&left, count);
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (strstr(calls, sorts[i].word) != NULL)
			armed |= sorts[i].sort;
}

/* Whether this call is the last of this process. */
static bool
is_last(enum sort sort)
{
	return (armed & sort) != 0 && now_ms() >= begin_ms &&
	    atomic_fetch_sub(&left, 1) == 1;
}

static void
end(void)
{
	(void)kill(getpid(), SIGKILL);
	for (;;)
		pause(); /* other threads may get a little further, this one does not */
}

/* The C library's own function of that name. */
static void *
real(const char *name)
{
	void *fn = dlsym(RTLD_NEXT, name);

	if (fn == NULL)
		abort();
	return fn;
}

/*
 * One function in place of the library's. A pointer to a function comes out of dlsym() as
 * POSIX says it does; each thread may look it up anew, to the same end.

 * NOLINTBEGIN(bugprone-macro-parentheses): types and lists take no parentheses.
 */
#define IN_PLACE_OF(type, name, sort, params, args) \
	type name params; \
	type name params \
	{ \
		static type(*_Atomic library) params; \
		type(*fn) params = atomic_load(&library); \
		bool last = is_last(sort); \
		type got; \
\
		if (fn == NULL) { \
			*(void **)(void *)&fn = real(#name); \
			atomic_store(&library, fn); \
		} \
		if (last && !after_call) \
			end(); \
		got = fn args; \
		if (last) \
			end(); \
		return got; \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

IN_PLACE_OF(ssize_t, write, WRITE, (int fd, const void *b, size_t n), (fd, b, n))
IN_PLACE_OF(
    ssize_t, pwrite, WRITE, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at))
IN_PLACE_OF(ssize_t, pwrite64, WRITE, (int fd, const void *b, size_t n, off64_t at),
    (fd, b, n, at))
IN_PLACE_OF(ssize_t, writev, WRITE, (int fd, const struct iovec *v, int n), (fd, v, n))
IN_PLACE_OF(int, fsync, SYNC, (int fd), (fd))
IN_PLACE_OF(int, fdatasync, SYNC, (int fd), (fd))
IN_PLACE_OF(ssize_t, send, SEND, (int fd, const void *b, size_t n, int flags),
    (fd, b, n, flags))
IN_PLACE_OF(ssize_t, sendto, SEND,
    (int fd, const void *b, size_t n, int flags, const struct sockaddr *to,
	socklen_t to_len),
    (fd, b, n, flags, to, to_len))
IN_PLACE_OF(
    ssize_t, sendmsg, SEND, (int fd, const struct msghdr *m, int flags), (fd, m, flags))
IN_PLACE_OF(int, connect, CONNECT,
    (int fd, const struct sockaddr *to, socklen_t to_len), (fd, to, to_len))

/* Its third argument is a number or a pointer, or is not there; passed on as it is. */
static int
control(const char *name, int fd, int cmd, void *arg)
{
	int (*fn)(int, int, ...);
	bool locks = cmd == F_SETLK || cmd == F_SETLKW || cmd == F_OFD_SETLK ||
	    cmd == F_OFD_SETLKW;
	bool last = locks && is_last(LOCK);
	int got;

	*(void **)(void *)&fn = real(name);
	if (last && !after_call)
		end();
	got = fn(fd, cmd, arg);
	if (last)
		end();
	return got;
}

#define IN_PLACE_OF_FCNTL(name) \
	int name(int fd, int cmd, ...); \
	int name(int fd, int cmd, ...) \
	{ \
		va_list more; \
		void *arg; \
\
		va_start(more, cmd); \
		arg = va_arg(more, void *); \
		va_end(more); \
		return control(#name, fd, cmd, arg); \
	}

IN_PLACE_OF_FCNTL(fcntl)
IN_PLACE_OF_FCNTL(fcntl64)
