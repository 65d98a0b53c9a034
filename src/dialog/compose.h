/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_COMPOSE_H
#define DIALOG_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "dialog/dialog.h"

struct channel;

/*
 * A part of a statement. Parts are divided by an empty line; of one that shows nothing there
 * is none. What is not set is not shown.
 */
struct block {
	const char *html;
	const char *url; /* where the whole text leads */
	const char *hint; /* a label, shown behind the text: "(type a number)" */
	const char *const *labels; /* plain text, as lines "N) label" below */
	size_t n_labels, first; /* number of the first */
	bool gap; /* an empty line above the labels */
	bool italic; /* the text, where the channel has it */
	bool label; /* html is a label of ours, see compose_label() */
	bool tight; /* on the line below the part before, no empty one between */
	bool plain; /* html is none: a text, shown as it is; "" when it is blank */
	bool survey; /* labels as surveys have them: "N - label" */
};

/*
 * Makes the messages of one reply: what is said, in order, within the limits of the
 * channel and of a reply.
 *
 *	struct compose c = { .arena = a, .channel = ch };
 *	compose_say(&c, blocks, n);
 *	compose_label(&c, html);
 *	compose_end(&c, &reply);
 */
struct compose {
	struct arena *arena;
	const struct channel *channel;
	bool (*may)(const char *url); /* see render_media; NULL: all may be shown */
	struct part *parts; /* private */
	size_t n, cap;
	bool plain; /* sms.transliterate, see channel_messages() */
};

/*
 * Adds a statement: its text, split into messages where it is long, then its media in
 * messages of their own. With neither nothing is added.
 */
void compose_say(struct compose *c, const struct block *blocks, size_t n);

/* A statement of one medium, whose URL lives as long as the messages. */
void compose_medium(struct compose *c, const char *url);

/* A statement of one label: on channels without emphasis `_` around it is dropped. */
void compose_label(struct compose *c, const char *html);

/* The same of one that tells what goes on: in italics where there is emphasis. */
void compose_notice(struct compose *c, const char *html);

/*
 * Gives the messages. When there are more than LIMIT_REPLY_MESSAGES, neighbouring
 * statements share a message where they fit, with an empty line between, unless media
 * stand between them. What goes beyond that number, or beyond LIMIT_TWIML however it is
 * escaped, is left out and logged: media from the last on, then the last messages.
 */
void compose_end(struct compose *c, struct reply *out);

/*
 * Gives the messages for the way out that is no TwiML: up to LIMIT_REPLY_ALL and what a
 * claim may hold (session.h); joined and left out as above beyond that. compose_end() may
 * still be called afterwards.
 */
void compose_all(struct compose *c, struct reply *out);

/* Whether compose_end() would give all there is, as it is. */
bool compose_fits(const struct compose *c) MUST_CHECK;

#endif
