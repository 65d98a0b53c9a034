/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_WEBHOOK_TELL_H
#define CTL_WEBHOOK_TELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"

/* What came back from a connector; all is borrowed. */
struct webhook_answer {
	const char *sid; /* of the message that was sent; NULL: it was none */
	const char *url; /* that was called */
	int status; /* of HTTP; 0: no answer came */
	const char *why; /* of status 0 */
	const char *body;
	size_t len;
	bool is_message; /* a message was sent, which is answered with TwiML */
};

/* Tells it, for a person or as one JSON object; the exit status (ctl/webhook.h). */
int webhook_tell(
    struct arena *a, const struct webhook_answer *answer, bool json) MUST_CHECK;

#endif
