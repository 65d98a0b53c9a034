/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_UPSTREAM_I_H
#define SUPPORT_UPSTREAM_I_H

#include <pthread.h>
#include <stdbool.h>

#include <openssl/ssl.h>

#include "support/fake_clock.h"
#include "support/upstream.h"

/* The inside of the scripted server, shared by its two files. */
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
	struct fake_clock *clock; /* NULL: none */
	bool released, stopping;
	struct step *steps;
	size_t n_steps;
	struct link *links;
	size_t connections, n_requests;
	char offered[256]; /* names of protocols, by ALPN */
	struct upstream_request **requests;
};

/* The thread of one connection; arg is its struct link. */
void *upstream_serve(void *arg);

/* Whether a request line begins as a step asks; on NULL: any. */
bool upstream_begins(const char *line, const char *on) MUST_CHECK;

/* The line of a header in raw header lines; NULL when absent. */
const char *upstream_find(const char *headers, const char *name) MUST_CHECK;

#endif
