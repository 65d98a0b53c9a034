/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * The content of a conversation's file: a head and two slots, of which one holds the record
 * and the other its predecessor. A new record goes into the other one, so that whatever
 * stops the writing, one whole record remains: the one that has the higher generation among
 * those whose checksum is right. Numbers are in the machine's own order: the file does not
 * travel. Nothing is synced to the disk.
 *
 * The caller sees to it that nobody else works on the file.
 */
struct record_head {
	char magic[8]; /* RECORD_MAGIC */
	uint8_t zero[56];
};

struct record_slot {
	char magic[8]; /* RECORD_SLOT_MAGIC */
	uint32_t crc; /* CRC-32C of all that follows `zero`, the data included */
	uint32_t zero;
	uint64_t generation; /* one more with each record; may wrap */
	uint64_t len; /* of the data behind it, at most LIMIT_RECORD */
};

#define RECORD_MAGIC "botconv1"
#define RECORD_SLOT_MAGIC "botslot1"

/* The first slot follows the head, so a short record is read with it in one page. */
enum { RECORD_SLOTS = 2, RECORD_FIRST = 64, RECORD_SECOND = 256 * 1024 };

/* Where the standing record is. Filled by record_read, kept true by record_write. */
struct record_at {
	int slot; /* 0, 1, or -1: none */
	uint64_t generation;
};

enum record_found {
	RECORD_OK,
	RECORD_NONE, /* nothing was ever written: *out stays empty */
	RECORD_DAMAGED, /* something was, and no part of it can be believed */
	RECORD_FAILED /* see *e */
};

/* Appends the standing record to out (NULL: only looks where it is). */
enum record_found record_read(
    int fd, struct buf *out, struct record_at *at, struct err *e) MUST_CHECK;

/* Empties the file: of a damaged one, or one whose record is to be forgotten. */
bool record_reset(int fd, struct record_at *at, struct err *e) MUST_CHECK;

/* Replaces the record; when it fails the old one stands and *at is unchanged. */
bool record_write(int fd, struct record_at *at, const void *data, size_t len,
    struct err *e) MUST_CHECK;

#endif
