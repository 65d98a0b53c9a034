/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "sandbox/inbenta_answer.h"

enum { HTML_BYTES = 2 * KNOW_FILE_BYTES };

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

/* An object in an object. */
static js *
add_object(js *o, const char *name)
{
	js *in = json_object_new_object();

	json_object_object_add(o, name, in);
	return in;
}

/* A text of the file, with the server's URL for {base}. */
static js *
html_of(const struct saying *s, const char *html)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(HTML_BYTES);
	const char *at;

	while ((at = strstr(html, "{base}")) != NULL) {
		buf_add(&b, html, (size_t)(at - html));
		buf_str(&b, s->base);
		html = at + strlen("{base}");
	}
	buf_str(&b, html);
	return json_object_new_string_len(b.data, (int)b.len);
}

static js *
flags_of(const char *flag)
{
	js *flags = json_object_new_array();

	if (flag != NULL)
		json_object_array_add(flags, json_object_new_string(flag));
	return flags;
}

/* What the codes of ratings and clicks look like does not matter to who sends them back. */
static void
add_code(js *tracking, const char *name)
{
	char id[17];

	random_hex(id, 8);
	add(tracking, name, id);
}

/* The members that all types have, outside of any list. */
static js *
bare_answer(
    const struct saying *s, const char *type, const char *html, const char *source)
{
	js *o = json_object_new_object(), *list = json_object_new_array();
	js *text = html_of(s, html), *from;

	add(o, "type", type);
	json_object_object_add(o, "message", text);
	json_object_array_add(list, json_object_get(text));
	json_object_object_add(o, "messageList", list);
	from = add_object(o, "source");
	add(from, "type", source);
	add(from, "name", "sandbox");
	return o;
}

static js *
answer_new(const struct saying *s, const char *type, const char *html)
{
	js *o = bare_answer(s, type, html, "intent");

	add_code(o, "logId");
	json_object_array_add(json_object_object_get(s->response, "answers"), o);
	return o;
}

/* An answer with its contents and attributes still to be filled. */
static js *
statement(const struct saying *s, const char *html, const char *title, const char *flag)
{
	js *o = answer_new(s, "answer", html);
	js *attributes = add_object(o, "attributes");
	js *contents = add_object(add_object(o, "parameters"), "contents");

	json_object_object_add(o, "flags", flags_of(flag));
	add(o, "options", ""); /* an empty list is written so */
	add(contents, "title", title);
	json_object_object_add(attributes, "ANSWER_TEXT",
	    json_object_get(json_object_object_get(o, "message")));
	add(attributes, "SIDEBUBBLE_TEXT", "");
	add(attributes, "DIRECT_CALL", "");
	add(attributes, "DYNAMIC_REDIRECT", "");
	add(attributes, "inbMainTitle", title);
	json_object_object_add(o, "actions", json_object_new_array());
	return o;
}

/* What the connector is to do; data NULL: nothing goes with it. */
static void
add_action(js *o, const char *callback, js *data)
{
	js *action = json_object_new_object();
	js *parameters = add_object(action, "parameters");

	add(parameters, "callback", callback);
	if (data != NULL)
		json_object_object_add(parameters, "data", json_object_get(data));
	json_object_array_add(js_arr(o, "actions"), action);
}

void
answers_end(const struct saying *s, const char *html, const char *callback, js *data)
{
	js *o = statement(s, html, "", "end-form");

	if (callback != NULL)
		add_action(o, callback, data);
}

void
answers_say(const struct saying *s, const char *html, const char *flag)
{
	statement(s, html, "", flag);
}

static void
add_related(const struct saying *s, js *contents, const struct know_entry *en)
{
	js *related, *list = json_object_new_array();

	related = add_object(contents, "related");
	add(related, "relatedTitle", en->related_title);
	json_object_object_add(related, "relatedContents", list);
	for (size_t i = 0; i < en->n_related && i < s->max_related; i++) {
		js *o = json_object_new_object();

		json_object_object_add(
		    o, "id", json_object_new_int(en->related[i]->id));
		add(o, "title", en->related[i]->title);
		json_object_array_add(list, o);
	}
}

/* What belongs to the last of the entry's answers. */
static void
complete(const struct saying *s, js *o, const struct know_entry *en)
{
	js *contents = js_obj(o, "parameters.contents"), *tracking;

	if (en->side != NULL)
		json_object_object_add(
		    js_obj(o, "attributes"), "SIDEBUBBLE_TEXT", html_of(s, en->side));
	if (en->rate) {
		tracking = add_object(contents, "trackingCode");
		add_code(tracking, "clickCode");
		add_code(tracking, "rateCode");
	}
	if (en->n_related > 0 && s->max_related > 0)
		add_related(s, contents, en);
	if (en->callback != NULL)
		add_action(o, en->callback, NULL);
}

static js *
page_object(const struct saying *s, const struct know_page *page)
{
	js *o = bare_answer(s, "answer", page->text, "external_search"), *url;
	js *contents = add_object(add_object(o, "parameters"), "contents");

	add(add_object(o, "attributes"), "title", page->title);
	add(contents, "title", page->title);
	if (page->url != NULL) {
		url = add_object(contents, "url");
		json_object_object_add(url, "value", html_of(s, page->url));
		add(url, "target", "_blank");
	}
	add_code(add_object(contents, "trackingCode"), "clickCode");
	json_object_object_add(o, "flags", flags_of(NULL));
	json_object_object_add(o, "options", NULL);
	return o;
}

static void
say_pages(const struct saying *s, const struct know_entry *en)
{
	js *o = answer_new(s, "extendedContentsAnswer", en->found);
	js *list = json_object_new_array();

	for (size_t i = 0; i < en->n_pages; i++)
		json_object_array_add(list, page_object(s, &en->pages[i]));
	json_object_object_add(o, "subAnswers", list);
	json_object_object_add(o, "flags", flags_of(NULL));
	add(o, "options", "");
	add(o, "parameters", "");
	json_object_object_add(o, "attributes", NULL);
}

static js *
option_object(const struct know_option *from, enum know_kind kind)
{
	js *o = json_object_new_object(), *attributes;

	add(o, "label", from->label);
	add(o, "value", from->value);
	if (kind == KNOW_CHOICE) {
		attributes = add_object(o, "attributes");
		add(attributes, "title", from->title);
		add(attributes, "DYNAMIC_REDIRECT", from->redirect);
		json_object_object_add(
		    o, "revisitableLink", json_object_new_boolean(0));
	}
	return o;
}

static js *
say_question(const struct saying *s, const char *html, enum know_kind kind,
    const struct know_option *from, size_t n)
{
	js *options = json_object_new_array(), *o;

	o = answer_new(
	    s, kind == KNOW_POLAR ? "polarQuestion" : "multipleChoiceQuestion", html);
	for (size_t i = 0; i < n && i < s->max_options; i++)
		json_object_array_add(options, option_object(&from[i], kind));
	json_object_object_add(o, "options", options);
	json_object_object_add(o, "flags", flags_of(NULL));
	add(o, "parameters", "");
	json_object_object_add(o, "attributes", NULL);
	return o;
}

void
answers_polar(const struct saying *s, const char *html)
{
	static const struct know_option both[] = { { .label = "yes", .value = "1" },
		{ .label = "no", .value = "2" } };

	say_question(s, html, KNOW_POLAR, both, NELEMS(both));
}

static js *
list_values(const struct know_field *f)
{
	js *values = json_object_new_array();

	for (size_t i = 0; i < f->n_values; i++) {
		const struct know_value *v = &f->values[i];
		js *o = json_object_new_object(), *label = json_object_new_array();

		json_object_array_add(label, json_object_new_string(v->label));
		json_object_object_add(o, "label", label);
		json_object_object_add(o, "option",
		    v->is_number ? json_object_new_int((int)strtol(v->option, NULL, 10))
				 : json_object_new_string(v->option));
		json_object_array_add(values, o);
	}
	return values;
}

void
answers_field(const struct saying *s, const struct know_field *f, size_t number,
    const char *before, const char *flag)
{
	static const struct {
		const char *field_type, *data_type;
	} types[] = { [KNOW_TEXT] = { "default", "STRING" },
		[KNOW_LIST] = { "list", "STRING" },
		[KNOW_DATE] = { "datePicker", "DATE" },
		[KNOW_EMAIL] = { "default", "EMAIL" } };
	CLEANUP(buf_fini) struct buf html = BUF_INIT(HTML_BYTES);
	js *o, *field, *values;
	char id[32];

	buf_printf(&html, "%s%s", before, f->ask);
	o = statement(s, html.data, "", flag);
	field = add_object(o, "actionField");
	snprintf(id, sizeof(id), "f%zu", number);
	add(field, "fieldType", types[f->kind].field_type);
	json_object_object_add(
	    field, "disableInput", json_object_new_boolean(f->kind == KNOW_LIST));
	add(field, "actionFieldId", id);
	add(field, "variableName", f->name);
	add(field, "dataType", types[f->kind].data_type);
	if (f->kind != KNOW_LIST)
		return;
	values = add_object(field, "listValues");
	add(values, "displayType", "buttons");
	json_object_object_add(values, "values", list_values(f));
}

static void
say_statements(const struct saying *s, const struct know_entry *en)
{
	size_t n = en->n_answers > 0 ? en->n_answers : en->callback != NULL;

	for (size_t i = 0; i < n; i++) {
		bool last = i + 1 == n;
		js *o = statement(s, en->n_answers > 0 ? en->answers[i] : "", en->title,
		    last ? en->flag : NULL);

		if (en->direct != NULL)
			add(js_obj(o, "attributes"), "DIRECT_CALL", en->direct);
		if (last)
			complete(s, o, en);
	}
}

void
answers_entry(const struct saying *s, const struct know_entry *en)
{
	js *o;

	say_statements(s, en);
	if (en->kind != KNOW_STATEMENT) {
		o = say_question(s, en->ask, en->kind, en->options, en->n_options);
		if (en->direct != NULL)
			add(add_object(o, "attributes"), "DIRECT_CALL", en->direct);
	} else if (en->n_pages > 0) {
		say_pages(s, en);
	}
}
