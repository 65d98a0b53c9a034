/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "store/line.h"
#include "store/store_i.h"

static char *
default_path(void)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX);

	dir_default(&path);
	return buf_take(&path);
}

static bool
is_there(const char *path, struct err *e)
{
	struct stat st;

	return stat(path, &st) == 0 || err_io(e, "%s", path);
}

static struct store *
open_at(const struct store_opts *o, bool existing, struct err *e)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->path = *o->path != '\0' ? xstrdup(o->path) : default_path();
	s->attend_fd = -1;
	s->session_ttl_s = o->session_ttl_s;
	s->clock = o->clock;
	if (!line_setup(e) || (existing && !is_there(s->path, e)) ||
	    !dir_private(s->path, &s->dirfd, e)) {
		err_wrap(e, "store.path");
		free(s->path);
		free(s);
		return NULL;
	}
	pthread_mutex_init(&s->sweep_mutex, NULL);
	pthread_mutex_init(&s->due_mutex, NULL);
	pthread_mutex_init(&s->handout_mutex, NULL);
	return s;
}

struct store *
store_open(const struct store_opts *o, struct err *e)
{
	return open_at(o, false, e);
}

struct store *
store_open_existing(const struct store_opts *o, struct err *e)
{
	return open_at(o, true, e);
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->sweep_dir != NULL)
		closedir(s->sweep_dir);
	if (s->due_dir != NULL)
		closedir(s->due_dir);
	if (s->handout_dir != NULL)
		closedir(s->handout_dir);
	pthread_mutex_destroy(&s->sweep_mutex);
	pthread_mutex_destroy(&s->due_mutex);
	pthread_mutex_destroy(&s->handout_mutex);
	closep(&s->attend_fd);
	close(s->dirfd);
	free(s->path);
	free(s);
}

void
store_set_ttl(struct store *s, int64_t session_ttl_s)
{
	s->session_ttl_s = session_ttl_s;
}

void
store_conv_name(const char *conv_id, char name[CONV_NAME_SIZE])
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(conv_id, strlen(conv_id), hex);
	snprintf(name, CONV_NAME_SIZE, CONV_PREFIX "%s", hex);
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

bool
store_own_file(int fd, struct stat *st, struct err *e)
{
	if (fstat(fd, st) != 0)
		return err_io(e, "look at the file");
	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_IO, 0, "not a regular file: remove it");
	if (st->st_uid != geteuid())
		return err_set(e, ERR_IO, 0,
		    "belongs to user %lu, we run as user %lu: remove it",
		    (unsigned long)st->st_uid, (unsigned long)geteuid());
	if (st->st_nlink > 1)
		return err_set(
		    e, ERR_IO, 0, "has a second name (hard link): remove it");
	return true;
}

bool
store_expired(const struct store *s, int64_t mtime_s)
{
	return clock_wall_s(s->clock) - mtime_s > s->session_ttl_s;
}
