/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/events.h"
#include "sandbox/office_inner.h"
#include "sandbox/sandbox.h"

enum { FIRST_PERSON = 77, FIRST_TICKET = 501, LATE_MS = 300 };

static void
fini(struct office *o)
{
	js_putp(&o->people);
	js_putp(&o->tickets);
	js_putp(&o->surveys);
	js_putp(&o->starts);
	js_putp(&o->answers);
	js_putp(&o->timetable);
	js_putp(&o->sent);
}

static void
reset_locked(struct office *o)
{
	fini(o);
	o->people = json_object_new_array();
	o->tickets = json_object_new_array();
	o->surveys = office_usual_surveys();
	o->starts = json_object_new_object();
	o->answers = json_object_new_array();
	o->timetable = office_hours("none");
	o->sent = json_object_new_array();
	o->when = TICKET_NEVER;
	o->late_ms = LATE_MS;
	o->tries = OFFICE_TRIES;
	o->asking = true;
	o->put_takes_form = false;
}

struct office *
office_new(struct sandbox *sb)
{
	struct office *o = xcalloc(1, sizeof(*o));

	o->sb = sb;
	pthread_mutex_init(&o->lock, NULL);
	/* Never given again, not after a reset: a connector may remember them. */
	o->n_people = FIRST_PERSON - 1;
	o->n_tickets = FIRST_TICKET - 1;
	reset_locked(o);
	return o;
}

void
office_free(struct office *o)
{
	if (o == NULL)
		return;
	fini(o);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

void
control_office_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	pthread_mutex_lock(&sb->office->lock);
	reset_locked(sb->office);
	events_add(sb->desk, "", "office-reset", NULL, NULL);
	office_show_state(sb->office);
	pthread_mutex_unlock(&sb->office->lock);
	r->status = 204;
}

void
office_set(js *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

void
office_set_int(js *o, const char *name, int64_t n)
{
	json_object_object_add(o, name, json_object_new_int64(n));
}

js *
office_of_id(js *list, int64_t id)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		js *one = json_object_array_get_idx(list, i);

		if (js_int(one, "id", 0) == id)
			return one;
	}
	return NULL;
}

js *
office_copy(js *o)
{
	js *out = NULL;

	if (json_object_deep_copy(o, &out, NULL) != 0)
		abort(); /* out of memory */
	return out;
}

js *
office_desk_ticket(struct office *o, js *ticket)
{
	js *out = office_copy(ticket);
	js *person = office_of_id(o->people, js_int(ticket, "creator", 0));

	if (person != NULL)
		json_object_object_add(out, "person", office_copy(person));
	return out;
}

void
office_show_ticket(struct office *o, js *ticket)
{
	js *out = json_object_new_object();

	json_object_object_add(out, "ticket", office_desk_ticket(o, ticket));
	events_add(o->sb->desk, "", "ticket", NULL, out);
}

/* Whatever hours there are count as open: the desk has a switch, no clock. */
bool
office_is_open(const struct office *o)
{
	js *weeks = js_arr(o->timetable, "weeks");
	js *week = weeks != NULL ? json_object_array_get_idx(weeks, 0) : NULL;

	if (week == NULL)
		return true;
	json_object_object_foreach(week, day, ranges)
	{
		(void)day;
		if (json_object_is_type(ranges, json_type_array) &&
		    json_object_array_length(ranges) > 0)
			return true;
	}
	return false;
}

static void
add_state(struct office *o, js *out)
{
	json_object_object_add(out, "open", json_object_new_boolean(office_is_open(o)));
	json_object_object_add(out, "asking", json_object_new_boolean(o->asking));
}

void
office_show_state(struct office *o)
{
	js *out = json_object_new_object();

	add_state(o, out);
	events_add(o->sb->desk, "", "office", NULL, out);
}

void
office_show(struct office *o, js *state)
{
	js *tickets = json_object_new_array();

	pthread_mutex_lock(&o->lock);
	add_state(o, state);
	for (size_t i = 0; i < json_object_array_length(o->tickets); i++)
		json_object_array_add(tickets,
		    office_desk_ticket(o, json_object_array_get_idx(o->tickets, i)));
	json_object_object_add(state, "tickets", tickets);
	json_object_object_add(state, "answers", office_copy(o->answers));
	pthread_mutex_unlock(&o->lock);
}

enum ticket_when
office_when(struct office *o, int64_t *late_ms)
{
	enum ticket_when when;

	pthread_mutex_lock(&o->lock);
	when = o->when;
	*late_ms = o->late_ms;
	pthread_mutex_unlock(&o->lock);
	return when;
}

void
office_set_open(struct office *o, bool open)
{
	pthread_mutex_lock(&o->lock);
	js_putp(&o->timetable);
	o->timetable = office_hours(open ? "open" : "closed");
	office_show_state(o);
	pthread_mutex_unlock(&o->lock);
	office_forget_hours(o->sb->opts->hours_cache);
}

void
office_set_asking(struct office *o, bool asking)
{
	pthread_mutex_lock(&o->lock);
	o->asking = asking;
	office_show_state(o);
	pthread_mutex_unlock(&o->lock);
}
