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
	int attend_fd; /* held by a process that serves a socket; -1: none */
	_Atomic int64_t session_ttl_s;
	const struct clock *clock;

	pthread_mutex_t sweep_mutex; /* guards sweep_dir */
	DIR *sweep_dir; /* where the last sweep stopped; NULL: at the beginning */

	pthread_mutex_t due_mutex; /* guards the two below */
	DIR *due_dir; /* where the last look at marks stopped; NULL: at the beginning */
	bool due_odd; /* a file that is no mark was told of */

	pthread_mutex_t handout_mutex; /* guards handout_dir */
	DIR *handout_dir; /* where the last sweep of what is handed out stopped */
};

/* The name of a conversation's file, and of its mark in the folder of those. */
void store_conv_name(const char *conv_id, char name[CONV_NAME_SIZE]);

/*
 * Removes the mark of the conversation of that file name. Only for who has the conversation
 * for himself: a mark set in between would go, too.
 */
void due_forget(struct store *s, const char *conv_name);

/* Fills *st; false and a clear text unless fd is a plain file of ours with one name. */
bool store_own_file(int fd, struct stat *st, struct err *e) MUST_CHECK;

/* Whether a conversation last committed at mtime_s has expired. */
bool store_expired(const struct store *s, int64_t mtime_s) MUST_CHECK;

#endif
