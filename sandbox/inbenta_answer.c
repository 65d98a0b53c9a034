/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/crypto.h"
#include "sandbox/inbenta_answer.h"

js *
answers_new(void)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "answers", json_object_new_array());
	return o;
}

static void
add(js *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

/* The members that all types have. */
static js *
answer_new(js *response, const char *type, const char *html)
{
	js *o = json_object_new_object(), *list = json_object_new_array();
	js *source = json_object_new_object();
	char id[17];

	random_hex(id, 8);
	add(o, "type", type);
	add(o, "message", html);
	json_object_array_add(list, json_object_new_string(html));
	json_object_object_add(o, "messageList", list);
	add(source, "type", "intent");
	add(source, "name", "sandbox");
	json_object_object_add(o, "source", source);
	add(o, "logId", id);
	json_object_array_add(json_object_object_get(response, "answers"), o);
	return o;
}

void
answers_say(js *response, const char *html, const char *title, const char *flag)
{
	js *o = answer_new(response, "answer", html);
	js *flags = json_object_new_array(), *attributes = json_object_new_object();
	js *contents = json_object_new_object(), *parameters = json_object_new_object();

	if (flag != NULL)
		json_object_array_add(flags, json_object_new_string(flag));
	json_object_object_add(o, "flags", flags);
	add(o, "options", ""); /* an empty list is written so */
	add(contents, "title", title);
	json_object_object_add(parameters, "contents", contents);
	json_object_object_add(o, "parameters", parameters);
	add(attributes, "ANSWER_TEXT", html);
	add(attributes, "inbMainTitle", title);
	json_object_object_add(o, "attributes", attributes);
	json_object_object_add(o, "actions", json_object_new_array());
}

static js *
option_object(const struct know_option *from, enum know_kind kind)
{
	js *o = json_object_new_object(), *attributes;

	add(o, "label", from->label);
	add(o, "value", from->value);
	if (kind == KNOW_CHOICE) {
		attributes = json_object_new_object();
		add(attributes, "title", from->title);
		add(attributes, "DYNAMIC_REDIRECT", "");
		json_object_object_add(o, "attributes", attributes);
		json_object_object_add(
		    o, "revisitableLink", json_object_new_boolean(0));
	}
	return o;
}

void
answers_entry(js *response, const struct know_entry *en, size_t max_options)
{
	js *o, *options;

	for (size_t i = 0; i < en->n_answers; i++)
		answers_say(response, en->answers[i], en->name, NULL);
	if (en->kind == KNOW_STATEMENT)
		return;
	o = answer_new(response,
	    en->kind == KNOW_POLAR ? "polarQuestion" : "multipleChoiceQuestion",
	    en->ask);
	options = json_object_new_array();
	for (size_t i = 0; i < en->n_options && i < max_options; i++)
		json_object_array_add(
		    options, option_object(&en->options[i], en->kind));
	json_object_object_add(o, "options", options);
	json_object_object_add(o, "flags", json_object_new_array());
	add(o, "parameters", "");
	json_object_object_add(o, "attributes", NULL);
}
