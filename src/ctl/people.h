/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_PEOPLE_H
#define CTL_PEOPLE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct opts;

/* What operators type of people and their messages, checked. */

/* Both are addresses (+34600111222, 12345, whatsapp:+34600111222), of the same channel.
 * A status; EX_USAGE is said. */
int people_pair(const struct opts *o, const char *user, const char *ours) MUST_CHECK;

/*
 * The text of a message into out; "-" is read from standard input, without the newline at its
 * end. A status: EX_DATAERR when it is not UTF-8, has controls, or is longer than out.
 */
int people_text(const char *word, struct buf *out) MUST_CHECK;

/* Whether Twilio could fetch it: an http or https address of ASCII, not too long. */
bool people_media_ok(const char *url) MUST_CHECK;

#endif
