/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_COMPOSE_H
#define DIALOG_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "dialog/dialog.h"

struct channel;

/*
 * Makes the messages of one reply: what is said, in order, within the limits of the
 * channel and of a reply.
 *
 *	struct compose c = { .arena = a, .channel = ch };
 *	compose_add(&c, html, NULL, 0, 0);
 *	compose_end(&c, &reply);
 */
struct compose {
	struct arena *arena;
	const struct channel *channel;
	struct part *parts; /* private */
	size_t n, cap;
};

/*
 * Adds a statement: HTML rendered in the channel's style, the options directly under it
 * ("first) label"), split into messages. With neither text nor options nothing is
 * added.
 */
void compose_add(struct compose *c, const char *html, const char *const *labels,
    size_t n_labels, size_t first);

/*
 * Gives the messages. When there are more than LIMIT_REPLY_MESSAGES, neighbouring
 * statements share a message where they fit, with an empty line between. What goes
 * beyond that number, or beyond LIMIT_TWIML however it is escaped, is left out and
 * logged.
 */
void compose_end(struct compose *c, struct reply *out);

#endif
