/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <poll.h>
#include <sys/socket.h>

#include "bench/upstream.h"

size_t
wire_read(struct wire *w, void *data, size_t size)
{
	size_t n = 0;

	if (w->ssl != NULL)
		return SSL_read_ex(w->ssl, data, size, &n) == 1 ? n : 0;

	ssize_t got = recv(w->fd, data, size, 0);

	return got > 0 ? (size_t)got : 0;
}

bool
wire_write(struct wire *w, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		size_t n = 0;

		if (w->ssl != NULL) {
			if (SSL_write_ex(w->ssl, at, size, &n) != 1)
				return false;
		} else {
			ssize_t sent = send(w->fd, at, size, MSG_NOSIGNAL);

			if (sent <= 0)
				return false;
			n = (size_t)sent;
		}
		at += n;
		size -= n;
	}
	return true;
}

bool
wire_wait(struct wire *w, long ms)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };

	if (w->ssl != NULL && SSL_pending(w->ssl) > 0)
		return true;
	return poll(&p, 1, ms > INT_MAX ? INT_MAX : (int)ms) > 0;
}
