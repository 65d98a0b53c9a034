/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Files of our own and files of the operator. All functions are safe in several
 * threads.
 */

void closep(int *fd); /* for CLEANUP: closes unless -1 */

/*
 * Appends a whole regular file, at most out->max bytes in all (ERR_TOO_BIG). dirfd may
 * be AT_FDCWD. On failure out is as before.
 */
bool file_read(int dirfd, const char *path, struct buf *out, struct err *e) MUST_CHECK;

/*
 * Appends what is left of an open file; on failure the buffer holds a part of it and
 * may have overflowed.
 */
bool file_read_all(int fd, struct buf *out, struct err *e) MUST_CHECK;

/* Writes all bytes or fails; takes up again after EINTR and short writes. */
bool file_write_all(int fd, const void *data, size_t len, struct err *e) MUST_CHECK;

/*
 * A file of mode 0600 without a name in the folder `dir`, for reading and writing: nobody
 * else can open it, and it is gone when it is closed or the process ends. Where the file
 * system has no such files, or dir is NULL, it lives in memory. *fd is the caller's.
 */
bool file_unnamed(const char *dir, int *fd, struct err *e) MUST_CHECK;

/*
 * Replaces `name` in the folder by a new file of mode 0600: temporary file of a random
 * name, write, rename. A reader sees the old content or the new, never a part. Not
 * synced. A process killed in between leaves its FILE_TMP_PREFIX… behind, for a sweep
 * to remove.
 */
#define FILE_TMP_PREFIX ".tmp-"
bool file_replace(int dirfd, const char *name, const void *data, size_t len,
    struct err *e) MUST_CHECK;

/* The same; the new file has been changed last, as it says, at mtime_s (Unix time). */
bool file_replace_dated(int dirfd, const char *name, const void *data, size_t len,
    int64_t mtime_s, struct err *e) MUST_CHECK;

/*
 * Opens the folder, made with mode 0700 when it is missing (its parent is not). One that
 * dir_takes_private() gets that mode. Refuses a symbolic link, another owner than
 * ourselves (ERR_CONFIG, code EPERM), and a folder that others may write or read, with a
 * text that says how to mend it. *dirfd is the caller's.
 */
bool dir_private(const char *path, int *dirfd, struct err *e) MUST_CHECK;

/* The sessions' folder that the service manager makes (systemd/botline.service.in). */
#define DIR_SERVICE BOTLINE_RUN "/sessions"

/*
 * Appends the path of a folder for dir_private() where none is named: the service's, when it
 * is there and ours, so that botlinectl finds what the service keeps; else botline-<uid> in
 * $TMPDIR, when that is absolute, or /tmp. Users of one machine do not meet.
 */
void dir_default(struct buf *path);

/* Whether the open folder is ours, and nobody has or could have put anything into it. */
bool dir_takes_private(int fd) MUST_CHECK;

#endif
