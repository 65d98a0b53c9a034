/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONV_H
#define STORE_CONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

struct store;

/*
 * One entered conversation: its owner works on it alone, among all threads and processes
 * that share the folder, until conv_leave(). A thread holds at most one.
 */
struct conv;

enum conv_entry {
	CONV_ENTERED, /* *out is ours; conv_leave() it */
	CONV_BUSY, /* LIMIT_WAITING others wait already */
	CONV_LATE, /* it did not become ours by until_ms */
	CONV_FAILED /* see *e: disk, permissions */
};

/* For one who cannot be kept waiting without a word: see conv_enter(). */
struct conv_alarm {
	int64_t at_ms;
	void (*fn)(void *arg);
	void *arg;
};

/*
 * Waits in line, first come first served, until the conversation is free. A holder that
 * dies, killed or crashed, leaves the line at once. id is any text (it is hashed).
 *
 * Times are those of clock_mono_ms(). The alarm (NULL: none) rings at most once: when it is
 * still waited at at_ms, which is before until_ms, the waiting thread calls fn itself, keeps
 * its place, and waits on. A past at_ms rings as soon as there is something to wait for. fn
 * may take its time and wait for a disk or a peer; it enters no conversation.
 */
enum conv_entry conv_enter(struct store *s, const char *id, int64_t until_ms,
    const struct conv_alarm *alarm, struct conv **out, struct err *e) MUST_CHECK;

/*
 * The record as last committed; empty when new, expired, or damaged (which is logged).
 * Bytes are the caller's business.
 */
bool conv_load(struct conv *c, struct buf *record, struct err *e) MUST_CHECK;

/*
 * Replaces the record: after a crash at any instruction the old one stands, or this one.
 * ERR_TOO_BIG above LIMIT_RECORD, ERR_IO when the disk refuses; the old one stands then.
 */
bool conv_commit(
    struct conv *c, const void *data, size_t len, struct err *e) MUST_CHECK;

/* Gives the conversation to the next in line. NULL is allowed. */
void conv_leave(struct conv *c);
void conv_leavep(struct conv **c); /* for CLEANUP */

#endif
