/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hint.h"
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

/* How the program that was started is told that the answer is out; -1: there is none. */
static int starter_fd = -1;

/*
 * Whoever holds the other ends is done when we let go: of the answer, and with mod_cgi of the
 * log, which it reads through a pipe.
 */
static void
let_go_of_server(void)
{
	CLEANUP(closep) int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stat st;
	bool pipe = fstat(STDERR_FILENO, &st) == 0 && S_ISFIFO(st.st_mode);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    (pipe && dup2(null, STDERR_FILENO) < 0)) {
		LOG(LOG_ERROR, "web", "the web server cannot be let go",
		    LI("errno", errno), LH(HINT_DESCRIPTORS));
		/* What is at hand is in the queue, or is nothing that anybody waits for. */
		_exit(EX_OSERR);
	}
}

static void
io_end(struct web_io *io)
{
	(void)io;
	drain();
	let_go_of_server();
	if (starter_fd < 0)
		return;
	/* It may have been ended; then nobody has to be told. */
	if (write(starter_fd, "", 1) != 1 && errno != EPIPE)
		LOG(LOG_WARN, "web", "the program that was started is not told",
		    LI("errno", errno), LH(HINT_REPORT));
	close(starter_fd);
	starter_fd = -1;
}

static struct web_io cgi_io = { LIMIT_REQUEST_READ_MS, io_param, io_read, io_write,
	io_end };

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

bool
cgi_serve(const struct web *web)
{
	struct web_worker w;

	web_worker_init(&w, web);
	web_serve(&w, &cgi_io);
	web_worker_fini(&w);
	return w.status / 100 == 2;
}

/* The program that was started: until it is told, or the other has ended. */
static void
await_answer(pid_t other, int fd)
{
	int status = 0;
	char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		_exit(EXIT_SUCCESS);
	while (waitpid(other, &status, 0) < 0 && errno == EINTR)
		continue;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE);
}

bool
cgi_leave(void)
{
	int ends[2];
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	if (pipe2(ends, O_CLOEXEC) != 0) {
		LOG(LOG_WARN, "web", "no process for the work", LI("errno", errno),
		    LH(HINT_DESCRIPTORS));
		return false;
	}
	pid = fork();
	if (pid > 0) {
		close(ends[1]);
		await_answer(pid, ends[0]);
	}
	if (pid == 0) {
		close(ends[0]);
		/* Out of the group of processes that the web server may end. */
		setsid();
		starter_fd = ends[1];
		return true;
	}
	LOG(LOG_WARN, "web", "no process for the work", LI("errno", errno),
	    LH(HINT_THREADS));
	close(ends[0]);
	close(ends[1]);
	return false;
}

void
cgi_unavailable(void)
{
	static const char body[] = "unavailable\n";
	const struct web_answer ans = { .status = 503,
		.content_type = "text/plain; charset=utf-8",
		.body = body,
		.len = sizeof(body) - 1 };

	if (!web_answer_write(&ans, &cgi_io))
		LOG(LOG_WARN, "web", "caller left before the answer", LI("status", 503),
		    LH(HINT_LEFT));
	drain();
}
