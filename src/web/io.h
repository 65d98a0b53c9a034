/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_IO_H
#define WEB_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

/*
 * Where a request comes from and its answer goes: FastCGI (fcgi.c) or plain CGI (cgi.c).
 * Embedded as the first member of the front's own struct.
 */
struct web_io {
	int64_t read_ms; /* time its body may take to arrive */
	/* A CGI variable; NULL when absent. Borrowed until the request ends. */
	const char *(*param)(struct web_io *io, const char *name);
	/* Body bytes: more than 0; 0 at its end; -1 when the peer stalled or left. */
	ssize_t (*read)(struct web_io *io, void *out, size_t max);
	/* False when the peer is gone. */
	bool (*write)(struct web_io *io, const void *data, size_t len);
	/*
	 * The answer is complete: the caller is let go, though this thread may work on. Called
	 * once; none of the others is called after it.
	 */
	void (*end)(struct web_io *io);
};

#endif
