/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_INCOMING_H
#define CHANNEL_INCOMING_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/err.h"

struct cfg;
struct http;

/* Files that came along with a user's message; they are kept at Twilio. */

/* Where a file is, as told with the message. Foreign texts, never NULL. */
struct incoming_place {
	const char *url; /* "": it has no usable address */
	const char *claimed; /* its Content-Type; "": not told */
};

/* What a call may use. Borrowed for its duration; results live in the arena. */
struct incoming_call {
	struct http *http;
	const struct cfg *cfg;
	const struct clock *clock;
	struct arena *arena;
	const char *dir; /* private folder for the file, which has no name there */
	int64_t until_ms; /* clock's mono_ms */
};

struct incoming_file {
	int fd; /* the caller's, to be closed */
	size_t size;
	const char *name; /* harmless, with an extension that fits */
	const char *type; /* MIME */
};

enum incoming_end {
	INCOMING_GOT,
	INCOMING_NOT_TAKEN, /* a type, a size, or an emptiness that nobody passes on */
	INCOMING_LOST /* it could not be had: *e tells why */
};

/*
 * Fetches one file, of at most media.max_bytes, as twilio/media.h says. *out is written on
 * INCOMING_GOT only, *e otherwise. Thread-safe.
 */
enum incoming_end incoming_fetch(const struct incoming_call *c,
    const struct incoming_place *place, struct incoming_file *out,
    struct err *e) MUST_CHECK;

#endif
