/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded by tools/check-valgrind. Valgrind (3.19) does not know that F_OFD_SETLKW may
 * block: as long as the call lasts no other thread runs and no signal comes in. So a lock
 * that is taken fails as if a signal had come, and the caller asks again.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;
	int r;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	r = (int)syscall(SYS_fcntl, fd, cmd == F_OFD_SETLKW ? F_OFD_SETLK : cmd, arg);
	if (r != 0 && cmd == F_OFD_SETLKW && (errno == EAGAIN || errno == EACCES)) {
		sched_yield();
		errno = EINTR;
	}
	return r;
}
