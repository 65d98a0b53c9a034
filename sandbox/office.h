/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OFFICE_H
#define SANDBOX_OFFICE_H

#include "sandbox/server.h"

/*
 * The stand-in for Messenger, the office behind the agents: people with their addresses and
 * phones, tickets and the replies to them, service hours, surveys. Source: Inbenta,
 * "Ticketing API", "External ticket source".
 */
struct office;

enum {
	OFFICE_PEOPLE = 20000,
	OFFICE_TICKETS = 20000,
	OFFICE_SURVEYS = 50,
	OFFICE_STARTS = 5000, /* surveys that were begun; the oldest go */
	OFFICE_TEXT_BYTES = 64 * 1024, /* of one text of a ticket */
	OFFICE_TRIES = 3, /* of one webhook of ours */
	OFFICE_RETRY_MS = 1000 /* before the second; then twice as long each time */
};

struct office *office_new(struct sandbox *sb);
void office_free(struct office *o); /* after chores_stop(); NULL is allowed */

/* When a chat that closes gets its ticket, which system:info tells. */
enum ticket_when {
	TICKET_NEVER, /* unless somebody asks for it at the desk */
	TICKET_FIRST, /* told before the chat's end is */
	TICKET_AT_ONCE, /* told right after it */
	TICKET_LATE /* some time later */
};
/* *late_ms: how much later, for TICKET_LATE. */
enum ticket_when office_when(struct office *o, int64_t *late_ms);

/* A chat that becomes a ticket. */
struct office_chat {
	const char *id, *name, *contact; /* of its customer; contact "": not told */
	int64_t queue, source;
	js *lines; /* {"message","user"} of all that was said; borrowed */
};

/* Its ticket's id; the first time one is made. 0: there are too many. Any thread. */
int64_t office_chat_ticket(struct office *o, const struct office_chat *chat);

/*
 * The address of a page with the survey about a ticket, of the arena; NULL: there is no
 * such survey, or no such ticket.
 */
const char *office_survey_link(struct office *o, const struct request *q,
    const char *survey, int64_t ticket) MUST_CHECK;

/*
 * An agent answers a ticket: the connector is told. NULL, or why not. The text is HTML
 * where there is a mark in it.
 */
const char *office_reply(
    struct office *o, int64_t ticket, const char *agent, const char *text) MUST_CHECK;
/* From now on agents are there all day, or never. */
void office_set_open(struct office *o, bool open);
/* Whether surveys can be begun. */
void office_set_asking(struct office *o, bool asking);

/* For the desk: {"open","asking","tickets":[…],"answers":[…]} added to `state`. */
void office_show(struct office *o, js *state);

/* Everything below /inbenta/ticketing/v1/. */
handler_fn office_rest;
/* /sandbox/messenger, and its webhooks by hand. */
handler_fn control_office, control_office_state, control_office_clear,
    control_office_reply, control_office_challenge;
/* What the page of a survey reads and hands in. */
handler_fn survey_get, survey_post;

#endif
