/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "web/cgi.h"
#include "web/io.h"
#include "web/request.h"
#include "web/web.h"

static const char *
io_param(struct web_io *io, const char *name)
{
	(void)io;
	return getenv(name);
}

static ssize_t
io_read(struct web_io *io, void *out, size_t max)
{
	ssize_t n;

	(void)io;
	do
		n = read(STDIN_FILENO, out, max);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool
io_write(struct web_io *io, const void *data, size_t len)
{
	struct err e;

	(void)io;
	return file_write_all(STDOUT_FILENO, data, len, &e);
}

/*
 * Reads what is left of the request. mod_cgid gives us one socket for both ways: bytes that
 * nobody read when it is closed are a reset for Apache, which then cuts the answer short.
 */
static void
drain(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	size_t most = 2 * LIMIT_REQUEST_BODY;
	char rest[8192];
	ssize_t n;

	/* Apache has all of it before we start, so that a pause is an end. */
	while (most > sizeof(rest) && poll(&in, 1, 100) > 0) {
		n = io_read(NULL, rest, sizeof(rest));
		if (n <= 0)
			return;
		most -= (size_t)n;
	}
}

static struct web_io cgi_io = { LIMIT_REQUEST_READ_MS, io_param, io_read, io_write };

bool
cgi_is(void)
{
	return getenv("GATEWAY_INTERFACE") != NULL && getenv("REQUEST_METHOD") != NULL;
}

bool
cgi_args_are_callers(void)
{
	const char *query = getenv("QUERY_STRING");

	return query != NULL && query[0] != '\0' && strchr(query, '=') == NULL;
}

void
cgi_serve(const struct web *web)
{
	struct web_worker w;

	web_worker_init(&w, web);
	web_serve(&w, &cgi_io);
	drain();
	web_worker_fini(&w);
}

/*
 * Whoever holds the other ends is done when we let go: of the answer, and with mod_cgi of the
 * log, which it reads through a pipe.
 */
static bool
let_go_of_server(void)
{
	CLEANUP(closep) int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stat st;

	return null >= 0 && dup2(null, STDIN_FILENO) == STDIN_FILENO &&
	    dup2(null, STDOUT_FILENO) == STDOUT_FILENO &&
	    (fstat(STDERR_FILENO, &st) != 0 || !S_ISFIFO(st.st_mode) ||
		dup2(null, STDERR_FILENO) == STDERR_FILENO);
}

bool
cgi_detach(void)
{
	pid_t pid = fork();

	if (pid < 0)
		LOG(LOG_WARN, "web", "no process for what is due", LI("errno", errno));
	if (pid != 0)
		return false;
	/* Out of the group of processes that the web server may end. */
	setsid();
	if (!let_go_of_server())
		_exit(EXIT_FAILURE);
	return true;
}

void
cgi_unavailable(void)
{
	static const char body[] = "unavailable\n";
	const struct web_answer ans = { 503, "text/plain; charset=utf-8", body,
		sizeof(body) - 1 };

	if (!web_answer_write(&ans, &cgi_io))
		LOG(LOG_WARN, "web", "caller left before the answer",
		    LI("status", 503));
	drain();
}
