/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "store/record.h"
#include "support/leaks.h"

TestSuite(record, .fini = no_leaks);

/* A file without a name. */
static int
new_file(void)
{
	int fd = memfd_create("record", MFD_CLOEXEC);

	cr_assert_neq(fd, -1);
	return fd;
}

static void
put(int fd, struct record_at *at, const char *text)
{
	struct err e = { 0 };

	cr_assert(record_write(fd, at, text, strlen(text), &e), "%s", e.text);
}

/* Reads into a text of the caller's. */
static enum record_found
get(int fd, char out[LIMIT_RECORD + 1])
{
	struct buf b = BUF_INIT(LIMIT_RECORD);
	struct record_at at;
	struct err e = { 0 };
	enum record_found found = record_read(fd, &b, &at, &e);

	cr_assert(found != RECORD_FAILED, "%s", e.text);
	memcpy(out, b.data, b.len + 1);
	buf_fini(&b);
	return found;
}

static void
expect_text(int fd, const char *want, const char *what, size_t n)
{
	static char text[LIMIT_RECORD + 1];

	cr_expect_eq(get(fd, text), RECORD_OK, "%s %zu", what, n);
	cr_expect_str_eq(text, want, "%s %zu", what, n);
}

Test(record, lengths)
{
	static const size_t lengths[] = { 0, 1, 3999, 4000, 4001, 4063, 4064, 4065,
		8192, LIMIT_RECORD - 1, LIMIT_RECORD };
	int fd = new_file();
	struct record_at at = { .slot = -1 };
	char *data = xmalloc(LIMIT_RECORD + 1);

	for (size_t i = 0; i < NELEMS(lengths) * 2; i++) { /* each in either slot */
		size_t len = lengths[i / 2];
		struct buf b = BUF_INIT(LIMIT_RECORD);
		struct record_at found;
		struct err e = { 0 };

		memset(data, 'a' + (int)i, len);
		cr_assert(record_write(fd, &at, data, len, &e), "%zu: %s", len, e.text);
		cr_expect_eq(record_read(fd, &b, &found, &e), RECORD_OK, "%zu", len);
		cr_expect(b.len == len && memcmp(b.data, data, len) == 0, "%zu", len);
		cr_expect(found.slot == at.slot && found.generation == at.generation,
		    "%zu", len);
		buf_fini(&b);
	}
	free(data);
	close(fd);
}

Test(record, too_big)
{
	int fd = new_file();
	struct record_at at = { .slot = -1 };
	char *data = xcalloc(1, LIMIT_RECORD + 1);
	struct err e = { 0 };

	put(fd, &at, "old");
	cr_expect_not(record_write(fd, &at, data, LIMIT_RECORD + 1, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	expect_text(fd, "old", "stands", 0);
	free(data);
	close(fd);
}

/*
 * A file in two states, before and after one more record was written, and the region in
 * which they differ: what a writer that is stopped can leave lies between the two.
 */
struct change {
	char *before, *after;
	off_t pos;
	size_t len, size;
};

#define OLD "the record as it stood before, of one length"
#define NEW "the record that is being written; rather longer than the other one"

static char *
snapshot(int fd, size_t size)
{
	char *image = xcalloc(1, size);

	cr_assert(pread(fd, image, size, 0) >= 0);
	return image;
}

/* The change that the record after `earlier` others makes. */
static struct change
make_change(int earlier)
{
	struct change c = { .len = sizeof(struct record_slot) + strlen(NEW),
		.size = RECORD_SECOND + 4096 };
	struct record_at at = { .slot = -1 };
	int fd = new_file();

	for (int i = 0; i < earlier; i++)
		put(fd, &at, i == earlier - 1 ? OLD : "an even older one");
	c.before = snapshot(fd, c.size);
	put(fd, &at, NEW);
	c.after = snapshot(fd, c.size);
	c.pos = at.slot == 0 ? RECORD_FIRST : RECORD_SECOND;
	close(fd);
	return c;
}

static void
change_fini(struct change *c)
{
	free(c->before);
	free(c->after);
}

static int
file_of(const char *image, size_t size)
{
	int fd = new_file();

	cr_assert_eq(pwrite(fd, image, size, 0), (ssize_t)size);
	return fd;
}

static void
poke(int fd, const char *image, off_t from, off_t to)
{
	if (to > from)
		cr_assert_eq(
		    pwrite(fd, image + from, (size_t)(to - from), from), to - from);
}

/* Stopped after k bytes; and, as pages need not be written in order, all but the first k. */
static void
tear(const struct change *c, const char *what)
{
	off_t end = c->pos + (off_t)c->len;

	for (size_t k = 0; k <= c->len; k++) {
		off_t cut = c->pos + (off_t)k;
		int fd = file_of(c->before, c->size);

		poke(fd, c->after, c->pos, cut);
		expect_text(fd, k < c->len ? OLD : NEW, what, k);
		poke(fd, c->after, c->pos, end);
		poke(fd, c->before, c->pos, cut);
		/* The magic may be the same in both, so that nothing of it is missing. */
		if (memcmp(c->before + c->pos, c->after + c->pos, k) == 0)
			expect_text(fd, NEW, what, k);
		else
			expect_text(fd, OLD, what, k);
		close(fd);
	}
}

Test(record, torn_write_leaves_the_old_one)
{
	static const struct {
		const char *name;
		int earlier;
	} t[] = { { "into the fresh second slot", 1 }, { "over the first slot", 2 },
		{ "over the second slot", 3 } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(change_fini) struct change c = make_change(t[i].earlier);

		tear(&c, t[i].name);
	}
}

/* A flipped bit anywhere in the newer slot: the older record stands. */
Test(record, damaged_newer_slot)
{
	for (int earlier = 2; earlier <= 3; earlier++) {
		CLEANUP(change_fini) struct change c = make_change(earlier);

		for (size_t k = 0; k < c.len; k++) {
			int fd;

			c.after[(size_t)c.pos + k] ^= 0x10;
			fd = file_of(c.after, c.size);
			c.after[(size_t)c.pos + k] ^= 0x10;
			expect_text(fd, OLD, "flipped", k);
			close(fd);
		}
	}
}

/* A flipped bit anywhere in the older slot is not even noticed. */
Test(record, damaged_older_slot)
{
	for (int earlier = 2; earlier <= 3; earlier++) {
		CLEANUP(change_fini) struct change c = make_change(earlier);
		off_t older = c.pos == RECORD_FIRST ? RECORD_SECOND : RECORD_FIRST;

		for (size_t k = 0; k < sizeof(struct record_slot) + strlen(OLD); k++) {
			int fd;

			c.after[(size_t)older + k] ^= 0x10;
			fd = file_of(c.after, c.size);
			c.after[(size_t)older + k] ^= 0x10;
			expect_text(fd, NEW, "flipped", k);
			close(fd);
		}
	}
}

/* Whole with its end, the older one without it, and nothing at all for less than that. */
Test(record, truncated_file)
{
	CLEANUP(change_fini) struct change c = make_change(1);
	static char text[LIMIT_RECORD + 1];
	size_t end = RECORD_SECOND + c.len;
	size_t old_end = RECORD_FIRST + sizeof(struct record_slot) + strlen(OLD);

	for (size_t size = end - c.len - 5; size <= end; size++) {
		int fd = file_of(c.after, size);

		expect_text(fd, size < end ? OLD : NEW, "cut at", size);
		close(fd);
	}
	for (size_t size = 0; size <= old_end; size++) {
		int fd = file_of(c.after, size);
		enum record_found found = get(fd, text);

		if (size == old_end)
			cr_expect_eq(found, RECORD_OK, "cut at %zu", size);
		else if (size == 0 || size == RECORD_FIRST)
			cr_expect_eq(found, RECORD_NONE, "cut at %zu", size);
		else
			cr_expect_eq(found, RECORD_DAMAGED, "cut at %zu", size);
		close(fd);
	}
}

Test(record, damaged_beyond_use)
{
	static const struct {
		const char *name;
		off_t pos;
		const char *bytes;
		size_t n;
	} t[] = {
		{ "wrong magic", 0, "BOTCONV1", 8 },
		{ "another version", 7, "2", 1 },
		{ "zeros", 0, "\0\0\0\0\0\0\0\0", 8 },
		{ "only slot unreadable", RECORD_FIRST, "X", 1 },
		{ "length of gigabytes",
		    RECORD_FIRST + offsetof(struct record_slot, len) + 4, "\1", 1 },
		{ "length above the limit",
		    RECORD_FIRST + offsetof(struct record_slot, len) + 2, "\xff", 1 },
		{ "length behind the end",
		    RECORD_FIRST + offsetof(struct record_slot, len) + 1, "\xff", 1 },
	};
	static char text[LIMIT_RECORD + 1];

	for (size_t i = 0; i < NELEMS(t); i++) {
		int fd = new_file();
		struct record_at at = { .slot = -1 };
		struct err e = { 0 };

		put(fd, &at, "text");
		cr_assert_eq(pwrite(fd, t[i].bytes, t[i].n, t[i].pos), (ssize_t)t[i].n);
		cr_expect_eq(get(fd, text), RECORD_DAMAGED, "%s", t[i].name);
		cr_expect_str_eq(text, "", "%s", t[i].name);
		cr_expect(record_reset(fd, &at, &e), "%s", t[i].name);
		cr_expect_eq(get(fd, text), RECORD_NONE, "%s", t[i].name);
		put(fd, &at, "again");
		expect_text(fd, "again", t[i].name, i);
		close(fd);
	}
}

/* Generations are compared as neighbours: the one after the highest number is 0. */
Test(record, generation_wraps)
{
	static const char *const texts[] = { "one", "two", "three", "four", "five" };
	int fd = new_file();
	struct record_at at = { .slot = -1, .generation = UINT64_MAX - 2 };

	for (size_t i = 0; i < NELEMS(texts); i++) {
		put(fd, &at, texts[i]);
		expect_text(fd, texts[i], "record", i);
	}
	cr_expect_eq(at.generation, 2u);
	close(fd);
}

/* The disk takes a part of the new record only: the old one stands, and all goes on later. */
Test(record, disk_takes_a_part)
{
	static char big[10000];
	struct record_at at = { .slot = -1 };
	struct rlimit limit, before;
	int fd = new_file();

	memset(big, 'n', sizeof(big) - 1);
	cr_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	put(fd, &at, "before");
	for (size_t room = 0; room < 9000; room += 1111) {
		struct err e = { 0 };

		limit = (struct rlimit){ RECORD_SECOND + room, before.rlim_max };
		cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		cr_expect_not(record_write(fd, &at, big, sizeof(big) - 1, &e));
		cr_expect_eq(e.kind, ERR_IO, "%zu", room);
		cr_expect_eq(e.code, EFBIG, "%zu", room);
		expect_text(fd, "before", "room for", room);
	}
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	put(fd, &at, big);
	expect_text(fd, big, "room for all", 0);
	close(fd);
}
