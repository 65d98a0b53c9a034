/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_TICKETS_H
#define MESSENGER_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "messenger/call.h"

/* Tickets. Source: Inbenta, "Messenger API: tickets". */

/* The id of the ticket that a closed chat became; *id is NULL when there is none (yet). */
bool messenger_ticket_of_chat(struct messenger_call *c, const char *chat_id,
    const char **id, struct err *e) MUST_CHECK;

/* Reads the answer to that; *id in the arena. False: it is no list. */
bool messenger_ticket_find(
    js *root, const char *chat_id, struct arena *a, const char **id) MUST_CHECK;

/* One line of what was said before. */
struct messenger_line {
	bool by_bot;
	const char *text; /* the bot's is HTML, the user's plain text */
	int64_t said_at; /* Unix time; 0: not told */
};

struct messenger_ticket {
	const char *creator; /* id of a user */
	const char *inquiry; /* title and first message */
	int64_t queue, source;
	const struct messenger_line *lines; /* oldest first; blank ones are left out */
	size_t n_lines;
};

enum messenger_made {
	MESSENGER_MADE,
	MESSENGER_NOT_MADE, /* for sure; *e */
	MESSENGER_UNSURE /* there may be one; *e */
};

/* Makes a ticket, once. *number: "#A-501", as people see it; in the arena. */
enum messenger_made messenger_ticket_make(struct messenger_call *c,
    const struct messenger_ticket *t, const char **number, struct err *e) MUST_CHECK;

/* Reads the number of a new one; NULL when there is none. */
const char *messenger_ticket_number(js *root, struct arena *a) MUST_CHECK;

#endif
