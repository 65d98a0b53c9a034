/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/clock.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sandbox/router.h"
#include "sandbox/server.h"
#include "sandbox/server_body.h"

enum { BACKLOG = 512, THREAD_STACK = 512 * 1024 };

struct server {
	struct MHD_Daemon *daemon;
	struct sandbox *sb;
	int stop_fd; /* readable once the server is about to stop */
	bool allow_remote;
	char host[64];
	char url[96];
};

/* A request while it arrives. */
struct exchange {
	struct request q;
	struct buf body;
	const struct route *route;
};

static struct exchange *
exchange_new(
    struct server *s, struct MHD_Connection *conn, const char *method, const char *path)
{
	struct exchange *x = xcalloc(1, sizeof(*x));

	x->q.arena = arena_new();
	x->q.method = arena_strdup(x->q.arena, method);
	x->q.path = arena_strdup(x->q.arena, path);
	x->q.conn = conn;
	x->q.server = s;
	x->route = route_find(x->q.method, x->q.path);
	buf_init(&x->body, route_max_body(x->route));
	return x;
}

static void
on_completed(void *cls, struct MHD_Connection *conn, void **state,
    enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *state;

	(void)cls;
	(void)conn;
	(void)why;
	if (x == NULL)
		return;
	buf_fini(&x->body);
	arena_free(x->q.arena);
	free(x);
	*state = NULL;
}

static enum MHD_Result
send_reply(struct MHD_Connection *conn, struct reply *r)
{
	struct MHD_Response *out;
	enum MHD_Result ok = MHD_NO;

	if (r->way == REPLY_HANG_UP)
		return MHD_NO;
	if (!buf_ok(&r->body)) {
		LOG(LOG_ERROR, "sandbox", "a reply exceeds its limit",
		    LH("make the text in the knowledge file or in the script shorter"));
		return MHD_NO;
	}
	out = server_body(r);
	if (out == NULL)
		return MHD_NO;
	if (r->type == NULL || MHD_add_response_header(out, "Content-Type", r->type))
		ok = MHD_YES;
	for (size_t i = 0; i < r->n_headers && ok == MHD_YES; i++)
		ok = MHD_add_response_header(
		    out, r->headers[i].name, r->headers[i].value);
	if (ok == MHD_YES)
		ok = MHD_queue_response(conn, (unsigned int)r->status, out);
	MHD_destroy_response(out);
	return ok;
}

static enum MHD_Result
answer(struct exchange *x, struct reply *r)
{
	enum MHD_Result ok;

	x->q.body = x->body.data;
	x->q.body_len = x->body.len;
	/* The clock of the idle limit must not run while the handler waits. */
	MHD_set_connection_option(x->q.conn, MHD_CONNECTION_OPTION_TIMEOUT, 0);
	if (r->status == 0) {
		r->status = MHD_HTTP_NOT_FOUND;
		route_run(x->route, x->q.server->sb, &x->q, r);
	}
	MHD_set_connection_option(
	    x->q.conn, MHD_CONNECTION_OPTION_TIMEOUT, SERVER_IDLE_S);
	ok = send_reply(x->q.conn, r);
	buf_fini(&r->body);
	return ok;
}

static bool
announces_too_much(const struct exchange *x)
{
	const char *length = request_header(&x->q, "Content-Length");

	return length != NULL && strtoull(length, NULL, 10) > x->body.max;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *conn, const char *path, const char *method,
    const char *version, const char *data, size_t *len, void **state)
{
	struct exchange *x = *state;
	struct reply r = { .body = BUF_INIT(SERVER_REPLY_BYTES) };

	(void)version;
	if (x == NULL) {
		*state = x = exchange_new(cls, conn, method, path);
		if (!announces_too_much(x))
			return MHD_YES;
		reply_error(&r, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
		return answer(x, &r);
	}
	if (*len > 0) {
		buf_add(&x->body, data, *len);
		*len = 0;
		return buf_ok(&x->body) ? MHD_YES : MHD_NO;
	}
	return answer(x, &r);
}

static bool
is_loopback(const struct sockaddr *sa)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)sa;
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)sa;

	if (sa->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	return sa->sa_family == AF_INET && ntohl(four->sin_addr.s_addr) >> 24 == 127;
}

static struct addrinfo *
resolve(const char *address, struct err *e)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	const char *colon = strrchr(address, ':');
	const char *host = address;
	struct addrinfo *found = NULL;
	size_t n;
	CLEANUP(freep) char *name = NULL;

	if (colon == NULL || colon == address) {
		err_set(
		    e, ERR_CONFIG, 0, "--listen: \"%s\" is not ADDRESS:PORT", address);
		return NULL;
	}
	n = (size_t)(colon - address);
	if (host[0] == '[' && host[n - 1] == ']') {
		host++;
		n -= 2;
	}
	name = xstrndup(host, n);
	if (getaddrinfo(name, colon + 1, &hints, &found) != 0) {
		err_set(e, ERR_CONFIG, 0,
		    "--listen: \"%s\" is not a numeric address and a port", address);
		return NULL;
	}
	return found;
}

/* A listening socket, or -1. */
static int
listen_at(const char *address, bool allow_remote, struct err *e)
{
	struct addrinfo *ai = resolve(address, e);
	int on = 1, fd = -1;

	if (ai == NULL)
		return -1;
	if (!allow_remote && !is_loopback(ai->ai_addr)) {
		err_set(e, ERR_CONFIG, 0,
		    "--listen: %s can be reached from other machines; if that is meant, "
		    "add --allow-remote",
		    address);
		goto out;
	}
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
		err_io(e, "cannot listen on %s", address);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
out:
	freeaddrinfo(ai);
	return fd;
}

static bool
name_server(struct server *s, int fd, struct err *e)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);
	char host[NI_MAXHOST], port[NI_MAXSERV];
	bool six;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
		return err_io(e, "the listening socket has no name");
	if (getnameinfo((struct sockaddr *)&sa, len, host, sizeof(host), port,
		sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return err_set(
		    e, ERR_IO, 0, "the listening socket has no numeric name");
	six = sa.ss_family == AF_INET6;
	snprintf(s->host, sizeof(s->host), six ? "[%.45s]" : "%.45s", host);
	snprintf(s->url, sizeof(s->url), "http://%s:%.5s", s->host, port);
	return true;
}

static void PRINTF(2, 0) on_mhd_log(void *cls, const char *fmt, va_list ap)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1024);

	(void)cls;
	buf_vprintf(&b, fmt, ap);
	LOG(LOG_DEBUG, "sandbox", "libmicrohttpd", LS("says", b.data));
}

static bool
start_daemon(struct server *s, int fd, struct err *e)
{
	s->daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG,
	    0, NULL, NULL, on_request, s,
	    /* first, so that it catches what the other options have to say */
	    MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned int)SERVER_CONNECTIONS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_HEADER_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SERVER_IDLE_S,
	    MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
	if (s->daemon == NULL)
		return err_set(e, ERR_IO, errno, "libmicrohttpd does not start");
	return true;
}

struct server *
server_start(const struct server_opts *o, struct err *e)
{
	struct server *s;
	int fd = listen_at(o->listen, o->allow_remote, e);

	if (fd < 0)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->sb = o->sb;
	s->allow_remote = o->allow_remote;
	s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->stop_fd < 0)
		err_io(e, "eventfd");
	else if (name_server(s, fd, e) && start_daemon(s, fd, e))
		return s; /* the daemon owns fd now */
	close(fd);
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	free(s);
	return NULL;
}

const char *
server_url(const struct server *s)
{
	return s->url;
}

const char *
server_host(const struct server *s)
{
	return s->host;
}

bool
server_allows_remote(const struct server *s)
{
	return s->allow_remote;
}

void
server_wake(struct server *s)
{
	uint64_t one = 1;

	if (write(s->stop_fd, &one, sizeof(one)) != sizeof(one))
		LOG(LOG_ERROR, "sandbox", "cannot end pauses", LI("errno", errno),
		    LH(HINT_REPORT));
}

void
server_stop(struct server *s)
{
	if (s == NULL)
		return;
	server_wake(s);
	MHD_stop_daemon(s->daemon);
	close(s->stop_fd);
	free(s);
}

const char *
request_header(const struct request *q, const char *name)
{
	return MHD_lookup_connection_value(q->conn, MHD_HEADER_KIND, name);
}

const char *
request_arg(const struct request *q, const char *name)
{
	return MHD_lookup_connection_value(q->conn, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result
add_arg(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(4 * SERVER_HEADER_BYTES);
	js **o = cls;

	(void)kind;
	if (*o == NULL)
		*o = json_object_new_object();
	if (value != NULL)
		utf8_repair(&text, value, strlen(value));
	json_object_object_add(*o, name, json_object_new_string(text.data));
	return MHD_YES;
}

js *
request_query(const struct request *q)
{
	js *o = NULL;

	MHD_get_connection_values(q->conn, MHD_GET_ARGUMENT_KIND, add_arg, &o);
	return o;
}

bool
request_pause(const struct request *q, int64_t ms)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(q->conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd p[2] = { { .fd = info->connect_fd, .events = POLLRDHUP },
		{ .fd = q->server->stop_fd, .events = POLLIN } };
	int64_t until = clock_mono_ms(&clock_system) + ms;
	int n;

	do {
		ms = until - clock_mono_ms(&clock_system);
		n = poll(p, NELEMS(p), ms > 0 ? (int)ms : 0);
	} while (n < 0 && errno == EINTR);
	return n == 0;
}
