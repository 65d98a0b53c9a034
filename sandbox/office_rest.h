/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OFFICE_REST_H
#define SANDBOX_OFFICE_REST_H

#include "sandbox/office_inner.h"

/* The REST interface of the stand-in for Messenger, in parts. */

/* One call. */
struct office_call {
	struct office *o; /* locked */
	const struct request *q;
	struct reply *r;
	const char *id; /* the one in the path; NULL: none */
	js *body; /* an object; NULL where it came as a form, or there is none */
	struct form form;
};

typedef void office_fn(const struct office_call *c);

/* {"data":value}; the value is taken. */
void office_answers(struct reply *r, js *value);
/* A member that must be a text, not empty, of at most OFFICE_TEXT_BYTES; else 400, NULL. */
const char *office_need(const struct office_call *c, const char *name) MUST_CHECK;

/* office_people.c */
office_fn office_people_find, office_people_create, office_people_put;
/* office_tickets.c */
office_fn office_tickets_find, office_tickets_create;
/* office_hours.c */
office_fn office_timetable;
/* office_surveys.c */
office_fn office_survey_start, office_survey_submit;

#endif
