/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in the folder of files that are handed out; how it does is told in handout.c. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/handout.h"
#include "store/handout_i.h"
#include "store/line.h"
#include "store/store_i.h"

int
handout_folder(const struct store *s)
{
	return openat(
	    s->dirfd, HANDOUT_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
handout_lock(int dir)
{
	return openat(dir, HANDOUT_LOCK,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
}

enum fate { NOT_OURS, STAYS, GOES };

static bool
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Whether its maker is gone. With the gate held: he has locked it before he let us in. */
static bool
is_orphan(int dir, const char *name)
{
	CLEANUP(closep)
	int fd =
	    openat(dir, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd >= 0 && line_gate_try(fd);
}

static enum fate
fate_of(const struct store *s, int dir, const char *name, struct stat *st)
{
	const bool tmp = starts_with(name, FILE_TMP_PREFIX);
	bool over;

	if ((!tmp && !starts_with(name, HANDOUT_PREFIX)) ||
	    fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st->st_mode))
		return NOT_OURS;
	over =
	    tmp ? is_orphan(dir, name) : st->st_mtim.tv_sec <= clock_wall_s(s->clock);
	return over ? GOES : STAYS;
}

/* With the gate held: removes it if its time is over. */
static enum fate
look_at(const struct store *s, int dir, const char *name, struct stat *st)
{
	enum fate fate = fate_of(s, dir, name, st);

	if (fate != GOES || unlinkat(dir, name, 0) == 0)
		return fate;
	LOG(LOG_WARN, "store", "a file that was handed out cannot be removed",
	    LS("folder", s->path), LI("errno", errno), LH(HINT_STORE));
	return STAYS;
}

bool
handout_room(const struct store *s, int dir, off_t bytes, struct err *e)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	long long there = 0;
	int files = 0;

	if (d == NULL) {
		err_io(e, "open the folder");
		closep(&fd);
		return false;
	}
	while ((entry = readdir(d)) != NULL) {
		struct stat st;

		if (look_at(s, dir, entry->d_name, &st) == STAYS) {
			files++;
			there += st.st_size;
		}
	}
	closedir(d);
	return (files < LIMIT_HANDOUT_FILES && there + bytes <= LIMIT_HANDOUT_BYTES) ||
	    err_set(e, ERR_TOO_BIG, 0,
		"no room for %lld bytes, %d files of %lld bytes are handed out already",
		(long long)bytes, files, there);
}

static DIR *
open_dir(const struct store *s)
{
	int fd = handout_folder(s);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (d != NULL)
		return d;
	/* Nothing was ever handed out as long as there is no folder. */
	if (errno != ENOENT)
		LOG(LOG_WARN, "store", "cannot sweep what was handed out",
		    LS("folder", s->path), LI("errno", errno), LH(HINT_STORE));
	closep(&fd);
	return NULL;
}

static void
end_sweep(struct store *s)
{
	closedir(s->handout_dir);
	s->handout_dir = NULL;
}

static size_t
sweep_some(struct store *s, size_t max_files)
{
	CLEANUP(closep) int lock = -1;
	size_t gone = 0;

	if (s->handout_dir == NULL)
		s->handout_dir = open_dir(s);
	if (s->handout_dir == NULL)
		return 0;
	/* Whoever holds it counts and sweeps himself. It opens when lock is closed. */
	lock = handout_lock(dirfd(s->handout_dir));
	if (lock < 0) {
		end_sweep(s); /* the folder was removed: from the beginning, then */
		return 0;
	}
	if (!line_gate_try(lock))
		return 0;
	for (size_t i = 0; i < max_files; i++) {
		const struct dirent *d = readdir(s->handout_dir);
		struct stat st;

		if (d == NULL) {
			end_sweep(s);
			break;
		}
		gone += look_at(s, dirfd(s->handout_dir), d->d_name, &st) == GOES;
	}
	return gone;
}

size_t
handout_sweep(struct store *s, size_t max_files)
{
	size_t gone;

	if (pthread_mutex_trylock(&s->handout_mutex) != 0)
		return 0;
	gone = sweep_some(s, max_files);
	pthread_mutex_unlock(&s->handout_mutex);
	return gone;
}
