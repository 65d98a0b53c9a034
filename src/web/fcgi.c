/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each thread waits in an epoll of its own for the shared listening socket (EPOLLEXCLUSIVE:
 * one connection wakes one thread) and for a wake event that ends it. It accepts by itself,
 * so that the connection has a receive time-out before libfcgi reads the first byte: a peer
 * that stops in mid-request costs a thread LIMIT_SOCKET_MS, not for ever. The connection is
 * then lent to libfcgi through FCGX_Request.ipcFd with keepConnection set, which its
 * FCGX_Accept_r takes for one it had kept; tests/unit/test_fcgi.c holds that use of
 * undocumented members, and fcgi_read_some()'s of the stream's buffer.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "web/fcgi.h"
#include "web/io.h"
#include "web/web.h"

#ifdef SANITIZED
#define STACK_BYTES (2 * 1024 * 1024)
#else
#define STACK_BYTES (256 * 1024)
#endif
#define FULL_TABLE_WAIT_MS 100

struct fcgi_pool {
	const struct web *web;
	int listen_fd;
	int wake_fd; /* readable for ever once stopping */
	size_t n;
	size_t crowd; /* more busy threads than these are a crowd */
	atomic_bool to_end; /* once woken: who stands in line is served first */
	atomic_size_t own_busy;
	atomic_size_t *busy; /* threads that have a connection: web's, or our own */
	pthread_t *threads;
	pthread_mutex_t lock; /* guards running */
	pthread_cond_t ended;
	size_t running;
};

struct fcgi_io {
	struct web_io io;
	FCGX_Request *req;
	bool crowded; /* threads are scarce */
};

static const char *
io_param(struct web_io *io, const char *name)
{
	return FCGX_GetParam(name, ((struct fcgi_io *)io)->req->envp);
}

ssize_t
fcgi_read_some(struct FCGX_Stream *in, void *out, size_t max)
{
	char *p = out;
	int c, here;

	if (max == 0)
		return 0;
	/* FCGX_GetStr alone waits until all of max is there, however slowly it drips in. */
	c = FCGX_GetChar(in);
	if (c == EOF)
		return FCGX_GetError(in) != 0 ? -1 : 0;
	p[0] = (char)c;
	here = (int)(in->stop - in->rdNext);
	if (here > (int)max - 1)
		here = (int)max - 1;
	return 1 + FCGX_GetStr(p + 1, here, in);
}

static ssize_t
io_read(struct web_io *io, void *out, size_t max)
{
	return fcgi_read_some(((struct fcgi_io *)io)->req->in, out, max);
}

static bool
io_write(struct web_io *io, const void *data, size_t len)
{
	FCGX_Stream *out = ((struct fcgi_io *)io)->req->out;

	return FCGX_PutStr(data, (int)len, out) == (int)len && FCGX_FFlush(out) == 0;
}

static void
io_end(struct web_io *io)
{
	const struct fcgi_io *f = (struct fcgi_io *)io;

	f->req->keepConnection = 0;
	/* Closed without the two seconds that libfcgi gives the peer to leave first. */
	if (f->crowded)
		FCGX_Detach(f->req);
	FCGX_Finish_r(f->req);
}

/* Whether the peer sends anything: a start that looks for a live socket only connects. */
static bool
says_something(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK) > 0;
}

static bool
set_limit(int fd, int option, int ms)
{
	const struct timeval limit = { ms / 1000, ms % 1000 * 1000 };

	return setsockopt(fd, SOL_SOCKET, option, &limit, sizeof(limit)) == 0;
}

/*
 * One connection, one request: the web server opens a new one for each (reuse is off). It
 * passes a body on as it comes, and who sends it is not proven before its end; so once
 * threads are scarce, none waits long for a caller who is slow.
 */
static void
serve_connection(struct web_worker *w, int fd, bool crowded)
{
	const int silence_ms = crowded ? LIMIT_CROWDED_MS : LIMIT_SOCKET_MS;
	FCGX_Request req;
	struct fcgi_io io = { { crowded ? LIMIT_CROWDED_MS : LIMIT_REQUEST_READ_MS,
				  io_param, io_read, io_write, io_end },
		&req, crowded };
	int rc;

	if (!set_limit(fd, SO_RCVTIMEO, silence_ms) ||
	    !set_limit(fd, SO_SNDTIMEO, LIMIT_SOCKET_MS) || !says_something(fd) ||
	    FCGX_InitRequest(&req, -1, 0) != 0) {
		close(fd);
		return;
	}
	req.ipcFd = fd;
	req.keepConnection = 1;
	rc = FCGX_Accept_r(&req); /* reads the parameters; frees all when it fails */
	if (rc != 0) {
		LOG(LOG_WARN, "web", "broken FastCGI request", LI("rc", rc),
		    LH("nothing to do if the web server was stopped; else: what "
		       "else connects to the socket?"));
		return;
	}
	web_serve(w, &io.io);
}

/* Nothing to accept with: wait a moment for others to finish, unless we are stopping. */
static void
wait_for_descriptors(const struct fcgi_pool *p, int why)
{
	struct pollfd wake = { .fd = p->wake_fd, .events = POLLIN };
	struct err e;

	errno = why;
	err_io(&e, "accept");
	LOG(LOG_ERROR, "web", "cannot take a request", LS("why", e.text),
	    LH(HINT_DESCRIPTORS));
	poll(&wake, 1, FULL_TABLE_WAIT_MS);
}

/* False: nobody was there. */
static bool
take_connection(struct fcgi_pool *p, struct web_worker *w)
{
	int fd = accept4(p->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0) {
		size_t others = atomic_fetch_add(p->busy, 1);

		serve_connection(w, fd, others > p->crowd);
		atomic_fetch_sub(p->busy, 1);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
	    errno == ENOBUFS)
		wait_for_descriptors(p, errno);
	/* Any other error is of that connection alone: another thread was quicker
	 * (EAGAIN), or the peer has left. */
	return fd >= 0;
}

static bool
watch(int epoll_fd, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static void
serve_until_woken(struct fcgi_pool *p, struct web_worker *w)
{
	CLEANUP(closep) int ep = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event ev[2];

	if (ep < 0 || !watch(ep, p->listen_fd, EPOLLIN | EPOLLEXCLUSIVE) ||
	    !watch(ep, p->wake_fd, EPOLLIN)) {
		LOG(LOG_ERROR, "web", "thread cannot wait for requests",
		    LI("errno", errno), LH(HINT_DESCRIPTORS));
		return;
	}
	for (;;) {
		int n = epoll_wait(ep, ev, 2, -1);
		bool connection = false;

		for (int i = 0; i < n; i++) {
			if (ev[i].data.fd == p->wake_fd) {
				while (atomic_load(&p->to_end) && take_connection(p, w))
					;
				return;
			}
			connection = true;
		}
		if (connection)
			(void)take_connection(p, w);
	}
}

static void *
worker_main(void *arg)
{
	struct fcgi_pool *p = arg;
	struct web_worker w;

	web_worker_init(&w, p->web);
	serve_until_woken(p, &w);
	web_worker_fini(&w);
	pthread_mutex_lock(&p->lock);
	p->running--;
	pthread_cond_signal(&p->ended);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static struct fcgi_pool *
pool_new(const struct web *web, int listen_fd, size_t n)
{
	struct fcgi_pool *p = xcalloc(1, sizeof(*p));

	p->web = web;
	p->listen_fd = listen_fd;
	p->busy = web->busy != NULL ? web->busy : &p->own_busy;
	p->crowd = n / 2;
	p->wake_fd = eventfd(0, EFD_CLOEXEC);
	p->threads = xcalloc(n, sizeof(*p->threads));
	pthread_mutex_init(&p->lock, NULL);
	clock_cond_init(&p->ended);
	return p;
}

static bool
start_threads(struct fcgi_pool *p, size_t n, struct err *e)
{
	pthread_attr_t attr;
	int rc = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	while (p->n < n) {
		pthread_mutex_lock(&p->lock);
		p->running++;
		pthread_mutex_unlock(&p->lock);
		rc = pthread_create(&p->threads[p->n], &attr, worker_main, p);
		if (rc != 0)
			break;
		p->n++;
	}
	pthread_attr_destroy(&attr);
	if (rc == 0)
		return true;
	pthread_mutex_lock(&p->lock);
	p->running--;
	pthread_mutex_unlock(&p->lock);
	errno = rc;
	return err_io(e, "thread %zu of server.workers = %zu", p->n + 1, n);
}

struct fcgi_pool *
fcgi_start(const struct web *web, int listen_fd, size_t n, struct err *e)
{
	struct fcgi_pool *p = pool_new(web, listen_fd, n);

	if (p->wake_fd < 0)
		err_io(e, "eventfd");
	else if (FCGX_Init() != 0)
		err_set(e, ERR_IO, 0, "libfcgi does not start");
	else if (start_threads(p, n, e))
		return p;
	fcgi_stop(p, false);
	if (fcgi_drain(p, LIMIT_SOCKET_MS) == 0)
		fcgi_free(p);
	return NULL;
}

void
fcgi_stop(struct fcgi_pool *p, bool to_end)
{
	const uint64_t one = 1;

	atomic_store(&p->to_end, to_end);
	/* An eventfd takes 8 bytes or fails only when its count would wrap. */
	if (p->wake_fd >= 0 && write(p->wake_fd, &one, sizeof(one)) != sizeof(one))
		LOG(LOG_ERROR, "web", "threads cannot be woken", LI("errno", errno),
		    LH(HINT_REPORT));
}

size_t
fcgi_drain(struct fcgi_pool *p, int64_t drain_ms)
{
	const struct timespec until = clock_after(drain_ms);
	size_t left;
	int rc = 0;

	pthread_mutex_lock(&p->lock);
	while (p->running > 0 && rc == 0)
		rc = pthread_cond_timedwait(&p->ended, &p->lock, &until);
	left = p->running;
	pthread_mutex_unlock(&p->lock);
	return left;
}

void
fcgi_free(struct fcgi_pool *p)
{
	for (size_t i = 0; i < p->n; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->ended);
	pthread_mutex_destroy(&p->lock);
	if (p->wake_fd >= 0)
		close(p->wake_fd);
	free(p->threads);
	free(p);
}
