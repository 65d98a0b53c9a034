/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_REDACT_H
#define HTTP_REDACT_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends a body for the debug log, with *** in place of the values of members and form
 * fields that hold credentials (secret, accessToken, sessionToken, Authorization…), of
 * anything after "Bearer " and of anything that looks like a JWT. Works on the text, so
 * that broken JSON is masked too. Thread-safe.
 */
void http_redact(struct buf *out, const char *body, size_t len);

#endif
