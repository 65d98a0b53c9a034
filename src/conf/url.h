/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_URL_H
#define CONF_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Checks a URL of the configuration and copies it into the arena. An upstream's base URL
 * has scheme, host, perhaps port and path, nothing else; a slash at its end is cut, so that
 * a path can be put behind it. A public one is kept as typed, may have a query and a user,
 * and has no fragment. Messages never show the URL: it may hold a password.
 */
bool url_read(const char *text, bool is_public, struct arena *a, const char **out,
    struct err *e) MUST_CHECK;

/* Whether the URL, which url_read has accepted, is http to another machine. */
bool url_is_open(const char *url) MUST_CHECK;

/* Whether such a URL says its port, which may be the usual one of its scheme. */
bool url_has_port(const char *url) MUST_CHECK;

/* Where the user and password of a URL stand: from *start, *n bytes without the @. */
bool url_user(const char *url, size_t *start, size_t *n) MUST_CHECK;

#endif
