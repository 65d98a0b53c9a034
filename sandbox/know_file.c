/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/knowledge.h"

/* Tells one state of a file from another. */
struct stamp {
	struct timespec changed;
	off_t size;
	ino_t inode;
};

struct know_file {
	pthread_mutex_t lock; /* guards the rest but path */
	char *path;
	struct stamp seen; /* what was read last, good or not */
	struct knowledge *now;
};

static struct stamp
stamp_of(const char *path)
{
	struct stat st = { 0 };

	/* A file that is gone has the stamp of zeros: it is tried, and reported, once. */
	if (stat(path, &st) != 0)
		return (struct stamp){ 0 };
	return (struct stamp){ st.st_mtim, st.st_size, st.st_ino };
}

static bool
same(struct stamp a, struct stamp b)
{
	return a.changed.tv_sec == b.changed.tv_sec &&
	    a.changed.tv_nsec == b.changed.tv_nsec && a.size == b.size &&
	    a.inode == b.inode;
}

static struct knowledge *
read_file(const char *path, struct err *e)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(KNOW_FILE_BYTES);
	struct knowledge *k;

	if (!file_read(AT_FDCWD, path, &text, e))
		return NULL;
	k = knowledge_parse(text.data, text.len, e);
	if (k == NULL)
		err_wrap(e, "%s", path);
	return k;
}

struct know_file *
know_file_open(const char *path, struct err *e)
{
	struct stamp seen = stamp_of(path);
	struct knowledge *k = read_file(path, e);
	struct know_file *f;

	if (k == NULL)
		return NULL;
	f = xcalloc(1, sizeof(*f));
	pthread_mutex_init(&f->lock, NULL);
	f->path = xstrdup(path);
	f->seen = seen;
	f->now = k;
	return f;
}

void
know_file_close(struct know_file *f)
{
	if (f == NULL)
		return;
	knowledge_put(f->now);
	pthread_mutex_destroy(&f->lock);
	free(f->path);
	free(f);
}

static void
reload_locked(struct know_file *f)
{
	struct stamp now = stamp_of(f->path);
	struct knowledge *k;
	struct err e;

	if (same(now, f->seen))
		return;
	f->seen = now;
	k = read_file(f->path, &e);
	if (k == NULL) {
		LOG(LOG_ERROR, "sandbox",
		    "knowledge file not usable, the old one is kept", LS("why", e.text),
		    LH("mend the line that is named; the file is read again when it "
		       "has changed"));
		return;
	}
	knowledge_put(f->now);
	f->now = k;
	LOG(LOG_INFO, "sandbox", "knowledge file read again", LS("file", f->path));
}

struct knowledge *
know_file_get(struct know_file *f)
{
	struct knowledge *k;

	pthread_mutex_lock(&f->lock);
	reload_locked(f);
	k = knowledge_use(f->now);
	pthread_mutex_unlock(&f->lock);
	return k;
}
