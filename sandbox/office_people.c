/* SPDX-License-Identifier: Apache-2.0 */
/* People, as Messenger keeps them: by an e-mail address, with fields of the instance's own. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sandbox/inbenta.h"
#include "sandbox/office_rest.h"

enum { NAME_BYTES = 1024, EXTRA_MAX = 100 };

const char *
office_extra_misfit(js *extra)
{
	if (!json_object_is_type(extra, json_type_array))
		return "extra must be a list";
	if (json_object_array_length(extra) > EXTRA_MAX)
		return "extra is too long";
	for (size_t i = 0; i < json_object_array_length(extra); i++)
		if (!json_object_is_type(
			js_get(json_object_array_get_idx(extra, i), "id"),
			json_type_int))
			return "an element of extra needs a number id";
	return NULL;
}

js *
office_person_add(struct office *o, const char *name, const char *address, js *extra)
{
	js *person;

	if (json_object_array_length(o->people) >= OFFICE_PEOPLE)
		return NULL;
	person = json_object_new_object();
	office_set_int(person, "id", ++o->n_people);
	office_set(person, "name", name);
	office_set(person, "address", address);
	json_object_object_add(person, "extra",
	    extra != NULL ? json_object_get(extra) : json_object_new_array());
	json_object_array_add(o->people, person);
	return person;
}

js *
office_person_of(struct office *o, const char *address)
{
	for (size_t i = 0; i < json_object_array_length(o->people); i++) {
		js *person = json_object_array_get_idx(o->people, i);

		if (strcasecmp(js_str(person, "address", ""), address) == 0)
			return person;
	}
	return NULL;
}

/* All with the address, which is compared without case. */
void
office_people_find(const struct office_call *c)
{
	const char *address = request_arg(c->q, "address");
	js *list;

	if (address == NULL || *address == '\0') {
		api_refuses(c->r, 400, "address is missing");
		return;
	}
	list = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(c->o->people); i++) {
		js *person = json_object_array_get_idx(c->o->people, i);

		if (strcasecmp(js_str(person, "address", ""), address) == 0)
			json_object_array_add(list, json_object_get(person));
	}
	office_answers(c->r, list);
}

void
office_people_create(const struct office_call *c)
{
	const char *name = office_need(c, "name"), *address = NULL;
	js *person, *out;

	if (name != NULL)
		address = office_need(c, "address");
	if (address == NULL)
		return;
	if (strlen(name) > NAME_BYTES || strlen(address) > NAME_BYTES ||
	    strchr(address, '@') == NULL) {
		api_refuses(c->r, 400, "name or address is not valid");
		return;
	}
	if (office_person_of(c->o, address) != NULL) {
		api_refuses(c->r, 409, "There is a user of that address");
		return;
	}
	person = office_person_add(c->o, name, address, NULL);
	if (person == NULL) {
		api_refuses(c->r, 503, "There are too many users");
		return;
	}
	out = json_object_new_object();
	office_set_int(out, "uuid", js_int(person, "id", 0));
	reply_json(c->r, 200, out);
}

/* extra[0][id]=2&extra[0][content]=x as a list; NULL: it is none. */
static js *
extra_of_form(const struct office_call *c)
{
	js *list = json_object_new_array();

	for (size_t i = 0; i < EXTRA_MAX; i++) {
		struct arena *a = c->q->arena;
		const char *id =
		    form_get(&c->form, arena_printf(a, "extra[%zu][id]", i));
		const char *content =
		    form_get(&c->form, arena_printf(a, "extra[%zu][content]", i));
		js *one;

		if (id == NULL || content == NULL)
			break;
		one = json_object_new_object();
		office_set_int(one, "id", strtoll(id, NULL, 10));
		office_set(one, "content", content);
		json_object_array_add(list, one);
	}
	if (2 * json_object_array_length(list) == c->form.n && c->form.n > 0)
		return list;
	js_putp(&list);
	return NULL;
}

/* The whole list is replaced: who leaves elements out loses them. */
void
office_people_put(const struct office_call *c)
{
	js *person = office_of_id(c->o->people, strtoll(c->id, NULL, 10));
	js *extra = c->body != NULL ? json_object_get(js_get(c->body, "extra"))
				    : extra_of_form(c);
	const char *why =
	    extra != NULL ? office_extra_misfit(extra) : "extra is missing";

	if (person == NULL)
		api_refuses(c->r, 404, "User not found");
	else if (why != NULL)
		api_refuses(c->r, 400, "%s", why);
	else {
		json_object_object_add(person, "extra", json_object_get(extra));
		reply_json(c->r, 200, json_object_get(person));
	}
	js_putp(&extra);
}
