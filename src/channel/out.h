/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_OUT_H
#define CHANNEL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct cfg;
struct http;

/*
 * Messages to a phone outside of the request it made: what an agent says, what comes late.
 * Sending is not idempotent: a message goes out once, and what is known of it afterwards is
 * the result. OUT_UNKNOWN is never repeated but looked up.
 */

/* The way out with what it shares between conversations. Thread-safe. */
struct out;

/* What a call may use. Borrowed for its duration. */
struct out_call {
	struct http *http;
	const struct cfg *cfg; /* of the conversation's environment */
	struct arena *arena; /* results live here */
	int64_t until_ms; /* clock's mono_ms */
};

/* Whether messages can be sent at all: there are credentials. NULL cannot. */
bool out_enabled(struct out *o, const struct cfg *cfg) MUST_CHECK;

/* One message within the limits of its channel (channel.h). */
struct outgoing {
	const char *to, *from; /* addresses as they were received */
	const char *text; /* NULL, "" beside media alone */
	const char *const *media; /* URLs that can be fetched from outside */
	size_t n_media;
	const char *status_callback; /* URL that hears what becomes of it; NULL: none */
};

enum out_result {
	OUT_SENT, /* it is on its way: id */
	OUT_REFUSED, /* it is not and will not be: why */
	OUT_LATER, /* it is not, and may be tried again after after_ms at least */
	OUT_NOT_SENT, /* nothing has left us, and it may be tried again */
	OUT_UNKNOWN /* it may be, or not: out_find() */
};

/* Why it was refused, by what there is to be done. */
enum out_why {
	OUT_WHY_NONE, /* not refused */
	OUT_WHY_OPTED_OUT, /* the user wants nothing more until he writes */
	OUT_WHY_WINDOW, /* too long after his last message */
	OUT_WHY_RECEIVER, /* no such phone, not a mobile one, blocked: never again */
	OUT_WHY_CONTENT, /* filtered, or lost on its way: the next one may pass */
	OUT_WHY_MEDIA, /* the files are in the way: send out_linked() */
	OUT_WHY_LONG, /* it has to be cut */
	OUT_WHY_OURS /* the operator has something to mend; what waits may pass then */
};

struct out_sent {
	enum out_result result;
	enum out_why why;
	const char *id; /* of OUT_SENT, else "" */
	int64_t after_ms; /* of OUT_LATER; 0: no advice */
	int64_t from_s, to_s; /* Unix time when it was tried: for out_find() */
	struct err error; /* unless OUT_SENT: for the log, without text or numbers */
};

/* Sends it, once. One line is logged about it. */
void out_send(struct out *o, const struct out_call *call, const struct outgoing *m,
    struct out_sent *s);

/* Whose pace a message goes by: our number or the service behind it, on that channel. */
const char *out_sender(
    struct arena *a, const struct cfg *cfg, const struct outgoing *m) MUST_CHECK;

/* What became of an unknown one. */

struct out_search {
	const struct outgoing *m;
	int64_t from_s,
	    to_s; /* as out_send() told, or the widest time it may have been */
	const char *const *known; /* ids of others like it, which do not count */
	size_t n_known;
};

enum out_found {
	OUT_FOUND, /* it was sent: id */
	OUT_ABSENT, /* it was not, and may be sent */
	OUT_EARLY, /* too soon to say that it was not: ask after after_ms */
	OUT_NO_ANSWER /* it cannot be looked up now: error */
};

struct out_finding {
	enum out_found found;
	const char *id; /* of OUT_FOUND, else "" */
	int64_t after_ms;
	struct err error;
};

/* Looks for a message that may have been sent. */
void out_find(struct out *o, const struct out_call *call, const struct out_search *s,
    struct out_finding *f);

/* The text with the addresses of its media below it, each on a line; in the arena. */
const char *out_linked(struct arena *a, const struct outgoing *m) MUST_CHECK;

/* Ways. */

/* As the functions above, which say what is promised; all are needed. */
struct out_ops {
	void *(*open)(const struct clock *clock);
	void (*close)(void *self);
	bool (*enabled)(void *self, const struct cfg *cfg);
	void (*send)(void *self, const struct out_call *call, const struct outgoing *m,
	    struct out_sent *s);
	void (*find)(void *self, const struct out_call *call,
	    const struct out_search *s, struct out_finding *f);
};

struct out *out_new(const struct clock *clock) MUST_CHECK;
/* The same of other operations and a `self` that exists already: for tests. */
struct out *out_from_ops(const struct out_ops *ops, void *self) MUST_CHECK;
void out_free(struct out *o); /* NULL is allowed */

#endif
