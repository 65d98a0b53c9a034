/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks: due.h says what they are. One is a small file in the folder "due" of the store,
 * of the same name as the file of its conversation. It holds the conversation's id, and its
 * time is the time of its last change: so a look at the folder reads no file, and putting a
 * mark off is one system call. Whoever takes one holds a lock on its file while he looks at
 * its time again, so that of two who come at once one finds that it has been put off.
 *
 * A new mark takes its former's place by rename. Who has just that moment locked the former
 * has an id that is taken once too often, which does no harm, and leaves the new one alone.
 */
#include "config.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/due.h"
#include "store/store_i.h"

#define FOLDER "due"

/* Opens the folder to put something into it; made anew when an operator removed it. */
static bool
open_folder(const struct store *s, int *fd, struct err *e)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX);

	buf_printf(&path, "%s/" FOLDER, s->path);
	return dir_private(path.data, fd, e);
}

bool
due_set(struct store *s, const char *conv_id, int64_t due_s, struct err *e)
{
	CLEANUP(closep) int fd = -1;
	size_t len = strlen(conv_id);
	char name[CONV_NAME_SIZE];

	if (len > LIMIT_CONV_ID)
		return err_set(
		    e, ERR_TOO_BIG, 0, "id of a conversation of %zu bytes", len);
	store_conv_name(conv_id, name);
	if (!open_folder(s, &fd, e) ||
	    !file_replace_dated(fd, name, conv_id, len, due_s, e))
		return err_wrap(e, "mark of a conversation due later");
	return true;
}

void
due_forget(struct store *s, const char *conv_name)
{
	char path[sizeof(FOLDER) + CONV_NAME_SIZE];

	snprintf(path, sizeof(path), FOLDER "/%s", conv_name);
	if (unlinkat(s->dirfd, path, 0) != 0 && errno != ENOENT && errno != ENOTDIR)
		LOG(LOG_WARN, "store", "mark cannot be removed", LS("file", path),
		    LI("errno", errno), LH(HINT_STORE));
}

void
due_clear(struct store *s, const char *conv_id)
{
	char name[CONV_NAME_SIZE];

	store_conv_name(conv_id, name);
	due_forget(s, name);
}

static bool
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool
is_mark_name(const char *name)
{
	if (!starts_with(name, CONV_PREFIX) || strlen(name) != CONV_NAME_SIZE - 1)
		return false;
	for (const char *p = name + sizeof(CONV_PREFIX) - 1; *p != '\0'; p++)
		if (!isxdigit((unsigned char)*p))
			return false;
	return true;
}

/* Once: whatever lies there will be there at the next look, too. */
static void
tell_odd(struct store *s, const char *name, const char *why)
{
	if (s->due_odd)
		return;
	s->due_odd = true;
	LOG(LOG_WARN, "store", "a file among the marks is none of ours",
	    LS("folder", s->path), LS("file", name), LS("why", why),
	    LH("remove it; others like it are not told of"));
}

static void
tell_errno(struct store *s, const char *name)
{
	struct err e;

	if (errno == ENOENT)
		return; /* gone meanwhile, or never made */
	err_io(&e, "open");
	tell_odd(s, name, e.text);
}

/* What a due_set left that died in the middle. */
static void
sweep_tmp(const struct store *s, int dirfd, const char *name, const struct stat *st)
{
	if (S_ISREG(st->st_mode) &&
	    clock_wall_s(s->clock) - st->st_mtim.tv_sec > LIMIT_TMP_AGE_S)
		unlinkat(dirfd, name, 0);
}

/* By its name and time alone. */
static bool
is_due(struct store *s, int dirfd, const char *name, int64_t now_s)
{
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	if (starts_with(name, FILE_TMP_PREFIX)) {
		sweep_tmp(s, dirfd, name, &st);
		return false;
	}
	if (!is_mark_name(name) || !S_ISREG(st.st_mode)) {
		tell_odd(s, name, "not the name or the kind of a mark");
		return false;
	}
	return st.st_mtim.tv_sec <= now_s;
}

/* The id of a mark that is whole: it gives the mark's own name. */
static bool
read_id(int fd, const char *name, struct buf *id)
{
	char own[CONV_NAME_SIZE];
	struct err e;

	if (!file_read_all(fd, id, &e) || memchr(id->data, '\0', id->len) != NULL)
		return false;
	store_conv_name(id->data, own);
	return strcmp(own, name) == 0;
}

/* Ours from here on, unless another took or replaced it since we looked. */
static bool
lock_mark(struct store *s, int fd, const char *name, int64_t now_s)
{
	struct stat st;
	struct err e;

	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return false;
	if (!store_own_file(fd, &st, &e)) {
		tell_odd(s, name, e.text);
		return false;
	}
	return st.st_nlink == 1 && st.st_mtim.tv_sec <= now_s;
}

static bool
take_mark(struct store *s, const char *name, int64_t now_s, int64_t retry_s,
    struct buf *conv_id)
{
	const struct timespec put_off[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = (time_t)(now_s + retry_s) } };
	int dir = dirfd(s->due_dir);
	CLEANUP(buf_fini) struct buf id = BUF_INIT(LIMIT_CONV_ID);
	CLEANUP(closep)
	int fd =
	    openat(dir, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		tell_errno(s, name);
		return false;
	}
	if (!lock_mark(s, fd, name, now_s))
		return false;
	if (!read_id(fd, name, &id)) {
		LOG(LOG_WARN, "store", "mark damaged, removed", LS("file", name),
		    LH(HINT_REMOVED));
		unlinkat(dir, name, 0);
		return false;
	}
	if (futimens(fd, put_off) != 0) {
		LOG(LOG_WARN, "store", "mark cannot be put off", LS("file", name),
		    LI("errno", errno), LH(HINT_STORE));
		return false;
	}
	buf_reset(conv_id);
	buf_add(conv_id, id.data, id.len);
	return true;
}

/* Nobody has set a mark as long as there is no folder. */
static bool
begin(struct store *s)
{
	int fd =
	    openat(s->dirfd, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	s->due_dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (s->due_dir != NULL)
		return true;
	tell_errno(s, FOLDER);
	closep(&fd);
	return false;
}

static void
end(struct store *s)
{
	closedir(s->due_dir);
	s->due_dir = NULL;
}

/* One look at the folder: from where the last one stopped, once round at most. */
struct look {
	int64_t now_s;
	size_t left; /* entries it may still look at */
	bool whole; /* it began at the beginning, or has come to the end once */
};

static struct look
look_from(const struct store *s, int64_t now_s)
{
	return (struct look){ now_s, LIMIT_DUE_FILES, s->due_dir == NULL };
}

/* The next mark that is due; its name is valid until the next call. */
static const char *
next_due(struct store *s, struct look *l)
{
	while (l->left > 0) {
		struct dirent *d;

		if (s->due_dir == NULL && !begin(s))
			return NULL;
		l->left--;
		d = readdir(s->due_dir);
		if (d == NULL) {
			end(s);
			if (l->whole)
				l->left = 0;
			l->whole = true;
		} else if (is_due(s, dirfd(s->due_dir), d->d_name, l->now_s)) {
			return d->d_name;
		}
	}
	return NULL;
}

bool
due_take(struct store *s, int64_t now_s, int64_t retry_s, struct buf *conv_id)
{
	struct look look;
	const char *name;
	bool taken = false;

	assert(conv_id->max >= LIMIT_CONV_ID);
	pthread_mutex_lock(&s->due_mutex);
	look = look_from(s, now_s);
	while (!taken && (name = next_due(s, &look)) != NULL)
		taken = take_mark(s, name, now_s, retry_s, conv_id);
	pthread_mutex_unlock(&s->due_mutex);
	return taken;
}

bool
due_any(struct store *s, int64_t now_s)
{
	struct look look;
	bool any;

	pthread_mutex_lock(&s->due_mutex);
	look = look_from(s, now_s);
	any = next_due(s, &look) != NULL;
	pthread_mutex_unlock(&s->due_mutex);
	return any;
}
