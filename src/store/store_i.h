/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_I_H
#define STORE_STORE_I_H

#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "store/store.h"

struct stat;

/* What the files of src/store share; nobody else includes it. */

#define CONV_PREFIX "c-"
#define CONV_NAME_SIZE (sizeof(CONV_PREFIX) - 1 + SHA256_HEX_SIZE)

struct store {
	char *path;
	int dirfd;
	_Atomic int64_t session_ttl_s;
	const struct clock *clock;

	pthread_mutex_t sweep_mutex; /* guards sweep_dir */
	DIR *sweep_dir; /* where the last sweep stopped; NULL: at the beginning */
};

/* Fills *st; false and a clear text unless fd is a plain file of ours with one name. */
bool store_own_file(int fd, struct stat *st, struct err *e) MUST_CHECK;

/* Whether a conversation last committed at mtime_s has expired. */
bool store_expired(const struct store *s, int64_t mtime_s) MUST_CHECK;

#endif
