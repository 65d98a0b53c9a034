/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what nobody will ask for again. How it keeps out of the way is told in conv.c. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/line.h"
#include "store/store_i.h"

static bool
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/*
 * With the gate held, so that nobody can come: the file is still the one of that name (only
 * gate holders remove one), it has expired, and nobody is in the line.
 */
static bool
may_go(struct store *s, int fd)
{
	struct err e;
	struct stat st;

	return store_own_file(fd, &st, &e) && st.st_nlink == 1 &&
	    store_expired(s, st.st_mtim.tv_sec) && line_length(fd, 1, &e) == 0;
}

static bool
sweep_conv(struct store *s, const char *name)
{
	CLEANUP(closep)
	int fd = openat(s->dirfd, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);

	/* The gate opens when fd is closed. */
	if (fd < 0 || !line_gate_try(fd) || !may_go(s, fd))
		return false;
	due_forget(s, name);
	return unlinkat(s->dirfd, name, 0) == 0;
}

/* One entry of the folder; true when it went. Its age is looked at before anything else. */
static bool
sweep_entry(struct store *s, const char *name)
{
	bool conv = starts_with(name, CONV_PREFIX);
	bool tmp = starts_with(name, FILE_TMP_PREFIX);
	struct stat st;

	if ((!conv && !tmp) || fstatat(s->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	if (conv)
		return store_expired(s, st.st_mtim.tv_sec) && sweep_conv(s, name);
	/* A file_replace that has not ended by then has died. */
	return clock_wall_s(s->clock) - st.st_mtim.tv_sec > LIMIT_TMP_AGE_S &&
	    unlinkat(s->dirfd, name, 0) == 0;
}

/* A description of its own: the position in the folder belongs to it. */
static DIR *
open_dir(const struct store *s)
{
	int fd = openat(s->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL) {
		LOG(LOG_WARN, "store", "cannot sweep", LS("path", s->path),
		    LI("errno", errno), LH(HINT_STORE));
		closep(&fd);
	}
	return dir;
}

bool
store_count(const char *path, uint64_t *n, struct err *e)
{
	DIR *dir = opendir(path);
	const struct dirent *d;

	if (dir == NULL)
		return err_io(e, "%s", path);
	*n = 0;
	while ((d = readdir(dir)) != NULL)
		*n += starts_with(d->d_name, CONV_PREFIX);
	closedir(dir);
	return true;
}

static size_t
sweep_some(struct store *s, size_t max_files)
{
	size_t gone = 0;

	if (s->sweep_dir == NULL)
		s->sweep_dir = open_dir(s);
	if (s->sweep_dir == NULL)
		return 0;
	for (size_t i = 0; i < max_files; i++) {
		struct dirent *d = readdir(s->sweep_dir);

		if (d == NULL) {
			closedir(s->sweep_dir);
			s->sweep_dir = NULL;
			break;
		}
		gone += sweep_entry(s, d->d_name);
	}
	return gone;
}

size_t
store_sweep(struct store *s, size_t max_files)
{
	size_t gone;

	/* Two threads that sweep at once would look at the same files. */
	if (pthread_mutex_trylock(&s->sweep_mutex) != 0)
		return 0;
	gone = sweep_some(s, max_files);
	pthread_mutex_unlock(&s->sweep_mutex);
	return gone;
}
