/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* Where a call goes, as shown in logs: the host, with the port when it is unusual. */
#define HTTP_WHERE_SIZE 280

struct http_url {
	char where[HTTP_WHERE_SIZE];
	char host[256]; /* in lower case; an IPv6 address in its brackets */
	bool https; /* else http */
	int port; /* the written one, or the scheme's */
};

/*
 * Takes the URL apart with curl's own parser, so that what is checked is what is called,
 * and refuses (ERR_CONFIG) all that http_url_ok() does not promise. Thread-safe.
 */
bool http_url_parse(
    const char *url, bool allow_http, struct http_url *out, struct err *e) MUST_CHECK;

/* Whether scheme, host and port are the same. Thread-safe. */
bool http_url_same_origin(
    const struct http_url *a, const struct http_url *b) MUST_CHECK;

/*
 * Appends the path, which begins with "/" and has no "." or ".." in it, as curl sends it.
 * The URL is one that http_url_parse() has taken. Thread-safe.
 */
void http_url_path(const char *url, struct buf *path);

/*
 * Appends where a Location header leads: it may be relative to the URL that was called.
 * Without a fragment; nothing of it is checked. ERR_UPSTREAM when it is no address.
 * Thread-safe.
 */
bool http_url_join(
    const char *url, const char *location, struct buf *out, struct err *e) MUST_CHECK;

#endif
