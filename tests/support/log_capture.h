/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_LOG_CAPTURE_H
#define SUPPORT_LOG_CAPTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"

/*
 * What is logged at debug level between begin and end:
 *
 *	struct log_capture c = log_capture_begin();
 *	…
 *	text = log_capture_end(&c);   the caller frees
 */
struct log_capture {
	int saved, file;
};

static inline struct log_capture
log_capture_begin(void)
{
	struct log_capture c = { dup(STDERR_FILENO), memfd_create("log", MFD_CLOEXEC) };

	if (c.saved < 0 || c.file < 0 || dup2(c.file, STDERR_FILENO) < 0)
		abort();
	log_setup(LOG_DEBUG, LOG_KV);
	return c;
}

static inline char *
log_capture_end(struct log_capture *c)
{
	off_t n = lseek(c->file, 0, SEEK_END);
	char *text = calloc(1, (size_t)n + 1);

	log_setup(LOG_INFO, LOG_KV);
	if (text == NULL || dup2(c->saved, STDERR_FILENO) < 0 ||
	    pread(c->file, text, (size_t)n, 0) != n)
		abort();
	close(c->saved);
	close(c->file);
	return text;
}

#endif
