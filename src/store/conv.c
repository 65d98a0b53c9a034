/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conversation is one file of the store's folder, named after the SHA-256 of its id.
 *
 * Who works on it. Each turn opens the file anew and stands in the line in front of it
 * (line.h): a ticket is a lock on a byte far behind the data, later tickets are higher
 * bytes, and whoever holds the lowest owns the conversation. The kernel takes the lock back
 * when the descriptor is closed, by conv_leave() or by the death of the process; nothing
 * has to be cleaned up, and nothing is polled. Threads and processes are treated alike.
 *
 * What is in it. Two slots that are written in turn (record.h). A commit is one write into
 * the slot that does not count; it counts as soon as it is complete. Killed before that, on
 * a full disk, or in the middle, the old record stands. There is no fsync: the kernel keeps
 * what was written when the process dies, and sessions need not outlive the machine.
 *
 * How it goes. The sweeper (sweep.c) removes expired files with the gate of the line held
 * and the line empty. So whoever opened the file just before finds it nameless once he
 * holds the gate himself, and opens again. Everyone who enters holds the gate while he
 * draws his ticket: the sweeper sees either the ticket or nobody.
 *
 * Entering costs six system calls when nobody is there, leaving one, a commit two.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/conv.h"
#include "store/conv_look.h"
#include "store/line.h"
#include "store/record.h"
#include "store/store_i.h"

struct conv {
	struct store *store;
	char name[CONV_NAME_SIZE];
	int fd;
	bool existing; /* no file is made */
	bool looked; /* `at` is known */
	struct record_at at;
};

/* Each one means that a sweeper removed the very file we had opened. */
enum { OPEN_TRIES = 1000 };

/* The caller's moment on the clock of the kernel's timers. */
static int64_t
kernel_ns(const struct store *s, int64_t until_ms)
{
	const int64_t day_ms = 86400 * 1000;
	int64_t now_ms = clock_mono_ms(s->clock);
	int64_t left_ms = until_ms > now_ms ? until_ms - now_ms : 0;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (left_ms > day_ms)
		left_ms = day_ms;
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec + left_ms * 1000000;
}

/* Made when it is missing, unless it has to be there: ERR_NONE then. */
static int
open_file(const struct store *s, const char *name, bool existing, struct err *e)
{
	int fd = openat(s->dirfd, name,
	    O_RDWR | (existing ? 0 : O_CREAT) | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY,
	    0600);

	if (fd < 0 && errno == ENOENT && existing)
		err_set(e, ERR_NONE, 0, "%s", "");
	else if (fd < 0 && errno == ELOOP)
		err_set(e, ERR_IO, ELOOP, "it is a symbolic link: remove it");
	else if (fd < 0)
		err_io(e, "open");
	return fd;
}

/* Passes the gate and draws a ticket, or finds that the file has been swept (*gone). */
static enum line_result
draw_ticket(struct conv *c, struct line_until *until, int64_t *ticket, bool *gone,
    struct err *e)
{
	enum line_result r = line_gate(c->fd, until, e);
	struct stat st;

	*gone = false;
	if (r != LINE_OK)
		return r;
	if (!store_own_file(c->fd, &st, e))
		return LINE_FAILED;
	*gone = st.st_nlink == 0;
	if (*gone)
		return LINE_OK;
	r = line_draw(c->fd, 1 + LIMIT_WAITING, ticket, e);
	if (r == LINE_OK && !line_gate_open(c->fd, e))
		return LINE_FAILED;
	return r;
}

/* Opens the file and stands in its line until it is ours. */
static enum line_result
stand_in_line(struct conv *c, struct line_until *until, struct err *e)
{
	for (int tries = 0; tries < OPEN_TRIES; tries++) {
		enum line_result r;
		int64_t ticket;
		bool gone;

		c->fd = open_file(c->store, c->name, c->existing, e);
		if (c->fd < 0)
			return LINE_FAILED;
		r = draw_ticket(c, until, &ticket, &gone, e);
		if (gone) {
			closep(&c->fd);
			continue;
		}
		if (r == LINE_OK)
			r = line_wait(c->fd, ticket, until, e);
		return r;
	}
	err_set(e, ERR_IO, 0, "it is removed again and again");
	return LINE_FAILED;
}

/* Takes c over. */
static enum conv_entry
enter(struct conv *c, struct line_until *until, struct conv **out, struct err *e)
{
	static const enum conv_entry entries[] = {
		[LINE_OK] = CONV_ENTERED,
		[LINE_FULL] = CONV_BUSY,
		[LINE_LATE] = CONV_LATE,
		[LINE_FAILED] = CONV_FAILED,
	};
	enum line_result r = stand_in_line(c, until, e);

	if (r == LINE_OK) {
		*out = c;
		return CONV_ENTERED;
	}
	if (r == LINE_FAILED && e->kind != ERR_NONE)
		err_wrap(e, "conversation %s/%s", c->store->path, c->name);
	conv_leave(c);
	return entries[r];
}

enum conv_entry
conv_enter(struct store *s, const char *id, int64_t until_ms,
    const struct conv_alarm *alarm, struct conv **out, struct err *e)
{
	struct line_until until = { .ns = kernel_ns(s, until_ms) };
	struct conv *c = xcalloc(1, sizeof(*c));

	if (alarm != NULL) {
		until.alarm_ns = kernel_ns(s, alarm->at_ms);
		until.fn = alarm->fn;
		until.arg = alarm->arg;
	}
	c->store = s;
	c->fd = -1;
	store_conv_name(id, c->name);
	return enter(c, &until, out, e);
}

enum conv_entry
conv_enter_key(struct store *s, const char *key, int64_t until_ms, struct conv **out,
    struct err *e)
{
	struct line_until until = { .ns = kernel_ns(s, until_ms) };
	struct conv *c = xcalloc(1, sizeof(*c));

	assert(strlen(key) == CONV_KEY_SIZE - 1);
	c->store = s;
	c->fd = -1;
	c->existing = true;
	snprintf(c->name, sizeof(c->name), CONV_PREFIX "%s", key);
	return enter(c, &until, out, e);
}

/* Finds the standing record; one that cannot be believed is dropped, and said so once. */
static bool
look(struct conv *c, struct buf *record, struct err *e)
{
	switch (record_read(c->fd, record, &c->at, e)) {
	case RECORD_FAILED:
		return false;
	case RECORD_DAMAGED:
		LOG(LOG_WARN, "store", "conversation damaged, it starts anew",
		    LS("file", c->name), LH(HINT_REMOVED));
		if (!record_reset(c->fd, &c->at, e))
			return false;
		break;
	case RECORD_OK:
	case RECORD_NONE:
		break;
	}
	c->looked = true;
	return true;
}

bool
conv_load(struct conv *c, struct buf *record, struct err *e)
{
	struct stat st;

	buf_reset(record);
	/* Not earlier: while we stood in line, the one before us may have committed. */
	if (!store_own_file(c->fd, &st, e) || !look(c, record, e))
		return err_wrap(e, "conversation %s/%s", c->store->path, c->name);
	if (store_expired(c->store, st.st_mtim.tv_sec))
		buf_reset(record);
	if (!buf_ok(record))
		return err_set(e, ERR_TOO_BIG, 0,
		    "conversation %s: record above %zu bytes", c->name, record->max);
	return true;
}

/* Last used now: by our clock, where the write has set the kernel's. */
static void
touch(struct conv *c)
{
	struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = clock_wall_s(c->store->clock) } };

	/* Where it fails, the kernel's time stands, which is as good but for tests. */
	(void)futimens(c->fd, ts);
}

bool
conv_commit(struct conv *c, const void *data, size_t len, struct err *e)
{
	if ((!c->looked && !look(c, NULL, e)) ||
	    !record_write(c->fd, &c->at, data, len, e))
		return err_wrap(e, "conversation %s/%s", c->store->path, c->name);
	touch(c);
	return true;
}

/*
 * Emptied and not removed: whoever waits in line stands before this very file. The sweeper
 * removes it in its time.
 */
bool
conv_drop(struct conv *c, struct err *e)
{
	due_forget(c->store, c->name);
	if (!record_reset(c->fd, &c->at, e))
		return err_wrap(e, "conversation %s/%s", c->store->path, c->name);
	c->looked = true;
	return true;
}

void
conv_leave(struct conv *c)
{
	if (c == NULL)
		return;
	closep(&c->fd);
	free(c);
}

void
conv_leavep(struct conv **c)
{
	conv_leave(*c);
}
