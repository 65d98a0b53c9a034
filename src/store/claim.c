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

static bool
claim(int dirfd, const char *path, const char *key, const char *given, struct err *e)
{
	char owner[PATH_MAX], root[PATH_MAX];

	if (realpath(given, root) == NULL)
		return err_io(e, "%s", given);
	if (!read_owner(dirfd, owner, e))
		return err_wrap(e, "%s", key);
	if (strcmp(owner, root) == 0)
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
