/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_KEPT_H
#define INBENTA_KEPT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "inbenta/account.h"
#include "store/store.h"

struct http;

/*
 * What all threads keep of each account, in memory and in a cache file shared with the other
 * processes of the host: access tokens (auth.c), app data (appdata.c). The entries lie under
 * one mutex, which is never held in a call: the thread that finds nothing of use becomes the
 * entry's caller, leaves the mutex and asks, while the others go on with what is there or
 * wait on the condition. Functions that end in _locked want the mutex held.
 */

/* The first member of the owner's own struct of an entry. */
struct kept {
	struct kept *next;
	char *url, *key; /* whose it is */
	char *file; /* name of the cache file */
	char *shown; /* as a log may have it: a pattern that finds it */
	struct cache_stamp stamp; /* of the file as last read or written */
	bool has_stamp;
	bool unsaved; /* what is kept is in no file: what stands there says nothing */
	bool calling; /* a thread is asking Inbenta */
	uint64_t ended; /* number of such calls that have ended */
};

struct kept_list {
	struct store *store; /* NULL: no files */
	const struct clock *clock;
	const char *prefix; /* of the files' names: CACHED_TOKEN… */
	size_t size; /* of the owner's struct */
	void (*fini)(struct kept *k); /* frees what the owner has added */
	pthread_mutex_t lock;
	pthread_cond_t ended; /* some entry's call has; on CLOCK_MONOTONIC */
	struct kept *first;
};

/* The fields above `lock` are set before; all that is pointed to outlives the list. */
void kept_init(struct kept_list *l);
void kept_fini(struct kept_list *l);

/* The account's entry, made (all zero behind `kept`) when it is missing. */
struct kept *kept_of_locked(struct kept_list *l, const struct inbenta_account *account);

/* Around the caller's call: leaves the mutex, and has it again. */
void kept_call_begin_locked(struct kept_list *l, struct kept *k);
void kept_call_back_locked(struct kept_list *l);
/* The entry is up to date: the others may look. */
void kept_call_end_locked(struct kept_list *l, struct kept *k);

/*
 * Until the entry's call has ended; false when until_ms (the clock's mono_ms) comes first. The
 * alarm of the waiting thread's handle rings meanwhile, with the mutex left.
 */
bool kept_wait_locked(
    struct kept_list *l, struct kept *k, struct http *h, int64_t until_ms);

#endif
