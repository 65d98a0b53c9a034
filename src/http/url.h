/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Where a call goes, as shown in logs: the host, with the port when it is unusual. */
#define HTTP_WHERE_SIZE 280

struct http_url {
	char where[HTTP_WHERE_SIZE];
};

/*
 * Takes the URL apart with curl's own parser, so that what is checked is what is called,
 * and refuses (ERR_CONFIG) all that http_url_ok() does not promise. Thread-safe.
 */
bool http_url_parse(
    const char *url, bool allow_http, struct http_url *out, struct err *e) MUST_CHECK;

#endif
