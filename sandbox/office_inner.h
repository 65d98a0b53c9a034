/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OFFICE_INNER_H
#define SANDBOX_OFFICE_INNER_H

#include <pthread.h>

#include "base/form.h"
#include "sandbox/office.h"
#include "sandbox/outside.h"

/*
 * Shared by the files of the stand-in for Messenger. What it knows is JSON, as it tells it;
 * members that the API does not show are named here.
 *
 *   person  id name address extra
 *   ticket  id full_uuid title message creator source queue
 *           also: external_id (its chat, or "") history (list of {message, user})
 *           created replies (list of {agent, text, created, tries, status, why})
 *   survey  id pages settings; also: member (in which its start is answered)
 *   start   survey ticket done
 *   answers survey ticket answers (by item) said (the same in words) way ("link", "talk")
 *           created
 */
struct office {
	struct sandbox *sb;
	pthread_mutex_t lock; /* guards the rest */
	js *people, *tickets; /* lists, in the order they were made */
	js *surveys; /* list */
	js *starts; /* by token */
	js *answers; /* list */
	js *timetable; /* as GET settings/work-timetable tells it */
	js *sent; /* list of webhooks by hand and by the desk */
	enum ticket_when when;
	int64_t late_ms, tries;
	int64_t n_people, n_tickets;
	bool asking; /* surveys can be begun */
	bool put_takes_form; /* and no JSON */
};

/* Everything of the functions below expects the lock to be held. */

/* office.c */
void office_set(js *o, const char *name, const char *text);
void office_set_int(js *o, const char *name, int64_t n);
/* For others: a reference may be counted under our lock alone. */
js *office_copy(js *o) MUST_CHECK;
/* The one of that id; NULL: none; borrowed. */
js *office_of_id(js *list, int64_t id);
/* For the desk page: the ticket as it is now. */
void office_show_ticket(struct office *o, js *ticket);
void office_show_state(struct office *o);
js *office_desk_ticket(struct office *o, js *ticket) MUST_CHECK;
bool office_is_open(const struct office *o);

/* office_people.c */
/* NULL: a list of objects with a number `id` each. */
const char *office_extra_misfit(js *extra);
/* A new one; extra is borrowed, NULL: none. NULL: there are too many. */
js *office_person_add(
    struct office *o, const char *name, const char *address, js *extra);
js *office_person_of(struct office *o, const char *address); /* NULL: nobody */

/* office_hours.c */
/* Of all rooms that are asked for in the sandbox. Taken by the caller. */
js *office_hours(const char *kind) MUST_CHECK;
/* Removes what a connector has kept of them, as its operator would. NULL: nothing. */
void office_forget_hours(const char *pattern);

/* office_surveys.c */
js *office_usual_surveys(void) MUST_CHECK;
/* NULL: a list of surveys. */
const char *office_surveys_misfit(js *surveys);

/* office_hook.c */
/* {"resource","resource_data","action_data"} as the webhook tells a reply. */
js *office_reply_event(
    int64_t ticket, const char *address, const char *text) MUST_CHECK;

#endif
