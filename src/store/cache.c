/* SPDX-License-Identifier: Apache-2.0 */
/* Caches: store.h says what they are. A file is only ever replaced as a whole. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/store_i.h"

/* Names are made by our own code, partly from configuration: none may leave the folder. */
static bool
name_ok(const char *name, struct err *e)
{
	if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL ||
	    strncmp(name, CONV_PREFIX, sizeof(CONV_PREFIX) - 1) == 0)
		return err_set(e, ERR_IO, EINVAL, "not a name for a cache");
	return true;
}

static struct cache_stamp
stamp_of(const struct stat *st)
{
	return (struct cache_stamp){
		.ino = (int64_t)st->st_ino,
		.mtime_ns =
		    (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.size = st->st_size,
	};
}

/* A missing file is told by ERR_NONE. */
static bool
read_cache(struct store *s, const char *name, struct buf *out,
    struct cache_stamp *stamp, struct err *e)
{
	/* Non-blocking, so that a FIFO in its place does not stop us. */
	CLEANUP(closep)
	int fd = openat(
	    s->dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	buf_reset(out);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, ERR_NONE, 0, "%s", "");
	if (fd < 0 && errno == ELOOP)
		return err_set(e, ERR_IO, ELOOP, "it is a symbolic link: remove it");
	if (fd < 0)
		return err_io(e, "open");
	if (!store_own_file(fd, &st, e))
		return false;
	if (!file_read_all(fd, out, e)) {
		buf_reset(out);
		return false;
	}
	*stamp = stamp_of(&st);
	return true;
}

bool
cache_read(struct store *s, const char *name, struct buf *out,
    struct cache_stamp *stamp, struct err *e)
{
	if (name_ok(name, e) && read_cache(s, name, out, stamp, e))
		return true;
	return e->kind == ERR_NONE ? false : err_wrap(e, "cache %s/%s", s->path, name);
}

bool
cache_write(struct store *s, const char *name, const void *data, size_t len,
    struct cache_stamp *stamp, struct err *e)
{
	CLEANUP(buf_fini) struct buf now = BUF_INIT(len);
	struct cache_stamp seen;
	struct err ignored;

	if (!name_ok(name, e) || !file_replace(s->dirfd, name, data, len, e))
		return err_wrap(e, "cache %s/%s", s->path, name);
	/*
	 * Another process may have put its own file in place of ours already. Its stamp must
	 * not pass for that of our content: then ours is the stamp of no file.
	 */
	*stamp = (struct cache_stamp){ 0 };
	if (read_cache(s, name, &now, &seen, &ignored) && now.len == len &&
	    memcmp(now.data, data, len) == 0)
		*stamp = seen;
	return true;
}

bool
cache_is(struct store *s, const char *name, const struct cache_stamp *stamp)
{
	struct cache_stamp now;
	struct stat st;

	if (fstatat(s->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	now = stamp_of(&st);
	return now.ino == stamp->ino && now.mtime_ns == stamp->mtime_ns &&
	    now.size == stamp->size;
}

bool
cache_drop(struct store *s, const char *name)
{
	struct err e;

	/* It may be gone already; and if it stays, it is no worse than it was. */
	return name_ok(name, &e) &&
	    (unlinkat(s->dirfd, name, 0) == 0 || errno == ENOENT);
}

static void
tell_of(struct store *s, const char *name, cache_seen_fn *fn, void *arg)
{
	struct cache_seen seen;
	struct stat st;

	/* What is gone meanwhile, or is no plain file, is no cache of ours. */
	if (strlen(name) > CACHE_NAME_MAX ||
	    fstatat(s->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode))
		return;
	seen =
	    (struct cache_seen){ .changed_s = st.st_mtim.tv_sec, .bytes = st.st_size };
	snprintf(seen.name, sizeof(seen.name), "%s", name);
	fn(&seen, arg);
}

bool
cache_each(
    struct store *s, const char *prefix, cache_seen_fn *fn, void *arg, struct err *e)
{
	int fd = openat(s->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct err ignored;
	struct dirent *d;

	if (dir == NULL) {
		err_io(e, "%s", s->path);
		closep(&fd);
		return false;
	}
	while ((d = readdir(dir)) != NULL)
		if (strncmp(d->d_name, prefix, strlen(prefix)) == 0 &&
		    name_ok(d->d_name, &ignored))
			tell_of(s, d->d_name, fn, arg);
	closedir(dir);
	return true;
}
