/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_HANDOUT_H
#define STORE_HANDOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct arena;
struct store;

/*
 * Files that may be fetched from our own address, for a time, by whoever has the token: an
 * agent's picture, for Twilio to fetch. A token opens one file. They are kept in a folder of
 * the store, shared by all threads and processes of one host, and lost with it. Their number
 * and size are bounded: LIMIT_HANDOUT_FILES, LIMIT_HANDOUT_BYTES in all.
 *
 * Tokens are secrets: no function logs one or puts it into an error, and the folder does not
 * show them either. Thread-safe.
 */
#define HANDOUT_TOKEN_SIZE 33 /* 128 random bits as hex digits, with the NUL */

struct handout {
	int fd; /* a regular file, read from its beginning, by position */
	size_t size; /* bytes of it that count */
	/* As told by whoever made it, not looked at; at most LIMIT_HANDOUT_TEXT bytes each. */
	const char *type; /* MIME, "": not told */
	const char *name; /* "": none */
};

/*
 * Keeps a copy of the file for ttl_s and gives the token for it. After a crash at any
 * instruction it is there whole, or not at all. ERR_TOO_BIG: a limit is reached, now or for
 * ever; ERR_IO: the disk refuses, or the file is shorter than told; ERR_TIMEOUT: another
 * process does not let us in for LIMIT_STATE_WAIT_MS. Nothing is kept then.
 */
bool handout_put(struct store *s, const struct handout *h, int64_t ttl_s,
    char token[HANDOUT_TOKEN_SIZE], struct err *e) MUST_CHECK;

enum handout_result {
	HANDOUT_OK,
	HANDOUT_NONE, /* nothing has this token, or no longer; or it is no token */
	HANDOUT_FAILED /* see *e */
};

/*
 * The file of a token, which may be any text. out->fd is the caller's and stays readable
 * when the file's time runs out meanwhile; texts are in the arena.
 */
enum handout_result handout_open(struct store *s, const char *token, struct arena *a,
    struct handout *out, struct err *e) MUST_CHECK;

/*
 * Removes files whose time is over and what a put that died has left, at most max_files
 * looked at; takes up where the last call ended. Returns how many went. For the idle time.
 */
size_t handout_sweep(struct store *s, size_t max_files);

#endif
