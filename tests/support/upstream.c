/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "support/pki.h"
#include "support/upstream_i.h"

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
		if (pthread_create(&l->thread, NULL, upstream_serve, l) != 0)
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

/* The protocols come as names with their length in front (RFC 7301). */
static int
on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned int in_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	struct upstream *u = arg;
	unsigned char *chosen;
	size_t to = 0;
	int rc;

	(void)ssl;
	pthread_mutex_lock(&u->lock);
	for (unsigned int i = 0; i < in_len && to < sizeof(u->offered); i += 1U + in[i])
		to += (size_t)snprintf(u->offered + to, sizeof(u->offered) - to,
		    "%s%.*s", to > 0 ? " " : "", (int)in[i], (const char *)in + i + 1);
	pthread_mutex_unlock(&u->lock);
	rc =
	    SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, in, in_len);
	*out = chosen;
	return rc == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static struct upstream *
start(const struct upstream_step *steps, size_t n, SSL_CTX *tls)
{
	struct upstream *u = xcalloc(1, sizeof(*u));

	/* A client that left must not end the test by a signal. */
	signal(SIGPIPE, SIG_IGN);
	u->tls = tls;
	if (tls != NULL)
		SSL_CTX_set_alpn_select_cb(tls, on_alpn, u);
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
upstream_clock(struct upstream *u, struct fake_clock *clock)
{
	pthread_mutex_lock(&u->lock);
	u->clock = clock;
	pthread_mutex_unlock(&u->lock);
}

void
upstream_script(struct upstream *u, const struct upstream_step *steps, size_t n)
{
	pthread_mutex_lock(&u->lock);
	set_steps(u, steps, n);
	u->released = false;
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

const char *
upstream_offered(struct upstream *u)
{
	const char *offered;

	pthread_mutex_lock(&u->lock);
	offered = u->offered;
	pthread_mutex_unlock(&u->lock);
	return offered;
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
		n += upstream_begins(u->requests[i]->line, on);
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
	return upstream_find(r->headers, name) != NULL;
}
