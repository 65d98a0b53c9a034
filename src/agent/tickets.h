/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_TICKETS_H
#define AGENT_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/survey.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"

struct cfg;
struct store;

/*
 * What the dialogue knows of the office behind the live agents: it keeps people and tickets,
 * answers tickets later, has hours and surveys. Engine: Inbenta's Messenger.
 */

/* An engine with what it shares between conversations. Thread-safe. */
struct tickets;

/* Whether there is one: with credentials. NULL has none. */
bool tickets_enabled(struct tickets *t, const struct cfg *cfg) MUST_CHECK;

/* Replies. */

/*
 * Whether a webhook comes from the office: `given` is its signature header; NULL: none.
 * Without a configured secret nobody does. No network, constant time.
 */
bool tickets_proof(
    struct tickets *t, const struct cfg *cfg, const char *given) MUST_CHECK;

/* An agent has answered a ticket. Texts are never NULL or "". */
struct ticket_reply {
	/* The same when the same webhook comes twice; of equal ones in it each has its own. */
	char key[SHA256_HEX_SIZE];
	const char *number; /* of the ticket, as people see it */
	const char *contact; /* of whoever asked: an e-mail address */
	const char *html; /* plain text, or HTML when there is a "<" in it */
};

/*
 * Reads the body of such a webhook. Events that are no replies are left out, so n may be 0;
 * results live in the arena. False: ERR_INPUT, ERR_TOO_BIG when it is no webhook.
 */
bool tickets_read(struct tickets *t, struct arena *arena, const char *body, size_t len,
    const struct ticket_reply **out, size_t *n, struct err *e) MUST_CHECK;

/* People. */

enum ticket_person {
	PERSON_FOUND,
	PERSON_UNKNOWN, /* nobody has this contact, or it is no e-mail address */
	PERSON_NO_PHONES, /* known, but has never written to us by phone */
	PERSON_FAILED /* it cannot be asked now; *e */
};

/*
 * The phones of whoever has this contact: what follows "twilio-" in agent_user.id,
 * "34900000000-34600111222". Of several people with one address the one with phones.
 */
enum ticket_person tickets_phones(struct tickets *t, const struct agent_call *call,
    const char *contact, const char **phones, struct err *e) MUST_CHECK;

/*
 * Keeps these phones with the person, and leaves all else there as it is. No call changes
 * anything where they are kept already. Never PERSON_NO_PHONES; may be repeated.
 */
enum ticket_person tickets_keep_phones(struct tickets *t, const struct agent_call *call,
    const char *contact, const char *phones, struct err *e) MUST_CHECK;

/* A ticket. */

struct ticket_new {
	const char *name; /* "": not told */
	const char *contact; /* needed: an e-mail address */
	const char *inquiry; /* needed */
	/*
	 * As tickets_keep_phones() takes them: kept with a person who has none yet, so that
	 * the ticket's answer finds him, as well as that goes. NULL: none.
	 */
	const char *phones;
	int64_t queue; /* 0: the configured one */
	const struct agent_line *lines; /* what was said before, oldest first */
	size_t n_lines;
	/* Called when all else is done, just before what cannot be taken back; NULL: nobody
	   wants to know. False: it is NOT_MADE. */
	bool (*about)(void *arg);
	void *arg;
};

enum ticket_made {
	TICKET_MADE,
	TICKET_NOT_MADE, /* for sure; *e */
	TICKET_UNSURE /* it may be there: never repeat; *e */
};

/* *number: of the new ticket, as people see it. */
enum ticket_made tickets_make(struct tickets *t, const struct agent_call *call,
    const struct ticket_new *n, const char **number, struct err *e) MUST_CHECK;

/* Hours. */

/*
 * Whether agents are there at this hour: always, unless the configuration wants hours looked
 * at. Then the office's own hours count (asked once in a while, LIMIT_HOURS_KEPT_S), or those of
 * the configuration when it has none, or cannot be asked, which is logged.
 */
bool tickets_open_now(struct tickets *t, const struct agent_call *call) MUST_CHECK;

/* Surveys. */

enum ticket_survey {
	TICKET_SURVEY,
	TICKET_SURVEY_NONE, /* there is no ticket of the chat (yet), or no such survey */
	TICKET_SURVEY_FAILED /* it cannot be asked now; *e */
};

/*
 * Begins the configured survey about a chat. ticket: its ticket's id; NULL: it is looked up
 * by the chat's. Where surveys are off: NONE, without a call.
 */
enum ticket_survey tickets_survey(struct tickets *t, const struct agent_call *call,
    const char *chat_id, const char *ticket, struct survey *out,
    struct err *e) MUST_CHECK;

/*
 * Hands the answers in. False: *e; with ERR_TIMEOUT they may have arrived all the same,
 * ERR_INPUT: they are refused, trying again is of no use.
 */
bool tickets_hand_in(struct tickets *t, const struct agent_call *call, const char *id,
    const char *token, const struct survey_answer *answers, size_t n,
    struct err *e) MUST_CHECK;

/* Engines. */

/* As the functions above, which say what is promised; all are needed. */
struct tickets_ops {
	const char *name; /* "messenger" */
	void *(*open)(struct store *store, const struct clock *clock);
	void (*close)(void *self);
	bool (*enabled)(void *self, const struct cfg *cfg);
	bool (*proof)(void *self, const struct cfg *cfg, const char *given);
	bool (*read)(void *self, struct arena *arena, const char *body, size_t len,
	    const struct ticket_reply **out, size_t *n, struct err *e);
	enum ticket_person (*phones)(void *self, const struct agent_call *call,
	    const char *contact, const char **phones, struct err *e);
	enum ticket_person (*keep_phones)(void *self, const struct agent_call *call,
	    const char *contact, const char *phones, struct err *e);
	enum ticket_made (*make)(void *self, const struct agent_call *call,
	    const struct ticket_new *n, const char **number, struct err *e);
	bool (*open_now)(void *self, const struct agent_call *call);
	enum ticket_survey (*survey)(void *self, const struct agent_call *call,
	    const char *chat_id, const char *ticket, struct survey *out, struct err *e);
	bool (*hand_in)(void *self, const struct agent_call *call, const char *id,
	    const char *token, const struct survey_answer *answers, size_t n,
	    struct err *e);
};

/* The engines there are: rows of tickets.c. Store and clock are borrowed. ERR_CONFIG: no such one. */
struct tickets *tickets_new(const char *name, struct store *store,
    const struct clock *clock, struct err *e) MUST_CHECK;
/* The same of operations that are in no table: for tests and their fakes. */
struct tickets *tickets_from_ops(const struct tickets_ops *ops, void *self) MUST_CHECK;

void tickets_free(struct tickets *t); /* NULL is allowed; calls ops->close(self) */

#endif
