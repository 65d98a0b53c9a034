/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input is the content of a conversation's file; whatever it is, the conversation can be
 * entered, read, committed, and then holds what was committed.
 *
 * The first byte tells what is done with the rest: bit 0 puts its second half where the
 * second slot begins (256 KiB, too far for a fuzzer to get there), bit 1 mends the checksums
 * (too hard to guess), so that what lies behind them is reached.
 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "fuzz/fuzz.h"
#include "store/conv.h"
#include "store/record.h"
#include "store/store.h"
#include "support/tmpdir.h"

static struct tmpdir dir;
static struct store *store;
static char path[200];

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
tear_down(void)
{
	store_close(store);
	tmpdir_fini(&dir);
}

static void
set_up(void)
{
	struct store_opts o = { dir.path, 3600, &clock_system };
	char hex[SHA256_HEX_SIZE];
	struct err e;

	dir = tmpdir_new();
	store = store_open(&o, &e);
	need(store != NULL);
	sha256_hex("x", 1, hex);
	snprintf(path, sizeof(path), "%s/c-%s", dir.path, hex);
	log_setup(LOG_ERROR, LOG_KV); /* damaged files are what we make */
	atexit(tear_down);
}

/* Gives the slot at that place the checksum it asks for, if it lies in the bytes. */
static void
mend(char *bytes, size_t n, size_t pos)
{
	const size_t from = offsetof(struct record_slot, generation);
	struct record_slot slot;

	if (n < pos + sizeof(slot))
		return;
	memcpy(&slot, bytes + pos, sizeof(slot));
	if (slot.len > n - pos - sizeof(slot))
		slot.len = n - pos - sizeof(slot);
	memcpy(bytes + pos, &slot, sizeof(slot));
	slot.crc = crc32c(bytes + pos + from, sizeof(slot) - from + (size_t)slot.len);
	memcpy(bytes + pos, &slot, sizeof(slot));
}

static void
put_file(char *bytes, size_t n, unsigned how)
{
	CLEANUP(closep)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t first = how & 1 ? n / 2 : n;

	need(fd != -1);
	if (how & 2) {
		mend(bytes, first, RECORD_FIRST);
		mend(bytes + first, n - first, 0);
	}
	need(pwrite(fd, bytes, first, 0) == (ssize_t)first);
	if (n > first)
		need(pwrite(fd, bytes + first, n - first, RECORD_SECOND) ==
		    (ssize_t)(n - first));
}

static struct conv *
enter(void)
{
	struct conv *c = NULL;
	struct err e;

	need(conv_enter(store, "x", 0, NULL, &c, &e) == CONV_ENTERED);
	return c;
}

static void
expect(struct conv *c, const char *text)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	struct err e;

	need(conv_load(c, &b, &e));
	need(b.len == strlen(text) && memcmp(b.data, text, b.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_fini) struct buf found = BUF_INIT(LIMIT_RECORD);
	struct conv *c;
	struct err e;
	char *copy;

	if (size == 0 || size > RECORD_SECOND)
		return 0;
	if (store == NULL)
		set_up();
	copy = malloc(size);
	need(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	put_file(copy, size - 1, data[0]);
	free(copy);

	c = enter();
	if (data[0] & 4)
		need(conv_load(c, &found, &e));
	need(conv_commit(c, "one", 3, &e));
	expect(c, "one");
	conv_leave(c);
	c = enter();
	need(conv_commit(c, "two", 3, &e));
	conv_leave(c);
	c = enter();
	expect(c, "two");
	conv_leave(c);
	return 0;
}
