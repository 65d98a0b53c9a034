/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "store/record.h"

static_assert(
    sizeof(struct record_head) == RECORD_FIRST, "the first slot follows the head");
static_assert(RECORD_FIRST + sizeof(struct record_slot) + LIMIT_RECORD <= RECORD_SECOND,
    "the first slot ends before the second");

/* What is read at first: most records are short and then complete. */
enum { PAGE = 4096 };

#define CRC_FROM offsetof(struct record_slot, generation)

static const off_t slot_pos[RECORD_SLOTS] = { RECORD_FIRST, RECORD_SECOND };

/* Reads up to len bytes; fewer only at the end of the file. -1 and *e on error. */
static ssize_t
read_at(int fd, void *buf, size_t len, off_t pos, struct err *e)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, (char *)buf + got, len - got, pos + (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_io(e, "read");
			return -1;
		}
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static bool
write_at(int fd, const void *buf, size_t len, off_t pos, struct err *e)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n =
		    pwrite(fd, (const char *)buf + done, len - done, pos + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_io(e, "write");
		if (n == 0)
			return err_set(e, ERR_IO, ENOSPC, "write: nothing was taken");
		done += (size_t)n;
	}
	return true;
}

/* The beginning of one slot, as far as it lies in the first PAGE bytes read. */
struct peek {
	char page[PAGE];
	const char *bytes; /* of the slot, in page */
	size_t n;
	struct record_slot slot; /* zero when the file is too short to have it */
};

static bool
peek_is_blank(const struct peek *p)
{
	static const struct record_slot blank;

	return memcmp(&p->slot, &blank, sizeof(blank)) == 0;
}

static bool
peek_is_plausible(const struct peek *p)
{
	return memcmp(p->slot.magic, RECORD_SLOT_MAGIC, sizeof(p->slot.magic)) == 0 &&
	    p->slot.zero == 0 && p->slot.len <= LIMIT_RECORD;
}

static void
peek_cut(struct peek *p, size_t from, size_t got)
{
	size_t n = got - from;

	p->bytes = p->page + from;
	p->n = n;
	memset(&p->slot, 0, sizeof(p->slot));
	memcpy(&p->slot, p->bytes, n < sizeof(p->slot) ? n : sizeof(p->slot));
}

/* Reads the head and the beginnings of both slots. */
static enum record_found
peek_file(int fd, struct peek p[RECORD_SLOTS], struct err *e)
{
	ssize_t n = read_at(fd, p[0].page, PAGE, 0, e);
	bool head_ok;

	if (n < 0)
		return RECORD_FAILED;
	if (n == 0)
		return RECORD_NONE;
	head_ok = n >= RECORD_FIRST &&
	    memcmp(p[0].page, RECORD_MAGIC, sizeof(RECORD_MAGIC) - 1) == 0;
	if (!head_ok)
		return RECORD_DAMAGED;
	peek_cut(&p[0], RECORD_FIRST, (size_t)n);
	n = read_at(fd, p[1].page, PAGE, RECORD_SECOND, e);
	if (n < 0)
		return RECORD_FAILED;
	peek_cut(&p[1], 0, (size_t)n);
	return peek_is_blank(&p[0]) && peek_is_blank(&p[1]) ? RECORD_NONE : RECORD_OK;
}

/* Reads what is missing of the slot and appends its data, if the checksum is right. */
static enum record_found
read_slot(int fd, int slot, const struct peek *p, struct buf *out, struct err *e)
{
	size_t whole = sizeof(p->slot) + (size_t)p->slot.len;
	size_t have = p->n < whole ? p->n : whole;
	CLEANUP(freep) char *raw = xmalloc(whole);
	ssize_t n;

	memcpy(raw, p->bytes, have);
	n = read_at(fd, raw + have, whole - have, slot_pos[slot] + (off_t)have, e);
	if (n < 0)
		return RECORD_FAILED;
	if (have + (size_t)n < whole ||
	    crc32c(raw + CRC_FROM, whole - CRC_FROM) != p->slot.crc)
		return RECORD_DAMAGED;
	if (out != NULL)
		buf_add(out, raw + sizeof(p->slot), (size_t)p->slot.len);
	return RECORD_OK;
}

/* The slot to try first. Generations are neighbours, so that even a wrap is told apart. */
static int
newer_slot(const struct peek p[RECORD_SLOTS])
{
	if (!peek_is_plausible(&p[0]))
		return 1;
	if (!peek_is_plausible(&p[1]))
		return 0;
	return (int64_t)(p[1].slot.generation - p[0].slot.generation) > 0 ? 1 : 0;
}

enum record_found
record_read(int fd, struct buf *out, struct record_at *at, struct err *e)
{
	struct peek p[RECORD_SLOTS];
	enum record_found found = peek_file(fd, p, e);
	int slot;

	*at = (struct record_at){ .slot = -1 };
	if (found != RECORD_OK)
		return found;
	slot = newer_slot(p);
	found = RECORD_DAMAGED;
	for (int tries = 0; tries < RECORD_SLOTS; tries++, slot = !slot) {
		if (!peek_is_plausible(&p[slot]))
			continue;
		found = read_slot(fd, slot, &p[slot], out, e);
		if (found == RECORD_DAMAGED)
			continue;
		if (found == RECORD_OK)
			*at = (struct record_at){ slot, p[slot].slot.generation };
		break;
	}
	return found;
}

bool
record_reset(int fd, struct record_at *at, struct err *e)
{
	if (ftruncate(fd, 0) != 0)
		return err_io(e, "empty the file");
	*at = (struct record_at){ .slot = -1 };
	return true;
}

bool
record_write(int fd, struct record_at *at, const void *data, size_t len, struct err *e)
{
	bool first = at->slot < 0;
	struct record_at to = { first ? 0 : !at->slot, at->generation + 1 };
	size_t whole = RECORD_FIRST + sizeof(struct record_slot) + len;
	CLEANUP(freep) char *raw = NULL;
	struct record_head head = { .magic = RECORD_MAGIC };
	struct record_slot slot = {
		.magic = RECORD_SLOT_MAGIC, .generation = to.generation, .len = len
	};
	char *body;

	if (len > LIMIT_RECORD)
		return err_set(e, ERR_TOO_BIG, 0, "record of %zu bytes", len);
	raw = xmalloc(whole);
	body = raw + RECORD_FIRST;
	memcpy(body, &slot, sizeof(slot));
	if (len > 0)
		memcpy(body + sizeof(slot), data, len);
	slot.crc = crc32c(body + CRC_FROM, sizeof(slot) - CRC_FROM + len);
	memcpy(body, &slot, sizeof(slot));
	if (first) {
		/* Head and slot in one: a file with a head alone does not come about. */
		memcpy(raw, &head, sizeof(head));
		if (!write_at(fd, raw, whole, 0, e))
			return false;
	} else if (!write_at(fd, body, whole - RECORD_FIRST, slot_pos[to.slot], e)) {
		return false;
	}
	*at = to;
	return true;
}
