/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file in the folder "handout" of the store for each token, named after the token's
 * SHA-256: the bytes that are handed out, so that they are read from the beginning, and
 * behind them type, name and a tail of fixed size. The time of its last change is the moment
 * at which it ends: so a look at the folder reads no file.
 *
 * A file comes into being under another name, at its full length, locked by its maker. A lock
 * that is free tells that he has died, and the file goes at once. The content is synced before
 * the file gets its own name.
 *
 * Counting, making a file, naming it and sweeping are done behind the gate of a lock file
 * (line.h), so that the limits hold among all processes; copying is not.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/handout.h"
#include "store/handout_i.h"
#include "store/line.h"
#include "store/store_i.h"

#define NAME_SIZE (sizeof(HANDOUT_PREFIX) - 1 + SHA256_HEX_SIZE)
#define TMP_SIZE (sizeof(FILE_TMP_PREFIX) - 1 + HANDOUT_TOKEN_SIZE)

/* The end of a file. Whoever reads it runs on the machine that wrote it. */
struct tail {
	uint64_t size;
	uint32_t type_len, name_len;
	uint32_t crc; /* of the texts, size and the lengths */
	uint32_t magic;
};
enum { MAGIC = 0x74756f68 };

static size_t
texts_len(const struct tail *t)
{
	return (size_t)t->type_len + t->name_len;
}

/* `texts` is type and name, one behind the other. */
static uint32_t
tail_crc(const struct tail *t, const char *texts)
{
	char all[sizeof(*t) + 2 * LIMIT_HANDOUT_TEXT];

	memcpy(all, t, offsetof(struct tail, crc));
	memcpy(all + offsetof(struct tail, crc), texts, texts_len(t));
	return crc32c(all, offsetof(struct tail, crc) + texts_len(t));
}

static void
name_of(const char *token, char name[NAME_SIZE])
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(token, strlen(token), hex);
	snprintf(name, NAME_SIZE, HANDOUT_PREFIX "%s", hex);
}

/* A file that is being made. */
struct making {
	const struct store *store;
	int dir, lock, fd;
	char tmp[TMP_SIZE];
	bool made; /* tmp is there */
};

static void
making_fini(struct making *m)
{
	if (m->made)
		unlinkat(m->dir, m->tmp, 0);
	closep(&m->fd);
	closep(&m->lock);
	closep(&m->dir);
}

static bool
pass_gate(const struct making *m, struct err *e)
{
	struct line_until until = { 0 };
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	until.ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec +
	    (int64_t)LIMIT_STATE_WAIT_MS * 1000000;
	switch (line_gate(m->lock, &until, e)) {
	case LINE_OK:
		return true;
	case LINE_FAILED:
		return err_wrap(e, HANDOUT_LOCK);
	default:
		return err_set(e, ERR_TIMEOUT, 0,
		    "another process has held it for %d ms", LIMIT_STATE_WAIT_MS);
	}
}

static bool
make_file(struct making *m, off_t bytes, struct err *e)
{
	char digits[HANDOUT_TOKEN_SIZE];

	random_hex(digits, (HANDOUT_TOKEN_SIZE - 1) / 2);
	snprintf(m->tmp, sizeof(m->tmp), FILE_TMP_PREFIX "%s", digits);
	m->fd = openat(m->dir, m->tmp,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	m->made = m->fd >= 0;
	if (!m->made)
		return err_io(e, "make a file");
	/* Its length says to others what it will take. */
	return (line_gate_try(m->fd) && ftruncate(m->fd, bytes) == 0) ||
	    err_io(e, "reserve %lld bytes", (long long)bytes);
}

/* Opens the folder and makes the file, if there is room. */
static bool
begin(struct making *m, off_t bytes, struct err *e)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX);

	buf_printf(&path, "%s/" HANDOUT_FOLDER, m->store->path);
	if (!dir_private(path.data, &m->dir, e))
		return false;
	m->lock = handout_lock(m->dir);
	if (m->lock < 0)
		return err_io(e, HANDOUT_LOCK);
	return pass_gate(m, e) && handout_room(m->store, m->dir, bytes, e) &&
	    make_file(m, bytes, e) && line_gate_open(m->lock, e);
}

static bool
copy(int from, size_t size, int to, struct err *e)
{
	char chunk[16384];

	for (size_t at = 0; at < size;) {
		size_t want = size - at < sizeof(chunk) ? size - at : sizeof(chunk);
		ssize_t n = pread(from, chunk, want, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_io(e, "read");
		if (n == 0)
			return err_set(e, ERR_IO, 0,
			    "the file ends after %zu bytes of %zu", at, size);
		if (!file_write_all(to, chunk, (size_t)n, e))
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool
fill(const struct making *m, const struct handout *h, int64_t until_s, struct err *e)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = (time_t)until_s } };
	struct tail t = { .size = h->size,
		.type_len = (uint32_t)strlen(h->type),
		.name_len = (uint32_t)strlen(h->name),
		.magic = MAGIC };
	char texts[2 * LIMIT_HANDOUT_TEXT + 1];

	snprintf(texts, sizeof(texts), "%s%s", h->type, h->name);
	t.crc = tail_crc(&t, texts);
	if (!copy(h->fd, h->size, m->fd, e) ||
	    !file_write_all(m->fd, texts, texts_len(&t), e) ||
	    !file_write_all(m->fd, &t, sizeof(t), e))
		return false;
	return (futimens(m->fd, times) == 0 && fdatasync(m->fd) == 0) ||
	    err_io(e, "sync");
}

static bool
give_name(struct making *m, const char *token, struct err *e)
{
	char name[NAME_SIZE];

	name_of(token, name);
	/* Not while others count, who could miss it under both names. */
	if (!pass_gate(m, e))
		return false;
	if (renameat(m->dir, m->tmp, m->dir, name) != 0)
		return err_io(e, "rename");
	m->made = false;
	return true;
}

static bool
fits(const struct handout *h, struct err *e)
{
	const size_t type = strlen(h->type), name = strlen(h->name);

	return (type <= LIMIT_HANDOUT_TEXT && name <= LIMIT_HANDOUT_TEXT &&
		   h->size <= LIMIT_HANDOUT_BYTES) ||
	    err_set(e, ERR_TOO_BIG, 0, "type of %zu bytes, name of %zu, content of %zu",
		type, name, h->size);
}

bool
handout_put(struct store *s, const struct handout *h, int64_t ttl_s,
    char token[HANDOUT_TOKEN_SIZE], struct err *e)
{
	CLEANUP(making_fini)
	struct making m = { .store = s, .dir = -1, .lock = -1, .fd = -1 };
	const size_t more = strlen(h->type) + strlen(h->name) + sizeof(struct tail);
	char digits[HANDOUT_TOKEN_SIZE];

	random_hex(digits, (HANDOUT_TOKEN_SIZE - 1) / 2);
	if (!fits(h, e) || !begin(&m, (off_t)(h->size + more), e) ||
	    !fill(&m, h, clock_wall_s(s->clock) + ttl_s, e) ||
	    !give_name(&m, digits, e))
		return err_wrap(e, "file to hand out");
	memcpy(token, digits, HANDOUT_TOKEN_SIZE);
	return true;
}

/* As handout_put() writes them, and no other way. */
static bool
is_token(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n == HANDOUT_TOKEN_SIZE - 1 && s[n] == '\0';
}

static bool
read_at(int fd, void *out, size_t len, uint64_t at)
{
	ssize_t n;

	do
		n = pread(fd, out, len, (off_t)at);
	while (n < 0 && errno == EINTR);
	return n >= 0 && (size_t)n == len;
}

/* What stands behind the content; false when it is not whole. */
static bool
read_tail(int fd, uint64_t file_size, struct arena *a, struct handout *out)
{
	char texts[2 * LIMIT_HANDOUT_TEXT];
	struct tail t;

	if (file_size < sizeof(t) ||
	    !read_at(fd, &t, sizeof(t), file_size - sizeof(t)) || t.magic != MAGIC ||
	    t.type_len > LIMIT_HANDOUT_TEXT || t.name_len > LIMIT_HANDOUT_TEXT ||
	    t.size > LIMIT_HANDOUT_BYTES ||
	    t.size + texts_len(&t) + sizeof(t) != file_size ||
	    !read_at(fd, texts, texts_len(&t), t.size) || tail_crc(&t, texts) != t.crc)
		return false;
	*out = (struct handout){
		.fd = fd,
		.size = t.size,
		.type = arena_strndup(a, texts, t.type_len),
		.name = arena_strndup(a, texts + t.type_len, t.name_len),
	};
	return true;
}

/* HANDOUT_OK with *fd, which is the caller's in any case. */
static enum handout_result
open_file(const struct store *s, const char *token, int *fd, struct err *e)
{
	CLEANUP(closep) int dir = handout_folder(s);
	char name[NAME_SIZE];

	name_of(token, name);
	if (dir >= 0)
		*fd = openat(dir, name,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd >= 0)
		return HANDOUT_OK;
	if (errno == ENOENT)
		return HANDOUT_NONE;
	err_io(e, "open");
	return HANDOUT_FAILED;
}

enum handout_result
handout_open(struct store *s, const char *token, struct arena *a, struct handout *out,
    struct err *e)
{
	CLEANUP(closep) int fd = -1;
	enum handout_result r = HANDOUT_NONE;
	struct stat st;

	if (!is_token(token))
		return HANDOUT_NONE;
	r = open_file(s, token, &fd, e);
	if (r == HANDOUT_OK && !store_own_file(fd, &st, e))
		r = HANDOUT_FAILED;
	if (r == HANDOUT_FAILED)
		err_wrap(e, "file to hand out");
	if (r != HANDOUT_OK)
		return r;
	if (st.st_nlink == 0 || st.st_mtim.tv_sec <= clock_wall_s(s->clock))
		return HANDOUT_NONE;
	if (!read_tail(fd, (uint64_t)st.st_size, a, out)) {
		LOG(LOG_WARN, "store", "a file to hand out is damaged",
		    LS("folder", s->path), LI("bytes", st.st_size), LH(HINT_REMOVED));
		return HANDOUT_NONE;
	}
	fd = -1;
	return HANDOUT_OK;
}
