/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "store/claim.h"
#include "store/state_i.h"
#include "store/store_i.h"

#define CLAIM_FILE "bot"

/* Whose it is; empty: nobody's. */
static bool
read_owner(int dirfd, char owner[PATH_MAX], struct err *e)
{
	/* Non-blocking, so that a FIFO in its place does not stop us. */
	CLEANUP(closep)
	int fd = openat(dirfd, CLAIM_FILE,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n;

	owner[0] = '\0';
	if (fd < 0)
		return errno == ENOENT || err_io(e, "%s", CLAIM_FILE);
	n = read(fd, owner, PATH_MAX - 1);
	if (n < 0)
		return err_io(e, "%s", CLAIM_FILE);
	owner[n] = '\0';
	owner[strcspn(owner, "\n")] = '\0';
	return true;
}

/* A bot that was moved or removed has no conf/ where it was. */
static bool
is_there(const char *root)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX + 8);

	buf_printf(&path, "%s/conf", root);
	return access(path.data, F_OK) == 0 || errno != ENOENT;
}

/*
 * By name, so that a link may lead to another release of the same bot tomorrow; or by place,
 * under whatever name.
 */
static bool
is_same(const char *owner, const char *given, const char *place)
{
	char real[PATH_MAX];

	return strcmp(owner, given) == 0 ||
	    (realpath(owner, real) != NULL && strcmp(real, place) == 0);
}

static bool
claim(int dirfd, const char *path, const char *key, const char *given, struct err *e)
{
	char owner[PATH_MAX], place[PATH_MAX];
	const char *root = given;

	if (realpath(given, place) == NULL)
		return err_io(e, "%s", given);
	if (*given != '/')
		root = place;
	if (!read_owner(dirfd, owner, e))
		return err_wrap(e, "%s", key);
	if (owner[0] != '\0' && is_same(owner, root, place))
		return true;
	if (owner[0] != '\0' && is_there(owner))
		return err_set(e, ERR_CONFIG, 0,
		    "%s: %s is the folder of another bot, %s: give each one of its "
		    "own in its conf/custom/store.cfg (a bot that is no more: "
		    "remove the file %s in it)",
		    key, path, owner, CLAIM_FILE);
	if (owner[0] != '\0')
		LOG(LOG_INFO, "store", "folder taken over", LS("folder", path),
		    LS("from", owner));
	return file_replace(dirfd, CLAIM_FILE, root, strlen(root), e) ||
	    err_wrap(e, "%s: %s", key, CLAIM_FILE);
}

bool
store_claim(const struct store *s, const char *root, struct err *e)
{
	return claim(s->dirfd, s->path, "store.path", root, e);
}

bool
state_claim(const struct state *st, const char *root, struct err *e)
{
	return claim(st->dirfd, st->path, "store.state_path", root, e);
}

bool
store_attend(struct store *s, struct err *e)
{
	struct flock all = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	s->attend_fd = openat(
	    s->dirfd, CLAIM_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (s->attend_fd >= 0 && fcntl(s->attend_fd, F_OFD_SETLK, &all) == 0)
		return true;
	err_io(e, "%s", CLAIM_FILE);
	return err_wrap(e, "store.path: %s", s->path);
}

bool
store_attended(const char *path)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	CLEANUP(buf_fini) struct buf file = BUF_INIT(PATH_MAX);
	CLEANUP(closep) int fd = -1;

	buf_printf(&file, "%s/%s", path, CLAIM_FILE);
	fd = open(file.data, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &all) == 0 && all.l_type != F_UNLCK;
}
