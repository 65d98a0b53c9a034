/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BLOBS_H
#define SANDBOX_BLOBS_H

#include "sandbox/server.h"

/*
 * Files that one side has for the other: of agents, of customers. In memory; the oldest
 * go when there is no room. A file can be told to come wrongly ("serve"):
 *
 *   early      so many requests get 404 first
 *   status     this status, without the file
 *   location   a redirect to there (302, or status)
 *   type       this Content-Type; "" none
 *   bytes      so many bytes: cut, or filled up with zeros
 *   slow_ms    after a pause
 *   cut        the connection breaks within it
 *   endless    it never ends
 */
struct blobs;

enum {
	BLOB_BYTES = 32 * 1024 * 1024, /* one file, filled up or not */
	BLOBS_BYTES = 256 * 1024 * 1024,
	BLOBS_MAX = 2000,
	BLOB_ID_SIZE = 40
};

struct blob {
	const char *id;
	const char *name, *type; /* name: "" when it has none */
	const void *data;
	size_t len;
	js *serve; /* how it comes; NULL: as it is */
};

struct blobs *blobs_new(void);
void blobs_free(struct blobs *b);
void blobs_clear(struct blobs *b);

/* Whether this is a "serve" that can be obeyed; answers it when not. */
bool blob_serve_fits(js *serve, struct reply *r) MUST_CHECK;

/* Copies it; one of the same id is replaced. */
void blobs_put(struct blobs *b, const struct blob *what);

/*
 * Answers with the file. only_redirects: nothing is done unless it is to come as a redirect
 * or too early. False: there is none, or nothing was done.
 */
bool blobs_serve(struct blobs *b, const char *id, bool only_redirects,
    const struct request *q, struct reply *r) MUST_CHECK;

/* {"id","name","type","size"} of all, the caller's. */
js *blobs_list(struct blobs *b) MUST_CHECK;

/* Bytes of base64 with its padding (RFC 4648), malloc'ed; NULL: it is none, or empty. */
unsigned char *base64_bytes(const char *text, size_t n, size_t *len) MUST_CHECK;
/* "image/png", without parameters, of at most MEDIA_TYPE_BYTES. */
bool is_media_type(const char *type) MUST_CHECK;

#endif
