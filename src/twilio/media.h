/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_MEDIA_H
#define TWILIO_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/media_type.h"
#include "http/http.h"
#include "twilio/account.h"

/* Files that users send: MediaUrlN of a message webhook. */

struct twilio_media_query {
	const char *url; /* MediaUrlN: foreign */
	const char *claimed; /* MediaContentTypeN: foreign; NULL, "": none */
	bool (*accepts)(const struct media_type *type); /* NULL: all there are */
	size_t max_bytes; /* media.max_bytes */
	const char *dir; /* private folder for the file; NULL: it lives in memory */
	/* For tests; zero is what is meant to be. */
	http_address_fn *address_ok; /* of hosts but the API's; NULL: host_is_public */
	int64_t early_ms; /* 0: LIMIT_MEDIA_EARLY_MS */
};

enum twilio_media_end {
	TWILIO_MEDIA_GOT,
	TWILIO_MEDIA_FORBIDDEN, /* an address where no file of ours can be */
	TWILIO_MEDIA_TYPE, /* not accepted, or not what it claims to be */
	TWILIO_MEDIA_TOO_BIG,
	TWILIO_MEDIA_EMPTY, /* no byte in it */
	TWILIO_MEDIA_GONE, /* 404 to the last, or 410 */
	TWILIO_MEDIA_LOGIN, /* the operator has to mend twilio.credentials */
	TWILIO_MEDIA_TROUBLE /* no answer, cut, too slow, our disk: perhaps later */
};

struct twilio_media {
	int fd; /* the caller's, to be closed: unnamed, private, whole, at offset 0 */
	size_t size; /* 1 to max_bytes */
	const struct media_type *type;
	const char *name; /* harmless, with the type's extension (twilio/file_name.h) */
};

/*
 * Fetches one file, until c->until_ms and LIMIT_MEDIA_MS at the longest. Our login goes to
 * the API alone, and on the first request only; redirects, LIMIT_MEDIA_HOPS at most, lead to
 * Twilio's hosts and to public addresses. A file that is not there yet is asked for again
 * twice. A type that is not accepted is not even asked for; one that nobody claims is taken
 * from the answer; the first bytes have to fit. *out is written on TWILIO_MEDIA_GOT only,
 * *e otherwise. Source: Twilio, "Media resource"; twilio/media_place.h.
 */
enum twilio_media_end twilio_media_get(const struct twilio_call *c,
    const struct twilio_media_query *q, struct twilio_media *out,
    struct err *e) MUST_CHECK;

/* "forbidden", "too-big"… for logs. */
const char *twilio_media_end_name(enum twilio_media_end end);

#endif
