/* SPDX-License-Identifier: Apache-2.0 */
/* Surveys about tickets: asked by a connector, or on a page of their own. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "sandbox/events.h"
#include "sandbox/inbenta.h"
#include "sandbox/office_rest.h"
#include "sandbox/sandbox.h"

enum { TOKEN_RANDOM = 16, ANSWER_BYTES = 8 * 1024 };

/* Number 1: who was not helped goes on at the last page. */
static const char usual[] =
    "[{\"id\":1,\"member\":\"response\",\"pages\":["
    "{\"id\":1,\"items\":["
    "{\"id\":10,\"type\":\"layout\",\"subtype\":\"header\",\"settings\":[]},"
    "{\"id\":11,\"type\":\"layout\",\"subtype\":\"text\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"<p>A few words about your chat, please.</p>\"}]},"
    "{\"id\":12,\"type\":\"choice\",\"subtype\":\"radio\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"Were we able to help you?\"},"
    "{\"subtype\":\"options\",\"value\":[{\"label\":\"Yes, thank you\",\"value\":\"helped\"},"
    "{\"label\":\"No, sorry\",\"value\":\"not-helped\"}]}]}]},"
    "{\"id\":2,\"items\":["
    "{\"id\":13,\"type\":\"rating\",\"subtype\":\"scale\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"How happy are you with us, from 1 to 5?\"},"
    "{\"subtype\":\"min\",\"value\":{\"value\":1}},"
    "{\"subtype\":\"max\",\"value\":{\"value\":5}}]}]},"
    "{\"id\":3,\"items\":["
    "{\"id\":14,\"type\":\"input\",\"subtype\":\"textarea\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"What could we do better?\"}]}]}],"
    "\"settings\":["
    "{\"subtype\":\"thankyoupage\",\"value\":{\"message\":"
    "\"<p>Thank you for your <strong>answers</strong>!</p>\"}},"
    "{\"subtype\":\"navigatepage\",\"value\":[{\"value\":\"not-helped\",\"page\":3}]}]}]";

js *
office_usual_surveys(void)
{
	js *list = json_tokener_parse(usual);

	if (list == NULL || office_surveys_misfit(list) != NULL)
		abort(); /* our own text */
	return list;
}

const char *
office_surveys_misfit(js *surveys)
{
	if (!json_object_is_type(surveys, json_type_array) ||
	    json_object_array_length(surveys) > OFFICE_SURVEYS)
		return "surveys must be a list, and not too long";
	for (size_t i = 0; i < json_object_array_length(surveys); i++) {
		js *one = json_object_array_get_idx(surveys, i);

		if (!json_object_is_type(js_get(one, "id"), json_type_int))
			return "a survey needs a number id";
	}
	return NULL;
}

/* The survey of that id, as it stands in a path or a setting; NULL: there is none now. */
static js *
survey_of(struct office *o, const char *id)
{
	char *end;
	long long n = strtoll(id, &end, 10);

	return o->asking && *id != '\0' && *end == '\0' ? office_of_id(o->surveys, n)
							: NULL;
}

/* Begins the survey: the token that its answers come with. */
static const char *
start(struct office *o, js *survey, int64_t ticket)
{
	char token[2 * TOKEN_RANDOM + 1];
	js *one = json_object_new_object();

	json_object_object_foreach(o->starts, oldest, value)
	{
		(void)value;
		if (json_object_object_length(o->starts) >= OFFICE_STARTS)
			json_object_object_del(o->starts, oldest);
		break;
	}
	random_hex(token, TOKEN_RANDOM);
	office_set_int(one, "survey", js_int(survey, "id", 0));
	office_set_int(one, "ticket", ticket);
	json_object_object_add(one, "done", json_object_new_boolean(0));
	office_set(one, "token", token);
	json_object_object_add(o->starts, token, one);
	return js_str(one, "token", "");
}

static js *
start_of(struct office *o, const char *token)
{
	js *one = NULL;

	return json_object_object_get_ex(o->starts, token, &one) ? one : NULL;
}

/* Pages and settings, for whoever asks the questions. */
static js *
view(js *survey, const char *token)
{
	js *out = json_object_new_object();

	json_object_object_foreach(survey, name, value)
	{
		if (strcmp(name, "member") != 0)
			json_object_object_add(out, name, json_object_get(value));
	}
	office_set(out, "token", token);
	return out;
}

void
office_survey_start(const struct office_call *c)
{
	const char *type = form_get(&c->form, "sourceType");
	const char *source = form_get(&c->form, "sourceId");
	js *survey = survey_of(c->o, c->id), *out;
	int64_t ticket = source != NULL ? strtoll(source, NULL, 10) : 0;

	if (survey == NULL) {
		api_refuses(c->r, 404, "Survey not found");
	} else if (type == NULL || strcmp(type, "ticket") != 0) {
		api_refuses(c->r, 400, "sourceType must be ticket");
	} else if (office_of_id(c->o->tickets, ticket) == NULL) {
		api_refuses(c->r, 404, "Ticket not found");
	} else {
		out = json_object_new_object();
		json_object_object_add(out, js_str(survey, "member", "response"),
		    view(survey, start(c->o, survey, ticket)));
		reply_json(c->r, 200, out);
	}
}

/* What the survey asks under that id; NULL: nothing. */
static js *
item_of(js *survey, const char *id)
{
	js *pages = js_arr(survey, "pages");
	int64_t n = strtoll(id, NULL, 10);

	for (size_t i = 0; pages != NULL && i < json_object_array_length(pages); i++) {
		js *items = js_arr(json_object_array_get_idx(pages, i), "items");
		js *item = items != NULL ? office_of_id(items, n) : NULL;

		if (item != NULL)
			return item;
	}
	return NULL;
}

/* What stands for a value among the choices of an item, else the value. */
static const char *
label_of(js *item, const char *value)
{
	js *settings = js_arr(item, "settings");

	for (size_t i = 1; settings != NULL && i < json_object_array_length(settings);
	     i++) {
		js *list = js_arr(json_object_array_get_idx(settings, i), "value");

		for (size_t k = 0; list != NULL && k < json_object_array_length(list);
		     k++) {
			js *choice = json_object_array_get_idx(list, k);

			if (strcmp(js_str(choice, "value", ""), value) == 0)
				return js_str(choice, "label", value);
		}
	}
	return value;
}

/* Questions and answers in words, for the desk. */
static js *
in_words(js *survey, js *answers)
{
	js *out = json_object_new_array();

	json_object_object_foreach(answers, id, value)
	{
		js *item = item_of(survey, id), *one = json_object_new_object();
		js *settings = js_arr(item, "settings");
		js *first =
		    settings != NULL ? json_object_array_get_idx(settings, 0) : NULL;

		office_set(one, "question", js_str(first, "value", id));
		office_set(
		    one, "answer", label_of(item, json_object_get_string(value)));
		json_object_array_add(out, one);
	}
	return out;
}

/* Keeps the answers (taken); NULL, or why not. */
static const char *
hand_in(struct office *o, const char *token, js *answers, const char *way)
{
	js *begun = start_of(o, token), *one, *shown;
	js *survey = office_of_id(o->surveys, js_int(begun, "survey", 0));
	const char *why = begun == NULL || survey == NULL ? "Token not valid"
	    : js_bool(begun, "done", false)               ? "Survey submitted already"
							  : NULL;

	json_object_object_foreach(answers, id, value)
	{
		if (why == NULL && item_of(survey, id) == NULL)
			why = "No such field";
		if (why == NULL &&
		    (!json_object_is_type(value, json_type_string) ||
			json_object_get_string_len(value) > ANSWER_BYTES))
			why = "A value is not valid";
	}
	if (why != NULL) {
		js_putp(&answers);
		return why;
	}
	json_object_object_add(begun, "done", json_object_new_boolean(1));
	one = json_object_new_object();
	office_set_int(one, "survey", js_int(begun, "survey", 0));
	office_set_int(one, "ticket", js_int(begun, "ticket", 0));
	office_set(one, "way", way);
	office_set_int(one, "created", clock_wall_s(&clock_system));
	json_object_object_add(one, "said", in_words(survey, answers));
	json_object_object_add(one, "answers", answers);
	json_object_array_add(o->answers, one);
	shown = json_object_new_object();
	json_object_object_add(shown, "answers", office_copy(one));
	events_add(o->sb->desk, "", "answers", NULL, shown);
	return NULL;
}

/* field_answers[12]=x as {"12":"x"}; NULL: there is something else in it. */
static js *
answers_of_form(const struct office_call *c)
{
	js *out = json_object_new_object();

	for (size_t i = 0; i < c->form.n; i++) {
		const struct form_field *f = &c->form.fields[i];
		const char *at = f->name + strlen("field_answers[");
		size_t n;

		if (strcmp(f->name, "token") == 0)
			continue;
		n = strncmp(f->name, "field_answers[", strlen("field_answers[")) == 0
		    ? strspn(at, "0123456789")
		    : 0;
		if (n == 0 || strcmp(at + n, "]") != 0) {
			js_putp(&out);
			return NULL;
		}
		office_set(out, arena_strndup(c->q->arena, at, n), f->value);
	}
	return out;
}

void
office_survey_submit(const struct office_call *c)
{
	const char *token = form_get(&c->form, "token"), *why;
	js *survey = survey_of(c->o, c->id);
	js *begun = start_of(c->o, token != NULL ? token : "");
	js *answers = answers_of_form(c), *out;

	if (survey == NULL || answers == NULL ||
	    js_int(begun, "survey", 0) != js_int(survey, "id", -1)) {
		js_putp(&answers);
		api_refuses(c->r, survey == NULL ? 404 : 400, "%s",
		    survey == NULL ? "Survey not found" : "Not valid");
		return;
	}
	why = hand_in(c->o, token, answers, "talk");
	if (why != NULL) {
		api_refuses(c->r, 400, "%s", why);
		return;
	}
	out = json_object_new_object();
	json_object_object_add(out, "response", json_object_new_boolean(1));
	reply_json(c->r, 200, out);
}

const char *
office_survey_link(
    struct office *o, const struct request *q, const char *survey, int64_t ticket)
{
	const char *link = NULL;
	js *found;

	pthread_mutex_lock(&o->lock);
	found = survey_of(o, survey);
	if (found != NULL && office_of_id(o->tickets, ticket) != NULL)
		link = arena_printf(q->arena, "%s/survey/?t=%s", sandbox_url(o->sb, q),
		    start(o, found, ticket));
	pthread_mutex_unlock(&o->lock);
	return link;
}

void
survey_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct office *o = sb->office;
	const char *token = request_arg(q, "t");
	js *begun, *survey, *out;

	pthread_mutex_lock(&o->lock);
	begun = start_of(o, token != NULL ? token : "");
	survey = office_of_id(o->surveys, js_int(begun, "survey", 0));
	if (begun == NULL || survey == NULL) {
		reply_error(r, 404, "this survey is over");
	} else {
		out = json_object_new_object();
		json_object_object_add(
		    out, "done", json_object_get(js_get(begun, "done")));
		json_object_object_add(out, "survey", view(survey, token));
		reply_json(r, 200, out);
	}
	pthread_mutex_unlock(&o->lock);
}

void
survey_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	js *body = request_json(q, r);
	const char *why;

	if (body == NULL)
		return;
	pthread_mutex_lock(&sb->office->lock);
	if (js_obj(body, "answers") == NULL)
		why = "answers must be an object";
	else
		why = hand_in(sb->office, js_str(body, "token", ""),
		    json_object_get(js_obj(body, "answers")), "link");
	js_putp(&body);
	pthread_mutex_unlock(&sb->office->lock);
	if (why != NULL)
		reply_error(r, 409, "%s", why);
	else
		r->status = 204;
}
