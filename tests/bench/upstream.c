/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canned upstream of the bench: reads each call whole, waits as long as it is told, and
 * answers what canned.c says. A thread for each connection, so that nobody waits for others.
 *
 *	upstream plain | h1 CERTIFICATE KEY | h2 CERTIFICATE KEY
 *
 * h1 and h2 are TLS; h2 offers HTTP/2 to whoever knows it. The first line it prints is its
 * port on 127.0.0.1; then it takes commands, a line each, and ends with its input:
 *
 *	delay MS	from now on; answers "delay MS"
 *	counts		answers a JSON object; "most" is counted anew from then on
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "bench/upstream.h"

struct server {
	struct canned canned;
	SSL_CTX *tls; /* NULL: plain */
	int listener;
	bool h2;
};

struct peer {
	struct server *server;
	int fd;
};

static void
serve(struct server *s, struct wire *w)
{
	const unsigned char *name = NULL;
	unsigned len = 0;

	if (w->ssl != NULL) {
		if (SSL_set_fd(w->ssl, w->fd) != 1 || SSL_accept(w->ssl) != 1)
			return;
		SSL_get0_alpn_selected(w->ssl, &name, &len);
	}
	if (len == 2 && memcmp(name, "h2", 2) == 0)
		h2_serve(w, &s->canned);
	else
		h1_serve(w, &s->canned);
}

static void *
peer_thread(void *arg)
{
	struct peer *p = arg;
	struct server *s = p->server;
	struct wire w = { .fd = p->fd };

	free(p);
	atomic_fetch_add(&s->canned.opened, 1);
	atomic_fetch_add(&s->canned.open, 1);
	if (s->tls != NULL)
		w.ssl = SSL_new(s->tls);
	if (s->tls == NULL || w.ssl != NULL)
		serve(s, &w);
	SSL_free(w.ssl);
	close(w.fd);
	atomic_fetch_sub(&s->canned.open, 1);
	return NULL;
}

static void
start_peer(struct server *s, const pthread_attr_t *attr, int fd)
{
	struct peer *p = calloc(1, sizeof(*p));
	pthread_t t;

	if (p != NULL) {
		p->server = s;
		p->fd = fd;
		if (pthread_create(&t, attr, peer_thread, p) == 0)
			return;
	}
	free(p);
	close(fd);
}

static void *
accept_thread(void *arg)
{
	struct server *s = arg;
	pthread_attr_t attr;
	int fd;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 ||
	    errno == EINTR || errno == ECONNABORTED) {
		int one = 1;

		if (fd < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		start_peer(s, &attr, fd);
	}
	perror("upstream: accept");
	_exit(1);
}

static int
choose(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char h2[] = "\x02h2\x08http/1.1", h1[] = "\x08http/1.1";
	const struct server *s = arg;
	unsigned char *found = NULL;
	int how;

	(void)ssl;
	how = s->h2
	    ? SSL_select_next_proto(&found, out_len, h2, sizeof(h2) - 1, in, in_len)
	    : SSL_select_next_proto(&found, out_len, h1, sizeof(h1) - 1, in, in_len);
	*out = found;
	return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static bool
load_tls(struct server *s, const char *certificate, const char *key)
{
	s->tls = SSL_CTX_new(TLS_server_method());
	if (s->tls == NULL ||
	    SSL_CTX_use_certificate_chain_file(s->tls, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(s->tls, key, SSL_FILETYPE_PEM) != 1)
		return false;
	SSL_CTX_set_alpn_select_cb(s->tls, choose, s);
	return true;
}

static bool
start_listening(struct server *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 ||
	    bind(s->listener, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(s->listener, 4096) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&a, &len) != 0)
		return false;
	s->canned.port = ntohs(a.sin_port);
	return true;
}

static void
command(struct canned *c, const char *line)
{
	if (strncmp(line, "delay ", 6) == 0) {
		int ms = (int)strtol(line + 6, NULL, 10);

		atomic_store(&c->delay_ms, ms);
		printf("delay %d\n", ms);
	} else if (strncmp(line, "counts", 6) == 0) {
		long busy = atomic_load(&c->busy);

		printf("{\"calls\":%ld,\"others\":%ld,\"opened\":%ld,\"open\":%ld,"
		       "\"busy\":%ld,\"most\":%ld}\n",
		    atomic_load(&c->calls), atomic_load(&c->others),
		    atomic_load(&c->opened), atomic_load(&c->open), busy,
		    atomic_exchange(&c->most_busy, busy));
	} else {
		printf("unknown\n");
	}
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static struct server s;
	char line[64];
	pthread_t t;

	if (!(argc == 2 && strcmp(argv[1], "plain") == 0) &&
	    !(argc == 4 &&
		(strcmp(argv[1], "h1") == 0 || strcmp(argv[1], "h2") == 0))) {
		fputs("usage: upstream plain | h1|h2 CERTIFICATE KEY\n", stderr);
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	s.canned.scheme = argc == 4 ? "https" : "http";
	s.h2 = strcmp(argv[1], "h2") == 0;
	if ((argc == 4 && !load_tls(&s, argv[2], argv[3])) || !start_listening(&s) ||
	    pthread_create(&t, NULL, accept_thread, &s) != 0) {
		fputs("upstream: cannot start\n", stderr);
		return 1;
	}
	printf("%d\n", s.canned.port);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL)
		command(&s.canned, line);
	_exit(0); /* the threads of open connections end with us */
}
