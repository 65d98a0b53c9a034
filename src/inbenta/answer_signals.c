/* SPDX-License-Identifier: Apache-2.0 */
/* What in an answer says that a person should take over, now or by ticket; with which form. */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "inbenta/answer_i.h"

/* A value of any type, as a person would read it. */
static void
add_value(struct buf *text, js *v)
{
	const char *gap = "";

	if (json_object_is_type(v, json_type_object)) {
		js_write(text, v);
	} else if (json_object_is_type(v, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(v); i++) {
			js *one = json_object_array_get_idx(v, i);

			if (one == NULL)
				continue;
			buf_str(text, gap);
			add_value(text, one);
			gap = ", ";
		}
	} else if (v != NULL) {
		buf_str(text, json_object_get_string(v));
	}
}

/* What is read of a form; its fields have room for LIMIT_AGENT_FIELDS. */
struct reading {
	struct arena *arena;
	struct inbenta_field *fields;
	size_t n, bytes, left_out;
};

static void
read_field(struct reading *r, const char *name, js *v)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	size_t n;

	if (name[0] == '\0')
		return;
	add_value(&value, v);
	n = strlen(name) + value.len;
	if (!buf_ok(&value) || r->n == LIMIT_AGENT_FIELDS ||
	    n > LIMIT_AGENT_FORM - r->bytes) {
		r->left_out++;
		return;
	}
	r->bytes += n;
	r->fields[r->n++] = (struct inbenta_field){ arena_strdup(r->arena, name),
		arena_strndup(r->arena, value.data, value.len) };
}

static void
read_members(struct reading *r, js *data)
{
	struct json_object_iterator it = json_object_iter_begin(data),
				    end = json_object_iter_end(data);

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		read_field(r, json_object_iter_peek_name(&it),
		    json_object_iter_peek_value(&it));
}

static void
read_pairs(struct reading *r, js *data)
{
	for (size_t i = 0; i < json_object_array_length(data); i++) {
		js *one = json_object_array_get_idx(data, i);

		read_field(r, js_str(one, "name", ""), js_get(one, "value"));
	}
}

/* An object of names and values, or a list of {"name","value"}; [] when nothing is there. */
static const struct inbenta_form *
read_form(js *data, struct arena *a)
{
	struct inbenta_form *form = arena_alloc(a, sizeof(*form));
	struct reading r = { .arena = a };

	r.fields = arena_alloc(a, LIMIT_AGENT_FIELDS * sizeof(*r.fields));
	if (json_object_is_type(data, json_type_object))
		read_members(&r, data);
	else if (json_object_is_type(data, json_type_array))
		read_pairs(&r, data);
	if (r.left_out > 0)
		LOG(LOG_WARN, "inbenta", "fields of a form left out",
		    LI("n", r.left_out), LI("limit", LIMIT_AGENT_FIELDS),
		    LI("bytes", LIMIT_AGENT_FORM), LH(HINT_CONTENT));
	form->fields = r.fields;
	form->n = r.n;
	return form;
}

bool
answer_has_setting(js *answer, const char *name, const char *word)
{
	return answer_has(js_obj(answer, "attributes"), name, word) ||
	    answer_has(js_obj(answer, "parameters.contents.attributes"), name, word);
}

/* The first action of any that calls back by the name; NULL when there is none. */
static js *
find_callback(js *answer, const char *name)
{
	js *list = js_arr(answer, "actions");
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		js *action = json_object_array_get_idx(list, i);

		if (strcmp(js_str(action, "parameters.callback", ""), name) == 0)
			return action;
	}
	return NULL;
}

/*
 * Each step of the form that a content begins has the settings of the content too: there its
 * direct call says what the user has got already.
 */
static bool
is_step_of_form(js *answer)
{
	static const char *const flags[] = { "form-continue", "form-retry",
		"end-form" };

	for (size_t i = 0; i < NELEMS(flags); i++)
		if (answer_has(answer, "flags", flags[i]))
			return true;
	return js_str(answer, "actionField.fieldType", "")[0] != '\0';
}

void
answer_signals(js *answer, struct arena *a, struct inbenta_answer *out)
{
	js *form = find_callback(answer, "escalateToAgent");
	js *ticket = find_callback(answer, "createTicket");

	out->no_results = answer_has(answer, "flags", "no-results");
	out->escalate = answer_has(answer, "flags", "escalate");
	out->offers_agent =
	    answer_has_setting(answer, "DIRECT_CALL", "escalationOffer") ||
	    answer_has_setting(answer, "DYNAMIC_REDIRECT", "escalationOffer");
	if (form != NULL)
		out->form = read_form(js_get(form, "parameters.data"), a);
	if (ticket != NULL)
		out->ticket = read_form(js_get(ticket, "parameters.data"), a);
	out->wants_agent = find_callback(answer, "escalationStart") != NULL ||
	    (form == NULL && ticket == NULL && !is_step_of_form(answer) &&
		answer_has_setting(answer, "DIRECT_CALL", "escalationStart"));
}
