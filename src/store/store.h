/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

/*
 * The private folder (store.path): conversations and caches, shared by all threads and
 * processes of one host. It may be lost with the machine. Thread-safe.
 */
struct store;

struct store_opts {
	const char *path; /* "": dir_default() of base/file.h */
	int64_t session_ttl_s;
	const struct clock *clock;
};

struct store *store_open(const struct store_opts *o, struct err *e) MUST_CHECK;
/* The same, of one that is there already: ERR_IO where none is, and none is made. */
struct store *store_open_existing(const struct store_opts *o, struct err *e) MUST_CHECK;
void store_close(struct store *s); /* after all conversations are left */
const char *store_path(const struct store *s);
void store_set_ttl(struct store *s, int64_t session_ttl_s); /* as a reload may */

/*
 * Removes conversations unused for session_ttl_s and left-over temporary files, at most
 * max_files looked at; takes up where the last call ended. One that is in use stays.
 * Returns how many went.
 */
size_t store_sweep(struct store *s, size_t max_files);

/*
 * How many conversations the folder of that path has, with those that the sweep has not come
 * to yet. Reads the names of all.
 */
bool store_count(const char *path, uint64_t *n, struct err *e) MUST_CHECK;

/*
 * Caches: small files with a readable name (`cached-accesstoken-…`), mode 0600, replaced
 * atomically. An operator may remove them at any time. `stamp` tells whether the file is
 * still the one that was read.
 */
struct cache_stamp {
	int64_t ino, mtime_ns, size;
};

/*
 * Reads at most out->max bytes (ERR_TOO_BIG above), in place of what out held. False without
 * error text (e->kind ERR_NONE) when the file does not exist.
 */
bool cache_read(struct store *s, const char *name, struct buf *out,
    struct cache_stamp *stamp, struct err *e) MUST_CHECK;
bool cache_write(struct store *s, const char *name, const void *data, size_t len,
    struct cache_stamp *stamp, struct err *e) MUST_CHECK;
bool cache_is(
    struct store *s, const char *name, const struct cache_stamp *stamp) MUST_CHECK;
bool cache_drop(struct store *s, const char *name); /* false: it is still there */

/*
 * Tells of each file whose name begins so, in no order; of a name longer than
 * CACHE_NAME_MAX nothing is told. False: see *e.
 */
enum { CACHE_NAME_MAX = 255 };
struct cache_seen {
	char name[CACHE_NAME_MAX + 1];
	int64_t changed_s; /* Unix time */
	int64_t bytes;
};
typedef void cache_seen_fn(const struct cache_seen *seen, void *arg);
bool cache_each(struct store *s, const char *prefix, cache_seen_fn *fn, void *arg,
    struct err *e) MUST_CHECK;

#endif
