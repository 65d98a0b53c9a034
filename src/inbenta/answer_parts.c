/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer lets choose: options, values of a form's list, related contents, pages. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "inbenta/answer_i.h"

static const char *
option_label(js *option, enum inbenta_kind kind, struct arena *a)
{
	js *v = js_get(option, "label");
	const char *label = answer_loose(v);

	if (label[0] == '\0') {
		v = js_get(option, "attributes.title");
		label = answer_loose(v);
	}
	/* In a yes/no question the labels are keys, not words to show. */
	if (kind == INBENTA_POLAR && strcasecmp(label, "yes") == 0)
		return "yes";
	if (kind == INBENTA_POLAR && strcasecmp(label, "no") == 0)
		return "no";
	return answer_label(v, a);
}

static const char *
option_value(js *option, struct arena *a)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_OPTION_VALUE);
	js *v = js_get(option, "value");

	if (v == NULL || json_object_is_type(v, json_type_object) ||
	    json_object_is_type(v, json_type_array) ||
	    (json_object_is_type(v, json_type_string) &&
		json_object_get_string_len(v) == 0))
		return NULL;
	js_write(&text, v);
	if (buf_ok(&text))
		return arena_strdup(a, text.data);
	LOG(LOG_WARN, "inbenta", "value of an option is too long",
	    LI("limit", LIMIT_OPTION_VALUE), LH(HINT_CONTENT));
	return NULL;
}

void
answer_options(js *answer, struct arena *a, struct inbenta_answer *out)
{
	js *list = js_arr(answer, "options");
	size_t n = answer_count("options", list);
	struct inbenta_option *options;

	if (n == 0)
		return;
	options = arena_alloc(a, n * sizeof(*options));
	for (size_t i = 0; i < n; i++) {
		js *option = json_object_array_get_idx(list, i);
		struct inbenta_option *to = &options[out->n_options];

		to->label = option_label(option, out->kind, a);
		if (to->label[0] == '\0')
			continue; /* nothing a person could choose */
		to->value = option_value(option, a);
		to->as_text = to->value == NULL ||
		    answer_has(
			option, "attributes.DYNAMIC_REDIRECT", "escalationStart");
		to->starts_agent =
		    answer_has(option, "attributes.DIRECT_CALL", "escalationStart");
		out->n_options++;
	}
	out->options = options;
}

/* A plain text as HTML. */
static const char *
as_html(const char *text, struct arena *a)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(6 * LIMIT_OPTION_VALUE);

	buf_xml(&html, text, strlen(text));
	return arena_strdup(a, html.data);
}

/*
 * The label is shown, the option is said for it: one may stand for both, and a list may
 * hold plain texts.
 */
static bool
read_value(js *value, struct arena *a, struct inbenta_option *out)
{
	const bool is_plain = !json_object_is_type(value, json_type_object);
	const char *say = answer_code("option",
	    is_plain ? value : js_get(value, "option"), LIMIT_OPTION_VALUE, a);
	const char *label = answer_label(js_get(value, "label"), a);

	*out = (struct inbenta_option){ .as_text = true,
		.label = label[0] != '\0' ? label : as_html(say, a),
		.say = say[0] != '\0' ? say : NULL };
	return out->label[0] != '\0';
}

void
answer_values(js *answer, struct arena *a, struct inbenta_answer *out)
{
	js *list = js_arr(answer, "actionField.listValues.values");
	size_t n = answer_count("list values", list);
	struct inbenta_option *options;

	if (n == 0)
		return;
	options = arena_alloc(a, n * sizeof(*options));
	for (size_t i = 0; i < n; i++)
		out->n_options += read_value(
		    json_object_array_get_idx(list, i), a, &options[out->n_options]);
	out->options = options;
}

void
answer_related(js *answer, struct arena *a, struct inbenta_answer *out)
{
	js *list = js_arr(answer, "parameters.contents.related.relatedContents");
	size_t n = answer_count("related contents", list);
	const char **titles;

	if (n == 0)
		return;
	titles = arena_alloc(a, n * sizeof(*titles));
	for (size_t i = 0; i < n; i++) {
		js *one = json_object_array_get_idx(list, i);
		const bool is_plain = !json_object_is_type(one, json_type_object);
		const char *title =
		    answer_label(is_plain ? one : js_get(one, "title"), a);

		if (title[0] != '\0')
			titles[out->n_related++] = title;
	}
	out->related = titles;
	if (out->n_related > 0)
		out->related_title = answer_label(
		    js_get(answer, "parameters.contents.related.relatedTitle"), a);
}

static const char *
page_url(js *page, struct arena *a)
{
	js *url = js_get(page, "parameters.contents.url");

	if (json_object_is_type(url, json_type_object))
		url = js_get(url, "value");
	return answer_code("url", url, LIMIT_URL, a);
}

static bool
read_page(js *page, struct arena *a, struct inbenta_page *out)
{
	out->title = answer_label(js_get(page, "attributes.title"), a);
	if (out->title[0] == '\0')
		out->title = answer_label(js_get(page, "parameters.contents.title"), a);
	out->html = answer_text(page, true, a);
	out->url = page_url(page, a);
	out->click = answer_code("click code",
	    js_get(page, "parameters.contents.trackingCode.clickCode"),
	    LIMIT_TRACK_CODE, a);
	return out->title[0] != '\0' || out->html[0] != '\0' || out->url[0] != '\0';
}

void
answer_pages(js *answer, struct arena *a, struct inbenta_answer *out)
{
	js *list = js_arr(answer, "subAnswers");
	size_t n = answer_count("sub-answers", list);
	struct inbenta_page *pages;

	if (n == 0)
		return;
	pages = arena_alloc(a, n * sizeof(*pages));
	for (size_t i = 0; i < n; i++)
		out->n_pages += read_page(
		    json_object_array_get_idx(list, i), a, &pages[out->n_pages]);
	out->pages = pages;
}
