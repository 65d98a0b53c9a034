/* SPDX-License-Identifier: Apache-2.0 */
/* The way to the parts: credentials, paths, bodies. */
#include "config.h"

#include <string.h>

#include "sandbox/inbenta.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/office_rest.h"
#include "sandbox/paths.h"
#include "sandbox/sandbox.h"

/* CHANGES: JSON, or a form where the settings say so. */
enum takes { NOTHING, JSON, FORM, CHANGES };

/* A * in a path stands for an id. Source: Inbenta, "Ticketing API". */
static const struct rest {
	const char *method, *path;
	enum takes takes;
	const char *call; /* in /sandbox/calls */
	office_fn *run;
} rests[] = {
	{ "GET", "users", NOTHING, "ms.users.find", office_people_find },
	{ "POST", "users", JSON, "ms.users.create", office_people_create },
	{ "PUT", "users/*", CHANGES, "ms.users.put", office_people_put },
	{ "GET", "tickets", NOTHING, "ms.tickets.find", office_tickets_find },
	{ "POST", "tickets", JSON, "ms.tickets.create", office_tickets_create },
	{ "GET", "settings/work-timetable", NOTHING, "ms.timetable", office_timetable },
	{ "POST", "surveys/*/start", FORM, "ms.surveys.start", office_survey_start },
	{ "POST", "surveys/*/submit", FORM, "ms.surveys.submit", office_survey_submit },
};

void
office_answers(struct reply *r, js *value)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "data", value);
	reply_json(r, 200, o);
}

const char *
office_need(const struct office_call *c, const char *name)
{
	const char *text = js_str(c->body, name, "");

	if (*text != '\0' && strlen(text) <= OFFICE_TEXT_BYTES)
		return text;
	api_refuses(c->r, 400, "%s is missing or not valid", name);
	return NULL;
}

static const struct rest *
find(const struct request *q, const char **id)
{
	const char *path = q->path + strlen("/inbenta/ticketing/v1/");

	for (size_t i = 0; i < NELEMS(rests); i++)
		if (strcmp(rests[i].method, q->method) == 0 &&
		    path_fits(q->arena, rests[i].path, path, id))
			return &rests[i];
	return NULL;
}

static bool
read_form(struct office_call *c)
{
	struct err e;

	if (!request_is_type(c->q, "application/x-www-form-urlencoded"))
		api_refuses(c->r, 415, "The body must be a form");
	else if (!form_parse(&c->form, c->q->arena, c->q->body, c->q->body_len, &e))
		api_refuses(c->r, 400, "The form is not valid");
	else
		return true;
	return false;
}

static bool
read_body(struct office_call *c, enum takes takes)
{
	if (takes == NOTHING && c->q->body_len > 0) {
		api_refuses(c->r, 400, "A body is not for this call");
		return false;
	}
	if (takes == FORM || (takes == CHANGES && c->o->put_takes_form))
		return read_form(c);
	if (takes == NOTHING)
		return true;
	return (c->body = inbenta_body(c->q, c->r)) != NULL;
}

static void
work(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct office_call c = { .o = sb->office, .q = q, .r = r };
	const struct rest *rest = find(q, &c.id);

	if (!office_gate(sb, q, r))
		return;
	pthread_mutex_lock(&sb->office->lock);
	if (read_body(&c, rest->takes))
		rest->run(&c);
	js_putp(&c.body); /* the state may hold parts of it: within the lock */
	pthread_mutex_unlock(&sb->office->lock);
}

void
office_rest(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *id;
	const struct rest *rest = find(q, &id);

	if (rest != NULL)
		inbenta_call(sb, q, r, rest->call, work);
	else
		inbenta_unknown(sb, q, r);
}
