/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unit/kill_calls.h"

struct kill_calls kill_calls;

/*
 * Under names of our own, so that what the headers make of the real ones (redirections for
 * large files, fortified versions) does not matter.
 */
long k_write(int fd, const void *data, size_t n) __asm__("write");
long k_pwrite(int fd, const void *data, size_t n, long at) __asm__("pwrite");
long k_pwrite64(int fd, const void *data, size_t n, long at) __asm__("pwrite64");
int k_ftruncate(int fd, long size) __asm__("ftruncate");
int k_ftruncate64(int fd, long size) __asm__("ftruncate64");
int k_fcntl(int fd, int cmd, ...) __asm__("fcntl");
int k_fcntl64(int fd, int cmd, ...) __asm__("fcntl64");
int k_fsync(int fd) __asm__("fsync");
int k_fdatasync(int fd) __asm__("fdatasync");
int k_unlink(const char *path) __asm__("unlink");
int k_unlinkat(int dir, const char *path, int flags) __asm__("unlinkat");
int k_renameat(int from, const char *old, int to, const char *name) __asm__("renameat");
int k_mknodat(int dir, const char *path, unsigned mode, unsigned long dev) __asm__(
    "mknodat");

static bool
is_last(void)
{
	return ++kill_calls.calls == kill_calls.kill_at;
}

static void
die(void)
{
	kill(getpid(), SIGKILL);
}

static void
count(void)
{
	if (is_last())
		die();
}

long
k_pwrite64(int fd, const void *data, size_t n, long at)
{
	if (is_last()) {
		if (kill_calls.torn)
			syscall(SYS_pwrite64, fd, data, n / 2, at);
		die();
	}
	return syscall(SYS_pwrite64, fd, data, n, at);
}

long
k_pwrite(int fd, const void *data, size_t n, long at)
{
	return k_pwrite64(fd, data, n, at);
}

long
k_write(int fd, const void *data, size_t n)
{
	if (is_last()) {
		if (kill_calls.torn)
			syscall(SYS_write, fd, data, n / 2);
		die();
	}
	return syscall(SYS_write, fd, data, n);
}

int
k_ftruncate64(int fd, long size)
{
	count();
	return (int)syscall(SYS_ftruncate, fd, size);
}

int
k_ftruncate(int fd, long size)
{
	return k_ftruncate64(fd, size);
}

static int
do_fcntl(int fd, int cmd, void *arg)
{
	if (cmd == F_SETLK || cmd == F_SETLKW || cmd == F_OFD_SETLK ||
	    cmd == F_OFD_SETLKW)
		count();
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

int
k_fcntl64(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	return do_fcntl(fd, cmd, arg);
}

int
k_fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	return do_fcntl(fd, cmd, arg);
}

int
k_fsync(int fd)
{
	(void)fd;
	count();
	return 0;
}

int
k_fdatasync(int fd)
{
	return k_fsync(fd);
}

int
k_unlinkat(int dir, const char *path, int flags)
{
	count();
	return (int)syscall(SYS_unlinkat, dir, path, flags);
}

int
k_unlink(const char *path)
{
	return k_unlinkat(AT_FDCWD, path, 0);
}

int
k_renameat(int from, const char *old, int to, const char *name)
{
	count();
	return (int)syscall(SYS_renameat2, from, old, to, name, 0);
}

int
k_mknodat(int dir, const char *path, unsigned mode, unsigned long dev)
{
	count();
	return (int)syscall(SYS_mknodat, dir, path, mode, dev);
}
