/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_LETTER_H
#define CHANNEL_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "channel/out.h"
#include "conf/conf.h"

/* One message in the queue: the body of a job "send", JSON. Plain values. */
struct letter {
	enum conf_env env;
	struct outgoing m;
	int64_t made_s; /* Unix time: it was not sent before that */
	const char *ref; /* id of the log's lines about what it answers; NULL: none */
	const char *ticket; /* number of the one it answers; NULL: none */
	/* When a try may have sent it that is to be looked up; to_s 0: there is none. */
	int64_t from_s, to_s;
	/* Unix time before which it does not leave (store/slot.h); 0: it has no slot. */
	int64_t slot_ms;
};

const char *letter_write(struct arena *a, const struct letter *l) MUST_CHECK;

/* Texts are in the arena. ERR_INPUT for what letter_write() has not written. */
bool letter_read(
    struct letter *l, const char *json, struct arena *a, struct err *e) MUST_CHECK;

/*
 * Puts behind an address what makes it ours for news of messages: "status=1", and what the
 * messages answer: the id of the log's lines about it, the number of a ticket (NULL: none).
 */
void letter_callback(struct buf *url, const char *ref, const char *ticket);

#endif
