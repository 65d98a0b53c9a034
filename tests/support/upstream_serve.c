/* SPDX-License-Identifier: Apache-2.0 */
/* One connection of the scripted server: requests are read, steps found, answers sent. */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "support/upstream_i.h"

enum { REQUEST_MAX = 1024 * 1024, DRIP_MS = 20 };

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

const char *
upstream_find(const char *headers, const char *name)
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
	length = upstream_find(b.data + line + 2, "content-length");
	if (length != NULL)
		body = strtoul(strchr(length, ':') + 1, NULL, 10);
	if (!fill(l, &b, NULL, head + 4 + body))
		return NULL;
	r = xcalloc(1, sizeof(*r));
	r->line = xstrndup(b.data, line);
	r->headers =
	    head > line ? xstrndup(b.data + line + 2, head - line) : xstrdup("");
	r->body = xcalloc(1, body + 1);
	memcpy(r->body, b.data + head + 4, body);
	r->body_len = body;
	return r;
}

bool
upstream_begins(const char *line, const char *on)
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

		if (s->left == 0 || !upstream_begins(r->line, s->is.on))
			continue;
		if (s->left > 0)
			s->left--;
		is = s->is;
		if (u->clock != NULL)
			u->clock->skip_ms += is.passes_ms;
		break;
	}
	while (is.held && !u->released && !u->stopping)
		pthread_cond_wait(&u->changed, &u->lock);
	pthread_mutex_unlock(&u->lock);
	return is;
}

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

static void
drip(struct link *l, const char *body, size_t n)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	for (size_t i = 0; i + 1 < n; i++) {
		if (poll(&p, 1, DRIP_MS) != 0 || !link_write(l, body + i, 1))
			return;
	}
	wait_for_client(l);
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
		if (link_write(l, all.data, head))
			drip(l, body.data, body.len);
		return false;
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

void *
upstream_serve(void *arg)
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
