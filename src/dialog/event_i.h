/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_EVENT_I_H
#define DIALOG_EVENT_I_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "dialog/event.h"
#include "dialog/work.h"
#include "store/chats.h"
#include "store/queue_run.h"

/* What the files of the event's way share. For this room only. */

/* The body of a job "event". */
struct event_note {
	enum conf_env env;
	enum agent_proof proof;
	bool
	    asks; /* it stands in a lane of its own: whose chat it is has to be asked */
	int64_t ord_ms; /* where it stands among the events of its lane, Unix time */
	const char *key; /* agent_event.key */
	const char *body; /* that the event is read from */
	size_t len;
};

/* Written as JSON into the arena. NULL: it is more than a job may hold. */
const char *event_note_write(const struct event_note *n, struct arena *a) MUST_CHECK;
bool event_note_read(
    struct event_note *n, const char *json, struct arena *a, struct err *e) MUST_CHECK;

/* What a chat's row keeps for us (chat_row.extra). */
struct event_extra {
	const char *memory; /* see agent_chat: for events; NULL: none */
	const char *url; /* see inbound.url; NULL: none */
	bool asked; /* nobody here has opened it: its owner was asked for */
	bool over; /* it was over before we had a note of it */
};

const char *event_extra_write(const struct event_extra *x, struct arena *a) MUST_CHECK;
/* What cannot be read is not there. */
struct event_extra event_extra_read(const char *json, struct arena *a) MUST_CHECK;

/* One event that is worked. */

/* An agent's file, as the user gets it. */
struct event_file {
	int fd; /* its content, the event's; -1: there is none */
	const char *name; /* one line; never "" */
	const char *mime; /* what it is, as its content agrees; NULL: not known */
	size_t bytes; /* 0: nothing of it can be had */
};

struct event_work {
	struct work w; /* nobody wrote: w.in is NULL, w.t is &own */
	struct turn own;
	struct event_note note;
	struct agent_event ev;
	struct agent_chat chat; /* with the memory that is for events */
	struct event_file file; /* of AGENT_EV_MEDIA */
	int tries; /* of its job, this one included */
	bool known; /* there is a row */
	struct chat_row row;
	struct event_extra extra; /* of it */
	struct { /* of a chat without one; NULL: nobody we know */
		const char *user_id, *conv_id;
		bool over; /* the chat is */
	} owner;

	bool unsettled; /* what it means could not be asked for */
	bool recorded; /* the conversation has a record */
	bool open; /* the chat is the conversation's, or may become it again */
	bool changed; /* the record */
	bool ends; /* the row is to be closed */
	bool follows; /* what comes after a chat is due */
};

/* event_work.c */

/* The job is tried again, for that reason. */
enum job_end event_later(
    struct event_work *x, struct job_result *out, const struct err *e) MUST_CHECK;

/* Media in an agent's HTML: what he may have us show is what anybody could fetch. */
bool event_may_show(const char *url) MUST_CHECK;

/* Looks whether there is a row now. False: it cannot be looked up; *e. */
bool event_find_row(struct event_work *x, struct err *e) MUST_CHECK;

/* Does it within the conversation, or later when that is busy, which is no try. */
typedef enum job_end event_inside(
    struct event_work *x, struct conv *conv, struct job_result *out);
enum job_end event_enter(struct event_work *x, const char *conv_id,
    event_inside *inside, struct job_result *out) MUST_CHECK;

/* event_owner.c */

/* The event of a chat without a row goes on to its user's conversation. */
enum job_end event_pass_on(struct event_work *x, struct job_result *out) MUST_CHECK;

/* event_acts.c */

/*
 * What the event means in this conversation, whose record is loaded: what is said, and how
 * the record changes. False: it cannot be done now; *e.
 */
bool event_act(struct event_work *x, struct err *e) MUST_CHECK;

/* Whether events of this kind end a chat. */
bool event_ends(enum agent_event_kind kind) MUST_CHECK;

/* event_file.c */

/*
 * Fetches the agent's file into x->file. What cannot be had, for good, has a name and no
 * more. False: try again; *e.
 */
bool event_fetch(struct event_work *x, int tries, struct err *e) MUST_CHECK;

/* Hands it out and says it: as a medium, or its name with a link. */
void event_say_file(struct event_work *x);

/* leave.c */

/*
 * Puts the leaving of a chat into the queue, once for each chat: see agent_leave(). False:
 * it is not there; *e.
 */
bool leave_add(const struct dialog *d, struct arena *a, enum conf_env env,
    const struct agent_chat *chat, bool by_user, struct err *e) MUST_CHECK;

#endif
