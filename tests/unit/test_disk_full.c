/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A really full disk: a tmpfs of half a megabyte, mounted where only the test sees it. An
 * ordinary user gets the right to mount by a user namespace of his own.
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(disk_full, .init = not_for_ever, .fini = no_leaks);

static bool write_text(const char *path, const char *fmt, ...) PRINTF(2, 3);

static bool
write_text(const char *path, const char *fmt, ...)
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
static bool
own_mounts(void)
{
	unsigned uid = geteuid(), gid = getegid();

	if (uid == 0)
		return unshare(CLONE_NEWNS) == 0 &&
		    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    write_text("/proc/self/setgroups", "deny") &&
	    write_text("/proc/self/uid_map", "%u %u 1", uid, uid) &&
	    write_text("/proc/self/gid_map", "%u %u 1", gid, gid);
}

/* Fills what is left of the disk; the file is the caller's to remove. */
static void
fill(const char *path)
{
	static const char block[4096];
	CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_neq(fd, -1);
	while (write(fd, block, sizeof(block)) > 0)
		;
	cr_assert_eq(errno, ENOSPC);
}

Test(disk_full, the_old_record_stands)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	static char big[100000];
	struct cache_stamp stamp;
	struct store *s;
	struct conv *c;
	struct err e = { 0 };
	char filler[100];

	if (!own_mounts() ||
	    mount("tmpfs", dir.path, "tmpfs", 0, "size=512k,mode=0700") != 0)
		cr_skip(
		    "this machine lets us mount nothing; see record/disk_takes_a_part");
	snprintf(filler, sizeof(filler), "%s/filler", dir.path);
	s = open_store(&dir, 3600, &clock_system);
	memset(big, 'b', sizeof(big) - 1);

	say(s, "x", "before");
	fill(filler);
	c = enter(s, "x");
	for (int tries = 0; tries < 3; tries++) {
		cr_expect_not(conv_commit(c, big, sizeof(big) - 1, &e), "full");
		cr_expect_eq(e.kind, ERR_IO);
		cr_expect_eq(e.code, ENOSPC);
		cr_expect_str_eq(load(c), "before", "in the same turn");
	}
	conv_leave(c);
	cr_expect_str_eq(heard(s, "x"), "before", "in the next turn");
	cr_expect_not(cache_write(s, "cached-x", big, sizeof(big), &stamp, &e));
	cr_expect_eq(e.code, ENOSPC);
	c = enter(s, "somebody new can at least enter");
	cr_expect_not(conv_commit(c, big, sizeof(big) - 1, &e), "but leave nothing");
	conv_leave(c);

	cr_assert_eq(unlink(filler), 0);
	say(s, "x", big);
	cr_expect_str_eq(heard(s, "x"), big, "space is back");
	store_close(s);
	cr_expect_eq(umount(dir.path), 0);
}
