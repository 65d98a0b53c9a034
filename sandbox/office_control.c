/* SPDX-License-Identifier: Apache-2.0 */
/* /sandbox/messenger: how tests arrange Messenger and look at it. */
#include "config.h"

#include <string.h>

#include "sandbox/office_inner.h"
#include "sandbox/sandbox.h"

enum { LATE_MAX_MS = 60000, TRIES_MAX = 20 };

static const struct {
	const char *name;
	enum ticket_when when;
} whens[] = { { "never", TICKET_NEVER }, { "first", TICKET_FIRST },
	{ "at_once", TICKET_AT_ONCE }, { "late", TICKET_LATE } };

static const char *
set_when(struct office *o, js *body)
{
	const char *name = js_str(body, "tickets", NULL);

	o->late_ms = js_int(body, "late_ms", o->late_ms);
	o->tries = js_int(body, "tries", o->tries);
	if (o->late_ms < 0 || o->late_ms > LATE_MAX_MS || o->tries < 1 ||
	    o->tries > TRIES_MAX)
		return "late_ms must be from 0 to 60000, tries from 1 to 20";
	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < NELEMS(whens); i++)
		if (strcmp(whens[i].name, name) == 0) {
			o->when = whens[i].when;
			return NULL;
		}
	return "tickets must be never, first, at_once or late";
}

static const char *
add_people(struct office *o, js *people)
{
	const char *why;

	if (!json_object_is_type(people, json_type_array))
		return "people must be a list";
	for (size_t i = 0; i < json_object_array_length(people); i++) {
		js *one = json_object_array_get_idx(people, i);
		js *extra = js_get(one, "extra");

		why = extra != NULL ? office_extra_misfit(extra) : NULL;
		if (why != NULL)
			return why;
		if (office_person_add(o, js_str(one, "name", ""),
			js_str(one, "address", ""), extra) == NULL)
			return "there are too many people";
	}
	return NULL;
}

static const char *
set_hours(struct office *o, js *hours)
{
	const char *kind = json_object_is_type(hours, json_type_string)
	    ? json_object_get_string(hours)
	    : "";

	if (strcmp(kind, "none") != 0 && strcmp(kind, "open") != 0 &&
	    strcmp(kind, "closed") != 0 &&
	    !json_object_is_type(hours, json_type_object))
		return "hours must be none, open, closed or an object";
	js_putp(&o->timetable);
	o->timetable = *kind != '\0' ? office_hours(kind) : office_copy(hours);
	return NULL;
}

/* true: surveys can be begun; a list: these are there. */
static const char *
set_surveys(struct office *o, js *surveys)
{
	const char *why;

	if (json_object_is_type(surveys, json_type_boolean)) {
		o->asking = json_object_get_boolean(surveys);
		return NULL;
	}
	why = office_surveys_misfit(surveys);
	if (why != NULL)
		return why;
	js_putp(&o->surveys);
	o->surveys = office_copy(surveys);
	return NULL;
}

static const char *
set_locked(struct office *o, js *body)
{
	const char *put = js_str(body, "put_takes", NULL);
	const char *why = set_when(o, body);

	if (why == NULL && js_get(body, "people") != NULL)
		why = add_people(o, js_get(body, "people"));
	if (why == NULL && js_get(body, "hours") != NULL)
		why = set_hours(o, js_get(body, "hours"));
	if (why == NULL && js_get(body, "surveys") != NULL)
		why = set_surveys(o, js_get(body, "surveys"));
	if (why != NULL || put == NULL)
		return why;
	if (strcmp(put, "json") != 0 && strcmp(put, "form") != 0)
		return "put_takes must be json or form";
	o->put_takes_form = strcmp(put, "form") == 0;
	return NULL;
}

void
control_office(struct sandbox *sb, const struct request *q, struct reply *r)
{
	js *body = request_json(q, r);
	const char *why;

	if (body == NULL)
		return;
	pthread_mutex_lock(&sb->office->lock);
	why = set_locked(sb->office, body);
	office_show_state(sb->office);
	js_putp(&body); /* people hold parts of it: within the lock */
	pthread_mutex_unlock(&sb->office->lock);
	if (why != NULL)
		reply_error(r, 400, "%s", why);
	else
		r->status = 204;
}

void
control_office_state(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct office *o = sb->office;
	js *out = json_object_new_object();

	(void)q;
	pthread_mutex_lock(&o->lock);
	json_object_object_add(out, "people", json_object_get(o->people));
	json_object_object_add(out, "tickets", json_object_get(o->tickets));
	json_object_object_add(out, "answers", json_object_get(o->answers));
	json_object_object_add(out, "hours", json_object_get(o->timetable));
	json_object_object_add(out, "surveys", json_object_get(o->surveys));
	json_object_object_add(out, "asking", json_object_new_boolean(o->asking));
	office_set_int(out, "starts", json_object_object_length(o->starts));
	reply_json(r, 200, out);
	pthread_mutex_unlock(&o->lock);
}
