/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_OWN_DISK_H
#define UNIT_OWN_DISK_H

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mount.h>

#include "unit/store_support.h"

/*
 * A disk of the test's own: a tmpfs mounted where only the test sees it. An ordinary user
 * gets the right to mount by a user namespace of his own.
 */
static bool own_write_text(const char *path, const char *fmt, ...) PRINTF(2, 3);

static bool
own_write_text(const char *path, const char *fmt, ...)
{
	FILE *f = fopen(path, "w");
	va_list ap;

	if (f == NULL)
		return false;
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	return fclose(f) == 0;
}

/* Our own view of the mounts, with ourselves as the user we are. */
static UNUSED bool
own_mounts(void)
{
	unsigned uid = geteuid(), gid = getegid();

	if (uid == 0)
		return unshare(CLONE_NEWNS) == 0 &&
		    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    own_write_text("/proc/self/setgroups", "deny") &&
	    own_write_text("/proc/self/uid_map", "%u %u 1", uid, uid) &&
	    own_write_text("/proc/self/gid_map", "%u %u 1", gid, gid);
}

/* Fills what is left of the disk; the file is the caller's to remove. */
static UNUSED void
own_disk_fill(const char *path)
{
	static const char block[4096];
	CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_neq(fd, -1);
	while (write(fd, block, sizeof(block)) > 0)
		;
	cr_assert_eq(errno, ENOSPC);
}

#endif
