/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_TWIML_H
#define CTL_TWIML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"

/* What a phone would be sent of a TwiML document. Plain values in an arena. */
struct twiml_reply {
	struct twiml_said {
		const char *text; /* "" beside media alone */
		const char *const *media;
		size_t n_media;
	} * messages;
	size_t n;
};

/*
 * Reads a document of <Message> elements; what else stands in it is passed over. Foreign
 * bytes: no entities are defined, nothing is fetched. False: it is not XML, or its root is
 * not <Response>; nothing is written then.
 */
bool twiml_read(
    struct twiml_reply *out, struct arena *a, const char *body, size_t len) MUST_CHECK;

#endif
