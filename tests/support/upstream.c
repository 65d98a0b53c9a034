/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "support/pki.h"
#include "support/upstream.h"

enum { REQUEST_MAX = 1024 * 1024, DRIP_MS = 20 };

struct step {
	struct upstream_step is;
	int left; /* -1: for ever */
};

struct link {
	struct upstream *u;
	struct link *next;
	pthread_t thread;
	int fd; /* -1 once closed; changed under the lock */
	SSL *ssl;
};

struct upstream {
	char url[64];
	int port, listener;
	SSL_CTX *tls;
	pthread_t thread;

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t changed;
	bool released, stopping;
	struct step *steps;
	size_t n_steps;
	struct link *links;
	size_t connections, n_requests;
	struct upstream_request **requests;
};

/* --- bytes ------------------------------------------------------------------------------ */

static ssize_t
link_read(struct link *l, void *data, size_t n)
{
	if (l->ssl != NULL)
		return SSL_read(l->ssl, data, (int)n);
	return recv(l->fd, data, n, 0);
}

static bool
link_write(struct link *l, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t sent = l->ssl != NULL ? SSL_write(l->ssl, data, (int)n)
					      : send(l->fd, data, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* Reads on until `end` is in the buffer, or until it holds `total` bytes when end is NULL. */
static bool
fill(struct link *l, struct buf *b, const char *end, size_t total)
{
	char chunk[4096];
	ssize_t n;

	while (end != NULL ? strstr(b->data, end) == NULL : b->len < total) {
		n = link_read(l, chunk, sizeof(chunk));
		if (n <= 0)
			return false;
		buf_add(b, chunk, (size_t)n);
		if (!buf_ok(b))
			return false;
	}
	return true;
}

/* --- requests --------------------------------------------------------------------------- */

static const char *
find_header(const char *headers, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = headers; at != NULL && *at != '\0';) {
		if (strncasecmp(at, name, n) == 0 && at[n] == ':')
			return at;
		at = strstr(at, "\r\n");
		at = at != NULL ? at + 2 : NULL;
	}
	return NULL;
}

static struct upstream_request *
read_request(struct link *l)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(REQUEST_MAX);
	struct upstream_request *r;
	const char *length;
	size_t line, head, body = 0;

	if (!fill(l, &b, "\r\n\r\n", 0))
		return NULL;
	line = (size_t)(strstr(b.data, "\r\n") - b.data);
	head = (size_t)(strstr(b.data, "\r\n\r\n") - b.data);
	length = find_header(b.data + line + 2, "content-length");
	if (length != NULL)
		body = strtoul(strchr(length, ':') + 1, NULL, 10);
	if (!fill(l, &b, NULL, head + 4 + body))
		return NULL;
	r = xcalloc(1, sizeof(*r));
	r->line = xstrndup(b.data, line);
	r->headers =
	    head > line ? xstrndup(b.data + line + 2, head - line) : xstrdup("");
	r->body = xstrndup(b.data + head + 4, body);
	return r;
}

static bool
begins(const char *line, const char *on)
{
	return on == NULL || strncmp(line, on, strlen(on)) == 0;
}

/* Remembers the request and finds its step; waits while the step is held. */
static struct upstream_step
take_step(struct upstream *u, struct upstream_request *r)
{
	struct upstream_step is = { .status = 599, .body = "no step for this request" };

	pthread_mutex_lock(&u->lock);
	u->requests = xrealloc(
	    u->requests, (u->n_requests + 1) * sizeof(struct upstream_request *));
	u->requests[u->n_requests++] = r;
	pthread_cond_broadcast(&u->changed);
	for (size_t i = 0; i < u->n_steps; i++) {
		struct step *s = &u->steps[i];

		if (s->left == 0 || !begins(r->line, s->is.on))
			continue;
		if (s->left > 0)
			s->left--;
		is = s->is;
		break;
	}
	while (is.held && !u->released && !u->stopping)
		pthread_cond_wait(&u->changed, &u->lock);
	pthread_mutex_unlock(&u->lock);
	return is;
}

/* --- answers ---------------------------------------------------------------------------- */

static void
fill_body(struct buf *out, const char *body, const char *url)
{
	const char *at;

	while ((at = strstr(body, "$URL")) != NULL) {
		buf_add(out, body, (size_t)(at - body));
		buf_str(out, url);
		body = at + 4;
	}
	buf_str(out, body);
}

static void
wait_for_client(struct link *l)
{
	char chunk[256];

	while (link_read(l, chunk, sizeof(chunk)) > 0)
		continue;
}

static bool
drip(struct link *l, const char *body, size_t n)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	for (size_t i = 0; i < n; i++) {
		if (poll(&p, 1, DRIP_MS) != 0 || !link_write(l, body + i, 1))
			return false;
	}
	return true;
}

static void
reset(struct link *l)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

/* Whether the connection goes on. */
static bool
answer(struct link *l, const struct upstream_step *s)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(8 * REQUEST_MAX);
	CLEANUP(buf_fini) struct buf all = BUF_INIT(9 * REQUEST_MAX);
	size_t head;

	if (s->body_len > 0)
		buf_add(&body, s->body, s->body_len);
	else
		fill_body(&body, s->body != NULL ? s->body : "", l->u->url);
	buf_printf(&all, "HTTP/1.1 %d Status\r\nContent-Length: %zu\r\n%s\r\n",
	    s->status != 0 ? s->status : 200, body.len, s->headers ? s->headers : "");
	head = all.len;
	buf_add(&all, body.data, body.len);
	switch (s->how) {
	case UP_ANSWER:
		return link_write(l, all.data, all.len);
	case UP_CLOSE:
		(void)link_write(l, all.data, all.len);
		return false;
	case UP_HANGUP:
		return false;
	case UP_RESET:
		reset(l);
		return false;
	case UP_CUT:
		(void)link_write(l, all.data, head + s->cut);
		return false;
	case UP_STALL:
		if (s->cut == 0 || link_write(l, all.data, s->cut))
			wait_for_client(l);
		return false;
	case UP_DRIP:
		return link_write(l, all.data, head) && drip(l, body.data, body.len);
	case UP_RAW:
		(void)link_write(l, body.data, body.len);
		return false;
	}
	return false;
}

static bool
is_stopping(struct upstream *u)
{
	bool stopping;

	pthread_mutex_lock(&u->lock);
	stopping = u->stopping;
	pthread_mutex_unlock(&u->lock);
	return stopping;
}

static void *
serve(void *arg)
{
	struct link *l = arg;
	struct upstream *u = l->u;
	struct upstream_request *r;
	bool on = true;

	if (u->tls != NULL) {
		l->ssl = SSL_new(u->tls);
		SSL_set_fd(l->ssl, l->fd);
		on = SSL_accept(l->ssl) == 1;
	}
	while (on && !is_stopping(u) && (r = read_request(l)) != NULL) {
		struct upstream_step s = take_step(u, r);

		on = answer(l, &s);
	}
	pthread_mutex_lock(&u->lock);
	if (l->ssl != NULL) {
		SSL_shutdown(l->ssl);
		SSL_free(l->ssl);
	}
	close(l->fd);
	l->fd = -1;
	pthread_mutex_unlock(&u->lock);
	return NULL;
}

/* --- life ------------------------------------------------------------------------------- */

static void *
accept_all(void *arg)
{
	struct upstream *u = arg;
	int fd;

	while ((fd = accept(u->listener, NULL, NULL)) >= 0 || errno == ECONNABORTED) {
		struct link *l;

		if (fd < 0)
			continue;
		l = xcalloc(1, sizeof(*l));
		l->u = u;
		l->fd = fd;
		pthread_mutex_lock(&u->lock);
		l->next = u->links;
		u->links = l;
		u->connections++;
		if (pthread_create(&l->thread, NULL, serve, l) != 0)
			abort();
		if (u->stopping)
			shutdown(fd, SHUT_RDWR);
		pthread_mutex_unlock(&u->lock);
	}
	return NULL;
}

static void
listen_loopback(struct upstream *u)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	u->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (u->listener < 0 ||
	    bind(u->listener, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(u->listener, 256) != 0 ||
	    getsockname(u->listener, (struct sockaddr *)&a, &len) != 0) {
		perror("upstream");
		abort();
	}
	u->port = ntohs(a.sin_port);
	snprintf(u->url, sizeof(u->url), "%s://127.0.0.1:%d", u->tls ? "https" : "http",
	    u->port);
}

static void
set_steps(struct upstream *u, const struct upstream_step *steps, size_t n)
{
	free(u->steps);
	u->steps = xcalloc(n + 1, sizeof(*u->steps));
	u->n_steps = n;
	for (size_t i = 0; i < n; i++) {
		u->steps[i].is = steps[i];
		u->steps[i].left = steps[i].times != 0 ? steps[i].times : 1;
	}
}

static struct upstream *
start(const struct upstream_step *steps, size_t n, SSL_CTX *tls)
{
	struct upstream *u = xcalloc(1, sizeof(*u));

	/* A client that left must not end the test by a signal. */
	signal(SIGPIPE, SIG_IGN);
	u->tls = tls;
	pthread_mutex_init(&u->lock, NULL);
	pthread_cond_init(&u->changed, NULL);
	set_steps(u, steps, n);
	listen_loopback(u);
	if (pthread_create(&u->thread, NULL, accept_all, u) != 0)
		abort();
	return u;
}

struct upstream *
upstream_new(const struct upstream_step *steps, size_t n)
{
	return start(steps, n, NULL);
}

struct upstream *
upstream_new_tls(
    const struct upstream_step *steps, size_t n, const char *host, const char *ca_path)
{
	return start(steps, n, pki_server(host, ca_path));
}

static void
stop(struct upstream *u)
{
	pthread_mutex_lock(&u->lock);
	u->stopping = true;
	pthread_cond_broadcast(&u->changed);
	for (struct link *l = u->links; l != NULL; l = l->next)
		if (l->fd >= 0)
			shutdown(l->fd, SHUT_RDWR);
	pthread_mutex_unlock(&u->lock);
	shutdown(u->listener, SHUT_RDWR);
	pthread_join(u->thread, NULL);
	close(u->listener);
}

void
upstream_free(struct upstream *u)
{
	if (u == NULL)
		return;
	stop(u);
	for (struct link *l = u->links, *next; l != NULL; l = next) {
		next = l->next;
		pthread_join(l->thread, NULL);
		free(l);
	}
	for (size_t i = 0; i < u->n_requests; i++) {
		free(u->requests[i]->line);
		free(u->requests[i]->headers);
		free(u->requests[i]->body);
		free(u->requests[i]);
	}
	free(u->requests);
	free(u->steps);
	SSL_CTX_free(u->tls);
	pthread_mutex_destroy(&u->lock);
	pthread_cond_destroy(&u->changed);
	free(u);
}

void
upstream_freep(struct upstream **u)
{
	upstream_free(*u);
	*u = NULL;
}

/* --- questions -------------------------------------------------------------------------- */

const char *
upstream_url(const struct upstream *u)
{
	return u->url;
}

int
upstream_port(const struct upstream *u)
{
	return u->port;
}

void
upstream_script(struct upstream *u, const struct upstream_step *steps, size_t n)
{
	pthread_mutex_lock(&u->lock);
	set_steps(u, steps, n);
	pthread_mutex_unlock(&u->lock);
}

void
upstream_release(struct upstream *u)
{
	pthread_mutex_lock(&u->lock);
	u->released = true;
	pthread_cond_broadcast(&u->changed);
	pthread_mutex_unlock(&u->lock);
}

size_t
upstream_connections(struct upstream *u)
{
	size_t n;

	pthread_mutex_lock(&u->lock);
	n = u->connections;
	pthread_mutex_unlock(&u->lock);
	return n;
}

size_t
upstream_requests(struct upstream *u)
{
	return upstream_count(u, NULL);
}

size_t
upstream_count(struct upstream *u, const char *on)
{
	size_t n = 0;

	pthread_mutex_lock(&u->lock);
	for (size_t i = 0; i < u->n_requests; i++)
		n += begins(u->requests[i]->line, on);
	pthread_mutex_unlock(&u->lock);
	return n;
}

void
upstream_wait(struct upstream *u, size_t requests)
{
	pthread_mutex_lock(&u->lock);
	while (u->n_requests < requests)
		pthread_cond_wait(&u->changed, &u->lock);
	pthread_mutex_unlock(&u->lock);
}

const struct upstream_request *
upstream_get(struct upstream *u, size_t i)
{
	const struct upstream_request *r;

	pthread_mutex_lock(&u->lock);
	if (i >= u->n_requests) {
		fprintf(stderr, "upstream: %zu requests, asked for number %zu\n",
		    u->n_requests, i);
		abort();
	}
	r = u->requests[i];
	pthread_mutex_unlock(&u->lock);
	return r;
}

bool
upstream_has(const struct upstream_request *r, const char *line)
{
	size_t name = strcspn(line, ":"), n = strlen(line);

	for (const char *at = r->headers; at != NULL && *at != '\0';) {
		if (strncasecmp(at, line, name) == 0 &&
		    strncmp(at + name, line + name, n - name) == 0 &&
		    (at[n] == '\r' || at[n] == '\0'))
			return true;
		at = strstr(at, "\r\n");
		at = at != NULL ? at + 2 : NULL;
	}
	return false;
}

bool
upstream_has_name(const struct upstream_request *r, const char *name)
{
	return find_header(r->headers, name) != NULL;
}
