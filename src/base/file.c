/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/xalloc.h"

void
closep(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

bool
file_unnamed(const char *dir, int *fd, struct err *e)
{
	int got = -1;

	if (dir != NULL) {
		got = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		/* What a file system, or an old kernel, says that has none. */
		if (got < 0 && errno != EOPNOTSUPP && errno != EISDIR)
			return err_io(e, "%s: a file without a name", dir);
	}
	if (got < 0)
		got = memfd_create("botline", MFD_CLOEXEC);
	if (got < 0)
		return err_io(e, "a file in memory");
	if (fchmod(got, 0600) != 0) {
		(void)err_io(e, "a file without a name");
		close(got);
		return false;
	}
	*fd = got;
	return true;
}

bool
file_read_all(int fd, struct buf *out, struct err *e)
{
	char chunk[8192];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n == 0)
			return true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_io(e, "read");
		buf_add(out, chunk, (size_t)n);
		if (!buf_ok(out))
			return err_set(
			    e, ERR_TOO_BIG, 0, "more than %zu bytes", out->max);
	}
}

bool
file_read(int dirfd, const char *path, struct buf *out, struct err *e)
{
	/* Non-blocking, so that a FIFO in a file's place does not stop us. */
	CLEANUP(closep)
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t before = out->len;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) != 0)
		return err_io(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_IO, EINVAL, "%s: not a regular file", path);
	if (file_read_all(fd, out, e))
		return true;
	buf_truncate(out, before);
	out->overflow = false;
	return err_wrap(e, "%s", path);
}

bool
file_write_all(int fd, const void *data, size_t len, struct err *e)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_io(e, "write");
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* What a file shall hold. */
struct content {
	const void *data;
	size_t len;
	const struct timespec *mtime; /* NULL: the time at which it is written */
};

static bool
fill(int fd, const struct content *c, struct err *e)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };

	if (!file_write_all(fd, c->data, c->len, e))
		return false;
	if (c->mtime == NULL)
		return true;
	times[1] = *c->mtime;
	return futimens(fd, times) == 0 || err_io(e, "set the time");
}

/* Makes the file, fills it, closes it. On failure it may exist, incomplete. */
static bool
write_new(int dirfd, const char *name, const struct content *c, struct err *e)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dirfd, name, flags, 0600);

	if (fd == -1)
		return err_io(e, "open");
	if (!fill(fd, c, e)) {
		close(fd);
		return false;
	}
	if (close(fd) != 0)
		return err_io(
		    e, "close"); /* some filesystems report a full disk here */
	return true;
}

static bool
replace(int dirfd, const char *name, const struct content *c, struct err *e)
{
	char tmp[sizeof(FILE_TMP_PREFIX) + 32], digits[33];

	random_hex(digits, 16);
	snprintf(tmp, sizeof(tmp), "%s%s", FILE_TMP_PREFIX, digits);
	if (!write_new(dirfd, tmp, c, e)) {
		unlinkat(dirfd, tmp, 0);
		return err_wrap(e, "%s", name);
	}
	if (renameat(dirfd, tmp, dirfd, name) != 0) {
		err_io(e, "%s: rename", name);
		unlinkat(dirfd, tmp, 0);
		return false;
	}
	return true;
}

bool
file_replace(int dirfd, const char *name, const void *data, size_t len, struct err *e)
{
	return replace(dirfd, name, &(struct content){ data, len, NULL }, e);
}

bool
file_replace_dated(int dirfd, const char *name, const void *data, size_t len,
    int64_t mtime_s, struct err *e)
{
	const struct timespec mtime = { .tv_sec = (time_t)mtime_s };

	return replace(dirfd, name, &(struct content){ data, len, &mtime }, e);
}

/* False when it cannot be told, too. */
static bool
is_empty(int dirfd)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *d;
	bool empty = dir != NULL;

	while (empty && (d = readdir(dir)) != NULL)
		empty = strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
	if (dir != NULL)
		closedir(dir);
	else
		closep(&fd);
	return empty;
}

bool
dir_takes_private(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	    (st.st_mode & 022) == 0 && is_empty(fd);
}

/* What is wrong with the folder that fd has open, if anything. */
static bool
check_private(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_io(e, "%s", path);
	if (st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, EPERM,
		    "%s: belongs to user %lu, we run as user %lu; run as that one, "
		    "chown it, or name another folder",
		    path, (unsigned long)st.st_uid, (unsigned long)geteuid());
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_CONFIG, 0,
		    "%s: mode %03o lets others in; say: chmod 700 %s", path,
		    (unsigned)st.st_mode & 07777, path);
	return true;
}

bool
dir_private(const char *path, int *dirfd, struct err *e)
{
	size_t n = strlen(path);
	CLEANUP(freep) char *bare = NULL;
	int fd;

	/*
	 * With a slash behind it, a symbolic link would be followed in spite of
	 * O_NOFOLLOW.
	 */
	while (n > 1 && path[n - 1] == '/')
		n--;
	bare = xstrndup(path, n);
	if (mkdir(bare, 0700) != 0 && errno != EEXIST)
		return errno == ENOENT
		    ? err_set(e, ERR_IO, ENOENT,
			  "%s: the folder it would be made in is missing", bare)
		    : err_io(e, "%s", bare);
	fd = open(bare, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 && (errno == ELOOP || errno == ENOTDIR))
		return err_set(e, ERR_CONFIG, errno,
		    "%s: not a folder (a symbolic link is refused): name another",
		    bare);
	if (fd == -1)
		return err_io(e, "%s", bare);
	/* If that fails the check says what is wrong. */
	if (dir_takes_private(fd))
		(void)!fchmod(fd, 0700);
	if (!check_private(fd, bare, e)) {
		close(fd);
		return false;
	}
	*dirfd = fd;
	return true;
}

void
dir_default(struct buf *path)
{
	const char *tmp = getenv("TMPDIR");
	struct stat st;

	if (lstat(DIR_SERVICE, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid()) {
		buf_str(path, DIR_SERVICE);
		return;
	}
	buf_printf(path, "%s/botline-%lu", tmp != NULL && *tmp == '/' ? tmp : "/tmp",
	    (unsigned long)geteuid());
}
