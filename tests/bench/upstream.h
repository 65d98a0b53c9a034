/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_UPSTREAM_H
#define BENCH_UPSTREAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#define LONGEST_PATH 256
#define LONGEST_BODY 4096 /* of a request: what is kept of it */
#define LONGEST_ANSWER 8192

/* What the canned upstream knows; all its threads count here. */
struct canned {
	atomic_int delay_ms; /* before each answer */
	atomic_long calls; /* messages of users */
	atomic_long others; /* tokens, sessions, data of the application */
	atomic_long opened; /* connections, since the start */
	atomic_long open; /* of those, open now */
	atomic_long busy; /* calls that wait for their answer now */
	atomic_long most_busy; /* most of them at once; a command sets it back */
	const char *scheme; /* in which the upstream names itself */
	int port;
};

/* One connection: plain (ssl is NULL) or TLS. Belongs to its thread. */
struct wire {
	SSL *ssl;
	int fd;
};

/* How much was read; 0: the end, or a fault. Blocks. */
size_t wire_read(struct wire *w, void *data, size_t size);
bool wire_write(struct wire *w, const void *data, size_t size);
/* Whether wire_read() would give something within that time; negative: for ever. */
bool wire_wait(struct wire *w, long ms);

/* Between these two a call is busy. */
void canned_begin(struct canned *c);
void canned_end(struct canned *c);
/* The answer to a call, which is counted: JSON, its length. body ends with a NUL. */
size_t canned_answer(
    struct canned *c, const char *path, const char *body, char *out, size_t size);

/* Serve a connection to its end. */
void h1_serve(struct wire *w, struct canned *c);
void h2_serve(struct wire *w, struct canned *c);

#endif
