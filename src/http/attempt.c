/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "http/attempt.h"

static bool
is_good(CURL *curl)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status / 100 == 2;
}

static size_t
to_file(struct attempt *t, const char *data, size_t n)
{
	size_t done = 0;

	if (n > t->max - t->resp.in_file) {
		t->too_big = true;
		return 0;
	}
	while (done < n) {
		ssize_t put = pwrite(*t->into_fd, data + done, n - done,
		    (off_t)(t->resp.in_file + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			t->file_errno = put < 0 ? errno : EIO;
			return 0;
		}
		done += (size_t)put;
	}
	t->resp.in_file += n;
	return n;
}

/* What is not all of the bytes makes curl give up. */
static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct attempt *t = arg;

	if (size * n == 0)
		return 0;
	if (t->into_fd != NULL && is_good(t->curl))
		return to_file(t, data, size * n);
	buf_add(&t->resp.body, data, size * n);
	if (buf_ok(&t->resp.body))
		return size * n;
	t->too_big = true;
	return 0;
}

static size_t
on_header(char *data, size_t size, size_t n, void *arg)
{
	struct attempt *t = arg;

	/* An interim answer (100) has headers too; only the last ones count. */
	if (size * n > 5 && memcmp(data, "HTTP/", 5) == 0)
		buf_reset(&t->resp.headers);
	buf_add(&t->resp.headers, data, size * n);
	if (buf_ok(&t->resp.headers))
		return size * n;
	t->too_big = true;
	return 0;
}

static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct attempt *t = arg;

	(void)purpose;
	if (t->address_ok != NULL && !t->address_ok(&to->addr)) {
		t->address_refused = true;
		return CURL_SOCKET_BAD;
	}
	t->address_tried = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

bool
attempt_begin(struct attempt *t, CURL *curl, const struct http_req *q, struct err *e)
{
	t->curl = curl;
	t->into_fd = q->into_fd;
	t->address_ok = q->address_ok;
	t->max = q->max_bytes != 0 ? q->max_bytes : LIMIT_UPSTREAM_BYTES;
	buf_init(&t->resp.body, t->into_fd != NULL ? LIMIT_UPSTREAM_BYTES : t->max);
	buf_init(&t->resp.headers, LIMIT_UPSTREAM_HEADERS);
	if (t->into_fd != NULL && ftruncate(*t->into_fd, 0) != 0)
		return err_io(e, "the file for the answer");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, t);
	return true;
}
