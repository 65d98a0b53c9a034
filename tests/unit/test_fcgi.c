/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds the use of FCGX_Request.ipcFd and keepConnection that src/web/fcgi.c makes: a
 * connection that we accepted is read by FCGX_Accept_r, answered, and closed at the end. And
 * the receive time-out that only works because we accepted it.
 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include <criterion/criterion.h>

#include "base/attr.h"
#include "base/buf.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "web/fcgi.h"

TestSuite(fcgi, .fini = no_leaks);

enum { BEGIN = 1, PARAMS = 4, STDIN = 5 };

static void
record(struct buf *b, uint8_t type, const void *data, size_t n)
{
	const unsigned char head[8] = { 1, type, 0, 1, (unsigned char)(n >> 8),
		(unsigned char)n, 0, 0 };

	buf_add(b, head, sizeof(head));
	buf_add(b, data, n);
}

static void
pair(struct buf *b, const char *name, const char *value)
{
	buf_chr(b, (char)strlen(name));
	buf_chr(b, (char)strlen(value));
	buf_str(b, name);
	buf_str(b, value);
}

/* A whole request: role responder, connection not to be kept. */
static void
whole_request(struct buf *b)
{
	static const unsigned char responder[8] = { 0, 1, 0 };
	CLEANUP(buf_fini) struct buf params = BUF_INIT(1000);

	pair(&params, "REQUEST_METHOD", "POST");
	pair(&params, "CONTENT_LENGTH", "5");
	record(b, BEGIN, responder, sizeof(responder));
	record(b, PARAMS, params.data, params.len);
	record(b, PARAMS, "", 0);
	record(b, STDIN, "hello", 5);
	record(b, STDIN, "", 0);
}

/* One end for us as Apache, the other lent to libfcgi as fcgi.c does. */
static int
lend(FCGX_Request *req)
{
	int pair_fd[2];

	cr_assert_eq(FCGX_Init(), 0);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair_fd), 0);
	cr_assert_eq(FCGX_InitRequest(req, -1, 0), 0);
	req->ipcFd = pair_fd[1];
	req->keepConnection = 1;
	return pair_fd[0];
}

Test(fcgi, a_lent_connection_is_read_answered_and_closed)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4000);
	FCGX_Request req;
	int fd = lend(&req);
	char got[512];
	ssize_t n, all = 0;

	whole_request(&b);
	cr_assert_eq(write(fd, b.data, b.len), (ssize_t)b.len);
	cr_assert_eq(FCGX_Accept_r(&req), 0);
	cr_expect_str_eq(FCGX_GetParam("REQUEST_METHOD", req.envp), "POST");
	cr_expect_eq(FCGX_GetStr(got, sizeof(got), req.in), 5);
	cr_expect_eq(memcmp(got, "hello", 5), 0);
	cr_expect_eq(FCGX_PutStr("Status: 200\r\n\r\n", 15, req.out), 15);
	req.keepConnection = 0;
	shutdown(fd, SHUT_WR);
	FCGX_Finish_r(&req);
	while ((n = read(fd, got + all, sizeof(got) - (size_t)all)) > 0)
		all += n;
	cr_expect_eq(n, 0, "the connection ends");
	cr_expect_gt(all, 15 + 8);
	cr_expect_eq(memcmp(got + 8, "Status: 200\r\n\r\n", 15), 0);
	close(fd);
}

/* Else a body that drips would hold the thread for as long as it likes. */
Test(fcgi, what_has_arrived_is_read_at_once)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4000);
	const struct timeval limit = { 10, 0 };
	FCGX_Request req;
	int fd = lend(&req);
	char got[16] = "";

	not_for_ever();
	whole_request(&b);
	/* Without the end of the body, and without its last three bytes. */
	cr_assert_eq(write(fd, b.data, b.len - 8 - 3), (ssize_t)b.len - 8 - 3);
	setsockopt(req.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	cr_assert_eq(FCGX_Accept_r(&req), 0);
	cr_expect_eq(fcgi_read_some(req.in, got, sizeof(got)), 2);
	cr_expect_str_eq(got, "he");
	cr_expect_eq(FCGX_GetError(req.in), 0, "nobody has waited for more");
	cr_assert_eq(write(fd, b.data + b.len - 8 - 3, 8 + 3), 8 + 3);
	cr_expect_eq(fcgi_read_some(req.in, got, 1), 1);
	cr_expect_eq(fcgi_read_some(req.in, got, sizeof(got)), 2);
	cr_expect_eq(memcmp(got, "lo", 2), 0);
	cr_expect_eq(fcgi_read_some(req.in, got, sizeof(got)), 0, "the end");
	req.keepConnection = 0;
	shutdown(fd, SHUT_WR);
	FCGX_Finish_r(&req);
	close(fd);
}

/*
 * libfcgi takes parameters that end too early for none, or for those it has; the request is
 * then refused for what is missing. What counts is that no stop holds the thread.
 */
Test(fcgi, a_peer_that_stops_anywhere_costs_the_time_out_alone)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4000);
	const struct timeval limit = { 0, 20000 };

	not_for_ever();
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "10", 1); /* ms; read by FCGX_Init */
	whole_request(&b);
	for (size_t cut = 0; cut < b.len - 8; cut += 3) {
		FCGX_Request req;
		int fd = lend(&req);
		char got[16];

		setsockopt(req.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		cr_assert_eq(write(fd, b.data, cut), (ssize_t)cut);
		if (FCGX_Accept_r(&req) == 0) {
			cr_expect(FCGX_GetStr(got, sizeof(got), req.in) < 5 ||
				cut >= b.len - 8 - 5,
			    "cut at %zu", cut);
			req.keepConnection = 0;
			FCGX_Finish_r(&req);
		}
		close(fd);
	}
}

Test(fcgi, a_peer_that_leaves_is_noticed)
{
	FCGX_Request req;
	int fd = lend(&req);

	close(fd);
	cr_expect_neq(FCGX_Accept_r(&req), 0);
}
