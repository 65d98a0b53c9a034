/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "store/conv_look.h"
#include "store/line.h"
#include "store/record.h"
#include "store/store_i.h"

/*
 * Whoever reads without standing in line may find that two commits have passed between his
 * look at the heads and at the data. That happens seldom, and never often in a row.
 */
enum { READ_TRIES = 20 };

void
conv_key(const char *conv_id, char key[CONV_KEY_SIZE])
{
	sha256_hex(conv_id, strlen(conv_id), key);
}

static bool
is_key(const char *text)
{
	return strlen(text) == CONV_KEY_SIZE - 1 &&
	    strspn(text, "0123456789abcdef") == CONV_KEY_SIZE - 1;
}

/* Opens it for reading; -1 with ERR_NONE where there is no such file. */
static int
open_look(const struct store *s, const char *key, struct err *e)
{
	char name[CONV_NAME_SIZE];
	int fd;

	snprintf(name, sizeof(name), CONV_PREFIX "%s", key);
	/* Non-blocking, so that a FIFO in its place does not stop us. */
	fd = openat(
	    s->dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		err_set(e, ERR_NONE, 0, "%s", "");
	else if (fd < 0)
		err_io(e, "open");
	return fd;
}

/* What there is to tell but for the record; ERR_NONE: it is empty or has expired. */
static bool
look_at(const struct store *s, int fd, const char *key, struct conv_seen *seen,
    struct err *e)
{
	struct stat st;
	int n;

	if (!store_own_file(fd, &st, e))
		return false;
	if (st.st_size == 0 || store_expired(s, st.st_mtim.tv_sec))
		return err_set(e, ERR_NONE, 0, "%s", "");
	n = line_length(fd, 1 + LIMIT_WAITING, e);
	if (n < 0)
		return false;
	*seen = (struct conv_seen){
		.used_s = st.st_mtim.tv_sec, .bytes = st.st_size, .in_line = n
	};
	snprintf(seen->key, sizeof(seen->key), "%s", key);
	return true;
}

static bool
tell_of(struct store *s, const char *name, conv_seen_fn *fn, void *arg, bool *go_on,
    struct err *e)
{
	const char *key = name + sizeof(CONV_PREFIX) - 1;
	CLEANUP(closep) int fd = -1;
	struct conv_seen seen;

	if (strncmp(name, CONV_PREFIX, sizeof(CONV_PREFIX) - 1) != 0 || !is_key(key))
		return true;
	fd = open_look(s, key, e);
	if (fd < 0 || !look_at(s, fd, key, &seen, e))
		return e->kind == ERR_NONE ||
		    err_wrap(e, "conversation %s/%s", s->path, name);
	*go_on = fn(&seen, arg);
	return true;
}

bool
conv_each(struct store *s, conv_seen_fn *fn, void *arg, struct err *e)
{
	int fd = openat(s->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	bool ok = true, go_on = true;
	struct dirent *d;

	if (dir == NULL) {
		err_io(e, "open");
		closep(&fd);
		return err_wrap(e, "%s", s->path);
	}
	while (ok && go_on && (d = readdir(dir)) != NULL)
		ok = tell_of(s, d->d_name, fn, arg, &go_on, e);
	closedir(dir);
	return ok;
}

static enum conv_found
read_standing(int fd, struct buf *record, struct err *e)
{
	enum record_found found = RECORD_DAMAGED;
	struct record_at at;

	for (int i = 0; i < READ_TRIES && found == RECORD_DAMAGED; i++) {
		buf_reset(record);
		found = record_read(fd, record, &at, e);
	}
	switch (found) {
	case RECORD_OK:
		if (buf_ok(record))
			return CONV_FOUND;
		err_set(e, ERR_TOO_BIG, 0, "record above %zu bytes", record->max);
		return CONV_UNREADABLE;
	case RECORD_NONE:
		return CONV_NONE;
	case RECORD_DAMAGED:
		return CONV_DAMAGED;
	case RECORD_FAILED:
		break;
	}
	return CONV_UNREADABLE;
}

enum conv_found
conv_peek(struct store *s, const char *key, struct buf *record, struct conv_seen *seen,
    struct err *e)
{
	CLEANUP(closep) int fd = -1;
	enum conv_found found = CONV_UNREADABLE;

	buf_reset(record);
	if (!is_key(key))
		return CONV_NONE;
	fd = open_look(s, key, e);
	if (fd >= 0 && look_at(s, fd, key, seen, e))
		found = read_standing(fd, record, e);
	else if (e->kind == ERR_NONE)
		return CONV_NONE;
	if (found == CONV_UNREADABLE)
		err_wrap(e, "conversation %s/" CONV_PREFIX "%s", s->path, key);
	return found;
}
