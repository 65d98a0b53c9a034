/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_KV_H
#define STORE_KV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

struct state;

/*
 * Small values that must outlive the machine, by name: "hyperchat/hook-secret/<environment>",
 * "optout/<address>". Each has a stamp, the time at which it was put; "once/…" are notes of
 * what must not be done twice, and go when that is LIMIT_SEEN_S ago. Values may be secrets:
 * no function logs one or puts it into an error. Thread-safe, shared by processes, durable:
 * see state.h. Names are at most LIMIT_KV_NAME bytes, values LIMIT_KV_VALUE.
 */
enum kv_result {
	KV_OK,
	KV_NONE, /* there is no such name */
	KV_THERE, /* there was one already, and it stays */
	KV_FAILED /* nothing was changed, see *e */
};

/* The value in place of what out held; out->max is at least LIMIT_KV_VALUE. */
enum kv_result kv_get(
    struct state *st, const char *name, struct buf *out, struct err *e) MUST_CHECK;

/* Puts it in place of a former one. */
bool kv_put(struct state *st, const char *name, const void *value, size_t len,
    struct err *e) MUST_CHECK;

/* Puts it unless there is one: of several who come at once, one gets KV_OK. */
enum kv_result kv_put_new(struct state *st, const char *name, const void *value,
    size_t len, struct err *e) MUST_CHECK;

/*
 * Puts it in place of `was`, the value that was read before: what another puts in between
 * is not lost. KV_NONE when it is not that any more.
 */
enum kv_result kv_swap(struct state *st, const char *name, const void *was,
    size_t was_len, const void *value, size_t len, struct err *e) MUST_CHECK;

/* KV_NONE when there was none. */
enum kv_result kv_drop(struct state *st, const char *name, struct err *e) MUST_CHECK;

#endif
